import type { ChatCompletion, ErrorResponse, ModelResponse, ResponseStreamEvent } from '../../src/contract/types.js'
import { CHAT } from './apis.js'
import { FC_CREDENTIALS } from './canaries.js'
import { type ProxyUnderTest, TOKEN } from './proxy.js'
import { sentChat } from './sentChat.js'

/** The APIs, streamed or not, in which a client can send a conversation. */
export const API_VARIANTS = ['chat', 'chat stream', 'responses', 'responses stream'] as const
/**
 * The API in which a test sends a conversation, streamed or not: a value of {@link API_VARIANTS}.
 */
export type ApiVariant = (typeof API_VARIANTS)[number]

type Json = Readonly<Record<string, unknown>>

/** A function call as a client sees it. */
export interface SeenCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** A request that Gemini received, in the form of a chat request. */
export interface SentRequest extends Json {
  readonly messages: readonly Json[]
  readonly tools?: readonly { readonly function: Json }[]
}

/** The response to a request, and the request that Gemini received. */
export interface Outcome {
  readonly status: number
  /** The paths in the header `x-gemini-proxy-ignored-params`. */
  readonly ignored: readonly string[]
  /** The last request to Gemini; undefined if the client's request did not lead to one. */
  readonly sent: SentRequest | undefined
  readonly calls: readonly SeenCall[]
  readonly error: ErrorResponse['error'] | undefined
  /** Id of the response; Responses API only. */
  readonly responseId: string | undefined
}

const isChat = (way: ApiVariant): boolean => way.startsWith('chat')

/** Sends a chat request through one of the APIs; for the Responses API, it is converted first. */
export async function sendBy(proxy: ProxyUnderTest, way: ApiVariant, request: Json): Promise<Outcome> {
  const stream = way.endsWith('stream')
  const body = { ...(isChat(way) ? request : toResponseRequest(request)), stream }
  const before = proxy.simulator.totalRequests
  const response = await fetch(`${proxy.baseUrl}${isChat(way) ? '/chat/completions' : '/responses'}`, {
    method: 'POST',
    headers: { ...FC_CREDENTIALS, authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const hasReached = proxy.simulator.totalRequests > before
  return {
    status: response.status,
    ignored: (response.headers.get('x-gemini-proxy-ignored-params') ?? '').split(', ').filter(Boolean),
    sent: hasReached ? (proxy.simulator.requests.slice(-1).map(sentChat)[0] as SentRequest | undefined) : undefined,
    ...(response.status === 200
      ? readAnswer(way, text)
      : { calls: [], error: (JSON.parse(text) as ErrorResponse).error, responseId: undefined }),
  }
}

function readAnswer(way: ApiVariant, text: string): Pick<Outcome, 'calls' | 'error' | 'responseId'> {
  if (way === 'chat stream') {
    const { chunks, errors } = CHAT.parse(text)
    return {
      calls: joinCalls(chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => [delta]))),
      error: errors[0],
      responseId: undefined,
    }
  }
  if (way === 'chat')
    return {
      calls: joinCalls((JSON.parse(text) as ChatCompletion).choices.map(({ message }) => message)),
      error: undefined,
      responseId: undefined,
    }
  const response = way === 'responses' ? (JSON.parse(text) as ModelResponse) : lastResponse(text)
  const calls = response.output.flatMap((item) =>
    item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
  )
  return { calls, error: undefined, responseId: response.id }
}

function lastResponse(text: string): ModelResponse {
  const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as ResponseStreamEvent)
  const last = data.at(-1)
  if (last === undefined || !('response' in last)) throw new Error(`the last event has no response: ${text.slice(-500)}`)
  return last.response
}

interface CallHolder {
  readonly tool_calls?: readonly { readonly index?: number; readonly id?: string; readonly function?: Partial<SeenCall> }[] | null
  readonly function_call?: Partial<SeenCall> | null
}

/** Assembles tool calls from their deltas. A message that is not streamed counts as one delta. */
function joinCalls(holders: readonly CallHolder[]): SeenCall[] {
  const calls: SeenCall[] = []
  const add = (index: number, { id = '', name = '', arguments: text = '' }: Partial<SeenCall>): void => {
    const known = calls[index] ?? { id: '', name: '', arguments: '' }
    calls[index] = { id: known.id + id, name: known.name + name, arguments: known.arguments + text }
  }
  for (const { tool_calls: parts, function_call: legacy } of holders) {
    for (const [position, { index = position, id, function: called }] of (parts ?? []).entries())
      add(index, { ...called, ...(id === undefined ? {} : { id }) })
    if (legacy) add(0, legacy)
  }
  return calls
}

/** Converts a chat request to a Responses API request. */
export function toResponseRequest({ messages, tools, tool_choice: choice, response_format: format, ...more }: Json): Json {
  return {
    ...more,
    input: (messages as readonly Json[]).flatMap(toItems),
    ...(Array.isArray(tools) ? { tools: (tools as { function: object }[]).map((tool) => ({ type: 'function', ...tool.function })) } : {}),
    ...(choice === undefined ? {} : { tool_choice: toResponseChoice(choice) }),
    ...(format === undefined ? {} : { text: { format } }),
  }
}

function toItems({ role, content, tool_calls: calls, tool_call_id: callId }: Json): Json[] {
  const parts = Array.isArray(content) ? (content as readonly Json[]).map(toInputPart) : content
  if (role === 'tool') return [{ type: 'function_call_output', call_id: callId, output: parts }]
  const called = ((calls ?? []) as { id: string; function: Json }[]).map((call) => ({
    type: 'function_call',
    call_id: call.id,
    ...call.function,
  }))
  return [...(parts === null || parts === undefined ? [] : [{ role, content: parts }]), ...called]
}

function toInputPart(part: Json): Json {
  if (part.type === 'text') return { type: 'input_text', text: part.text }
  if (part.type === 'image_url') return { type: 'input_image', image_url: (part.image_url as Json).url }
  return part.type === 'file' ? { type: 'input_file', ...(part.file as Json) } : part
}

function toResponseChoice(choice: unknown): unknown {
  if (typeof choice !== 'object' || choice === null) return choice
  const { type, function: named, allowed_tools: allowed } = choice as Record<string, Json>
  if (allowed === undefined) return { type, ...named }
  return {
    type,
    mode: allowed.mode,
    tools: (allowed.tools as { function: object }[]).map((tool) => ({ type: 'function', ...tool.function })),
  }
}
