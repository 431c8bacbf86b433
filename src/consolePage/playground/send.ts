import { computed, type Signal, signal } from '@preact/signals'
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ImagesResponse,
  ModelResponse,
  ResponseStreamEvent,
  Transcription,
} from '../../contract/types.js'
import { statusFeed } from '../state/feeds.js'
import { serverUrl } from '../state/route.js'
import { adminToken, apiToken, fetchOk, RequestFailure } from '../state/session.js'
import type { ConsoleModel } from '../state/types.js'
import {
  addChunk,
  addResponseEvent,
  endChatTurn,
  endResponseTurn,
  readChat,
  readEventData,
  readImages,
  readResponse,
  readTranscription,
} from './answer.js'
import { API_PATHS, isImageModel, makeBody, type PlayApi, type PlayOptions, type PlayTool, takesConversation } from './body.js'
import { type AnswerTurn, EMPTY_ANSWER, hasBegun, type Turn } from './turns.js'

/** The state of the playground. It survives a switch to another view, but not a sign-out. */
export const playground = {
  api: signal<PlayApi>('chat'),
  model: signal(''),
  system: signal(''),
  effort: signal(''),
  isStreamed: signal(true),
  hasTools: signal(false),
  toolsText: signal(
    JSON.stringify(
      [
        {
          name: 'get_weather',
          description: 'Current weather of a city',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
      null,
      2,
    ),
  ),
  hasSchema: signal(false),
  schemaText: signal(
    JSON.stringify(
      {
        type: 'object',
        properties: { title: { type: 'string' }, points: { type: 'array', items: { type: 'string' } } },
        required: ['title', 'points'],
      },
      null,
      2,
    ),
  ),
  shape: signal(''),
  size: signal(''),
  voice: signal('Kore'),
  directions: signal(''),
  language: signal(''),
  draft: signal(''),
  images: signal<readonly string[]>([]),
  recording: signal<File | undefined>(undefined),
  turns: signal<readonly Turn[]>([]),
  /** The answer that is being received, if any; otherwise undefined. */
  live: signal<AnswerTurn | undefined>(undefined),
}

let answerController: AbortController | undefined

const initialValues = Object.values(playground).map((state: Signal<unknown>) => [state, state.peek()] as const)

adminToken.subscribe((token) => {
  if (token !== undefined) return
  stopAnswer()
  for (const [state, value] of initialValues) state.value = value
})

const usableModels = computed(() => statusFeed.data.value?.models.filter(({ retired }) => !retired) ?? [])

/** The chat models that are not retired. */
export const chatModels = computed(() => usableModels.value.filter(({ kind }) => kind === 'chat'))

/** The models that are not retired and serve the chosen API. */
export const playModels = computed((): readonly ConsoleModel[] => {
  const chat = chatModels.value
  switch (playground.api.value) {
    case 'images':
      return chat.filter(({ id }) => isImageModel(id))
    case 'speech':
      return usableModels.value.filter(({ kind }) => kind === 'speech')
    case 'transcription':
      // Chat models can transcribe, too. All accept audio, except image models and Gemma.
      return [
        ...usableModels.value.filter(({ kind }) => kind === 'transcription'),
        ...chat.filter(({ id }) => !isImageModel(id) && !id.startsWith('gemma-')),
      ]
    default:
      return chat
  }
})

/** Id of the chosen model if it serves the chosen API, else of a default; '' without models. */
export const playModel = computed(() => chooseModel(playModels.value))

/** Id of the chosen model if it is a chat model, else of a default; '' without models. */
export const chatModel = computed(() => chooseModel(chatModels.value))

function chooseModel(models: readonly ConsoleModel[]): string {
  const [first] = models
  const fast = first?.kind === 'chat' ? models.find(({ id }) => id.endsWith('-flash')) : undefined
  return (models.find(({ id }) => id === playground.model.value) ?? fast ?? first)?.id ?? ''
}

/** Parses the JSON array of function tools. @throws SyntaxError, or Error that shows an example */
export function parseTools(text: string): PlayTool[] {
  const tools: unknown = JSON.parse(text)
  const isTool = (tool: unknown): tool is PlayTool =>
    typeof tool === 'object' && tool !== null && 'name' in tool && typeof tool.name === 'string'
  if (!Array.isArray(tools) || !tools.every(isTool)) throw new Error('[{ "name": …, "description": …, "parameters": {…} }]')
  return tools
}

/** Parses the JSON schema of the answer. @throws SyntaxError, or Error that shows an example */
export function parseSchema(text: string): object {
  const schema: unknown = JSON.parse(text)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('{ "type": "object", … }')
  return schema
}

/** Returns the playground's current options. @throws Error for invalid tools or JSON schema */
export const readPlayOptions = (): PlayOptions => ({
  api: playground.api.value,
  model: playModel.value,
  system: playground.system.value.trim(),
  effort: playground.effort.value,
  isStreamed: playground.isStreamed.value && takesConversation(playground.api.value),
  tools: playground.hasTools.value ? parseTools(playground.toolsText.value) : undefined,
  schema: playground.hasSchema.value ? parseSchema(playground.schemaText.value) : undefined,
  aspectRatio: playground.shape.value,
  imageSize: playground.size.value,
  voice: playground.voice.value,
  speechInstructions: playground.directions.value.trim(),
  language: playground.language.value.trim(),
})

/** The turns of the conversation, followed by the message being written unless it is empty. */
export const turnsWithDraft = computed((): readonly Turn[] => {
  const api = playground.api.value
  const text = playground.draft.value.trim()
  const images = takesConversation(api) ? playground.images.value : []
  const recording = api === 'transcription' ? playground.recording.value : undefined
  const isEmpty = api === 'transcription' ? recording === undefined : text === '' && images.length === 0
  return isEmpty ? playground.turns.value : [...playground.turns.value, { role: 'user', text, images, recording }]
})

/** Stops the current answer: closes its connection, which cancels the upstream call. */
export function stopAnswer(): void {
  answerController?.abort()
}

/** Stops the current answer and deletes all turns. */
export function clearConversation(): void {
  stopAnswer()
  playground.turns.value = []
}

function clearDraft(): void {
  playground.draft.value = ''
  playground.images.value = []
  playground.recording.value = undefined
}

/** Sends the turns, shows the answer as it arrives, and appends it to the conversation. */
export async function sendTurns(turns: readonly Turn[]): Promise<void> {
  const options = readPlayOptions()
  const controller = new AbortController()
  answerController = controller
  playground.turns.value = turns
  clearDraft()
  playground.live.value = EMPTY_ANSWER
  const startedAt = performance.now()
  const update = (turn: AnswerTurn): void => {
    playground.live.value =
      hasBegun(turn) && turn.firstContentMs === undefined ? { ...turn, firstContentMs: performance.now() - startedAt } : turn
  }
  let end: Partial<AnswerTurn> = {}
  try {
    await sendAndReceive(turns, options, controller.signal, update)
  } catch (error) {
    if (controller.signal.aborted) end = { isStopped: true }
    else end = { failure: error instanceof RequestFailure ? error : new RequestFailure(String(error), 0) }
  }
  const ended = { ...(playground.live.value ?? EMPTY_ANSWER), ...end, totalMs: performance.now() - startedAt }
  playground.live.value = undefined
  // The answer is dropped if a new conversation was started meanwhile.
  if (playground.turns.value === turns)
    playground.turns.value = [...turns, options.api === 'chat' ? endChatTurn(ended) : endResponseTurn(ended)]
}

async function sendAndReceive(
  turns: readonly Turn[],
  options: PlayOptions,
  signal: AbortSignal,
  update: (turn: AnswerTurn) => void,
): Promise<void> {
  const sent = makeBody(turns, options)
  const isForm = options.api === 'transcription'
  // For FormData, fetch itself sets the content type, which contains the boundary of the parts.
  const headers: Record<string, string> = isForm ? {} : { 'content-type': 'application/json' }
  if (apiToken.value !== '') headers.authorization = `Bearer ${apiToken.value}`
  const url = `${serverUrl()}/v1/${API_PATHS[options.api]}`
  const response = await fetchOk(url, { method: 'POST', headers, body: isForm ? toForm(sent) : JSON.stringify(sent), signal })
  let turn: AnswerTurn = { ...EMPTY_ANSWER, requestId: response.headers.get('x-request-id') ?? undefined }
  update(turn)
  if (response.body === null || !options.isStreamed) return update(await readWhole(turn, response, options.api))
  for await (const data of readEventData(response.body)) {
    if (data === '[DONE]') break
    const event: unknown = JSON.parse(data)
    update(options.api === 'chat' ? addChunk(turn, event as ChatCompletionChunk) : addResponseEvent(turn, event as ResponseStreamEvent))
    turn = playground.live.value ?? turn
  }
}

/** Fills a turn from an answer that was not streamed. The casts rely on the OpenAPI contract. */
async function readWhole(turn: AnswerTurn, response: Response, api: PlayApi): Promise<AnswerTurn> {
  if (api === 'speech') return { ...turn, audio: await response.blob() }
  const answer: unknown = await response.json()
  switch (api) {
    case 'chat':
      return readChat(turn, answer as ChatCompletion)
    case 'responses':
      return readResponse(turn, answer as ModelResponse)
    case 'images':
      return readImages(turn, answer as ImagesResponse)
    case 'transcription':
      return readTranscription(turn, answer as Transcription)
  }
}

function toForm(fields: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value instanceof File ? value : String(value))
  return form
}
