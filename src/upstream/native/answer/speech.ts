import { type PcmFormat, parsePcmFormat, readWav, SAMPLE_BYTES, toWav } from '../../../audio/wav.js'
import { randomId } from '../../../contract/ids.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { RawMessage } from '../../answer/repairs/context.js'
import type { Part } from '../wire/types.js'

/** PCM samples of one part of an answer, with their format. */
interface Sound {
  readonly pcm: Uint8Array
  readonly format: PcmFormat
}

// Streamed PCM is cut at multiples of 6 bytes, which are whole samples (2 bytes) and whole base64
// groups (3 bytes), so that clients can concatenate the base64 texts.
const UNIT_BYTES = 6

/**
 * Converts the speech of an answer to the client's format: a WAV file, or PCM samples. Gemini sends
 * one or the other, depending on model and method, and may split a stream within a sample.
 */
export class SpeechReader {
  readonly #isWav: boolean
  readonly #isHeld: boolean
  /** PCM samples not sent to the client yet. */
  #pieces: Uint8Array[] = []
  #format: PcmFormat | undefined
  /** The number of bytes of PCM samples read so far. */
  #length = 0
  #hasBegun = false

  /** @param request - a chat request whose `modalities` include `audio` */
  constructor({ audio, stream }: Pick<ChatCompletionRequest, 'audio' | 'stream'>) {
    const isStream = stream === true
    this.#isWav = (audio?.format ?? (isStream ? 'pcm16' : 'wav')) === 'wav'
    this.#isHeld = this.#isWav || !isStream
  }

  /** True once a whole sample has been read. */
  get hasSound(): boolean {
    return this.#format !== undefined && this.#length >= SAMPLE_BYTES * this.#format.channels
  }

  /** Reads the audio in the parts of one event. @returns deltas with the audio to send at once */
  read(parts: readonly Part[]): RawMessage[] {
    for (const { inlineData: blob, thought } of parts) {
      if (thought === true || !blob?.mimeType.startsWith('audio/') || blob.data === '') continue
      const { pcm, format } = toSound(Buffer.from(blob.data, 'base64'), blob.mimeType)
      this.#format ??= format
      this.#pieces.push(pcm)
      this.#length += pcm.length
    }
    return this.#isHeld ? [] : this.#pass(UNIT_BYTES)
  }

  /** Ends the answer. @returns a delta with the remaining audio, if there is any */
  end(): RawMessage[] {
    return this.#pass(1)
  }

  /** Returns pending audio as a delta, in multiples of `unit` bytes. The rest remains pending. */
  #pass(unit: number): RawMessage[] {
    const format = this.#format
    if (format === undefined || !this.hasSound) return []
    const bytes = this.#isWav ? toWav(this.#pieces, format) : Buffer.concat(this.#pieces)
    const length = bytes.length - (bytes.length % unit)
    if (length === 0) return []
    this.#pieces = [bytes.subarray(length)]
    return [{ audio: { ...this.#begin(format), data: Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('base64') } }]
  }

  /** Returns `id` and similar members in the first delta only: clients would join repeated ones. */
  #begin({ sampleRate }: PcmFormat): object {
    if (this.#hasBegun) return {}
    this.#hasBegun = true
    // The audio expires at once and has no transcript: Gemini neither stores nor transcribes it.
    return { id: `audio_${randomId()}`, expires_at: Math.floor(Date.now() / 1000), transcript: '', sample_rate: sampleRate }
  }
}

/** Reads the samples of a WAV file. Other bytes are samples in the format of the media type. */
function toSound(bytes: Uint8Array, mimeType: string): Sound {
  const wav = readWav(bytes)
  return wav === undefined ? { pcm: bytes, format: parsePcmFormat(mimeType) } : { pcm: wav.pcm, format: wav }
}
