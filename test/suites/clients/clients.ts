import { TOKEN } from '../../support/proxy.js'
import type { PROTOCOLS } from './protocols.js'

type Json = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

/** How one client derives URLs from the address in its recipe, and what it sends. */
export interface Client {
  /** Part of the heading of its recipe in docs/clients.md. Kinds of one client share a recipe. */
  readonly recipe: string
  readonly kind?: string
  readonly protocol: keyof typeof PROTOCOLS
  /** Index of the address that this client uses among those in the recipe; 0 by default. */
  readonly address?: number
  /** Returns the base URL that the client derives from an address, and appends paths to. */
  readonly base: (address: string) => string
  /** Returns the URL of the list of models; undefined if the client does not request the list. */
  readonly models?: (base: string) => string
  readonly headers: Headers
  /** Origin of the client's pages, if a browser sends its requests. */
  readonly origin?: string
  /** Fields that the client sends besides model, messages, tools and stream. */
  readonly body: Json
  /** Fields of the body that the proxy ignores, because Gemini has no counterpart. */
  readonly ignored?: readonly string[]
  /** Body, without `model`, with which the client tests a model; undefined if it tests none. */
  readonly check?: Json
  readonly has: readonly ('image' | 'tools')[]
  readonly model?: string
}

const BEARER: Headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
const agent = (name: string): Headers => ({ 'user-agent': name })
/** The headers of OpenAI's SDK for JavaScript. */
const STAINLESS: Headers = {
  accept: 'application/json',
  ...agent('OpenAI/JS 4.104.0'),
  'x-stainless-lang': 'js',
  'x-stainless-package-version': '4.104.0',
  'x-stainless-os': 'Unknown',
  'x-stainless-arch': 'unknown',
  'x-stainless-runtime': 'browser:chrome',
  'x-stainless-runtime-version': '140.0.0',
  'x-stainless-retry-count': '0',
  'x-stainless-timeout': '600',
}
const CHERRY: Headers = {
  'http-referer': 'https://cherry-ai.com',
  'x-title': 'Cherry Studio',
  ...agent('CherryStudio/1.9.12 ai-sdk/provider-utils/3.0.17'),
}
const ANTHROPIC: Headers = { 'x-api-key': TOKEN, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
const GOOGLE: Headers = { 'x-goog-api-key': TOKEN, 'content-type': 'application/json' }
const USAGE = { stream_options: { include_usage: true } }
const SAFETY = ['HARASSMENT', 'HATE_SPEECH', 'SEXUALLY_EXPLICIT', 'DANGEROUS_CONTENT'].map((name) => ({
  category: `HARM_CATEGORY_${name}`,
  threshold: 'OFF',
}))
const BOTH = ['image', 'tools'] as const

const asIs = (address: string): string => address
const modelsBeside = (base: string): string => `${base}/models`
/** Appends a version to the address, unless its path already has one. */
const withVersion =
  (version: string) =>
  (address: string): string =>
    /\/v\d/.test(new URL(address).pathname) ? address : `${address}/${version}`

/** Clients in docs/clients.md. Their requests are known from their source code. */
export const CLIENTS: readonly Client[] = [
  {
    recipe: 'Chatbox',
    protocol: 'chat',
    base: (address) => (address.endsWith('/v1') ? address : `${address}/v1`),
    models: modelsBeside,
    headers: { ...BEARER, ...agent('ai-sdk/openai-compatible/2.0.13') },
    origin: 'https://web.chatboxai.app',
    body: { temperature: 0.7, top_p: 1 },
    check: { messages: [{ role: 'user', content: 'Hi' }], stream: true },
    has: BOTH,
  },
  {
    recipe: 'Cherry Studio',
    kind: 'OpenAI',
    protocol: 'chat',
    base: withVersion('v1'),
    models: modelsBeside,
    headers: { ...BEARER, ...CHERRY, 'x-api-key': TOKEN },
    body: { temperature: 1, reasoning_effort: 'high', ...USAGE },
    check: {
      messages: [
        { role: 'system', content: 'test' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
      ...USAGE,
    },
    has: BOTH,
  },
  {
    recipe: 'Cherry Studio',
    kind: 'OpenAI, with a budget of thinking',
    protocol: 'chat',
    base: withVersion('v1'),
    headers: { ...BEARER, ...CHERRY },
    body: { extra_body: { google: { thinking_config: { thinking_budget: -1, include_thoughts: true } } }, ...USAGE },
    has: BOTH,
    model: 'gemini-2.5-pro',
  },
  {
    recipe: 'Cherry Studio',
    kind: 'Gemini',
    protocol: 'google',
    base: withVersion('v1beta'),
    models: modelsBeside,
    headers: { ...GOOGLE, ...CHERRY },
    body: {
      generationConfig: { temperature: 1, thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' } },
      safetySettings: SAFETY,
    },
    has: BOTH,
  },
  {
    recipe: 'Cherry Studio',
    kind: 'Anthropic',
    protocol: 'messages',
    base: withVersion('v1'),
    models: modelsBeside,
    headers: { ...ANTHROPIC, ...CHERRY },
    body: { temperature: 1, thinking: { type: 'disabled' } },
    check: { max_tokens: 4096, system: [{ type: 'text', text: 'test' }], messages: [{ role: 'user', content: 'hi' }], stream: true },
    has: BOTH,
    model: 'claude-gemini-3.8-flash',
  },
  {
    recipe: 'Claude Code',
    protocol: 'messages',
    base: (address) => `${address}/v1`,
    headers: {
      ...ANTHROPIC,
      'x-api-key': '',
      authorization: `Bearer ${TOKEN}`,
      'x-app': 'cli',
      ...agent('claude-cli/2.1.332 (external, cli)'),
    },
    body: { temperature: 1 },
    has: BOTH,
    model: 'claude-gemini-3.8-flash',
  },
  {
    recipe: 'Cline',
    protocol: 'chat',
    base: asIs,
    models: modelsBeside,
    headers: { ...BEARER, ...agent('ai-sdk/openai-compatible/2.0.13') },
    body: { temperature: 0, reasoning_effort: 'medium', ...USAGE },
    has: BOTH,
  },
  {
    recipe: 'Codex',
    protocol: 'responses',
    base: asIs,
    headers: { ...BEARER, accept: 'text/event-stream', originator: 'codex_cli_rs', ...agent('codex_cli_rs/0.171.0') },
    body: {
      store: false,
      include: ['reasoning.encrypted_content'],
      parallel_tool_calls: true,
      prompt_cache_key: '0198c0de',
      reasoning: { effort: 'medium', summary: 'auto' },
    },
    ignored: ['prompt_cache_key'],
    has: BOTH,
  },
  {
    recipe: 'Dify',
    protocol: 'chat',
    base: asIs,
    headers: { ...BEARER, 'accept-charset': 'utf-8', accept: '*/*', ...agent('python-requests/2.34.2') },
    body: {
      temperature: 0.7,
      top_p: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      max_tokens: 512,
      reasoning_effort: 'low',
      stop: ['Observation:'],
      user: 'a1b2',
      ...USAGE,
    },
    ignored: ['user'],
    check: { messages: [{ role: 'user', content: 'ping' }], max_tokens: 5 },
    has: BOTH,
  },
  {
    recipe: 'gemini-cli',
    protocol: 'google',
    base: (address) => `${address}/v1beta`,
    headers: { ...GOOGLE, 'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v20.20.2', ...agent('GeminiCLI/0.61.0/gemini-3.8-flash') },
    body: { generationConfig: { temperature: 1, topP: 0.95, topK: 64, thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' } } },
    has: BOTH,
  },
  {
    recipe: 'Immersive Translate',
    protocol: 'chat',
    base: (address) => address.replace(/\/chat\/completions$/, ''),
    headers: BEARER,
    origin: 'chrome-extension://bpoadfkcbjbfhfodiogcnhhhpibjhbnh',
    body: { temperature: 0 },
    check: {
      temperature: 0,
      messages: [
        { role: 'system', content: 'You are a professional translator.' },
        { role: 'user', content: 'Translate to Chinese: Hello' },
      ],
    },
    has: [],
  },
  {
    recipe: 'LobeChat',
    protocol: 'chat',
    base: asIs,
    models: modelsBeside,
    headers: { ...BEARER, ...STAINLESS, accept: '*/*' },
    origin: 'https://lobe.example.com',
    body: { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, user: 'user_2abc', ...USAGE },
    ignored: ['user'],
    check: { messages: [{ role: 'user', content: 'hello' }], stream: true, ...USAGE },
    has: BOTH,
  },
  {
    recipe: 'LobeChat',
    kind: 'Responses API',
    protocol: 'responsesOfCalls',
    base: asIs,
    headers: { ...BEARER, ...STAINLESS },
    body: { temperature: 1, top_p: 1, store: false },
    has: BOTH,
  },
  {
    recipe: 'n8n',
    protocol: 'responses',
    base: asIs,
    models: modelsBeside,
    headers: { ...BEARER, ...STAINLESS, 'openai-organization': '' },
    body: { temperature: 0.7, top_p: 1 },
    has: BOTH,
  },
  {
    recipe: 'NextChat',
    protocol: 'chat',
    base: (address) => `${address}/v1`,
    headers: { ...BEARER, accept: 'application/json' },
    origin: 'https://nextchat.example.com',
    body: { temperature: 0.5, presence_penalty: 0, frequency_penalty: 0, top_p: 1, max_tokens: 4000 },
    has: BOTH,
  },
  {
    recipe: 'Open WebUI',
    protocol: 'chat',
    base: asIs,
    models: modelsBeside,
    headers: {
      ...BEARER,
      accept: '*/*',
      ...agent('Python/3.11 aiohttp/3.13.2'),
      'x-openwebui-user-name': '%E5%B0%8F%E6%98%8E',
      'x-openwebui-user-role': 'user',
    },
    body: { temperature: 0.8, reasoning_effort: 'medium', ...USAGE },
    check: { messages: [{ role: 'user', content: 'Give a title.' }], stream: false, max_tokens: 1000 },
    has: BOTH,
  },
  {
    recipe: 'opencode',
    protocol: 'chat',
    base: asIs,
    headers: {
      ...BEARER,
      ...agent('opencode/1.18.33 ai-sdk/provider-utils/4.0.23'),
      'x-session-id': 'ses_1',
      'x-session-affinity': 'ses_1',
    },
    body: { max_tokens: 32000, reasoning_effort: 'low', ...USAGE },
    has: BOTH,
  },
]
