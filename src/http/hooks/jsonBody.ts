import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { Pressure } from './pressure.js'

/** Limits of a JSON body besides its length. */
export type JsonBounds = Pick<Config, 'maxBodyValues' | 'maxBodyDepth'>

// A value costs some 400 bytes in the objects that are made of it, and a byte of a body counts as
// eight bytes of memory; see pressure.ts.
const BYTES_PER_VALUE = 48

/**
 * Parses JSON bodies. Before that, refuses those with too many or too deeply nested values:
 * parsing and checking a value takes up to a hundred times as long as a byte of text.
 */
export function addJsonBody(app: FastifyInstance, bounds: JsonBounds, pressure: Pressure): void {
  // A JSON key named __proto__ is removed, not refused: OpenAI accepts any key.
  const parse = app.getDefaultJsonParser('remove', 'remove')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    pressure.add(request.exchange, countValues(body, bounds) * BYTES_PER_VALUE)
    parse(request, body.toString(), done)
  })
}

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPENING = [0x5b, 0x7b] as const
const CLOSING = [0x5d, 0x7d] as const

/**
 * Counts the items and members of a JSON text, of which it reads the structure only.
 *
 * @throws ApiError 413 for too many values, 400 for values that are nested too deeply
 */
export function countValues(bytes: Uint8Array, { maxBodyValues, maxBodyDepth }: JsonBounds): number {
  let values = 0
  let depth = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at += 1
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    } else if (byte === COMMA || byte === OPENING[0] || byte === OPENING[1]) {
      values += 1
      if (byte !== COMMA) depth += 1
      if (values > maxBodyValues) throw tooManyValues(maxBodyValues)
      if (depth > maxBodyDepth) throw tooDeep(maxBodyDepth)
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth -= 1
  }
  return values
}

const tooManyValues = (limit: number): Error =>
  apiError('request_too_large', `The request body has more than ${limit} JSON values (MAX_BODY_VALUES). Send fewer items and members.`)

const tooDeep = (limit: number): Error =>
  apiError('invalid_value', `The request body is nested more than ${limit} levels deep (MAX_BODY_DEPTH). Use fewer levels of nesting.`)
