import type { AnswerMedia } from '../../contract/answerMedia.js'
import { MediaDetacher } from '../../json/mediaDetacher.js'
import type { DetachableMedia } from './rawAnswer.js'

/** Replaces long base64 strings in the JSON of an answer by media placeholders, before parsing. */
export class MediaFilter {
  readonly #media: AnswerMedia | undefined
  readonly #detachable: DetachableMedia | undefined
  #detacher: MediaDetacher | undefined

  /** @param media - stores the long base64 strings; undefined to leave them in the JSON */
  constructor(media: AnswerMedia | undefined, detachable: DetachableMedia | undefined) {
    this.#media = media
    this.#detachable = detachable
    this.begin()
  }

  /** Prepares for the body of the next response of the same answer. */
  begin(): void {
    if (this.#media !== undefined && this.#detachable !== undefined)
      this.#detacher = new MediaDetacher(this.#media, this.#detachable.memberPattern)
  }

  /** Replaces long base64 strings in a piece of the body. @throws as {@link MediaDetacher.push} */
  push(bytes: Uint8Array): Uint8Array {
    return this.#detacher === undefined ? bytes : this.#detacher.push(bytes)
  }

  /** Marks the media detached so far as complete: {@link discard} then no longer removes them. */
  settle(): void {
    this.#detacher?.settle()
  }

  /** Discards the media of incomplete events. Called when reading the body has failed. */
  discard(): void {
    this.#detacher?.discard()
  }

  /** Restores, in parsed JSON, the media that the proxy must read. @param text - JSON of `value` */
  restoreMedia(value: unknown, text: string): unknown {
    if (this.#media === undefined || this.#detachable === undefined || this.#media.countPlaceholders(text) === 0) return value
    return this.#detachable.restoreMedia(value, text, this.#media)
  }
}
