import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import { endOfJsonString, QUOTE } from '../../json/strings.js'

/** Limits of a JSON text: its number of values, and the depth of their nesting. */
export type JsonBounds = Pick<Config, 'maxBodyValues' | 'maxBodyDepth'>

/** Facts about a JSON text, found without parsing it. */
export interface ScannedJson {
  /** The approximate number of array items and object members: commas and opening brackets. */
  readonly valueCount: number
  /** The positions of the strings of at least 64 KiB, without their quotes. */
  readonly longStrings: readonly StringPosition[]
}

/** The position of a string in bytes: `bytes.subarray(start, end)`. */
export interface StringPosition {
  readonly start: number
  readonly end: number
}

const COMMA = 0x2c
const OPENING = [0x5b, 0x7b] as const
const CLOSING = [0x5d, 0x7d] as const

const LONG_STRING_BYTES = 65_536

/**
 * Counts the items and members of a JSON text, and finds its long strings, without parsing it.
 *
 * @throws ApiError 413 for too many values, 400 for values that are nested too deeply
 */
export function scanJson(bytes: Buffer, { maxBodyValues, maxBodyDepth }: JsonBounds): ScannedJson {
  const longStrings: StringPosition[] = []
  let valueCount = 0
  let depth = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      const start = at + 1
      at = endOfJsonString(bytes, start)
      if (at - start >= LONG_STRING_BYTES) longStrings.push({ start, end: at })
    } else if (byte === COMMA || byte === OPENING[0] || byte === OPENING[1]) {
      valueCount += 1
      if (byte !== COMMA) depth += 1
      if (valueCount > maxBodyValues) throw tooManyValues(maxBodyValues)
      if (depth > maxBodyDepth) throw tooDeep(maxBodyDepth)
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth -= 1
  }
  return { valueCount, longStrings }
}

const tooManyValues = (limit: number): Error =>
  apiError('request_too_large', `The request body has more than ${limit} JSON values (MAX_BODY_VALUES). Send fewer items and members.`)

const tooDeep = (limit: number): Error =>
  apiError('invalid_value', `The request body is nested more than ${limit} levels deep (MAX_BODY_DEPTH). Use fewer levels of nesting.`)
