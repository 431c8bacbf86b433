import { toTranscript, toTranscriptEvents } from '../audio/transcriptionAnswer.js'
import { parseTranscription } from '../audio/transcriptionRequest.js'
import { wavSecondsOf } from '../audio/wav.js'
import { inClientTerms, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { MediaBytes } from '../contract/mediaBytes.js'
import type { Operation } from '../contract/operation.js'
import { toBase64 } from '../contract/toBase64.js'
import type { TranscriptionStreamEvent } from '../contract/types.js'
import { AUDIO_FORMAT } from '../sse/audioFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import type { ChatOptions } from '../upstream/choices.js'
import { knownModel } from '../upstream/models/retirement.js'
import { traitsOf } from '../upstream/models/traits.js'
import type { AudioParts } from './createSpeech.js'

/** POST /v1/audio/transcriptions: transcribes a recording, as JSON or as a stream. */
export const makeCreateTranscription =
  ({ upstream, gemini, models, firstEventPatienceMs }: AudioParts): Operation<'createTranscription'> =>
  async ({ body }, { signal, deadlineAt, caller, hold, requestLog }) => {
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    const servedModel = await models.resolveTranscription(body.model, signal)
    const media = new MediaBytes()
    const { bytes } = body.file
    hold(Math.ceil(bytes.length / 3) * 4)
    const data = media.add([await toBase64(bytes)])
    const parsed = parseTranscription(body, {
      upstream,
      data,
      transcribes: traitsOf(servedModel).transcribes,
      thinks: (knownModel(servedModel)?.thinkingLevels.length ?? 0) > 0,
    })
    const { chat, paramNames } = parsed
    const options: ChatOptions = { servedModel, signal, deadlineAt, caller, hold, media, requestLog, paramNames, hidesThoughts: true }
    const toClient: ToClientFailure = (failure) => withClientParam(failure, paramNames.rename)
    return inClientTerms(toClient, async () => {
      if (chat.stream === true) {
        const events = toTranscriptEvents(gemini.stream(chat, options), () => requestLog.usage)
        return toStreamResult<TranscriptionStreamEvent>(await awaitFirstEvent(events, firstEventPatienceMs), AUDIO_FORMAT, toClient)
      }
      const completion = await gemini.complete(chat, options)
      const result = toTranscript(completion, parsed, { usage: requestLog.usage, seconds: wavSecondsOf(bytes) })
      return 'json' in result ? result : { ...result, contentType: 'text/plain; charset=utf-8' }
    })
  }
