import { invalidArgument } from '../errors.js'
import type { Model } from '../models.js'
import { secondsAt, transcribeSound } from '../natural/sound.js'
import type { Behaviour } from '../types.js'
import type { NativePart, NativeRequest } from './wire.js'

const audioOf = ({ contents = [] }: NativeRequest): NonNullable<NativePart['inlineData']>[] =>
  contents
    .flatMap(({ parts }) => parts ?? [])
    .flatMap(({ inlineData }) => (inlineData?.mimeType?.match(/^(?:audio|video)\//) ? inlineData : []))

/**
 * Checks a request to a model that transcribes.
 *
 * @throws Refusal 400
 */
export const checkTranscription = (request: NativeRequest, model: Model): void => {
  if (!model.transcribes) return
  const { generationConfig: config = {}, systemInstruction, tools = [] } = request
  if (systemInstruction !== undefined) throw invalidArgument('Developer instruction is not enabled for this model')
  if (tools.length > 0) throw invalidArgument('Tool use is not supported for this model.')
  if (
    audioOf(request).length === 0 &&
    (request.contents ?? []).every(({ parts = [] }) => parts.every(({ fileData }) => fileData === undefined))
  )
    throw invalidArgument('The request has no audio.')
  const { wordTimestamp = false, diarization = false, customVocabulary = [], mode } = config.audioTranscriptionConfig ?? {}
  const hasTimes = wordTimestamp || diarization
  if (hasTimes && customVocabulary.length > 0)
    throw invalidArgument('custom_vocabulary is not supported with word_timestamp or diarization.')
  if (hasTimes && mode === 'SMART') throw invalidArgument('SMART mode is not supported with word_timestamp or diarization.')
}

/** Makes the transcript of a recording. With diarization, two speakers alternate by sentence. */
export const transcriptParts = (request: NativeRequest, behaviour: Behaviour): NativePart[] => {
  const config = request.generationConfig?.audioTranscriptionConfig
  // Without a transcription config, Google was observed to send an empty answer.
  if (config === undefined) return []
  const [file] = audioOf(request)
  const text = behaviour.text ?? transcribeSound(file?.data ?? '', file?.mimeType ?? '')
  const sentences = text.match(/[^.!?]+[.!?]*/g) ?? []
  const turns = config.diarization === true ? sentences : text === '' ? [] : [text]
  let place = 0
  return turns.map((turn, index) => {
    const start = text.indexOf(turn, place)
    place = start + turn.length
    const words = [...turn.matchAll(/\S+/g)].map(({ 0: word, index: at }) => ({
      word,
      // Google's JSON omits zeros, so a word at the start of the recording has no `startOffset`.
      ...(start + at === 0 ? {} : { startOffset: `${secondsAt(start + at).toFixed(3)}s` }),
      endOffset: `${secondsAt(start + at + word.length).toFixed(3)}s`,
    }))
    return {
      audioTranscription: {
        text: turn.trim(),
        languageCode: config.languageCodes?.[0] ?? 'en-US',
        ...(config.diarization === true ? { speakerLabel: `spk_${1 + (index % 2)}` } : {}),
        ...(config.wordTimestamp === true ? { words } : {}),
      },
    }
  })
}
