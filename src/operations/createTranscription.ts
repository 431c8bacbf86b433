import { toTranscript, toTranscriptEvents } from '../audio/transcriptionAnswer.js'
import { parseTranscriptionRequest } from '../audio/transcriptionRequest.js'
import { readWavDurationSeconds } from '../audio/wav.js'
import { runConvertingFailures, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { MediaBytes } from '../contract/mediaBytes.js'
import type { Operation } from '../contract/operation.js'
import { toBase64 } from '../contract/toBase64.js'
import type { TranscriptionStreamEvent } from '../contract/types.js'
import { AUDIO_FORMAT } from '../sse/audioFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import type { ChatOptions } from '../upstream/choices.js'
import { findCataloguedModel } from '../upstream/models/retirement.js'
import { traitsOf } from '../upstream/models/traits.js'
import type { AudioParts } from './createSpeech.js'

/** Handler of POST /v1/audio/transcriptions: transcribes a recording, as JSON or as a stream. */
export const makeCreateTranscription =
  ({ upstream, gemini, models, firstEventPatienceMs }: AudioParts): Operation<'createTranscription'> =>
  async ({ body }, { signal, deadlineAt, caller, countMemory, requestLog }) => {
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    const servedModel = await models.resolveTranscription(body.model, signal)
    const media = new MediaBytes()
    const { bytes } = body.file
    countMemory(Math.ceil(bytes.length / 3) * 4)
    const recordingPlaceholder = media.add([await toBase64(bytes)])
    const parsed = parseTranscriptionRequest(body, {
      upstream,
      recordingPlaceholder,
      isTranscriptionModel: traitsOf(servedModel).transcribes,
      thinks: (findCataloguedModel(servedModel)?.thinkingLevels.length ?? 0) > 0,
    })
    const { chat, paramNames } = parsed
    const options: ChatOptions = {
      servedModel,
      signal,
      deadlineAt,
      caller,
      countMemory,
      media,
      requestLog,
      paramNames,
      hidesThoughts: true,
    }
    const toClient: ToClientFailure = (failure) => withClientParam(failure, paramNames.rename)
    return runConvertingFailures(toClient, async () => {
      if (chat.stream === true) {
        const events = toTranscriptEvents(gemini.stream(chat, options), () => requestLog.usage)
        return toStreamResult<TranscriptionStreamEvent>(await awaitFirstEvent(events, firstEventPatienceMs), AUDIO_FORMAT, toClient)
      }
      const completion = await gemini.complete(chat, options)
      const result = toTranscript(completion, parsed, { usage: requestLog.usage, seconds: readWavDurationSeconds(bytes) })
      return 'json' in result ? result : { ...result, contentType: 'text/plain; charset=utf-8' }
    })
  }
