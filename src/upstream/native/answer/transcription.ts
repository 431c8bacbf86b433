import type { RawMessage } from '../../answer/repairs/context.js'
import type { AudioTranscription } from '../wire/types.js'

/** Converts one speaker's turn of a transcription: text as content, details in `extra_content`. */
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

/** Converts a time such as `1.240s` to seconds; 0 if absent, as Google's JSON omits zeros. */
const secondsIn = (offset: string | null | undefined): number => Number.parseFloat(offset ?? '0') || 0
