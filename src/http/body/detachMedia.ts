import { memberOf } from '../../contract/isRecord.js'
import { MediaBytes } from '../../contract/mediaBytes.js'
import { BACKSLASH, isVisibleAscii } from '../../json/strings.js'
import type { ScannedJson, StringPosition } from './scanJson.js'

/** A JSON text in which placeholders replace long Base64 media, and these media. */
export interface DetachedMedia {
  readonly text: string
  readonly media: MediaBytes
}

// Leading bytes of an image or other medium that stay in the JSON. The proxy reads fewer: up to
// 1,000 characters for the media type, and 256 of the data; see correctMediaType.
const KEPT_MEDIA_BYTES = 2_048

/**
 * Replaces long Base64 media in the JSON of a chat request by placeholders: decoding, parsing and
 * serialising media takes most of the CPU time of a large request, and several times their memory.
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
    const head = start + KEPT_MEDIA_BYTES
    pieces.push(body.subarray(copied, head), Buffer.from(media.add(body.subarray(head, end))))
    copied = end
  }
  pieces.push(body.subarray(copied))
  return { text: Buffer.concat(pieces).toString(), media }
}

/**
 * True if all placeholders are in media parts of messages, of which the proxy reads only the start.
 * In any other text, such as the arguments of a tool call, it would read a placeholder as content.
 */
export function areMediaOfMessages(body: unknown, media: MediaBytes): boolean {
  const parts = itemsOf(body, 'messages').flatMap((message) => [...itemsOf(message, 'content'), ...itemsOf(message, 'images')])
  const texts = parts.flatMap((part) => [
    memberOf(memberOf(part, 'image_url'), 'url'),
    memberOf(memberOf(part, 'input_audio'), 'data'),
    memberOf(memberOf(part, 'file'), 'file_data'),
  ])
  return media.haveAllPlaceholders(texts.filter((text) => typeof text === 'string'))
}

function itemsOf(value: unknown, name: string): unknown[] {
  const items = memberOf(value, name)
  return Array.isArray(items) ? items : []
}

/** True if a string may be a data URI or Base64: visible ASCII without escapes, no http(s) URL. */
function isMedia(body: Buffer, { start, end }: StringPosition): boolean {
  const text = body.subarray(start, end)
  if (/^https?:/i.test(text.toString('latin1', 0, 6)) || !isVisibleAscii(text.subarray(0, KEPT_MEDIA_BYTES))) return false
  return !text.includes(BACKSLASH) && isVisibleAscii(text)
}
