import { asBuffer } from '../contract/asBuffer.js'
import { type ApiError, apiError } from '../contract/errors.js'
import type { ChatCompletion, ChatCompletionChunk, FinishReason, SpeechStreamEvent, Usage } from '../contract/types.js'
import type { SpeechFormat } from './speechRequest.js'

/** Audio of a speech, or of one piece of it: a WAV file or raw samples, as requested. */
export interface SpeechBytes {
  readonly bytes: Uint8Array
  /** Samples per second. */
  readonly sampleRate: number
}

/**
 * Extracts the speech audio from a chat completion.
 *
 * @throws an ApiError if the speech is incomplete
 */
export function toSpeech({ choices: [choice] }: ChatCompletion): SpeechBytes {
  const { audio, refusal = null } = choice?.message ?? {}
  const failure = speechFailureOf(choice?.finish_reason, refusal, audio !== undefined)
  if (failure !== undefined || audio === undefined) throw failure ?? incompleteSpeechError()
  return { bytes: Buffer.from(audio.data ?? '', 'base64'), sampleRate: audio.sample_rate ?? 0 }
}

/**
 * Yields the speech audio of a chat stream, piece by piece.
 *
 * @throws an ApiError, after the last piece, if the speech is incomplete
 */
export async function* toSpeechPieces(batches: AsyncIterable<readonly ChatCompletionChunk[]>): AsyncGenerator<SpeechBytes, undefined> {
  let sampleRate = 0
  let refusal: string | null = null
  let finish: FinishReason | null | undefined
  for await (const batch of batches) {
    const pieces: Uint8Array[] = []
    for (const { delta, finish_reason: reason } of batch.flatMap(({ choices }) => choices)) {
      finish = reason ?? finish
      refusal = delta.refusal ?? refusal
      sampleRate = delta.audio?.sample_rate ?? sampleRate
      if (delta.audio?.data) pieces.push(Buffer.from(delta.audio.data, 'base64'))
    }
    if (pieces.length > 0) yield { bytes: Buffer.concat(pieces), sampleRate }
  }
  const failure = speechFailureOf(finish, refusal, sampleRate > 0)
  if (failure !== undefined) throw failure
}

/** Returns the error for incomplete speech; undefined if it is complete. */
function speechFailureOf(finish: FinishReason | null | undefined, refusal: string | null, hasSound: boolean): ApiError | undefined {
  if (finish === 'stop' && hasSound) return undefined
  if (finish === 'length') return apiError('invalid_value', SPEECH_TOO_LONG, { param: 'input' })
  if (finish === 'content_filter' && !hasSound)
    return apiError('invalid_request', refusal ?? 'Gemini withheld the speech.', { param: 'input' })
  return incompleteSpeechError()
}

const SPEECH_TOO_LONG = "The speech exceeds Gemini's output limit. Send the text in several requests."
const incompleteSpeechError = (): ApiError =>
  apiError('upstream_error', 'Gemini ended the speech early. Retry the request, or send the text in several requests.')

/** Returns the media type of a speech response; for raw samples, it contains the sample rate. */
export const toSpeechMediaType = (format: SpeechFormat, { sampleRate }: SpeechBytes): string =>
  format === 'wav' ? 'audio/wav' : `audio/pcm;rate=${sampleRate}`

/**
 * Converts pieces of speech to the events of OpenAI's speech stream.
 *
 * @param usage - returns the token counts, once all pieces have been read
 */
export async function* toSpeechEvents(
  pieces: AsyncIterable<SpeechBytes>,
  usage: () => Usage | undefined,
): AsyncGenerator<readonly SpeechStreamEvent[], undefined> {
  for await (const { bytes } of pieces) {
    yield [{ type: 'speech.audio.delta', audio: asBuffer(bytes).toString('base64') }]
  }
  const { prompt_tokens: input = 0, completion_tokens: output = 0, total_tokens: total = 0 } = usage() ?? {}
  yield [{ type: 'speech.audio.done', usage: { input_tokens: input, output_tokens: output, total_tokens: total } }]
}
