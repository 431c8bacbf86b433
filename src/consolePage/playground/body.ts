import type { Turn, UserTurn } from './turns.js'

/** The two APIs of the playground. */
export type PlayApi = 'chat' | 'responses'

/** What the reader set beside the conversation. */
export interface PlayOptions {
  readonly api: PlayApi
  readonly model: string
  readonly system: string
  /** Empty for the default of the model. */
  readonly effort: string
  readonly isStreamed: boolean
  /** Function tools; undefined for none. */
  readonly tools: readonly PlayTool[] | undefined
  /** JSON schema of the answer; undefined for text. */
  readonly schema: object | undefined
}

/** A function tool, as in the editor. */
export interface PlayTool {
  readonly name: string
  readonly description?: string
  readonly parameters?: object
}

/** The path of an API below the base URL. */
export const API_PATHS = { chat: 'chat/completions', responses: 'responses' } as const satisfies Record<PlayApi, string>

/** Makes the request body for a conversation. */
export const makeBody = (turns: readonly Turn[], options: PlayOptions): Readonly<Record<string, unknown>> => {
  const sent = turns.filter((turn, index) => !isWithoutAnswer(turn, turns[index + 1]))
  return options.api === 'chat' ? makeChatBody(sent, options) : makeResponsesBody(sent, options)
}

/** A message that failed stays out: what Gemini refused, it would refuse in each later request. */
const isWithoutAnswer = (turn: Turn, next: Turn | undefined): boolean =>
  turn.role === 'user' && next?.role === 'assistant' && next.failure !== undefined && next.replay.length === 0

function makeChatBody(turns: readonly Turn[], options: PlayOptions): Record<string, unknown> {
  const { model, system, effort, isStreamed, tools, schema } = options
  return {
    model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(toMessages)],
    ...(effort === '' ? {} : { reasoning_effort: effort }),
    ...(tools === undefined ? {} : { tools: tools.map((each) => ({ type: 'function', function: each })) }),
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  }
}

function toMessages(turn: Turn): unknown[] {
  if (turn.role === 'assistant') return [...turn.replay]
  if (turn.role === 'tool') return turn.results.map(({ call, output }) => ({ role: 'tool', tool_call_id: call.id, content: output }))
  if (turn.images.length === 0) return [{ role: 'user', content: turn.text }]
  const images = turn.images.map((url) => ({ type: 'image_url', image_url: { url } }))
  return [{ role: 'user', content: [...textParts(turn, 'text'), ...images] }]
}

function makeResponsesBody(turns: readonly Turn[], options: PlayOptions): Record<string, unknown> {
  const { model, system, effort, isStreamed, tools, schema } = options
  return {
    model,
    ...(system === '' ? {} : { instructions: system }),
    input: turns.flatMap(toResponsesItems),
    ...(tools === undefined ? {} : { tools: tools.map(toResponsesTool) }),
    ...(schema === undefined ? {} : { text: { format: { type: 'json_schema', name: 'answer', schema, strict: false } } }),
    reasoning: { summary: 'auto', ...(effort === '' ? {} : { effort }) },
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(isStreamed ? { stream: true } : {}),
  }
}

const toResponsesTool = ({ name, description, parameters }: PlayTool): object => ({
  type: 'function',
  name,
  ...(description === undefined ? {} : { description }),
  parameters: parameters ?? { type: 'object', properties: {} },
  strict: false,
})

function toResponsesItems(turn: Turn): unknown[] {
  if (turn.role === 'assistant') return [...turn.replay]
  if (turn.role === 'tool') return turn.results.map(({ call, output }) => ({ type: 'function_call_output', call_id: call.id, output }))
  if (turn.images.length === 0) return [{ role: 'user', content: turn.text }]
  const images = turn.images.map((url) => ({ type: 'input_image', image_url: url, detail: 'auto' }))
  return [{ role: 'user', content: [...textParts(turn, 'input_text'), ...images] }]
}

const textParts = ({ text }: UserTurn, type: string): object[] => (text === '' ? [] : [{ type, text }])
