import { refusal } from './errors.js'
import type { ModelState, Settings } from './types.js'

/** A thinking level of Gemini. */
export type Level = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'

/**
 * A simulated model. Its thinking is configured by level (3.x), by budget (2.5), or not at all.
 */
export interface Model {
  readonly id: string
  readonly generation: '1' | '2' | '2.5' | '3' | 'gemma' | 'other'
  readonly task: 'chat' | 'embedding' | 'other'
  /** Kind of media that the model generates on the native API; images come with text. */
  readonly makes: 'text' | 'image' | 'audio'
  /** True if answers on the native API are transcripts of recordings. */
  readonly transcribes: boolean
  readonly levels: readonly Level[]
  /** Levels that the compatible API accepts, but the native API refuses. */
  readonly mappedLevels: readonly Level[]
  readonly defaultLevel: Level
  readonly canStopThinking: boolean
  readonly maxBudget: number
  readonly minBudget: number
  /** True for Gemini 3.5 Flash-Lite, 3.6 and later: the last turn must not be the model's. */
  readonly refusesPrefill: boolean
  /** True for Gemini 4, which refuses a thinking budget and accepts only a level. */
  readonly refusesBudget: boolean
  /** Maximum number of output tokens of a response that is not streamed. */
  readonly maxUnstreamedTokens: number
}

type Listed = readonly [id: string, displayName: string, state?: ModelState, replacement?: string]

/**
 * The models that `GET /models` listed on 2026-11-24; a listed model may still refuse new users.
 */
const LISTED: readonly Listed[] = [
  ['gemini-2.5-flash', 'Gemini 2.5 Flash', 'closed', 'gemini-3.5-flash-lite'],
  ['gemini-2.5-pro', 'Gemini 2.5 Pro', 'closed', 'gemini-3.8-flash'],
  ['gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', 'closed', 'gemini-3.5-flash-lite'],
  ['gemini-2.5-flash-preview-tts', 'Gemini 2.5 Flash Preview TTS'],
  ['gemini-2.5-pro-preview-tts', 'Gemini 2.5 Pro Preview TTS'],
  ['gemini-3.1-flash-tts-preview', 'Gemini 3.1 Flash TTS Preview'],
  ['gemini-3.8-flash-tts', 'Gemini 3.8 Flash TTS'],
  ['gemini-3.8-flash-lite-tts', 'Gemini 3.8 Flash-Lite TTS'],
  ['gemini-3.5-transcribe', 'Gemini 3.5 Transcribe'],
  ['gemma-4-31b-it', 'Gemma 4 31B'],
  ['gemma-4-26b-a4b-it', 'Gemma 4 26B A4B'],
  ['gemini-flash-latest', 'Gemini Flash Latest'],
  ['gemini-flash-lite-latest', 'Gemini Flash-Lite Latest'],
  ['gemini-pro-latest', 'Gemini Pro Latest'],
  ['gemini-3-flash-preview', 'Gemini 3 Flash Preview'],
  ['gemini-3.1-pro-preview', 'Gemini 3.1 Pro Preview'],
  ['gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite'],
  ['gemini-3.5-flash', 'Gemini 3.5 Flash'],
  ['gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite'],
  ['gemini-3.6-flash', 'Gemini 3.6 Flash'],
  ['gemini-3.7-flash', 'Gemini 3.7 Flash'],
  ['gemini-3.8-flash', 'Gemini 3.8 Flash'],
  ['gemini-4-argon', 'Gemini 4 Argon'],
  ['gemini-4-argon-cyber-permissive', 'Gemini 4 Argon Cyber Permissive'],
  ['gemini-4-carbon', 'Gemini 4 Carbon'],
  ['gemini-4-hydrogen', 'Gemini 4 Hydrogen'],
  ['gemini-4-neon', 'Gemini 4 Neon'],
  ['gemini-3-pro-image', 'Gemini 3 Pro Image'],
  ['gemini-3.1-flash-image', 'Gemini 3.1 Flash Image'],
  ['gemini-3.1-flash-lite-image', 'Gemini 3.1 Flash-Lite Image'],
  ['gemini-embedding-001', 'Gemini Embedding 001'],
  ['gemini-embedding-2', 'Gemini Embedding 2'],
  ['aqa', 'Model that performs Attributed Question Answering.'],
  ['imagen-4.0-generate-001', 'Imagen 4'],
  ['veo-3.1-generate-preview', 'Veo 3.1'],
  ['gemini-3.1-flash-live-preview', 'Gemini 3.1 Flash Live Preview'],
]

const RETIRED = /^gemini-2\.0-flash(-lite)?(-001)?$/
const OTHER = /-(image|tts|live|native-audio|transcribe)|^(aqa|imagen|veo|embedding-gecko)/
const STATES = new Map<string, Listed>(LISTED.map((row) => [row[0], row]))

const GEMINI_4 = { refusesPrefill: true, refusesBudget: true }

/** Model families by name; the first match wins. Every model launch adds a row. */
const FAMILIES: readonly (readonly [RegExp, Omit<Model, 'id' | 'task' | 'makes' | 'transcribes'>])[] = [
  [/^gemma/, family('gemma', [], 'none')],
  [/^gemini-1/, family('1', [], 'none')],
  [/^gemini-2\.0/, family('2', [], 'none')],
  [/^gemini-2\.5-pro/, { ...family('2.5', [], 'medium'), minBudget: 128, maxBudget: 32768 }],
  [/^gemini-2\.5-flash-lite/, { ...family('2.5', [], 'none'), canStopThinking: true, minBudget: 512, maxBudget: 24576 }],
  [/^gemini-2\.5/, { ...family('2.5', [], 'medium'), canStopThinking: true, minBudget: 1, maxBudget: 24576 }],
  [/^gemini-4-(argon|carbon)/, { ...family('3', ['low', 'medium', 'high'], 'medium'), ...GEMINI_4, maxUnstreamedTokens: 32_768 }],
  [/^gemini-4/, { ...family('3', ['low', 'medium', 'high', 'xhigh'], 'high'), ...GEMINI_4 }],
  [/^gemini-(3\.[78]|flash-latest)/, { ...family('3', ['low', 'medium', 'high'], 'medium'), refusesPrefill: true }],
  [/^gemini-3\.6/, { ...family('3', ['minimal', 'low', 'medium', 'high'], 'medium'), refusesPrefill: true }],
  // The compatible API accepts minimal for Pro models, because it maps minimal to low.
  [/^gemini-(3\.1-pro|pro-latest)/, { ...family('3', ['minimal', 'low', 'medium', 'high'], 'high'), mappedLevels: ['minimal'] }],
  [/^gemini-3\.1-flash(-lite)?-image/, family('3', ['minimal', 'high'], 'minimal')],
  [
    /^gemini-(3\.5-flash-lite|flash-lite-latest)/,
    { ...family('3', ['minimal', 'low', 'medium', 'high'], 'minimal'), refusesPrefill: true },
  ],
  [/^gemini-3\.1-flash-lite/, family('3', ['minimal', 'low', 'medium', 'high'], 'minimal')],
  [/^gemini-3-flash/, family('3', ['minimal', 'low', 'medium', 'high'], 'high')],
  [/^gemini-[3-9]/, family('3', ['minimal', 'low', 'medium', 'high'], 'medium')],
]

function family(
  generation: Model['generation'],
  levels: readonly Level[],
  defaultLevel: Level,
): Omit<Model, 'id' | 'task' | 'makes' | 'transcribes'> {
  const limits = { minBudget: 1, maxBudget: 32768, maxUnstreamedTokens: 65_536, mappedLevels: [] }
  return { generation, levels, defaultLevel, canStopThinking: false, refusesPrefill: false, refusesBudget: false, ...limits }
}

/** Removes the optional prefix `models/` of a model id. */
export const bareId = (id: string): string => (id.startsWith('models/') ? id.slice(7) : id)

/**
 * The task for which a request uses a model. `generate` is `generateContent` of the native API,
 * which also makes images and speech.
 */
export type Task = 'chat' | 'embedding' | 'generate'

/**
 * Returns the model with this id if this account may use it for the task.
 *
 * @param missing - makes the error for an unknown model
 * @throws Refusal 404 with Google's message: not found, retired, or closed to new users
 */
export const modelOf = (requested: string, task: Task, settings: Settings, missing = notFound): Model => {
  const id = bareId(requested)
  const state = stateOf(id, settings)
  if (state === 'retired')
    throw refusal('retired', `This model models/${id} is no longer available. Please update your code to use a newer model.`)
  if (state === 'closed' && settings.newUser) {
    throw refusal(
      'closed',
      `This model models/${id} is no longer available to new users. Please update your code to use models/${STATES.get(id)?.[3] ?? 'gemini-3.8-flash'}.`,
    )
  }
  const model = describe(id)
  const isFit = model.task === task || (task === 'generate' && isGenerative(model))
  if (state === 'missing' || !isFit) throw missing(id, task)
  return model
}

/** True for models that `generateContent` of the native API supports. */
export const isGenerative = ({ task, makes, transcribes }: Model): boolean => task === 'chat' || makes !== 'text' || transcribes

/** Returns the entry with which `GET /models/{id}` responds. */
export const retrieveModel = (requested: string, settings: Settings): object => {
  const id = bareId(requested)
  const found = listModels(settings).find((entry) => entry.id === `models/${id}`)
  if (found === undefined) throw notFound(id, 'chat')
  return found
}

/** The entries of `GET /models`: as recorded, with the prefix `models/` and without `created`. */
export const listModels = (settings: Settings): readonly { readonly id: string }[] =>
  listed(settings).map(([id, displayName]) => ({ id: `models/${id}`, object: 'model', owned_by: 'google', display_name: displayName }))

/** Returns all listed models with their display names. */
export const listedModels = (settings: Settings): readonly { readonly model: Model; readonly displayName: string }[] =>
  listed(settings).map(([id, displayName]) => ({ model: describe(id), displayName }))

function listed(settings: Settings): readonly (readonly [id: string, displayName: string, ...unknown[]])[] {
  const added = Object.keys(settings.models).filter((id) => !STATES.has(id))
  const all = [...LISTED, ...added.map((id) => [id, id] as const)]
  return all.filter(([id]) => !['missing', 'retired'].includes(stateOf(id, settings)))
}

function stateOf(id: string, settings: Settings): ModelState {
  const row = STATES.get(id)
  return settings.models[id] ?? (row === undefined ? (RETIRED.test(id) ? 'retired' : 'missing') : (row[2] ?? 'alive'))
}

const DESCRIBED = new Map<string, Model>()
const MAX_DESCRIBED = 1000

/**
 * Looks up a model by name. Cached, because the patterns would otherwise run for every request of a
 * benchmark.
 */
function describe(id: string): Model {
  const known = DESCRIBED.get(id)
  if (known !== undefined) return known
  if (DESCRIBED.size >= MAX_DESCRIBED) DESCRIBED.clear()
  const model = familyOf(id)
  DESCRIBED.set(id, model)
  return model
}

function familyOf(id: string): Model {
  const found = FAMILIES.find(([pattern]) => pattern.test(id))?.[1] ?? family('other', [], 'none')
  const task = id.includes('embedding') ? 'embedding' : OTHER.test(id) ? 'other' : 'chat'
  const makes = id.includes('-image') ? 'image' : id.includes('-tts') ? 'audio' : 'text'
  return { id, task, makes, transcribes: /-transcribe$/.test(id), ...found }
}

function notFound(id: string, task: string): Error {
  const method = task === 'embedding' ? 'embedContent' : 'generateContent'
  return refusal(
    'not-found',
    `models/${id} is not found for API version v1main, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  )
}
