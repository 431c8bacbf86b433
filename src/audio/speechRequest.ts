import { apiError } from '../contract/errors.js'
import { type ClientParams, makeRenameFromTable, unlistedMembers } from '../contract/paramNames.js'
import type { ChatCompletionRequest, SpeechRequest } from '../contract/types.js'
import { toGeminiVoice } from './voices.js'

/** A request for speech, converted to a chat request. */
export interface ParsedSpeechRequest {
  readonly chat: ChatCompletionRequest
  readonly paramNames: ClientParams
  readonly format: SpeechFormat
  /** True if the client requested events (`stream_format: sse`) instead of bytes. */
  readonly wantsEvents: boolean
}

/** The formats of speech that Gemini can generate. */
export type SpeechFormat = 'wav' | 'pcm'

/** Default format of speech. OpenAI's default is mp3, which Gemini cannot generate. */
const DEFAULT_FORMAT = 'wav'
const SPEECH_FIELDS = new Set(['model', 'input', 'voice', 'instructions', 'response_format', 'speed', 'stream_format'])

/** Patterns of chat parameters in errors, each with the client's parameter to name instead. */
const SPEECH_PARAMS = [
  [/^audio\.voice/, 'voice'],
  [/^audio/, 'response_format'],
  [/^messages/, 'input'],
  [/^modalities/, 'model'],
] as const

/**
 * Converts a request for speech to a chat request.
 *
 * @param canStream - true if the model can stream long speech
 * @throws 400 `unsupported_value` for a voice or a format that Gemini does not support
 */
export function parseSpeechRequest(body: SpeechRequest, canStream: boolean): ParsedSpeechRequest {
  const { model, input, voice, instructions, speed, response_format: requested, stream_format: stream } = body
  const format = requested ?? DEFAULT_FORMAT
  if (!isSpeechFormat(format)) {
    const message = `Gemini cannot generate '${format}'. Use 'wav', or 'pcm' for raw samples.`
    throw apiError('unsupported_value', message, { param: 'response_format' })
  }
  return {
    chat: {
      model,
      messages: [...(instructions ? [{ role: 'system' as const, content: instructions }] : []), { role: 'user', content: input }],
      modalities: ['audio'],
      audio: { voice: toGeminiVoice(voice, 'voice'), format: format === 'wav' ? 'wav' : 'pcm16' },
      // WAV is not streamed: its header contains the length of the whole file.
      ...(format === 'pcm' && canStream ? { stream: true } : {}),
    },
    paramNames: {
      ignored: [...(typeof speed === 'number' && speed !== 1 ? ['speed'] : []), ...unlistedMembers(body, SPEECH_FIELDS)],
      rename: makeRenameFromTable(SPEECH_PARAMS),
    },
    format,
    wantsEvents: stream === 'sse',
  }
}

const isSpeechFormat = (format: string): format is SpeechFormat => format === 'wav' || format === 'pcm'
