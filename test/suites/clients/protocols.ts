import type { Answer } from '../../support/contractHook.js'
import { eventsOf } from '../google/google.js'

type Json = Readonly<Record<string, unknown>>

/** A question to a model, and what the client sends with it. */
interface Question {
  readonly model: string
  readonly text: string
  /** An image in PNG, as base64. */
  readonly image?: string
  /** True if the request declares the weather tool. */
  readonly hasTool?: boolean
}

/** How clients of one API write a conversation and read streams. */
export interface Protocol {
  /** Returns the path after the base URL for a streaming request. */
  path(model: string): string
  first(question: Question): Json
  /** Adds the tool calls of an answer, and the result of each call, to the conversation. */
  next(sent: Json, calls: readonly Json[], result: string): Json
  textOf(answer: Answer): string
  /** Returns the tool calls of an answer in the form in which a client sends them back. */
  callsOf(answer: Answer): Json[]
  /** True if the stream ended normally, as the API defines it. */
  hasEnded(answer: Answer): boolean
  modelsOf(list: unknown): string[]
}

const PARAMETERS = { type: 'object', properties: { city: { type: 'string', description: 'Its name' } }, required: ['city'] }
const TOOL = { name: 'get_weather', description: 'Weather of a city' }
const FUNCTION = { ...TOOL, parameters: PARAMETERS }
// The cast is safe: streams and lists have been validated against the contract.
const all = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((member, name) => (member as Json | undefined)?.[name], value)
const textsAt = (items: readonly unknown[], ...path: readonly (string | number)[]): string =>
  items.flatMap((item) => (typeof at(item, ...path) === 'string' ? [at(item, ...path)] : [])).join('')
const idsIn = (list: unknown): string[] => all(at(list, 'data')).map(({ id }) => String(id))

/** Joins the tool calls in a stream of chunks, where each piece has the index of its call. */
function joinedCalls({ events }: Answer): Json[] {
  const calls: { id?: unknown; type: string; function: { name: string; arguments: string } }[] = []
  for (const piece of events.flatMap((event) => all(at(event, 'choices', 0, 'delta', 'tool_calls')))) {
    const index = Number(piece.index)
    const call = calls[index] ?? { type: 'function', function: { name: '', arguments: '' } }
    if (piece.id !== undefined) call.id = piece.id
    call.function.name += String(at(piece, 'function', 'name') ?? '')
    call.function.arguments += String(at(piece, 'function', 'arguments') ?? '')
    calls[index] = call
  }
  return calls
}

const chat: Protocol = {
  path: () => '/chat/completions',
  first: ({ model, text, image, hasTool }) => ({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      {
        role: 'user',
        content:
          image === undefined
            ? text
            : [
                { type: 'text', text },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
              ],
      },
    ],
    stream: true,
    ...(hasTool ? { tools: [{ type: 'function', function: FUNCTION }], tool_choice: 'auto' } : {}),
  }),
  next: (sent, calls, result) => ({
    ...sent,
    messages: [
      ...all(sent.messages),
      { role: 'assistant', content: '', tool_calls: calls },
      ...calls.map(({ id }) => ({ role: 'tool', name: TOOL.name, tool_call_id: id, content: result })),
    ],
  }),
  textOf: ({ events }) => textsAt(events, 'choices', 0, 'delta', 'content'),
  callsOf: joinedCalls,
  hasEnded: ({ events }) => events.at(-1) === '[DONE]' && events.some((event) => at(event, 'choices', 0, 'finish_reason') === 'stop'),
  modelsOf: idsIn,
}

const messages: Protocol = {
  path: () => '/messages',
  first: ({ model, text, image, hasTool }) => ({
    model,
    max_tokens: 4096,
    system: [{ type: 'text', text: 'You are a helpful assistant.' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          ...(image === undefined ? [] : [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }]),
        ],
      },
    ],
    stream: true,
    ...(hasTool ? { tools: [{ ...TOOL, input_schema: PARAMETERS }] } : {}),
  }),
  next: (sent, calls, result) => ({
    ...sent,
    messages: [
      ...all(sent.messages),
      { role: 'assistant', content: calls.map((call) => ({ ...call, input: { city: 'Oslo' } })) },
      { role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: result })) },
    ],
  }),
  textOf: ({ events }) => textsAt(events, 'delta', 'text'),
  callsOf: ({ events }) =>
    events.flatMap((event) => (at(event, 'content_block', 'type') === 'tool_use' ? [at(event, 'content_block') as Json] : [])),
  hasEnded: ({ events }) =>
    at(events.at(-1), 'type') === 'message_stop' && events.some((event) => at(event, 'delta', 'stop_reason') === 'end_turn'),
  modelsOf: idsIn,
}

const partsOf = ({ text }: Answer): Json[] => eventsOf(text).flatMap((event) => all(at(event, 'candidates', 0, 'content', 'parts')))

const google: Protocol = {
  path: (model) => `/models/${model}:streamGenerateContent?alt=sse`,
  first: ({ text, image, hasTool }) => ({
    systemInstruction: { parts: [{ text: 'You are a helpful assistant.' }] },
    contents: [
      { role: 'user', parts: [{ text }, ...(image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }])] },
    ],
    ...(hasTool ? { tools: [{ functionDeclarations: [FUNCTION] }], toolConfig: { functionCallingConfig: { mode: 'AUTO' } } } : {}),
  }),
  next: (sent, calls, result) => ({
    ...sent,
    contents: [
      ...all(sent.contents),
      { role: 'model', parts: calls },
      {
        role: 'user',
        parts: calls.map((call) => {
          // The cast is safe: callsOf returns only parts with a call.
          const { id, name } = at(call, 'functionCall') as Json
          return { functionResponse: { ...(id === undefined ? {} : { id }), name, response: { result } } }
        }),
      },
    ],
  }),
  textOf: (answer) =>
    textsAt(
      partsOf(answer).filter(({ thought }) => thought !== true),
      'text',
    ),
  callsOf: (answer) => partsOf(answer).filter((part) => 'functionCall' in part),
  hasEnded: ({ text }) => at(eventsOf(text).at(-1), 'candidates', 0, 'finishReason') === 'STOP',
  modelsOf: (list) => all(at(list, 'models')).map(({ name }) => String(name).replace('models/', '')),
}

const responses: Protocol = {
  path: () => '/responses',
  first: ({ model, text, image, hasTool }) => ({
    model,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text },
          ...(image === undefined ? [] : [{ type: 'input_image', image_url: `data:image/png;base64,${image}` }]),
        ],
      },
    ],
    stream: true,
    ...(hasTool ? { tools: [{ type: 'function', ...FUNCTION, strict: false }], tool_choice: 'auto' } : {}),
  }),
  next: (sent, calls, result) => ({
    ...sent,
    input: [
      ...all(sent.input),
      ...calls,
      ...calls.flatMap(({ type, call_id: id }) =>
        type === 'function_call' ? [{ type: 'function_call_output', call_id: id, output: result }] : [],
      ),
    ],
  }),
  textOf: ({ events }) =>
    textsAt(
      events.filter((event) => at(event, 'type') === 'response.output_text.delta'),
      'delta',
    ),
  callsOf: ({ events }) =>
    events.flatMap((event) => (at(event, 'type') === 'response.output_item.done' ? [at(event, 'item') as Json] : [])),
  hasEnded: ({ events }) => at(events.at(-1), 'type') === 'response.completed',
  modelsOf: idsIn,
}

/**
 * The Responses API for a client that sends back function calls, but not reasoning or messages.
 */
const responsesOfCalls: Protocol = {
  ...responses,
  callsOf: (answer) =>
    responses
      .callsOf(answer)
      .filter(({ type }) => type === 'function_call')
      .map(({ type, call_id, name, arguments: given }) => ({ type, call_id, name, arguments: given })),
}

/** The APIs of the proxy that chat clients use. */
export const PROTOCOLS = { chat, messages, google, responses, responsesOfCalls } satisfies Record<string, Protocol>
