import type { CataloguedModel } from './model.js'
import { traitsOf } from './traits.js'

const SPEECH_LIMITS = { contextWindow: 8_192, maxOutputTokens: 16_384, inputModalities: ['text'], thinkingLevels: [] } as const
const LITE_TTS = 'gemini-3.8-flash-lite-tts'
// Google has announced this retirement for all speech models older than Gemini 3.8.
const OLDER_SPEECH = { ...SPEECH_LIMITS, retiredOn: '2026-12-18', replacement: LITE_TTS } as const

/**
 * Speech models and the transcription model, newest first. They cannot chat, although Google's list
 * gives them the methods of chat models. Source: Google's model pages, its list of models, and its
 * changelog.
 */
export const SPEECH_CATALOGUE: readonly CataloguedModel[] = [
  { id: 'gemini-3.8-flash-tts', displayName: 'Gemini 3.8 Flash TTS', releasedOn: '2026-09-22', ...SPEECH_LIMITS },
  { id: LITE_TTS, displayName: 'Gemini 3.8 Flash-Lite TTS', releasedOn: '2026-09-22', ...SPEECH_LIMITS },
  {
    id: 'gemini-3.5-transcribe',
    displayName: 'Gemini 3.5 Transcribe',
    // Only the month of this release is known: the date is its first day.
    releasedOn: '2026-08-01',
    // The tokens of an hour of audio: Google names no limits in tokens.
    contextWindow: 115_200,
    maxOutputTokens: 65_536,
    inputModalities: ['audio'],
    thinkingLevels: [],
  },
  { id: 'gemini-3.1-flash-tts-preview', displayName: 'Gemini 3.1 Flash TTS Preview', releasedOn: '2026-04-15', ...OLDER_SPEECH },
  { id: 'gemini-2.5-flash-preview-tts', displayName: 'Gemini 2.5 Flash Preview TTS', releasedOn: '2025-05-20', ...OLDER_SPEECH },
  { id: 'gemini-2.5-pro-preview-tts', displayName: 'Gemini 2.5 Pro Preview TTS', releasedOn: '2025-05-20', ...OLDER_SPEECH },
]

/** The hint in an error for a model that does not generate speech. */
export const SPEECH_HINT =
  'Speech models are gemini-3.8-flash-tts and gemini-3.8-flash-lite-tts; the operator can map other names, such as tts-1, with MODEL_ALIASES.'

/** The hint in an error for a model that does not accept audio. */
export const TRANSCRIPTION_HINT =
  'Use gemini-3.5-transcribe, or a chat model such as gemini-3.8-flash; the operator can map other names, such as whisper-1, with MODEL_ALIASES.'

/** True for ids of models that generate speech and cannot chat, even if not in the catalogue. */
export const isSpeechModel = (id: string): boolean => traitsOf(id).speech !== undefined
