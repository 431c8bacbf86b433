import type { Turn, UserTurn } from './turns.js'

/** Name of an API that the playground can call. */
export type PlayApi = 'chat' | 'responses' | 'images' | 'speech' | 'transcription'

/** The options of the playground, which apply to the next request. */
export interface PlayOptions {
  readonly api: PlayApi
  readonly model: string
  readonly system: string
  /** Reasoning effort; empty for the model's default. */
  readonly effort: string
  readonly isStreamed: boolean
  /** Function tools; undefined for none. */
  readonly tools: readonly PlayTool[] | undefined
  /** JSON schema of the answer; undefined for text. */
  readonly schema: object | undefined
  /** Aspect ratio of images; empty for the model's default. */
  readonly aspectRatio: string
  readonly imageSize: string
  readonly voice: string
  /** Instructions on how to speak, for speech; may be empty. */
  readonly speechInstructions: string
  /** Language of the recording to transcribe; empty to detect it. */
  readonly language: string
}

/** A function tool, in the format of the playground's editor. */
export interface PlayTool {
  readonly name: string
  readonly description?: string
  readonly parameters?: object
}

/** The URL path of each API, relative to the base URL. */
export const API_PATHS = {
  chat: 'chat/completions',
  responses: 'responses',
  images: 'images/generations',
  speech: 'audio/speech',
  transcription: 'audio/transcriptions',
} as const satisfies Record<PlayApi, string>

/** True for an API whose request contains the whole conversation, not only the last message. */
export const takesConversation = (api: PlayApi): boolean => api === 'chat' || api === 'responses'

/** Makes the JSON body of a request, or for a transcription the fields of its form. */
export const makeBody = (turns: readonly Turn[], options: PlayOptions): Readonly<Record<string, unknown>> => {
  const { api } = options
  const last = turns.findLast((turn) => turn.role === 'user') ?? { role: 'user', text: '', images: [] }
  if (api === 'images') return makeImagesBody(last, options)
  if (api === 'speech') return makeSpeechBody(last, options)
  if (api === 'transcription') return makeTranscriptionBody(last, options)
  const sent = turns.filter((turn, index) => !isWithoutAnswer(turn, turns[index + 1]))
  return api === 'chat' ? makeChatBody(sent, options) : makeResponsesBody(sent, options)
}

/** True for a user message whose answer failed without content; requests leave it out. */
const isWithoutAnswer = (turn: Turn, next: Turn | undefined): boolean =>
  turn.role === 'user' && next?.role === 'assistant' && next.failure !== undefined && next.history.length === 0

/** True for the name of a model that generates images. */
export const isImageModel = (id: string): boolean => /-image(-|$)|nano-banana/.test(id)

function makeImagesBody({ text }: UserTurn, { model, aspectRatio, imageSize }: PlayOptions): Record<string, unknown> {
  return { model, prompt: text, ...(aspectRatio === '' ? {} : { size: aspectRatio }), ...(imageSize === '' ? {} : { quality: imageSize }) }
}

const makeSpeechBody = ({ text }: UserTurn, { model, voice, speechInstructions }: PlayOptions): Record<string, unknown> => ({
  model,
  input: text,
  voice,
  ...(speechInstructions === '' ? {} : { instructions: speechInstructions }),
  response_format: 'wav',
})

const makeTranscriptionBody = ({ text, recording }: UserTurn, { model, language }: PlayOptions): Record<string, unknown> => ({
  file: recording ?? new File([], 'speech.wav'),
  model,
  ...(language === '' ? {} : { language }),
  ...(text === '' ? {} : { prompt: text }),
})

/** Makes the parameter `image_config` of a chat request; `{}` if no image option is set. */
function toImageSettings({ model, aspectRatio, imageSize }: PlayOptions): object {
  if (!isImageModel(model) || (aspectRatio === '' && imageSize === '')) return {}
  return {
    image_config: { ...(aspectRatio === '' ? {} : { aspect_ratio: aspectRatio }), ...(imageSize === '' ? {} : { image_size: imageSize }) },
  }
}

function makeChatBody(turns: readonly Turn[], options: PlayOptions): Record<string, unknown> {
  const { model, system, effort, isStreamed, tools, schema } = options
  return {
    model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(toMessages)],
    ...(effort === '' ? {} : { reasoning_effort: effort }),
    ...(tools === undefined ? {} : { tools: tools.map((each) => ({ type: 'function', function: each })) }),
    ...toImageSettings(options),
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  }
}

function toMessages(turn: Turn): unknown[] {
  if (turn.role === 'assistant') return [...turn.history]
  if (turn.role === 'tool') return turn.results.map(({ call, output }) => ({ role: 'tool', tool_call_id: call.id, content: output }))
  if (turn.images.length === 0) return [{ role: 'user', content: turn.text }]
  const images = turn.images.map((url) => ({ type: 'image_url', image_url: { url } }))
  return [{ role: 'user', content: [...textParts(turn, 'text'), ...images] }]
}

function makeResponsesBody(turns: readonly Turn[], options: PlayOptions): Record<string, unknown> {
  const { model, system, effort, isStreamed, schema, aspectRatio, imageSize } = options
  const image = {
    type: 'image_generation',
    ...(aspectRatio === '' ? {} : { size: aspectRatio }),
    ...(imageSize === '' ? {} : { quality: imageSize }),
  }
  const tools = [...(options.tools ?? []).map(toResponsesTool), ...(isImageModel(model) ? [image] : [])]
  return {
    model,
    ...(system === '' ? {} : { instructions: system }),
    input: turns.flatMap(toResponsesItems),
    ...(tools.length === 0 ? {} : { tools }),
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
  if (turn.role === 'assistant') return [...turn.history]
  if (turn.role === 'tool') return turn.results.map(({ call, output }) => ({ type: 'function_call_output', call_id: call.id, output }))
  if (turn.images.length === 0) return [{ role: 'user', content: turn.text }]
  const images = turn.images.map((url) => ({ type: 'input_image', image_url: url, detail: 'auto' }))
  return [{ role: 'user', content: [...textParts(turn, 'input_text'), ...images] }]
}

const textParts = ({ text }: UserTurn, type: string): object[] => (text === '' ? [] : [{ type, text }])
