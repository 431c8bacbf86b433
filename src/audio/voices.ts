import { apiError } from '../contract/errors.js'
import { GEMINI_VOICES } from '../contract/geminiVoices.js'

/** The voice of Gemini for each of OpenAI's, similar in pitch and manner. */
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

/** The voice of requests that name none. */
export const DEFAULT_VOICE = 'Kore'

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OPENAI_VOICES),
  ...GEMINI_VOICES.map((voice) => [voice.toLowerCase(), voice] as const),
])

/**
 * Returns Gemini's voice for a name of OpenAI's or of Gemini's, in any letter case.
 *
 * @param param - path of the voice in the request
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
