/** The byte that begins and ends a JSON string. */
export const QUOTE = 0x22
/** The byte before an escaped character of a JSON string. */
export const BACKSLASH = 0x5c

// Bytes to read one by one before calling `indexOf`, whose call costs as much as reading them.
const NEAR_BYTES = 64

/** Finds the closing quote of a JSON string from `start` on; `bytes.length` or more if none. */
export function endOfJsonString(bytes: Buffer, start: number): number {
  let at = start
  for (;;) {
    for (const near = Math.min(at + NEAR_BYTES, bytes.length); at < near; at += bytes[at] === BACKSLASH ? 2 : 1) {
      if (bytes[at] === QUOTE) return at
    }
    const quote = bytes.indexOf(QUOTE, at)
    if (quote === -1) return bytes.length
    if (!isEscaped(bytes, at, quote)) return quote
    at = quote + 1
  }
}

/** True if a byte is escaped: an odd number of backslashes, from `from` on, precedes it. */
export function isEscaped(bytes: Buffer, from: number, index: number): boolean {
  let backslashes = 0
  while (index - backslashes > from && bytes[index - backslashes - 1] === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

const FIRST_VISIBLE = 0x21
const LAST_VISIBLE = 0x7f

/** True if all bytes are 0x21 to 0x7f. Reads four at once: one by one takes five times as long. */
export function isVisibleAscii(bytes: Uint8Array): boolean {
  const isVisible = (byte: number): boolean => byte >= FIRST_VISIBLE && byte <= LAST_VISIBLE
  const start = (4 - (bytes.byteOffset % 4)) % 4
  if (bytes.length < start) return bytes.every(isVisible)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 2)
  let bits = 0
  // Subtraction sets the highest bit of bytes below 0x21; bytes from 0x80 on already have it.
  for (let index = 0; index < words.length; index += 1) bits |= ((words[index] ?? 0) - 0x21_21_21_21) | (words[index] ?? 0)
  return (
    (bits & 0x80_80_80_80) === 0 && bytes.subarray(0, start).every(isVisible) && bytes.subarray(start + words.length * 4).every(isVisible)
  )
}
