import { apiError } from '../contract/errors.js'
import { makeRename, otherMembers, type ParamNames } from '../contract/paramNames.js'
import type { ChatCompletionRequest, SpeechRequest } from '../contract/types.js'
import { toGeminiVoice } from './voices.js'

/** A request for speech, and the chat that makes it. */
export interface ParsedSpeech {
  readonly chat: ChatCompletionRequest
  readonly paramNames: ParamNames
  readonly format: SpeechFormat
  /** True where the client wants events instead of bytes. */
  readonly hasEvents: boolean
}

/** The formats that Gemini speaks in. */
export type SpeechFormat = 'wav' | 'pcm'

/** Other than OpenAI's, which Gemini does not make. */
const DEFAULT_FORMAT = 'wav'
const SPEECH_FIELDS = new Set(['model', 'input', 'voice', 'instructions', 'response_format', 'speed', 'stream_format'])

/** The parameters of a chat that a client may hear of, and those of its own request. */
const SPEECH_PARAMS = [
  [/^audio\.voice/, 'voice'],
  [/^audio/, 'response_format'],
  [/^messages/, 'input'],
  [/^modalities/, 'model'],
] as const

/**
 * Converts a request for speech to a chat.
 *
 * @param canStream - whether the model may be asked for a stream
 * @throws 400 `unsupported_value` for a voice or a format that Gemini does not have
 */
export function parseSpeechRequest(body: SpeechRequest, canStream: boolean): ParsedSpeech {
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
      // The header of a WAV file has its length.
      ...(format === 'pcm' && canStream ? { stream: true } : {}),
    },
    paramNames: {
      ignored: [...(typeof speed === 'number' && speed !== 1 ? ['speed'] : []), ...otherMembers(body, SPEECH_FIELDS)],
      rename: makeRename(SPEECH_PARAMS),
    },
    format,
    hasEvents: stream === 'sse',
  }
}

const isSpeechFormat = (format: string): format is SpeechFormat => format === 'wav' || format === 'pcm'
