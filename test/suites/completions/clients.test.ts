import { OpenAI as LangChainOpenAI } from '@langchain/openai'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Completion } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { openai } from '../../support/calls.js'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy?.close())

const model = 'gemini-3.5-flash-lite'
const simulate = (behaviour: Behaviour): string => `simulate:${JSON.stringify(behaviour)}`
const ignoredBy = (header: unknown): string[] =>
  String(header ?? '')
    .split(', ')
    .filter(Boolean)
    .sort()
const textOf = ({ events }: Answer): string => (events.slice(0, -1) as Completion[]).map(({ choices }) => choices[0]?.text).join('')
const promptSent = (): string => (sentAt(proxy.simulator.requests, -1) as { messages: { content: string }[] }).messages[1]?.content ?? ''

describe('accepts the request of', () => {
  test('Continue, whose prompt has the text before and after the cursor', async () => {
    const prompt = `<fim_prefix># ${simulate({ text: 'n < 2', chunks: 2 })}\ndef fib(n):\n    if <fim_suffix>:\n        return n<fim_middle>`
    const stop = ['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<file_sep>', '<|endoftext|>', '</fim_middle>', '</code>', '/src/', '```']
    const body = { model, max_tokens: 4096, temperature: 0.01, stream: true, stop, prompt }
    const headers = { 'api-key': TOKEN }
    const answer = await call(proxy.origin, { path: '/v1/completions', headers, body })
    expect([answer.status, textOf(answer), answer.events.at(-1)]).toEqual([200, 'n < 2', '[DONE]'])
    expect(promptSent()).toBe(prompt)
    expect(ignoredBy(answer.headers['x-gemini-proxy-ignored-params'])).toEqual(['stop[5]', 'stop[6]', 'stop[7]', 'stop[8]'])
  })

  test('Tabby, whose text after the cursor is the suffix', async () => {
    const prompt = `# ${simulate({ text: 'n < 2' })}\ndef fib(n):\n    if `
    const body = { model, prompt, suffix: ':\n        return n', max_tokens: 64, temperature: 0.1, stream: true, presence_penalty: 0 }
    const answer = await call(proxy.origin, { path: '/v1/completions', body })
    expect([answer.status, textOf(answer)]).toEqual([200, 'n < 2'])
    expect(ignoredBy(answer.headers['x-gemini-proxy-ignored-params'])).toContain('suffix')
  })

  test('llm.nvim, which reads the text of the first choice', async () => {
    const prompt = `<PRE> # ${simulate({ text: ' a + b' })}\nreturn <SUF>\n <MID>`
    const body = { model, prompt, temperature: 0.2, top_p: 0.95, max_tokens: 60, stop: ['<EOT>'] }
    const answer = await call(proxy.origin, { path: '/v1/completions', body })
    expect((answer.json as Completion).choices[0]?.text).toBe(' a + b')
  })

  test('LangChain, which sends all prompts of a batch at once', async () => {
    const llm = new LangChainOpenAI({ model, apiKey: TOKEN, maxRetries: 0, configuration: { baseURL: proxy.baseUrl } })
    const prompts = ['one', 'two', 'three'].map((text) => `${text} ${simulate({ text: `after ${text}` })}`)
    const { generations } = await llm.generate(prompts)
    expect(generations.map(([first]) => first?.text)).toEqual(['after one', 'after two', 'after three'])
    const pieces: string[] = []
    for await (const piece of await llm.stream(simulate({ text: 'in pieces', chunks: 3 }))) pieces.push(piece)
    expect(pieces.join('')).toBe('in pieces')
  })
})

/** A value for every parameter: if the SDK adds a parameter, this object does not compile. */
const EVERY: Required<OpenAI.CompletionCreateParamsNonStreaming> = {
  model,
  prompt: `Hello ${simulate({ text: ' world' })}`,
  best_of: 3,
  echo: true,
  frequency_penalty: 0.5,
  logit_bias: { '50256': -100 },
  logprobs: null,
  max_tokens: 64,
  n: 2,
  presence_penalty: -0.5,
  seed: 7,
  stop: ['END', 'STOP', '###', '---'],
  stream: false,
  stream_options: { include_usage: true },
  suffix: 'The end.',
  temperature: 0,
  top_p: 0.9,
  user: 'user-1',
}

/** Ignored parameters: Gemini has no counterpart, or this model or API does not support them. */
const IGNORED = ['best_of', 'frequency_penalty', 'logit_bias', 'presence_penalty', 'suffix', 'user', ...(isOnNative ? [] : ['seed'])]

describe('the JavaScript SDK', () => {
  test('may send every parameter at once, and the ignored ones are reported', async () => {
    const { data, response } = await openai(proxy).completions.create(EVERY).withResponse()
    expect(data.choices.map(({ text, index }) => [text, index])).toEqual([
      [`${String(EVERY.prompt)} world`, 0],
      [`${String(EVERY.prompt)} world`, 1],
    ])
    expect(ignoredBy(response.headers.get('x-gemini-proxy-ignored-params'))).toEqual([...IGNORED].sort())
  })

  test('may send null for every optional parameter', async () => {
    const nulls = Object.fromEntries(Object.keys(EVERY).map((name) => [name, null]))
    // The cast is needed because the SDK's types do not allow null for some parameters.
    const body = { ...nulls, model, prompt: EVERY.prompt } as OpenAI.CompletionCreateParamsNonStreaming
    const { data, response } = await openai(proxy).completions.create(body).withResponse()
    expect(data.choices).toHaveLength(1)
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBeNull()
  })

  test('gets no list of ignored parameters from a model without thinking, because none was ignored', async () => {
    const { response } = await openai(proxy).completions.create({ model: 'gemini-2.0-flash', prompt: EVERY.prompt }).withResponse()
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBeNull()
  })

  test('throws an error for a stream that breaks', async () => {
    const prompt = simulate({ chunks: 8, errorMidStream: { name: 'unavailable', afterChunks: 6 } })
    const read = async (): Promise<void> => {
      for await (const _ of await openai(proxy).completions.create({ model, prompt, stream: true }));
    }
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
  })
})
