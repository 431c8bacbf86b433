import { memberOf } from '../../contract/isRecord.js'
import { MediaBytes } from '../../contract/mediaBytes.js'
import { BACKSLASH, isVisibleAscii } from '../../json/strings.js'
import type { ScannedJson, StringPosition } from './scanJson.js'

/** A JSON text with placeholders for long media, and the media. */
export interface DetachedMedia {
  readonly text: string
  readonly media: MediaBytes
}

// How much of a medium stays in the JSON. More than the proxy reads: up to 1,000 characters for the
// media type, and 256 of the data; see labelMedia.
const HEAD_BYTES = 2_048

/**
 * Detaches the media from the JSON text of a chat request: decoding, parsing and serialising them
 * takes most of the processor time of a large request, and several times their memory.
 *
 * @returns undefined if no string looks like media
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
 * True if all placeholders are in media of messages, of which the proxy reads only the head. In any
 * other text, such as the arguments of a tool call, it could read a placeholder.
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

/** True for what may be a data URI or base64: visible ASCII without escapes, no http(s) URL. */
function isMedia(body: Buffer, { start, end }: StringPosition): boolean {
  const text = body.subarray(start, end)
  if (/^https?:/i.test(text.toString('latin1', 0, 6)) || !isVisibleAscii(text.subarray(0, HEAD_BYTES))) return false
  return !text.includes(BACKSLASH) && isVisibleAscii(text)
}
