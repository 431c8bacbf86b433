import { expect } from 'vitest'
import type { ChatCompletion, ChatCompletionChunk, ErrorResponse, ModelResponse, ResponseStreamEvent } from '../../src/contract/types.js'
import { dataOf, frameOf, namedRules } from './streamRules.js'

/** Further members of a request body, by their names in the chat API. */
export type Body = { readonly [key: string]: unknown }

/** A complete event stream, parsed; a stream of another API is translated to the chat's terms. */
export interface EventStream {
  readonly text: string
  /** Comment lines. */
  readonly comments: readonly string[]
  /** The data of all events that have a counterpart in a chat stream, in order. */
  readonly data: readonly string[]
  readonly chunks: readonly ChatCompletionChunk[]
  /** The text of all chunks. */
  readonly content: string
  readonly errors: readonly ErrorResponse['error'][]
  /** The number of events that mark the answer as complete. */
  readonly dones: number
}

/** One of the APIs that serve chats. */
export interface Api {
  readonly path: string
  readonly operation: string
  /** Makes a request body. @param more - further members, by their names in the chat API */
  readonly toBody: (prompt: string, more: Body) => Body
  readonly parse: (text: string) => EventStream
  /** Returns the text of a response that is not streamed. */
  readonly contentOf: (answer: unknown) => string | undefined
}

const blocksOf = (text: string): { readonly comments: string[]; readonly events: string[] } => {
  const blocks = text.split('\n\n')
  expect(blocks.pop()).toBe('')
  const isComment = (block: string): boolean => block.startsWith(':')
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

const RESPONSES: Api = {
  path: '/responses',
  operation: 'createResponse',
  toBody: (input, { tools, stream_options: _, max_tokens: limit, ...more }) => ({
    input,
    ...more,
    ...(limit === undefined ? {} : { max_output_tokens: limit }),
    ...(Array.isArray(tools) ? { tools: (tools as { function: object }[]).map((tool) => ({ type: 'function', ...tool.function })) } : {}),
  }),
  parse: (text) => {
    const { comments, events } = blocksOf(text)
    const rules = namedRules()
    const problems = events.flatMap((block) => rules.add(frameOf(block) ?? { event: undefined, data: `not an event: ${block}` }))
    expect([...problems, ...rules.end()]).toEqual([])
    const read = dataOf(text).map((data) => JSON.parse(data) as ResponseStreamEvent)
    return toStream(text, comments, read.flatMap(toChatData))
  },
  contentOf: (answer) =>
    (answer as ModelResponse).output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : ''))
      .join(''),
}

const toChunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })

/** Translates an event to the chunk data that a chat would have sent. */
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

let api = CHAT

/** Returns the API that the helpers of this test file use. */
export const onApi = (): Api => api

/** Returns whether the tests of this file use the chat API itself. */
export const isOnChat = (): boolean => api === CHAT

/**
 * Makes all helpers of this test file use the Responses API, for a suite that is imported
 * afterwards.
 */
export function onResponses(): void {
  api = RESPONSES
}
