import { computed, signal } from '@preact/signals'
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
import { adminToken, apiToken, RequestFailure, request } from '../state/session.js'
import type { ConsoleModel } from '../state/types.js'
import {
  addChunk,
  addResponseEvent,
  endChat,
  endItems,
  readChat,
  readEventData,
  readImages,
  readResponse,
  readTranscription,
} from './answer.js'
import { API_PATHS, isConversation, isImageModel, makeBody, type PlayApi, type PlayOptions, type PlayTool } from './body.js'
import { type AnswerTurn, EMPTY_ANSWER, type Turn } from './turns.js'

/** The state of the playground. It survives a change of the view, but not a sign-out. */
export const play = {
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
  /** The answer that is being received; undefined between answers. */
  live: signal<AnswerTurn | undefined>(undefined),
}

let stopper: AbortController | undefined

adminToken.subscribe((token) => {
  if (token !== undefined) return
  clearConversation()
  clearDraft()
})

const usableModels = computed(() => statusFeed.data.value?.models.filter(({ retired }) => !retired) ?? [])

/** The chat models that are not retired. */
export const chatModels = computed(() => usableModels.value.filter(({ kind }) => kind === 'chat'))

/** The models that are not retired and serve the chosen API. */
export const playModels = computed((): readonly ConsoleModel[] => {
  const chat = chatModels.value
  switch (play.api.value) {
    case 'images':
      return chat.filter(({ id }) => isImageModel(id))
    case 'speech':
      return usableModels.value.filter(({ kind }) => kind === 'speech')
    case 'transcription':
      // Chat models accept audio, except image models and Gemma.
      return [
        ...usableModels.value.filter(({ kind }) => kind === 'transcription'),
        ...chat.filter(({ id }) => !isImageModel(id) && !id.startsWith('gemma-')),
      ]
    default:
      return chat
  }
})

/** Id of the chosen model if it serves the chosen API, otherwise of a default. */
export const playModel = computed(() => chooseModel(playModels.value))

/** Id of the chosen model if it is a chat model, otherwise of a default. */
export const chatModel = computed(() => chooseModel(chatModels.value))

function chooseModel(models: readonly ConsoleModel[]): string {
  const [first] = models
  const fast = first?.kind === 'chat' ? models.find(({ id }) => id.endsWith('-flash')) : undefined
  return (models.find(({ id }) => id === play.model.value) ?? fast ?? first)?.id ?? ''
}

/** Parses the JSON array of function tools. @throws Error whose message shows a valid one */
export function parseTools(text: string): PlayTool[] {
  const tools: unknown = JSON.parse(text)
  const isTool = (tool: unknown): tool is PlayTool =>
    typeof tool === 'object' && tool !== null && 'name' in tool && typeof tool.name === 'string'
  if (!Array.isArray(tools) || !tools.every(isTool)) throw new Error('[{ "name": …, "description": …, "parameters": {…} }]')
  return tools
}

/** Parses the JSON schema of the answer. @throws Error whose message shows a valid one */
export function parseSchema(text: string): object {
  const schema: unknown = JSON.parse(text)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('{ "type": "object", … }')
  return schema
}

/** Returns the playground's current options. @throws Error for invalid tools or JSON schema */
export const readPlayOptions = (): PlayOptions => ({
  api: play.api.value,
  model: playModel.value,
  system: play.system.value.trim(),
  effort: play.effort.value,
  isStreamed: play.isStreamed.value && isConversation(play.api.value),
  tools: play.hasTools.value ? parseTools(play.toolsText.value) : undefined,
  schema: play.hasSchema.value ? parseSchema(play.schemaText.value) : undefined,
  shape: play.shape.value,
  size: play.size.value,
  voice: play.voice.value,
  directions: play.directions.value.trim(),
  language: play.language.value.trim(),
})

/** The turns of the conversation, and the message that is being written unless it is empty. */
export const turnsWithDraft = computed((): readonly Turn[] => {
  const api = play.api.value
  const text = play.draft.value.trim()
  const images = isConversation(api) ? play.images.value : []
  const recording = api === 'transcription' ? play.recording.value : undefined
  const isEmpty = api === 'transcription' ? recording === undefined : text === '' && images.length === 0
  return isEmpty ? play.turns.value : [...play.turns.value, { role: 'user', text, images, recording }]
})

/** Stops the current answer: closes its connection, which cancels the upstream call. */
export function stopAnswer(): void {
  stopper?.abort()
}

/** Stops the current answer and deletes all turns. */
export function clearConversation(): void {
  stopAnswer()
  play.turns.value = []
}

function clearDraft(): void {
  play.draft.value = ''
  play.images.value = []
  play.recording.value = undefined
}

/** Sends the turns, shows the answer as it arrives, and appends it to the conversation. */
export async function sendTurns(turns: readonly Turn[]): Promise<void> {
  const options = readPlayOptions()
  const controller = new AbortController()
  stopper = controller
  play.turns.value = turns
  clearDraft()
  play.live.value = EMPTY_ANSWER
  const startedAt = performance.now()
  const update = (turn: AnswerTurn): void => {
    play.live.value = hasBegun(turn) && turn.firstMs === undefined ? { ...turn, firstMs: performance.now() - startedAt } : turn
  }
  let end: Partial<AnswerTurn> = {}
  try {
    await receive(turns, options, controller.signal, update)
  } catch (error) {
    if (controller.signal.aborted) end = { isStopped: true }
    else end = { failure: error instanceof RequestFailure ? error : new RequestFailure(String(error), 0) }
  }
  const ended = { ...(play.live.value ?? EMPTY_ANSWER), ...end, totalMs: performance.now() - startedAt }
  play.live.value = undefined
  // The answer is dropped if a new conversation was started meanwhile.
  if (play.turns.value === turns) play.turns.value = [...turns, options.api === 'chat' ? endChat(ended) : endItems(ended)]
}

const hasBegun = ({ text, reasoning, calls, images, sound }: AnswerTurn): boolean =>
  text !== '' || reasoning !== '' || calls.length > 0 || images.length > 0 || sound !== undefined

async function receive(
  turns: readonly Turn[],
  options: PlayOptions,
  signal: AbortSignal,
  update: (turn: AnswerTurn) => void,
): Promise<void> {
  const sent = makeBody(turns, options)
  const isForm = options.api === 'transcription'
  // A form gets its content type, with the boundary, from the browser.
  const headers: Record<string, string> = isForm ? {} : { 'content-type': 'application/json' }
  if (apiToken.value !== '') headers.authorization = `Bearer ${apiToken.value}`
  const url = `${serverUrl()}/v1/${API_PATHS[options.api]}`
  const response = await request(url, { method: 'POST', headers, body: isForm ? toForm(sent) : JSON.stringify(sent), signal })
  let turn: AnswerTurn = { ...EMPTY_ANSWER, requestId: response.headers.get('x-request-id') ?? undefined }
  update(turn)
  if (response.body === null || !options.isStreamed) return update(await readWhole(turn, response, options.api))
  for await (const data of readEventData(response.body)) {
    if (data === '[DONE]') break
    const event: unknown = JSON.parse(data)
    update(options.api === 'chat' ? addChunk(turn, event as ChatCompletionChunk) : addResponseEvent(turn, event as ResponseStreamEvent))
    turn = play.live.value ?? turn
  }
}

/** Fills a turn from an answer that was not streamed. The contract guarantees its type. */
async function readWhole(turn: AnswerTurn, response: Response, api: PlayApi): Promise<AnswerTurn> {
  if (api === 'speech') return { ...turn, sound: await response.blob() }
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
