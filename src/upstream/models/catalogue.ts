/**
 * The chat models of Gemini: data only. Source: Google's pages on models, deprecations, thinking
 * and thought signatures.
 */
import type { CataloguedModel, ModelTraits } from './model.js'

/** Day on which this catalogue was last compared with Google's pages, ISO 8601. */
export const CATALOGUE_AS_OF = '2026-11-28'

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
// No `budgets`: from Gemini 3.8 on, Google's pages no longer say that models accept a budget.
const FROM_LOW = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'level' } as const
const PRO = { ...FROM_LOW, ...PRO_BUDGETS } as const
const BUDGET = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high'], thinkingBy: 'budget', ...PRO_BUDGETS } as const
const THINKING_OPTIONAL = { ...GEMINI, thinkingLevels: ['none', 'low', 'medium', 'high'], thinkingBy: 'budget' } as const
const GEMINI_4 = { ...GEMINI, thinkingLevels: ['low', 'medium', 'high', 'xhigh'], thinkingBy: 'level' } as const
const ARGON = { ...GEMINI_4, thinkingLevels: ['low', 'medium', 'high'], maxUnstreamedTokens: 32_768 } as const
const IMAGE_INPUT = { inputModalities: ['text', 'image'] } as const
const PRO_IMAGE = { ...IMAGE_INPUT, contextWindow: 131_072, maxOutputTokens: 32_768, thinkingLevels: [] } as const
const FLASH_IMAGE = {
  ...IMAGE_INPUT,
  contextWindow: 65_536,
  maxOutputTokens: 65_536,
  thinkingLevels: ['minimal', 'high'],
  thinkingBy: 'level',
} as const
const MINIMAL = { defaultThinkingLevel: 'minimal' } as const
const MEDIUM = { defaultThinkingLevel: 'medium' } as const
const HIGH = { defaultThinkingLevel: 'high' } as const
// The models that replace retired ones.
const FLASH = 'gemini-3.8-flash'
const LITE = 'gemini-3.5-flash-lite'

/** The chat model that the program's commands and checks use by default. */
export const DEFAULT_MODEL: string = FLASH

/** The built-in chat models, newest first. */
export const CATALOGUE: readonly CataloguedModel[] = [
  { id: 'gemini-4-neon', displayName: 'Gemini 4 Neon', releasedOn: '2026-11-18', ...GEMINI_4, ...HIGH },
  { id: 'gemini-4-hydrogen', displayName: 'Gemini 4 Hydrogen', releasedOn: '2026-11-12', ...GEMINI_4, ...HIGH },
  // Google's pages name no day of this release (hence the first), and no default thinking level.
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
  { id: 'gemini-3.7-flash', displayName: 'Gemini 3.7 Flash', releasedOn: '2026-08-13', ...FROM_LOW, ...FLASH_BUDGETS, ...MEDIUM },
  { id: 'gemini-3.6-flash', displayName: 'Gemini 3.6 Flash', releasedOn: '2026-07-21', ...ALL_LEVELS, ...MEDIUM },
  { id: 'gemini-3.5-flash', displayName: 'Gemini 3.5 Flash', releasedOn: '2026-05-19', ...ALL_LEVELS, ...MEDIUM },
  { id: LITE, displayName: 'Gemini 3.5 Flash-Lite', releasedOn: '2026-07-21', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-3.1-flash-lite', displayName: 'Gemini 3.1 Flash-Lite', releasedOn: '2026-05-07', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-3.1-pro-preview', displayName: 'Gemini 3.1 Pro Preview', releasedOn: '2026-02-19', ...PRO, ...HIGH },
  { id: 'gemini-3-flash-preview', displayName: 'Gemini 3 Flash Preview', releasedOn: '2025-12-17', ...ALL_LEVELS, ...HIGH },
  { id: 'gemini-flash-latest', displayName: 'Gemini Flash Latest', releasedOn: '2025-09-25', ...FROM_LOW, ...MEDIUM },
  { id: 'gemini-flash-lite-latest', displayName: 'Gemini Flash-Lite Latest', releasedOn: '2025-09-25', ...ALL_LEVELS, ...MINIMAL },
  { id: 'gemini-pro-latest', displayName: 'Gemini Pro Latest', releasedOn: '2026-02-19', ...PRO, ...HIGH },
  // The release days of image models are those of their previews, if any. For Flash-Lite Image,
  // only the month is known: the date is its first day.
  { id: 'gemini-3.1-flash-image', displayName: 'Gemini 3.1 Flash Image', releasedOn: '2026-02-26', ...FLASH_IMAGE, ...MINIMAL },
  { id: 'gemini-3.1-flash-lite-image', displayName: 'Gemini 3.1 Flash-Lite Image', releasedOn: '2026-07-01', ...FLASH_IMAGE, ...MINIMAL },
  { id: 'gemini-3-pro-image', displayName: 'Gemini 3 Pro Image', releasedOn: '2025-11-20', ...PRO_IMAGE },
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
    ...THINKING_OPTIONAL,
    ...FLASH_BUDGETS,
    ...MEDIUM,
  },
  {
    id: 'gemini-2.5-flash-lite',
    displayName: 'Gemini 2.5 Flash-Lite',
    releasedOn: '2025-07-22',
    replacement: LITE,
    ...THINKING_OPTIONAL,
    ...LITE_BUDGETS,
    defaultThinkingLevel: 'none',
  },
  {
    id: 'gemini-2.5-flash-lite-preview-06-17',
    displayName: 'Gemini 2.5 Flash-Lite Preview 06-17',
    releasedOn: '2025-06-17',
    retiredOn: '2025-11-18',
    replacement: LITE,
    ...THINKING_OPTIONAL,
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

const BEFORE_2_5 = {
  takesPenalties: true,
  takesLogprobs: true,
  takesTopK: true,
  ignoresSampling: false,
  mixesBuiltInTools: false,
  takesMediaInResults: false,
  takesOfficeFiles: false,
  mixesJsonAndTools: false,
  makesImages: false,
  imageSizes: [],
  speech: undefined,
  transcribes: false,
  takesInstructions: true,
  supportsContinuations: false,
  needsSignatures: false,
  takesCachedContent: true,
} as const satisfies ModelTraits
const SINCE_2_5 = { ...BEFORE_2_5, takesPenalties: false } as const
const SINCE_3 = {
  ...SINCE_2_5,
  takesLogprobs: false,
  mixesBuiltInTools: true,
  takesMediaInResults: true,
  mixesJsonAndTools: true,
  needsSignatures: true,
} as const
const SINCE_3_6 = { ...SINCE_3, takesTopK: false } as const
const SINCE_4 = {
  ...SINCE_3_6,
  takesOfficeFiles: true,
  ignoresSampling: true,
  supportsContinuations: true,
  takesCachedContent: false,
} as const
// Gemma lacks the additions of Gemini 3. It may combine JSON output with tools, because Google does
// not say that Gemma refuses this.
const GEMMA_TRAITS = { ...SINCE_2_5, mixesJsonAndTools: true, takesLogprobs: false, takesCachedContent: false } as const

/** The traits of model families, by patterns of model ids; the first match applies. */
export const FAMILY_TRAITS: readonly (readonly [ids: RegExp, traits: ModelTraits])[] = [
  [/^gemma-[1-3]/, { ...GEMMA_TRAITS, takesInstructions: false }],
  [/^gemma-/, GEMMA_TRAITS],
  [/^gemini-(?:[4-9]|[1-9]\d)(?!\d)/, SINCE_4],
  [/^gemini-1/, BEFORE_2_5],
  [/^gemini-2\.5/, SINCE_2_5],
  [/^gemini-2/, BEFORE_2_5],
  [/^gemini-(?:3(?:\.[0-5])?(?!\.?\d)|(?:pro|flash-lite)-latest)|^nano-banana/, SINCE_3],
]

/** The traits of models that match no family, which are probably new. */
export const NEW_FAMILY_TRAITS: ModelTraits = SINCE_3_6

// Traits of models that only speak or transcribe: Google ignores or refuses sampling settings for
// them, and refuses system instructions.
const AUDIO_ONLY = {
  ignoresSampling: true,
  takesInstructions: false,
  takesTopK: false,
  supportsContinuations: false,
  needsSignatures: false,
  takesCachedContent: false,
} as const satisfies Partial<ModelTraits>

/** Traits in which models differ from their family, by patterns of ids; every match applies. */
export const VARIANT_TRAITS: readonly (readonly [ids: RegExp, traits: Partial<ModelTraits>])[] = [
  [
    /-image(?:-|$)|^(?:gemini-)?nano-banana/,
    {
      makesImages: true,
      imageSizes: ['512', '1K', '2K', '4K'],
      needsSignatures: false,
      supportsContinuations: false,
      takesCachedContent: false,
    },
  ],
  [/^gemini-3-pro-image|^nano-banana-pro|^gemini-nano-banana/, { imageSizes: ['1K', '2K', '4K'] }],
  [/-flash-lite-image/, { imageSizes: ['1K'] }],
  [/-image-(?:preview|generation)|^nano-banana/, { takesInstructions: false }],
  [/^gemini-2.*-image/, { imageSizes: [] }],
  [/-tts(?:-|$)/, { ...AUDIO_ONLY, speech: 'directed' }],
  [/^gemini-(?:2|3(?:\.[0-7])?(?!\.?\d)).*-tts(?:-|$)/, { speech: 'prompted' }],
  [/-transcribe(?:-|$)/, { ...AUDIO_ONLY, transcribes: true }],
]

/** For ids without an entry: the catalogued model with the same thinking settings; first match. */
export const FAMILY_MODELS: readonly (readonly [ids: RegExp, listed: string])[] = [
  [/^gemini-3.*-flash(?:-lite)?-image|^nano-banana-2/, 'gemini-3.1-flash-image'],
  [/-image(?:-|$)|nano-banana|-tts(?:-|$)|-transcribe(?:-|$)/, 'gemini-3-pro-image'],
  [/^gemma-/, 'gemma-4-31b-it'],
  [/^gemini-4-(?:hydrogen|neon)/, 'gemini-4-hydrogen'],
  [/^gemini-(?:[4-9]|[1-9]\d)(?!\d)/, 'gemini-4-argon'],
  [/^gemini-(?:1|2(?!\.5))/, 'gemini-2.0-flash'],
  [/^gemini-2\.5-flash-lite/, 'gemini-2.5-flash-lite'],
  [/^gemini-2\.5-flash/, 'gemini-2.5-flash'],
  [/^gemini-2\.5/, 'gemini-2.5-pro'],
  [/^gemini-3(?:\.[0-7])?-pro/, 'gemini-3.1-pro-preview'],
  [/^gemini-3(?:\.[0-6])?-flash-lite/, 'gemini-3.5-flash-lite'],
  [/^gemini-3(?:\.[0-4])?-flash/, 'gemini-3-flash-preview'],
  [/^gemini-3\.[56]-flash/, 'gemini-3.6-flash'],
  [/^gemini-3\.[89]|^gemini-3\.\d\d/, FLASH],
  // For any other id: all thinking models accept the levels of 3.7 Flash, older ones its budgets.
  [/^/, 'gemini-3.7-flash'],
]
