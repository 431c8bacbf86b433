import type { AnswerMedia } from '../../contract/answerMedia.js'
import { MediaDetacher } from '../../json/mediaDetacher.js'
import type { DetachableMedia } from './rawAnswer.js'

/** Replaces the long media of an answer by placeholders before it is parsed. */
export class MediaFilter {
  readonly #media: AnswerMedia | undefined
  readonly #detachable: DetachableMedia | undefined
  #detacher: MediaDetacher | undefined

  /** @param media - undefined where they stay in the answer */
  constructor(media: AnswerMedia | undefined, detachable: DetachableMedia | undefined) {
    this.#media = media
    this.#detachable = detachable
    this.begin()
  }

  /** Begins another body. */
  begin(): void {
    if (this.#media !== undefined && this.#detachable !== undefined) this.#detacher = new MediaDetacher(this.#media, this.#detachable.name)
  }

  /** Adds bytes of the body. @returns those that remain @throws like {@link MediaDetacher.push} */
  push(bytes: Uint8Array): Uint8Array {
    return this.#detacher === undefined ? bytes : this.#detacher.push(bytes)
  }

  /** Called when all that has been returned is complete. */
  settle(): void {
    this.#detacher?.settle()
  }

  /** Called when the body has failed. */
  discard(): void {
    this.#detacher?.discard()
  }

  /** Puts the media that the proxy reads back into parsed JSON. @param text - the JSON */
  restoreMedia(value: unknown, text: string): unknown {
    if (this.#media === undefined || this.#detachable === undefined || this.#media.countIn(text) === 0) return value
    return this.#detachable.restoreMedia(value, text, this.#media)
  }
}
