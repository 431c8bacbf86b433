import type { Candidate, GenerateContentResponse, Part, UsageMetadata } from '../../src/upstream/native/wire/types.js'
import { isOnNative } from './upstreamApi.js'

/** A delta or message of Gemini's OpenAI-compatible API, as tests write it. */
interface Said {
  readonly content?: string | null
  readonly extra_content?: { readonly google?: { readonly thought?: boolean; readonly thought_signature?: string } | null } | null
  readonly tool_calls?: readonly SaidCall[]
}

interface SaidCall {
  readonly id?: string
  readonly function: { readonly name?: string; readonly arguments?: string | null }
  readonly extra_content?: Said['extra_content']
}

interface SaidChoice {
  readonly index?: number
  readonly delta?: Said
  readonly message?: Said
  readonly finish_reason?: string | null
}

interface SaidUsage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly total_tokens?: number
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number } | null
}

/** The end marker of a stream, after its last event; the native API has none. */
export const DONE = isOnNative ? '' : 'data: [DONE]\n\n'

/**
 * Converts a completion or chunk of Gemini's OpenAI-compatible API, in which tests write answers,
 * to the format of the API under test. Returns other values unchanged.
 *
 * @throws if the native API cannot express it, such as a partial tool call
 */
export const onWire = (value: unknown): unknown => (isOnNative && isCompletion(value) ? toResponse(value) : value)

/** Makes an event. @param value - its data: a text, or a completion or chunk for {@link onWire} */
export const toEvent = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(onWire(value))}\n\n`

interface Completion {
  readonly choices: readonly SaidChoice[]
  readonly usage?: SaidUsage | null
  readonly model?: string
}

const isCompletion = (value: unknown): value is Completion =>
  typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices)

const toResponse = ({ choices, usage, model }: Completion): GenerateContentResponse => ({
  candidates: choices.map(toCandidate),
  ...(usage === undefined ? {} : { usageMetadata: usage && toUsageMetadata(usage) }),
  ...(model === undefined ? {} : { modelVersion: model }),
})

function toCandidate({ index, delta, message, finish_reason: reason }: SaidChoice): Candidate {
  const said = delta ?? message
  return {
    ...(index === undefined ? {} : { index }),
    ...(said === undefined ? {} : { content: { parts: toParts(said) } }),
    ...(reason ? { finishReason: toFinishReason(reason) } : {}),
  }
}

const REASONS: Readonly<Record<string, string>> = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS' }

function toFinishReason(reason: string): string {
  if (/^(content_filter|function_call)$/.test(reason)) throw new Error(`Gemini's own API has no reason ${reason}`)
  return REASONS[reason] ?? reason.replace(/^(content|function_call)_filter: /, '')
}

function toParts({ content, extra_content: extra, tool_calls: calls = [], ...rest }: Said): Part[] {
  const other = Object.keys(rest).filter((name) => name !== 'role')
  if (other.length > 0) throw new Error(`Gemini's own API has no ${other.join(', ')}`)
  const { thought_signature: signature } = extra?.google ?? {}
  const texts = content ? toTexts(content, extra?.google?.thought === true) : []
  const signed = signature === undefined ? texts : withSignature(texts, signature)
  return [...signed, ...calls.map(toCall)]
}

/** Converts text with `<thought>` tags to parts: thoughts are separate parts. */
function toTexts(content: string, isThought: boolean): Part[] {
  const [, thoughts = '', , answer = ''] = isThought ? (/^(?:<thought>)?(.*?)(<\/thought>(.*))?$/s.exec(content) ?? []) : []
  const text = isThought ? answer : content.replace(/^<\/thought>/, '')
  return [...(thoughts === '' ? [] : [{ text: thoughts, thought: true }]), ...(text === '' ? [] : [{ text }])]
}

/**
 * Adds a thought signature to the last part if it is answer text, or else to a new empty text part.
 */
function withSignature(texts: readonly Part[], thoughtSignature: string): Part[] {
  const last = texts.at(-1)
  if (last === undefined || last.thought === true) return [...texts, { text: '', thoughtSignature }]
  return [...texts.slice(0, -1), { ...last, thoughtSignature }]
}

function toCall({ id, function: called, extra_content: extra }: SaidCall): Part {
  const { name, arguments: text } = called
  if (name === undefined) throw new Error("Gemini's own API sends whole calls only")
  const { thought_signature: signature } = extra?.google ?? {}
  return {
    functionCall: { ...(id ? { id } : {}), name, ...(text ? { args: JSON.parse(text) as object } : {}) },
    ...(signature === undefined ? {} : { thoughtSignature: signature }),
  }
}

/**
 * Converts token counts to the native API: `candidatesTokenCount` excludes thoughts, the total
 * includes them.
 */
function toUsageMetadata({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: total,
  ...details
}: SaidUsage): UsageMetadata {
  const cached = details.prompt_tokens_details?.cached_tokens
  const isWhole = prompt !== undefined && completion !== undefined && total !== undefined
  const hidden = isWhole ? total - prompt - completion : 0
  const thoughts = details.completion_tokens_details?.reasoning_tokens ?? hidden
  return {
    ...(prompt === undefined ? {} : { promptTokenCount: prompt }),
    ...(completion === undefined ? {} : { candidatesTokenCount: completion + hidden - thoughts }),
    ...(total === undefined ? {} : { totalTokenCount: total }),
    ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
    ...(cached === undefined ? {} : { cachedContentTokenCount: cached }),
  }
}

/** A request that the simulator has recorded. */
interface Logged {
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** Returns the model of a request to Gemini, from its body or path. */
export const requestedModel = ({ path, body }: Pick<Logged, 'path' | 'body'>): unknown =>
  /\/models\/([^/:]+):/.exec(path)?.[1] ?? (body as { model?: unknown }).model

/** Returns the key of a request to Gemini, from `x-goog-api-key` or else `authorization`. */
export const credentialIn = ({ headers }: Pick<Logged, 'headers'>): unknown =>
  headers['x-goog-api-key'] ?? String(headers.authorization).replace(/^Bearer /, '')
