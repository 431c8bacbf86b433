import { computed, signal } from '@preact/signals'
import type { ChatCompletion, ChatCompletionChunk, ImagesResponse, ModelResponse, ResponseStreamEvent } from '../../contract/types.js'
import { statusFeed } from '../state/feeds.js'
import { serverUrl } from '../state/route.js'
import { adminToken, apiToken, RequestFailure, request } from '../state/session.js'
import { addChunk, addResponseEvent, endChat, endItems, readChat, readEventData, readImages, readResponse } from './answer.js'
import { API_PATHS, isImageModel, makeBody, type PlayApi, type PlayOptions, type PlayTool } from './body.js'
import { type AnswerTurn, EMPTY_ANSWER, type Turn } from './turns.js'

/** What the reader entered. It survives a change of the view, and nothing survives a sign-out. */
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
  draft: signal(''),
  images: signal<readonly string[]>([]),
  turns: signal<readonly Turn[]>([]),
  /** The answer that is arriving. */
  live: signal<AnswerTurn | undefined>(undefined),
}

let stopper: AbortController | undefined

adminToken.subscribe((token) => {
  if (token === undefined) clearConversation()
})

/** The models that serve the chosen API and are not retired. */
export const chatModels = computed(() => {
  const models = statusFeed.data.value?.models.filter(({ kind, retired }) => kind === 'chat' && !retired) ?? []
  return play.api.value === 'images' ? models.filter(({ id }) => isImageModel(id)) : models
})

/** The chosen model, else the newest that is fast. */
export const playModel = computed(
  () =>
    chatModels.value.find(({ id }) => id === play.model.value)?.id ||
    (chatModels.value.find(({ id }) => id.endsWith('-flash')) ?? chatModels.value[0])?.id ||
    '',
)

/** The tools of the editor. @throws Error that says what is wrong with them */
export function parseTools(text: string): PlayTool[] {
  const tools: unknown = JSON.parse(text)
  const isTool = (tool: unknown): tool is PlayTool =>
    typeof tool === 'object' && tool !== null && 'name' in tool && typeof tool.name === 'string'
  if (!Array.isArray(tools) || !tools.every(isTool)) throw new Error('[{ "name": …, "description": …, "parameters": {…} }]')
  return tools
}

/** The schema of the editor. @throws Error that says what is wrong with it */
export function parseSchema(text: string): object {
  const schema: unknown = JSON.parse(text)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('{ "type": "object", … }')
  return schema
}

/** The options as entered. @throws Error for tools or a schema that are not valid */
export const readPlayOptions = (): PlayOptions => ({
  api: play.api.value,
  model: playModel.value,
  system: play.system.value.trim(),
  effort: play.effort.value,
  isStreamed: play.isStreamed.value && play.api.value !== 'images',
  tools: play.hasTools.value ? parseTools(play.toolsText.value) : undefined,
  schema: play.hasSchema.value ? parseSchema(play.schemaText.value) : undefined,
  shape: play.shape.value,
  size: play.size.value,
})

/** The conversation with the message that is being written. */
export const turnsWithDraft = computed((): readonly Turn[] => {
  const text = play.draft.value.trim()
  const images = play.images.value
  return text === '' && images.length === 0 ? play.turns.value : [...play.turns.value, { role: 'user', text, images }]
})

/** Stops the running answer: its connection closes, and with it the upstream call. */
export function stopAnswer(): void {
  stopper?.abort()
}

/** Begins a new conversation. */
export function clearConversation(): void {
  stopAnswer()
  play.turns.value = []
}

/** Sends the conversation and shows the answer as it arrives. */
export async function sendTurns(turns: readonly Turn[]): Promise<void> {
  const options = readPlayOptions()
  const controller = new AbortController()
  stopper = controller
  play.turns.value = turns
  play.draft.value = ''
  play.images.value = []
  play.live.value = EMPTY_ANSWER
  const startedAt = performance.now()
  const update = (turn: AnswerTurn): void => {
    const hasBegun = turn.text !== '' || turn.reasoning !== '' || turn.calls.length > 0 || turn.images.length > 0
    play.live.value = hasBegun && turn.firstMs === undefined ? { ...turn, firstMs: performance.now() - startedAt } : turn
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
  // A new conversation may have begun since.
  if (play.turns.value === turns) play.turns.value = [...turns, options.api === 'chat' ? endChat(ended) : endItems(ended)]
}

async function receive(
  turns: readonly Turn[],
  options: PlayOptions,
  signal: AbortSignal,
  update: (turn: AnswerTurn) => void,
): Promise<void> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (apiToken.value !== '') headers.authorization = `Bearer ${apiToken.value}`
  const url = `${serverUrl()}/v1/${API_PATHS[options.api]}`
  const response = await request(url, { method: 'POST', headers, body: JSON.stringify(makeBody(turns, options)), signal })
  let turn: AnswerTurn = { ...EMPTY_ANSWER, requestId: response.headers.get('x-request-id') ?? undefined }
  update(turn)
  if (response.body === null || !options.isStreamed) {
    const answer: unknown = await response.json()
    // The contract types all: a whole answer, or its events.
    if (options.api === 'images') update(readImages(turn, answer as ImagesResponse))
    else update(options.api === 'chat' ? readChat(turn, answer as ChatCompletion) : readResponse(turn, answer as ModelResponse))
    return
  }
  for await (const data of readEventData(response.body)) {
    if (data === '[DONE]') break
    const event: unknown = JSON.parse(data)
    update(options.api === 'chat' ? addChunk(turn, event as ChatCompletionChunk) : addResponseEvent(turn, event as ResponseStreamEvent))
    turn = play.live.value ?? turn
  }
}
