import type { RawMessage } from '../../answer/repairs/context.js'
import type { AudioTranscription } from '../wire/types.js'

/** Converts a turn of a transcription: its text, and what Gemini says about it beside it. */
export function toTranscriptionDelta({ text, languageCode, speakerLabel, words }: AudioTranscription): RawMessage {
  const turn = {
    text: text ?? (words ?? []).map(({ word }) => word).join(' '),
    ...(languageCode ? { language_code: languageCode } : {}),
    ...(speakerLabel ? { speaker_label: speakerLabel } : {}),
    ...(words
      ? { words: words.map(({ word, startOffset, endOffset }) => ({ word, start: secondsIn(startOffset), end: secondsIn(endOffset) })) }
      : {}),
  }
  return { content: turn.text, extra_content: { google: { audio_transcription: [turn] } } }
}

/** Reads a time such as `1.240s`; absent is the start, as everywhere in Google's JSON. */
const secondsIn = (offset: string | null | undefined): number => Number.parseFloat(offset ?? '0') || 0
