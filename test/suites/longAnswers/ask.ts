import type { ChatCompletion, ChatCompletionChunk, ModelResponse, ResponseStreamEvent, Usage } from '../../../src/contract/types.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'

/**
 * How a client sends a request: a name for test titles, the path of the API, and whether it
 * streams.
 */
export const REQUEST_KINDS = [
  ['a chat', 'chat/completions', false],
  ['a streamed chat', 'chat/completions', true],
  ['a response', 'responses', false],
  ['a streamed response', 'responses', true],
] as const

/** The path of one of {@link REQUEST_KINDS}. */
export type Path = (typeof REQUEST_KINDS)[number][1]

/** An answer of any API, expressed in the terms of the chat API. */
export interface Outcome {
  readonly status: number
  /** Text of the whole response body. */
  readonly body: string
  readonly content: string
  readonly thoughts: string
  /** Each finish reason that was sent, such as `stop`: a correct answer has exactly one. */
  readonly finishes: readonly string[]
  readonly errors: readonly string[]
  readonly usage: Usage | undefined
}

/** Posts a request. @param more - further members, by their names in the chat API */
export function post(
  proxy: ProxyUnderTest,
  path: Path,
  more: object,
  { signal, headers }: { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const prompt = path === 'responses' ? { input: 'Go.' } : { messages: [{ role: 'user', content: 'Go.' }] }
  return fetch(`${proxy.baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gemini-4-neon', ...prompt, ...more }),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Posts a request, and reads the answer to its end. */
export async function ask(proxy: ProxyUnderTest, path: Path, stream: boolean, more: object = {}): Promise<Outcome> {
  const options = stream && path === 'chat/completions' ? { stream_options: { include_usage: true } } : {}
  const response = await post(proxy, path, { stream, ...options, ...more })
  const body = await response.text()
  return { status: response.status, body, ...(response.status === 200 ? readAnswer(path, stream, body) : { ...NOTHING, errors: [body] }) }
}

type Answer = Omit<Outcome, 'status' | 'body'>

const NOTHING: Answer = { content: '', thoughts: '', finishes: [], errors: [], usage: undefined }

/** Parses the body of a response, streamed or not, of the API at `path`. */
export function readAnswer(path: Path, stream: boolean, body: string): Answer {
  if (!stream) return path === 'responses' ? ofResponse(JSON.parse(body)) : ofCompletion(JSON.parse(body))
  const data = [...body.matchAll(/^data: (\{.*)$/gm)].map(([, text = '']) => JSON.parse(text))
  return path === 'responses' ? ofEvents(data) : ofChunks(data)
}

const ofCompletion = ({ choices: [choice], usage }: ChatCompletion): Answer => ({
  content: choice?.message.content ?? '',
  thoughts: choice?.message.reasoning_content ?? '',
  finishes: choice === undefined ? [] : [choice.finish_reason],
  errors: [],
  usage,
})

function ofChunks(data: readonly (ChatCompletionChunk & { readonly error?: { readonly code: string } })[]): Answer {
  const choices = data.flatMap((chunk) => chunk.choices ?? [])
  return {
    content: choices.map(({ delta }) => delta.content ?? '').join(''),
    thoughts: choices.map(({ delta }) => delta.reasoning_content ?? '').join(''),
    finishes: choices.flatMap(({ finish_reason: finish }) => finish ?? []),
    errors: data.flatMap(({ error }) => error?.code ?? []),
    usage: data.findLast(({ usage }) => usage)?.usage ?? undefined,
  }
}

const FINISHES: Readonly<Record<string, string>> = { completed: 'stop', incomplete: 'length' }

function ofResponse({ output, usage, status, error }: ModelResponse): Answer {
  const texts = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const summaries = output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
  return {
    content: texts.map((part) => ('text' in part ? part.text : '')).join(''),
    thoughts: summaries.map(({ text }) => text).join(''),
    finishes: [FINISHES[status ?? ''] ?? []].flat(),
    errors: error ? [error.code] : [],
    usage: usage ? toChatUsage(usage) : undefined,
  }
}

const toChatUsage = (usage: NonNullable<ModelResponse['usage']>): Usage => ({
  prompt_tokens: usage.input_tokens,
  completion_tokens: usage.output_tokens,
  total_tokens: usage.total_tokens,
  prompt_tokens_details: { cached_tokens: usage.input_tokens_details.cached_tokens },
  completion_tokens_details: { reasoning_tokens: usage.output_tokens_details.reasoning_tokens },
})

function ofEvents(events: readonly ResponseStreamEvent[]): Answer {
  const ends = events.flatMap((event) =>
    'response' in event && /(?:completed|incomplete|failed)$/.test(event.type) ? [event.response] : [],
  )
  const deltas = (type: string): string => events.map((event) => (event.type === type && 'delta' in event ? event.delta : '')).join('')
  const [end] = ends
  return {
    ...(end === undefined ? NOTHING : ofResponse(end)),
    content: deltas('response.output_text.delta'),
    thoughts: deltas('response.reasoning_summary_text.delta'),
    finishes: ends.flatMap(({ status }) => FINISHES[status ?? ''] ?? []),
  }
}
