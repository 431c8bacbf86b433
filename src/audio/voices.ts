import { apiError } from '../contract/errors.js'
import { GEMINI_VOICES } from '../contract/geminiVoices.js'

/** Gemini's voice for each voice of OpenAI, similar in pitch and manner. */
export const OPENAI_VOICES: Readonly<Record<string, string>> = {
  alloy: 'Kore',
  ash: 'Alnilam',
  ballad: 'Enceladus',
  cedar: 'Achird',
  coral: 'Aoede',
  echo: 'Charon',
  fable: 'Puck',
  marin: 'Sulafat',
  nova: 'Zephyr',
  onyx: 'Algenib',
  sage: 'Vindemiatrix',
  shimmer: 'Leda',
  verse: 'Fenrir',
}

/** Gemini's voice for requests without a voice. */
export const DEFAULT_VOICE = 'Kore'

const VOICES_BY_NAME: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OPENAI_VOICES),
  ...GEMINI_VOICES.map((voice) => [voice.toLowerCase(), voice] as const),
])

/**
 * Maps a voice name of OpenAI or Gemini, in any letter case, to the name of Gemini's voice.
 *
 * @param param - the request parameter that contains the voice
 * @throws 400 `unsupported_value` for an unknown name, and for the id of a custom voice
 */
export function toGeminiVoice(voice: string | { readonly id: string }, param: string): string {
  if (typeof voice === 'object') {
    throw apiError('unsupported_value', `Custom voices are not supported. ${VOICE_HINT}`, { param })
  }
  const known = VOICES_BY_NAME.get(voice.toLowerCase())
  if (known !== undefined) return known
  throw apiError('unsupported_value', `The voice '${voice.slice(0, 100)}' does not exist. ${VOICE_HINT}`, { param })
}

const VOICE_HINT = `Use a voice of Gemini (${GEMINI_VOICES.join(', ')}) or a voice name of OpenAI, which is mapped to one of them (${Object.keys(OPENAI_VOICES).join(', ')}).`
