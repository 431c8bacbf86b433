/** A range of a text in UTF-8 bytes; `endByte` is exclusive. */
export interface ByteRange {
  readonly startByte: number
  readonly endByte: number
}

/** A range of a text in UTF-16 units; `end` is exclusive. */
export interface CharacterRange {
  readonly start: number
  readonly end: number
}

/**
 * Converts ranges of a text from UTF-8 bytes to UTF-16 units.
 *
 * @returns undefined for each range that is empty, ends after the text or splits a character
 */
export function toRanges(text: string, ranges: readonly ByteRange[]): (CharacterRange | undefined)[] {
  const indexes = findIndexes(
    text,
    ranges.flatMap(({ startByte, endByte }) => [startByte, endByte]),
  )
  return ranges.map(({ startByte, endByte }) => {
    const start = indexes.get(startByte)
    const end = indexes.get(endByte)
    return start?.isExact && end?.isExact && start.index < end.index ? { start: start.index, end: end.index } : undefined
  })
}

/** Returns, for each byte offset, the index of the last character that begins at or before it. */
export function toNearestIndexes(text: string, offsets: readonly number[]): number[] {
  const indexes = findIndexes(text, offsets)
  return offsets.map((offset) => indexes.get(offset)?.index ?? 0)
}

/** The last character that begins at or before a byte offset. */
interface CharacterBegin {
  /** Index of the character, in UTF-16 units. */
  readonly index: number
  /** True if the character begins exactly at the byte offset. */
  readonly isExact: boolean
}

/** Finds the last character that begins at or before each byte offset, in one pass. */
function findIndexes(text: string, offsets: readonly number[]): ReadonlyMap<number, CharacterBegin> {
  const found = new Map<number, CharacterBegin>()
  let bytes = 0
  let index = 0
  for (const offset of [...new Set(offsets)].sort((one, other) => one - other)) {
    while (bytes < offset && index < text.length) {
      const code = text.codePointAt(index) ?? 0
      const next = bytes + bytesOf(code)
      if (next > offset) break
      bytes = next
      index += code > 0xffff ? 2 : 1
    }
    found.set(offset, { index, isExact: bytes === offset })
  }
  return found
}

/** Converts UTF-16 indexes of a text, in ascending order, to UTF-8 byte offsets. */
export function toByteOffsets(text: string, indexes: readonly number[]): number[] {
  let bytes = 0
  let read = 0
  return indexes.map((index) => {
    bytes += Buffer.byteLength(text.slice(read, index))
    read = index
    return bytes
  })
}

function bytesOf(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code > 0xffff ? 4 : 3
}

/** True if the text within the range equals the passage. */
export const isRangeOf = (text: string, range: CharacterRange | undefined, passage: string): boolean =>
  range !== undefined && range.end - range.start === passage.length && text.startsWith(passage, range.start)

/** Finds the occurrence of a passage nearest to an index; undefined if the text has none. */
export function findRange(text: string, passage: string, near: number): CharacterRange | undefined {
  const found = [text.lastIndexOf(passage, near), text.indexOf(passage, near)].filter((index) => isWhole(text, index, passage.length))
  const [start] = found.sort((one, other) => Math.abs(one - near) - Math.abs(other - near))
  return start === undefined ? undefined : { start, end: start + passage.length }
}

/** False if `start` is -1, or the passage at `start` begins or ends within a surrogate pair. */
const isWhole = (text: string, start: number, length: number): boolean =>
  start >= 0 && !isInsidePair(text, start) && !isInsidePair(text, start + length)

const isInsidePair = (text: string, index: number): boolean => index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff
