import { type PcmFormat, pcmFormatOf, readWav, toWav } from '../../../audio/wav.js'
import { randomId } from '../../../contract/ids.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { RawMessage } from '../../answer/repairs/context.js'
import type { Part } from '../wire/types.js'

/** Sound of an answer, whole or the next piece of it. */
interface Sound {
  readonly pcm: Uint8Array
  readonly format: PcmFormat
}

// Of whole samples and of whole groups of base64: the texts of all pieces can be joined.
const UNIT_BYTES = 6

/**
 * Reads the speech of an answer as the client wants it: a WAV file, or bare samples. Gemini sends
 * either, by model and method, and cuts the samples of a stream anywhere.
 */
export class SpeechReader {
  readonly #isWav: boolean
  readonly #isHeld: boolean
  /** What has not been passed on. */
  #pieces: Uint8Array[] = []
  #format: PcmFormat | undefined
  #hasBegun = false

  /** @param request - one whose `modalities` include `audio` */
  constructor({ audio, stream }: Pick<ChatCompletionRequest, 'audio' | 'stream'>) {
    const isStream = stream === true
    this.#isWav = (audio?.format ?? (isStream ? 'pcm16' : 'wav')) === 'wav'
    this.#isHeld = this.#isWav || !isStream
  }

  /** True where the answer has sound so far. */
  get hasSound(): boolean {
    return this.#format !== undefined
  }

  /** Reads the parts of one event. What is not sound, such as text, was not asked for. */
  read(parts: readonly Part[]): RawMessage[] {
    for (const { inlineData: blob, thought } of parts) {
      if (thought === true || !blob?.mimeType.startsWith('audio/') || blob.data === '') continue
      const { pcm, format } = toSound(Buffer.from(blob.data, 'base64'), blob.mimeType)
      this.#format ??= format
      this.#pieces.push(pcm)
    }
    return this.#isHeld ? [] : this.#pass(UNIT_BYTES)
  }

  /** Ends the answer. @returns what is left of the sound */
  end(): RawMessage[] {
    return this.#pass(1)
  }

  /** Passes on what there is, in whole units. */
  #pass(unit: number): RawMessage[] {
    const format = this.#format
    if (format === undefined) return []
    const bytes = this.#isWav ? toWav(this.#pieces, format) : Buffer.concat(this.#pieces)
    const length = bytes.length - (bytes.length % unit)
    if (length === 0) return []
    this.#pieces = [bytes.subarray(length)]
    return [{ audio: { ...this.#begin(format), data: Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('base64') } }]
  }

  /** What is sent once: clients join the deltas of a stream member by member. */
  #begin({ rate }: PcmFormat): object {
    if (this.#hasBegun) return {}
    this.#hasBegun = true
    // Gemini stores no sound, and gives no transcript.
    return { id: `audio_${randomId()}`, expires_at: Math.floor(Date.now() / 1000), transcript: '', sample_rate: rate }
  }
}

/** WAV files are opened, so that all pieces are bare samples. */
function toSound(bytes: Uint8Array, mimeType: string): Sound {
  const wav = readWav(bytes)
  return wav === undefined ? { pcm: bytes, format: pcmFormatOf(mimeType) } : { pcm: wav.pcm, format: wav }
}
