import { isWav, textAt } from './wav.js'

/** Media types of recordings that Gemini may accept, each with a check of a file's first bytes. */
const AUDIO_TYPES: readonly (readonly [type: string, begins: (bytes: Uint8Array) => boolean])[] = [
  ['audio/wav', isWav],
  ['audio/flac', (bytes) => textAt(bytes, 0) === 'fLaC'],
  ['audio/ogg', (bytes) => textAt(bytes, 0) === 'OggS'],
  ['audio/aiff', (bytes) => textAt(bytes, 0) === 'FORM' && textAt(bytes, 8).startsWith('AIF')],
  ['audio/mpeg', (bytes) => textAt(bytes, 0).startsWith('ID3')],
  ['audio/aac', (bytes) => textAt(bytes, 0) === 'ADIF'],
  ['audio/mp4', (bytes) => textAt(bytes, 4) === 'ftyp'],
  ['audio/webm', (bytes) => textAt(bytes, 0) === '\x1a\x45\xdf\xa3'],
  // The sync word of a frame. AAC has layer 0, which MPEG audio never has.
  ['audio/aac', ([first = 0, second = 0]) => first === 0xff && (second & 0xf6) === 0xf0],
  ['audio/mpeg', ([first = 0, second = 0]) => first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) !== 0],
]

/** Returns the media type of a recording by its first bytes; undefined for any other file. */
export const audioTypeOf = (bytes: Uint8Array): string | undefined => AUDIO_TYPES.find(([, begins]) => begins(bytes))?.[0]
