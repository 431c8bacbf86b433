import { expect } from 'vitest'
import type {
  AnthropicErrorResponse,
  AnthropicMessage,
  ChatCompletion,
  ChatCompletionChunk,
  ErrorResponse,
  MessageStreamEvent,
  ModelResponse,
  ResponseStreamEvent,
} from '../../src/contract/types.js'
import { dataOf, frameOf, messageRules, namedRules, type StreamRules } from './streamRules.js'

/**
 * Additional members of a request body, by their names in the chat API, whichever API the test
 * uses.
 */
export type Body = { readonly [key: string]: unknown }

/** A complete event stream, parsed; events of other APIs are converted to chat chunks. */
export interface EventStream {
  readonly text: string
  /** Heartbeats and other comment lines. */
  readonly comments: readonly string[]
  /**
   * The data of all events that have an equivalent in a chat stream, in order and converted to chat
   * chunks.
   */
  readonly data: readonly string[]
  readonly chunks: readonly ChatCompletionChunk[]
  /** The text of all chunks. */
  readonly content: string
  readonly errors: readonly ErrorResponse['error'][]
  /** The number of events that mark the answer as complete, such as `[DONE]`. */
  readonly dones: number
}

/** One of the APIs that serve chats. */
export interface Api {
  readonly path: string
  readonly operation: string
  /** Makes a request body. @param more - additional members, by their names in the chat API */
  readonly toBody: (prompt: string, more: Body) => Body
  readonly parse: (text: string) => EventStream
  /** Returns the text of a whole answer. */
  readonly contentOf: (answer: unknown) => string | undefined
  /** The heartbeat of streams, without the empty line after it. */
  readonly heartbeat: string
  /**
   * Number of events, without heartbeats, that the proxy sends for an answer of three text deltas.
   */
  readonly eventsOfThree: number
  /** Converts the HTTP status of an error in this API to that of the same error in the chat API. */
  readonly toChatStatus: (status: number) => number
  /** Converts the body of an error in this API to that of the same error in the chat API. */
  readonly toChatError: (body: unknown) => ErrorResponse
}

const KEEP_ALIVE = ': keep-alive'
const PING = 'event: ping\ndata: {"type":"ping"}'

/** The members of {@link Api} that are equal for the chat API and the Responses API. */
const OPENAI = {
  heartbeat: KEEP_ALIVE,
  toChatStatus: (status: number): number => status,
  toChatError: (body: unknown): ErrorResponse => body as ErrorResponse,
}

const blocksOf = (text: string): { readonly comments: string[]; readonly events: string[] } => {
  const blocks = text.split('\n\n')
  expect(blocks.pop()).toBe('')
  const isComment = (block: string): boolean => block.startsWith(':') || block === PING
  return { comments: blocks.filter(isComment), events: blocks.filter((block) => !isComment(block)) }
}

const isFailure = (value: object): value is ErrorResponse => 'error' in value

function toStream(text: string, comments: readonly string[], data: readonly string[]): EventStream {
  const values = data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each) as ChatCompletionChunk | ErrorResponse)
  const chunks = values.filter((value): value is ChatCompletionChunk => !isFailure(value))
  return {
    text,
    comments,
    data,
    chunks,
    content: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
    errors: values.flatMap((value) => (isFailure(value) ? [value.error] : [])),
    dones: data.filter((each) => each === '[DONE]').length,
  }
}

/** The chat API. */
export const CHAT: Api = {
  ...OPENAI,
  eventsOfThree: 5,
  path: '/chat/completions',
  operation: 'createChatCompletion',
  toBody: (content, more) => ({ messages: [{ role: 'user', content }], ...more }),
  parse: (text) => {
    const { comments, events } = blocksOf(text)
    return toStream(
      text,
      comments,
      events.map((block) => /^data: ([^\n\r]*)$/.exec(block)?.[1] ?? `not an event: ${block}`),
    )
  },
  contentOf: (answer) => (answer as ChatCompletion).choices[0]?.message.content ?? undefined,
}

/** Parses a stream with event names, and checks it by the rules of its API. */
function readNamed<T>(text: string, rules: StreamRules): { readonly comments: string[]; readonly events: T[] } {
  const { comments, events } = blocksOf(text)
  const problems = events.flatMap((block) => rules.add(frameOf(block) ?? { event: undefined, data: `not an event: ${block}` }))
  expect([...problems, ...rules.end()]).toEqual([])
  return { comments, events: events.flatMap((block) => dataOf(`${block}\n\n`)).map((data) => JSON.parse(data) as T) }
}

type FunctionTool = { readonly function: { readonly name: string; readonly description?: string; readonly parameters?: object } }

const RESPONSES: Api = {
  ...OPENAI,
  eventsOfThree: 11,
  path: '/responses',
  operation: 'createResponse',
  toBody: (input, { tools, stream_options: _, max_tokens: limit, ...more }) => ({
    input,
    ...more,
    ...(limit === undefined ? {} : { max_output_tokens: limit }),
    ...(Array.isArray(tools) ? { tools: (tools as { function: object }[]).map((tool) => ({ type: 'function', ...tool.function })) } : {}),
  }),
  parse: (text) => {
    const { comments, events } = readNamed<ResponseStreamEvent>(text, namedRules())
    return toStream(text, comments, events.flatMap(toChatData))
  },
  contentOf: (answer) =>
    (answer as ModelResponse).output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : ''))
      .join(''),
}

const toChunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })

/** Converts an event of the Responses API to the data of equivalent chat chunks. */
function toChatData(event: ResponseStreamEvent): string[] {
  switch (event.type) {
    case 'response.output_text.delta':
      return [toChunk({ content: event.delta })]
    case 'response.function_call_arguments.delta':
      return [toChunk({ tool_calls: [{ index: event.output_index, function: { arguments: event.delta } }] })]
    case 'response.completed':
    case 'response.incomplete':
      return [toChunk({}, 'stop'), '[DONE]']
    case 'error':
      return [JSON.stringify({ error: { message: event.message, type: 'server_error', param: event.param, code: event.code } })]
    case 'response.failed': {
      const { message, type, param, reason } = event.response.error ?? {}
      return [JSON.stringify({ error: { message, type, param, code: reason } })]
    }
    default:
      return []
  }
}

/** The chat API's error type for each error type of Anthropic. */
const CHAT_TYPES: Readonly<Partial<Record<string, ErrorResponse['error']['type']>>> = {
  api_error: 'server_error',
  overloaded_error: 'server_error',
  timeout_error: 'server_error',
  rate_limit_error: 'rate_limit_exceeded',
  billing_error: 'insufficient_quota',
  invalid_request_error: 'invalid_request_error',
  authentication_error: 'invalid_request_error',
  not_found_error: 'invalid_request_error',
}

function toChatError({ type, error, request_id }: AnthropicErrorResponse): ErrorResponse {
  expect([type, request_id]).toEqual(['error', expect.any(String)])
  const { error_code: code = null, param = null } = (error.details ?? {}) as { error_code?: string; param?: string }
  return { error: { message: error.message, type: CHAT_TYPES[error.type], param, code } as ErrorResponse['error'] }
}

const MESSAGES: Api = {
  path: '/messages',
  operation: 'createMessage',
  heartbeat: PING,
  eventsOfThree: 8,
  toBody: (content, { tools, stream_options: _, ...more }) => ({
    // The highest limit of any model, so that the proxy does not cut off the text of an answer.
    max_tokens: 65_536,
    messages: [{ role: 'user', content }],
    ...more,
    ...(Array.isArray(tools)
      ? {
          tools: (tools as FunctionTool[]).map(({ function: { parameters = { type: 'object' }, ...tool } }) => ({
            ...tool,
            input_schema: parameters,
          })),
        }
      : {}),
  }),
  parse: (text) => {
    const { comments, events } = readNamed<MessageStreamEvent>(text, messageRules())
    return toStream(text, comments, events.flatMap(toMessageChatData))
  },
  contentOf: (answer) => (answer as AnthropicMessage).content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  // In the Messages API, the proxy reports an overload with 529. A 503 is converted to 529, so that
  // a test which expects 503 fails for it.
  toChatStatus: (status) => (status === 529 ? 503 : status === 503 ? 529 : status),
  toChatError: (body) => toChatError(body as AnthropicErrorResponse),
}

/** Converts an event of the Messages API to the data of equivalent chat chunks. */
function toMessageChatData(event: MessageStreamEvent): string[] {
  switch (event.type) {
    case 'content_block_start':
      return event.content_block.type === 'tool_use'
        ? [toChunk({ tool_calls: [{ index: event.index, id: event.content_block.id, function: { name: event.content_block.name } }] })]
        : []
    case 'content_block_delta':
      if (event.delta.type === 'text_delta') return [toChunk({ content: event.delta.text })]
      return event.delta.type === 'input_json_delta'
        ? [toChunk({ tool_calls: [{ index: event.index, function: { arguments: event.delta.partial_json } }] })]
        : []
    case 'message_delta':
      return [toChunk({}, 'stop')]
    case 'message_stop':
      return ['[DONE]']
    case 'error':
      return [JSON.stringify(toChatError(event))]
    default:
      return []
  }
}

let api = CHAT

/** Returns the API that the helpers of this test file use. */
export const onApi = (): Api => api

/** True if the helpers of this test file use the chat API, as they do by default. */
export const isOnChat = (): boolean => api === CHAT

/** Makes all helpers of this test file use the Responses API; call it before importing a suite. */
export function onResponses(): void {
  api = RESPONSES
}

/** Makes all helpers of this test file use the Messages API; call it before importing a suite. */
export function onMessages(): void {
  api = MESSAGES
}
