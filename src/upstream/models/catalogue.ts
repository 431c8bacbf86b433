/** How much a model thinks before it answers. */
export type ThinkingLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high'

/**
 * A Gemini model that the proxy knows. Source: Google's model and deprecation pages, November 2026.
 */
export interface CataloguedModel {
  readonly id: string
  readonly displayName: string
  /** Release day, ISO 8601. */
  readonly releasedOn: string
  /**
   * Day of retirement, when Google begins to refuse or reroute the model; absent where none is
   * announced.
   */
  readonly retiredOn?: string
  /** The model that answers requests for this one after its retirement. */
  readonly replacement?: string
  readonly contextWindow: number
  readonly maxOutputTokens: number
  readonly inputModalities: readonly string[]
  /**
   * Thinking levels that the model accepts, lowest first; empty for a model that does not think.
   */
  readonly thinkingLevels: readonly ThinkingLevel[]
  /** The level that applies where a request names none. */
  readonly defaultThinkingLevel?: ThinkingLevel
  /** The parameter that sets it: a level (Gemini 3) or a budget of tokens (Gemini 2.5). */
  readonly thinkingBy?: 'level' | 'budget'
}

const MEDIA = ['text', 'image', 'audio', 'video', 'file'] as const
const GEMINI = { contextWindow: 1_048_576, maxOutputTokens: 65_536, inputModalities: MEDIA } as const
const BEFORE_THINKING = { contextWindow: 1_048_576, maxOutputTokens: 8_192, inputModalities: MEDIA, thinkingLevels: [] } as const
const GEMMA = { contextWindow: 262_144, maxOutputTokens: 32_768, inputModalities: ['text', 'image'], thinkingLevels: [] } as const
const ALL_LEVELS = { ...GEMINI, thinkingLevels: ['minimal', 'low', 'medium', 'high'], thinkingBy: 'level' } as const
const FROM_LOW = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'level' } as const
const BUDGET = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'budget', defaultThinkingLevel: 'medium' } as const
const STOPPABLE = { ...GEMINI, thinkingLevels: ['none', 'low', 'medium', 'high'], thinkingBy: 'budget' } as const

/** The built-in models, newest first. */
export const CATALOGUE: readonly CataloguedModel[] = [
  { id: 'gemini-3.8-flash', displayName: 'Gemini 3.8 Flash', releasedOn: '2026-09-02', ...FROM_LOW, defaultThinkingLevel: 'medium' },
  { id: 'gemini-3.7-flash', displayName: 'Gemini 3.7 Flash', releasedOn: '2026-08-13', ...FROM_LOW, defaultThinkingLevel: 'medium' },
  { id: 'gemini-3.6-flash', displayName: 'Gemini 3.6 Flash', releasedOn: '2026-07-21', ...ALL_LEVELS, defaultThinkingLevel: 'medium' },
  { id: 'gemini-3.5-flash', displayName: 'Gemini 3.5 Flash', releasedOn: '2026-05-19', ...ALL_LEVELS, defaultThinkingLevel: 'medium' },
  {
    id: 'gemini-3.5-flash-lite',
    displayName: 'Gemini 3.5 Flash-Lite',
    releasedOn: '2026-07-21',
    ...ALL_LEVELS,
    defaultThinkingLevel: 'minimal',
  },
  {
    id: 'gemini-3.1-flash-lite',
    displayName: 'Gemini 3.1 Flash-Lite',
    releasedOn: '2026-05-07',
    ...ALL_LEVELS,
    defaultThinkingLevel: 'minimal',
  },
  {
    id: 'gemini-3.1-pro-preview',
    displayName: 'Gemini 3.1 Pro Preview',
    releasedOn: '2026-02-19',
    ...FROM_LOW,
    defaultThinkingLevel: 'high',
  },
  {
    id: 'gemini-3-flash-preview',
    displayName: 'Gemini 3 Flash Preview',
    releasedOn: '2025-12-17',
    ...ALL_LEVELS,
    defaultThinkingLevel: 'high',
  },
  { id: 'gemini-flash-latest', displayName: 'Gemini Flash Latest', releasedOn: '2025-09-25', ...FROM_LOW, defaultThinkingLevel: 'medium' },
  {
    id: 'gemini-flash-lite-latest',
    displayName: 'Gemini Flash-Lite Latest',
    releasedOn: '2025-09-25',
    ...ALL_LEVELS,
    defaultThinkingLevel: 'minimal',
  },
  { id: 'gemini-pro-latest', displayName: 'Gemini Pro Latest', releasedOn: '2026-02-19', ...FROM_LOW, defaultThinkingLevel: 'high' },
  { id: 'gemma-4-31b-it', displayName: 'Gemma 4 31B', releasedOn: '2026-04-02', ...GEMMA },
  { id: 'gemma-4-26b-a4b-it', displayName: 'Gemma 4 26B A4B', releasedOn: '2026-04-02', ...GEMMA },
  {
    id: 'gemini-2.5-pro',
    displayName: 'Gemini 2.5 Pro',
    releasedOn: '2025-06-17',
    retiredOn: '2026-12-01',
    replacement: 'gemini-3.8-flash',
    ...BUDGET,
  },
  {
    id: 'gemini-2.5-flash',
    displayName: 'Gemini 2.5 Flash',
    releasedOn: '2025-06-17',
    retiredOn: '2026-12-01',
    replacement: 'gemini-3.5-flash-lite',
    ...STOPPABLE,
    defaultThinkingLevel: 'medium',
  },
  {
    id: 'gemini-2.5-flash-lite',
    displayName: 'Gemini 2.5 Flash-Lite',
    releasedOn: '2025-07-22',
    replacement: 'gemini-3.5-flash-lite',
    ...STOPPABLE,
    defaultThinkingLevel: 'none',
  },
  {
    id: 'gemini-2.5-flash-lite-preview-06-17',
    displayName: 'Gemini 2.5 Flash-Lite Preview 06-17',
    releasedOn: '2025-06-17',
    retiredOn: '2025-11-18',
    replacement: 'gemini-3.5-flash-lite',
    ...STOPPABLE,
    defaultThinkingLevel: 'none',
  },
  {
    id: 'gemini-2.0-flash',
    displayName: 'Gemini 2.0 Flash',
    releasedOn: '2025-02-05',
    retiredOn: '2026-06-01',
    replacement: 'gemini-3.8-flash',
    ...BEFORE_THINKING,
  },
  {
    id: 'gemini-2.0-flash-lite',
    displayName: 'Gemini 2.0 Flash-Lite',
    releasedOn: '2025-02-25',
    retiredOn: '2026-06-01',
    replacement: 'gemini-3.5-flash-lite',
    ...BEFORE_THINKING,
  },
  {
    id: 'gemini-1.5-pro',
    displayName: 'Gemini 1.5 Pro',
    releasedOn: '2024-05-23',
    retiredOn: '2025-09-24',
    replacement: 'gemini-3.8-flash',
    ...BEFORE_THINKING,
    contextWindow: 2_097_152,
  },
  {
    id: 'gemini-1.5-flash',
    displayName: 'Gemini 1.5 Flash',
    releasedOn: '2024-05-23',
    retiredOn: '2025-09-24',
    replacement: 'gemini-3.8-flash',
    ...BEFORE_THINKING,
  },
  {
    id: 'gemini-1.5-flash-8b',
    displayName: 'Gemini 1.5 Flash-8B',
    releasedOn: '2024-10-03',
    retiredOn: '2025-09-24',
    replacement: 'gemini-3.5-flash-lite',
    ...BEFORE_THINKING,
  },
]
