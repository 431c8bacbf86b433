import { type SpeechBytes, toSpeech, toSpeechEvents, toSpeechMediaType, toSpeechPieces } from '../audio/speechAnswer.js'
import { type ParsedSpeechRequest, parseSpeechRequest } from '../audio/speechRequest.js'
import { runConvertingFailures, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { type ApiError, apiError } from '../contract/errors.js'
import type { Operation, OperationResult } from '../contract/operation.js'
import type { ClientParams } from '../contract/paramNames.js'
import type { SpeechStreamEvent } from '../contract/types.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../contract/upstreamApi.js'
import { AUDIO_FORMAT } from '../sse/audioFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent, continueFrom } from '../sse/firstEvent.js'
import { InvalidAnswer } from '../upstream/answer/choice.js'
import type { GeminiChat } from '../upstream/chat.js'
import type { ChatOptions } from '../upstream/choices.js'
import type { Models } from '../upstream/models/directory.js'
import { traitsOf } from '../upstream/models/traits.js'

/** Dependencies of the audio operations. */
export interface AudioParts {
  readonly upstream: UpstreamApi
  readonly gemini: GeminiChat
  readonly models: Models
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
}

// Base64 bytes of the speech for one character of text: 0.25 s, the pace of Chinese.
const SPEECH_BYTES_PER_CHARACTER = 16_000
const MAX_SPEECH_BYTES = 41_943_040
// A unit of `countMemory` stands for eight bytes of memory. A byte of whole speech takes four
// bytes, because four copies of it exist.
const SPEECH_LOAD = 0.5

/** Handler of POST /v1/audio/speech: speech from a text, whole or as a stream. */
export const makeCreateSpeech =
  (parts: AudioParts): Operation<'createSpeech'> =>
  async ({ body }, context) => {
    const { signal, requestLog } = context
    requestLog.isModelKnown = parts.models.isKnown(body.model)
    if (parts.upstream === 'compat') throw apiError('unsupported_value', `Spoken answers ${NEEDS_NATIVE_API_TEXT}.`)
    const servedModel = await parts.models.resolveSpeech(body.model, signal)
    // Older models do not stream: they cut off long speech, see
    // https://github.com/googleapis/python-genai/issues/922
    const parsed = parseSpeechRequest(body, traitsOf(servedModel).speech === 'directed')
    const { chat, paramNames } = parsed
    requestLog.streamed = parsed.wantsEvents || chat.stream === true
    const { deadlineAt, caller, countMemory } = context
    if (chat.stream !== true) countMemory(Math.min(body.input.length * SPEECH_BYTES_PER_CHARACTER, MAX_SPEECH_BYTES) * SPEECH_LOAD)
    const options: ChatOptions = { servedModel, signal, deadlineAt, caller, countMemory, requestLog, paramNames }
    return speak(parsed, options, parts)
  }

/** Rewrites a failure with the client's parameter name; explains an answer without audio. */
function toSpeechFailure(failure: ApiError, { rename }: ClientParams): ApiError {
  if (failure.cause instanceof InvalidAnswer) return failure.withMessage('Gemini generated no speech. Retry the request.')
  return withClientParam(failure, rename)
}

async function speak(
  { chat, paramNames, format, wantsEvents }: ParsedSpeechRequest,
  options: ChatOptions,
  { gemini, firstEventPatienceMs }: AudioParts,
): Promise<OperationResult<'createSpeech'>> {
  const isStream = chat.stream === true
  const toClient: ToClientFailure = (failure) => toSpeechFailure(failure, paramNames)
  return runConvertingFailures(toClient, async () => {
    if (wantsEvents) {
      const pieces = isStream ? toSpeechPieces(gemini.stream(chat, options)) : generateWholeSpeech(gemini, chat, options)
      const events = toSpeechEvents(pieces, () => options.requestLog.usage)
      return toStreamResult<SpeechStreamEvent>(await awaitFirstEvent(events, firstEventPatienceMs), AUDIO_FORMAT, toClient)
    }
    if (!isStream) {
      const speech = toSpeech(await gemini.complete(chat, options))
      return { relayed: { status: 200, contentType: toSpeechMediaType(format, speech), bytes: speech.bytes } }
    }
    const pieces = toSpeechPieces(gemini.stream(chat, options))
    const first = await pieces.next()
    return {
      batches: toBytes(continueFrom(Promise.resolve(first), pieces)),
      ...(first.done === true ? {} : { contentType: toSpeechMediaType(format, first.value) }),
      // Heartbeats would corrupt the audio samples.
      heartbeat: '',
      frame: (bytes: Uint8Array) => bytes,
      end: (failure) => ({ text: '', failure, mustResetConnection: failure !== undefined }),
    }
  })
}

async function* generateWholeSpeech(
  gemini: GeminiChat,
  chat: ParsedSpeechRequest['chat'],
  options: ChatOptions,
): AsyncGenerator<SpeechBytes, undefined> {
  yield toSpeech(await gemini.complete(chat, options))
}

async function* toBytes(pieces: AsyncIterable<SpeechBytes>): AsyncGenerator<Uint8Array, undefined> {
  for await (const { bytes } of pieces) yield bytes
}
