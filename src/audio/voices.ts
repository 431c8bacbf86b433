import { apiError } from '../contract/errors.js'

/**
 * The prebuilt voices of Gemini.
 *
 * @see https://ai.google.dev/gemini-api/docs/speech-generation#voices
 */
export const GEMINI_VOICES: readonly string[] = [
  ...['Zephyr', 'Puck', 'Charon', 'Kore', 'Fenrir', 'Leda', 'Orus', 'Aoede', 'Callirrhoe', 'Autonoe'],
  ...['Enceladus', 'Iapetus', 'Umbriel', 'Algieba', 'Despina', 'Erinome', 'Algenib', 'Rasalgethi', 'Laomedeia', 'Achernar'],
  ...['Alnilam', 'Schedar', 'Gacrux', 'Pulcherrima', 'Achird', 'Zubenelgenubi', 'Vindemiatrix', 'Sadachbia', 'Sadaltager', 'Sulafat'],
]

/** The voice that speaks for each of OpenAI's: similar in pitch and manner, one for each. */
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

/** The voice where a request names none. */
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
