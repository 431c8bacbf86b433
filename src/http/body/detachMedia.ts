import { memberOf } from '../../contract/isRecord.js'
import { MediaBytes } from '../../contract/mediaBytes.js'
import { BACKSLASH, isVisibleAscii } from '../../json/strings.js'
import type { ScannedJson, StringPosition } from './scanJson.js'

/** A JSON text in which marks stand for long media. */
export interface DetachedMedia {
  readonly text: string
  readonly media: MediaBytes
}

// More than anything reads of media: the first 1,000 characters for the media type, and 256 of the
// data; see labelMedia.
const HEAD_BYTES = 2_048

/**
 * Takes the media out of the JSON text of a chat request: decoding, parsing and serialising them
 * takes most of the processor time of a large request, and several times their memory.
 *
 * @returns undefined where no string looks like media, or one holds more than plain characters
 */
export function detachMedia(body: Buffer, { longStrings }: ScannedJson): DetachedMedia | undefined {
  const found = longStrings.filter((position) => isMedia(body, position))
  if (found.length === 0) return undefined
  const media = new MediaBytes()
  const pieces: Uint8Array[] = []
  let copied = 0
  for (const { start, end } of found) {
    const head = start + HEAD_BYTES
    pieces.push(body.subarray(copied, head), Buffer.from(media.add(body.subarray(head, end))))
    copied = end
  }
  pieces.push(body.subarray(copied))
  return { text: Buffer.concat(pieces).toString(), media }
}

/**
 * True where all marks are in media of messages, of which nothing reads more than the head. In any
 * other text, such as the arguments of a tool call, a mark could be read.
 */
export function areMediaOfMessages(body: unknown, media: MediaBytes): boolean {
  const parts = itemsOf(body, 'messages').flatMap((message) => [...itemsOf(message, 'content'), ...itemsOf(message, 'images')])
  const texts = parts.flatMap((part) => [
    memberOf(memberOf(part, 'image_url'), 'url'),
    memberOf(memberOf(part, 'input_audio'), 'data'),
    memberOf(memberOf(part, 'file'), 'file_data'),
  ])
  return media.areAllIn(texts.filter((text) => typeof text === 'string'))
}

function itemsOf(value: unknown, name: string): unknown[] {
  const items = memberOf(value, name)
  return Array.isArray(items) ? items : []
}

/** True for a data URI or base64: visible ASCII without escapes that is not a URL to be fetched. */
function isMedia(body: Buffer, { start, end }: StringPosition): boolean {
  const text = body.subarray(start, end)
  if (/^https?:/i.test(text.toString('latin1', 0, 6)) || !isVisibleAscii(text.subarray(0, HEAD_BYTES))) return false
  return !text.includes(BACKSLASH) && isVisibleAscii(text)
}
