import { isWav, readFourChars } from './wav.js'

/** Media types of recordings that Gemini may accept, each with a test of a file's first bytes. */
const AUDIO_TYPES: readonly (readonly [type: string, begins: (bytes: Uint8Array) => boolean])[] = [
  ['audio/wav', isWav],
  ['audio/flac', (bytes) => readFourChars(bytes, 0) === 'fLaC'],
  ['audio/ogg', (bytes) => readFourChars(bytes, 0) === 'OggS'],
  ['audio/aiff', (bytes) => readFourChars(bytes, 0) === 'FORM' && readFourChars(bytes, 8).startsWith('AIF')],
  ['audio/mpeg', (bytes) => readFourChars(bytes, 0).startsWith('ID3')],
  ['audio/aac', (bytes) => readFourChars(bytes, 0) === 'ADIF'],
  ['audio/mp4', (bytes) => readFourChars(bytes, 4) === 'ftyp'],
  ['audio/webm', (bytes) => readFourChars(bytes, 0) === '\x1a\x45\xdf\xa3'],
  // Raw AAC and MP3 begin with the same sync word; their layer bits differ: 0 in AAC, not in MP3.
  ['audio/aac', ([first = 0, second = 0]) => first === 0xff && (second & 0xf6) === 0xf0],
  ['audio/mpeg', ([first = 0, second = 0]) => first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) !== 0],
]

/** Returns the media type of a recording by its first bytes; undefined for any other file. */
export const detectAudioType = (bytes: Uint8Array): string | undefined => AUDIO_TYPES.find(([, begins]) => begins(bytes))?.[0]
