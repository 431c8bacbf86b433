import { invalidArgument } from '../errors.js'
import type { Model } from '../models.js'
import { encodeAsTone, RATE, wavOf } from '../natural/sound.js'
import type { Behaviour } from '../types.js'
import type { NativePart, NativeRequest } from './wire.js'

const VOICES =
  'Zephyr Puck Charon Kore Fenrir Leda Orus Aoede Callirrhoe Autonoe Enceladus Iapetus Umbriel Algieba Despina Erinome Algenib Rasalgethi Laomedeia Achernar Alnilam Schedar Gacrux Pulcherrima Achird Zubenelgenubi Vindemiatrix Sadachbia Sadaltager Sulafat'.split(
    ' ',
  )
const USUAL_PIECES = 4

/** True for Gemini 3.8 and later: parts may direct the speech, and unstreamed answers are WAV. */
const isDirected = ({ id }: Model): boolean => !/^gemini-(?:2|3\.[0-7]-)/.test(id)

/**
 * Checks a request to a model that speaks.
 *
 * @throws Refusal 400
 */
export const checkSpeech = (request: NativeRequest, model: Model): void => {
  const { generationConfig: config = {}, systemInstruction, tools = [], contents = [] } = request
  const parts = contents.flatMap((content) => content.parts ?? [])
  if (model.makes !== 'audio') {
    if (parts.some(({ speechMetadata }) => speechMetadata !== undefined))
      throw invalidArgument('Speech metadata is not supported for this model.')
    return
  }
  if (systemInstruction !== undefined) throw invalidArgument('Developer instruction is not enabled for this model')
  if (tools.length > 0) throw invalidArgument('Tool use is not supported for this model.')
  if (parts.some(({ inlineData, fileData }) => inlineData ?? fileData))
    throw invalidArgument('Only text input is supported for this model.')
  if (parts.every(({ text = '' }) => text.trim() === '')) throw invalidArgument('The text to speak is empty.')
  const { voiceConfig, multiSpeakerVoiceConfig: several } = config.speechConfig ?? {}
  if (voiceConfig !== undefined && several !== undefined)
    throw invalidArgument('Only one of voice_config and multi_speaker_voice_config can be set.')
  const name = voiceConfig?.prebuiltVoiceConfig?.voiceName
  if (name !== undefined && !VOICES.includes(name))
    throw invalidArgument(
      `Voice name ${name} is not supported. Allowed voice names are: ${VOICES.map((voice) => voice.toLowerCase()).join(', ')}`,
    )
  if (isDirected(model)) {
    const sampling = (['temperature', 'topP', 'topK'] as const).find((each) => config[each] !== undefined)
    if (sampling !== undefined) throw invalidArgument(`${sampling} is not supported for this model.`)
  } else if (
    voiceConfig?.voice !== undefined ||
    config.responseFormat !== undefined ||
    parts.some(({ speechMetadata }) => speechMetadata !== undefined)
  ) {
    throw invalidArgument('Structured speech is not supported for this model.')
  }
}

/** Makes the parts of a spoken answer: one, or in a stream several, which may end in mid-sample. */
export const speechParts = (
  request: NativeRequest,
  model: Model,
  behaviour: Behaviour,
  said: { text: string; isStream: boolean },
): NativePart[] => {
  const { speechConfig, responseFormat } = request.generationConfig ?? {}
  const voice = VOICES.indexOf(speechConfig?.voiceConfig?.prebuiltVoiceConfig?.voiceName ?? 'Kore')
  const pcm = encodeAsTone(said.text, 220 + 10 * voice)
  if (!said.isStream) {
    const isWav = isDirected(model) && responseFormat?.audio?.mimeType !== 'AUDIO_L16'
    return [{ inlineData: { mimeType: isWav ? 'audio/wav' : RAW, data: (isWav ? wavOf(pcm) : pcm).toString('base64') } }]
  }
  const count = behaviour.chunks ?? USUAL_PIECES
  // The length is odd, so nearly every piece begins in the middle of a sample of two bytes.
  const length = Math.floor(pcm.length / count) | 1
  return Array.from({ length: count }, (_, at) => pcm.subarray(at * length, at === count - 1 ? pcm.length : (at + 1) * length))
    .filter((piece) => piece.length > 0)
    .map((piece) => ({ inlineData: { mimeType: RAW, data: piece.toString('base64') } }))
}

const RAW = `audio/L16;codec=pcm;rate=${RATE}`
