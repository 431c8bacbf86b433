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

/** The voice for requests that name none. */
export const DEFAULT_VOICE = 'Kore'

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OPENAI_VOICES),
  ...GEMINI_VOICES.map((voice) => [voice.toLowerCase(), voice] as const),
])

/**
 * Returns Gemini's voice for the name of a voice, OpenAI's or Gemini's, in any letter case.
 *
 * @param param - the request parameter that contains the voice
 * @throws 400 `unsupported_value` for another name, and for the id of a custom voice
 */
export function toGeminiVoice(voice: string | { readonly id: string }, param: string): string {
  if (typeof voice === 'object') {
    throw apiError('unsupported_value', `Custom voices are not supported. ${VOICE_HINT}`, { param })
  }
  const known = BY_NAME.get(voice.toLowerCase())
  if (known !== undefined) return known
  throw apiError('unsupported_value', `The voice '${voice.slice(0, 100)}' does not exist. ${VOICE_HINT}`, { param })
}

const VOICE_HINT = `Use a voice of Gemini (${GEMINI_VOICES.join(', ')}) or a name of OpenAI's that stands for one (${Object.keys(OPENAI_VOICES).join(', ')}).`
