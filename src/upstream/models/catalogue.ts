/** How much a model thinks before it answers. */
export type ThinkingLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'

/** A model of Gemini. Source: Google's model and deprecation pages, November 2026. */
export interface CataloguedModel {
  readonly id: string
  readonly displayName: string
  /** Release day, ISO 8601. */
  readonly releasedOn: string
  /** The announced day from which Google refuses or reroutes the model. */
  readonly retiredOn?: string
  /** The model that answers requests for this one after its retirement. */
  readonly replacement?: string
  readonly contextWindow: number
  readonly maxOutputTokens: number
  /** Most tokens of an answer that is not streamed, if that is less than `maxOutputTokens`. */
  readonly maxUnstreamedTokens?: number
  readonly inputModalities: readonly string[]
  /** The levels that the model accepts, lowest first; empty for a model that does not think. */
  readonly thinkingLevels: readonly ThinkingLevel[]
  /** The level that applies where a request names none. */
  readonly defaultThinkingLevel?: ThinkingLevel
  /** The parameter that sets it: a level (Gemini 3) or a budget of tokens (Gemini 2.5). */
  readonly thinkingBy?: 'level' | 'budget'
  /** Least and most tokens of a thinking budget above 0; absent where Google refuses budgets. */
  readonly budgets?: readonly [least: number, most: number]
  /** True where Google ignores `temperature` and `top_p`. */
  readonly ignoresSampling?: boolean
}

const MEDIA = ['text', 'image', 'audio', 'video', 'file'] as const
const GEMINI = { contextWindow: 1_048_576, maxOutputTokens: 65_536, inputModalities: MEDIA } as const
const BEFORE_THINKING = { contextWindow: 1_048_576, maxOutputTokens: 8_192, inputModalities: MEDIA, thinkingLevels: [] } as const
const GEMINI_2_0 = { ...BEFORE_THINKING, retiredOn: '2026-06-01' } as const
const GEMINI_1_5 = { ...BEFORE_THINKING, retiredOn: '2025-09-24' } as const
const GEMMA = { contextWindow: 262_144, maxOutputTokens: 32_768, inputModalities: ['text', 'image'], thinkingLevels: [] } as const
const FLASH_BUDGETS = { budgets: [1, 24_576] } as const
const PRO_BUDGETS = { budgets: [128, 32_768] } as const
const LITE_BUDGETS = { budgets: [512, 24_576] } as const
const ALL_LEVELS = { ...GEMINI, thinkingLevels: ['minimal', 'low', 'medium', 'high'], thinkingBy: 'level', ...FLASH_BUDGETS } as const
const FROM_LOW = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'level', ...FLASH_BUDGETS } as const
const PRO = { ...FROM_LOW, ...PRO_BUDGETS } as const
const BUDGET = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'budget', ...PRO_BUDGETS } as const
const STOPPABLE = { ...GEMINI, thinkingLevels: ['none', 'low', 'medium', 'high'], thinkingBy: 'budget' } as const
const GEMINI_4 = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high', 'xhigh'], thinkingBy: 'level', ignoresSampling: true } as const
const ARGON = { ...GEMINI_4, thinkingLevels: ['low', 'medium', 'high'], maxUnstreamedTokens: 32_768 } as const
const MINIMAL = { defaultThinkingLevel: 'minimal' } as const
const MEDIUM = { defaultThinkingLevel: 'medium' } as const
const HIGH = { defaultThinkingLevel: 'high' } as const
// The models that replace retired ones.
const FLASH = 'gemini-3.8-flash'
const LITE = 'gemini-3.5-flash-lite'

/** The model of commands and checks for which none is named. */
export const DEFAULT_MODEL: string = FLASH

/** The built-in models, newest first. */
export const CATALOGUE: readonly CataloguedModel[] = [
  { id: 'gemini-4-neon', displayName: 'Gemini 4 Neon', releasedOn: '2026-11-18', ...GEMINI_4, ...HIGH },
  { id: 'gemini-4-hydrogen', displayName: 'Gemini 4 Hydrogen', releasedOn: '2026-11-12', ...GEMINI_4, ...HIGH },
  // Google's pages name only the month of its release, and no default level.
  { id: 'gemini-4-carbon', displayName: 'Gemini 4 Carbon', releasedOn: '2026-11-01', ...ARGON },
  { id: 'gemini-4-argon', displayName: 'Gemini 4 Argon', releasedOn: '2026-10-13', ...ARGON, ...MEDIUM },
  {
    id: 'gemini-4-argon-cyber-permissive',
    displayName: 'Gemini 4 Argon Cyber Permissive',
    releasedOn: '2026-10-13',
    ...ARGON,
    ...HIGH,
  },
  { id: FLASH, displayName: 'Gemini 3.8 Flash', releasedOn: '2026-09-02', ...FROM_LOW, ...MEDIUM },
  { id: 'gemini-3.7-flash', displayName: 'Gemini 3.7 Flash', releasedOn: '2026-08-13', ...FROM_LOW, ...MEDIUM },
  { id: 'gemini-3.6-flash', displayName: 'Gemini 3.6 Flash', releasedOn: '2026-07-21', ...ALL_LEVELS, ...MEDIUM },
  { id: 'gemini-3.5-flash', displayName: 'Gemini 3.5 Flash', releasedOn: '2026-05-19', ...ALL_LEVELS, ...MEDIUM },
  { id: LITE, displayName: 'Gemini 3.5 Flash-Lite', releasedOn: '2026-07-21', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-3.1-flash-lite', displayName: 'Gemini 3.1 Flash-Lite', releasedOn: '2026-05-07', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-3.1-pro-preview', displayName: 'Gemini 3.1 Pro Preview', releasedOn: '2026-02-19', ...PRO, ...HIGH },
  { id: 'gemini-3-flash-preview', displayName: 'Gemini 3 Flash Preview', releasedOn: '2025-12-17', ...ALL_LEVELS, ...HIGH },
  { id: 'gemini-flash-latest', displayName: 'Gemini Flash Latest', releasedOn: '2025-09-25', ...FROM_LOW, ...MEDIUM },
  { id: 'gemini-flash-lite-latest', displayName: 'Gemini Flash-Lite Latest', releasedOn: '2025-09-25', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-pro-latest', displayName: 'Gemini Pro Latest', releasedOn: '2026-02-19', ...PRO, ...HIGH },
  { id: 'gemma-4-31b-it', displayName: 'Gemma 4 31B', releasedOn: '2026-04-02', ...GEMMA },
  { id: 'gemma-4-26b-a4b-it', displayName: 'Gemma 4 26B A4B', releasedOn: '2026-04-02', ...GEMMA },
  {
    id: 'gemini-2.5-pro',
    displayName: 'Gemini 2.5 Pro',
    releasedOn: '2025-06-17',
    retiredOn: '2026-12-01',
    replacement: FLASH,
    ...BUDGET,
    ...MEDIUM,
  },
  {
    id: 'gemini-2.5-flash',
    displayName: 'Gemini 2.5 Flash',
    releasedOn: '2025-06-17',
    retiredOn: '2026-12-01',
    replacement: LITE,
    ...STOPPABLE,
    ...FLASH_BUDGETS,
    ...MEDIUM,
  },
  {
    id: 'gemini-2.5-flash-lite',
    displayName: 'Gemini 2.5 Flash-Lite',
    releasedOn: '2025-07-22',
    replacement: LITE,
    ...STOPPABLE,
    ...LITE_BUDGETS,
    defaultThinkingLevel: 'none',
  },
  {
    id: 'gemini-2.5-flash-lite-preview-06-17',
    displayName: 'Gemini 2.5 Flash-Lite Preview 06-17',
    releasedOn: '2025-06-17',
    retiredOn: '2025-11-18',
    replacement: LITE,
    ...STOPPABLE,
    ...LITE_BUDGETS,
    defaultThinkingLevel: 'none',
  },
  { id: 'gemini-2.0-flash', displayName: 'Gemini 2.0 Flash', releasedOn: '2025-02-05', replacement: FLASH, ...GEMINI_2_0 },
  { id: 'gemini-2.0-flash-lite', displayName: 'Gemini 2.0 Flash-Lite', releasedOn: '2025-02-25', replacement: LITE, ...GEMINI_2_0 },
  {
    id: 'gemini-1.5-pro',
    displayName: 'Gemini 1.5 Pro',
    releasedOn: '2024-05-23',
    replacement: FLASH,
    ...GEMINI_1_5,
    contextWindow: 2_097_152,
  },
  { id: 'gemini-1.5-flash', displayName: 'Gemini 1.5 Flash', releasedOn: '2024-05-23', replacement: FLASH, ...GEMINI_1_5 },
  { id: 'gemini-1.5-flash-8b', displayName: 'Gemini 1.5 Flash-8B', releasedOn: '2024-10-03', replacement: LITE, ...GEMINI_1_5 },
]
