import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../../config/settings.js'
import { OPTIONAL_BODY_OPERATION, RAW_BODY_OPERATIONS, RawJson } from '../../contract/rawJson.js'
import { areMediaOfMessages, detachMedia } from '../body/detachMedia.js'
import { readRequestBody } from '../body/readRequestBody.js'
import { type JsonBounds, scanJson } from '../body/scanJson.js'
import type { Pressure } from './pressure.js'

/** Limits of a JSON body. */
export interface BodyBounds extends JsonBounds, Pick<Config, 'bodyLimitBytes'> {}

// A value costs some 400 bytes in the objects that are made of it, and a byte of a body counts as
// eight bytes of memory; see pressure.ts.
const BYTES_PER_VALUE = 48

const RAW_BODIES: ReadonlySet<string | undefined> = new Set(RAW_BODY_OPERATIONS)

/**
 * Reads and parses JSON bodies. Before that, refuses those with too many or too deeply nested
 * values: parsing and checking a value takes up to a hundred times as long as a byte of text.
 */
export function addJsonBody(app: FastifyInstance, bounds: BodyBounds, pressure: Pressure): void {
  const parse = makeParse(app)
  const parseBody = (body: Buffer, request: FastifyRequest): unknown => {
    const { exchange } = request
    if (body.length === 0 && exchange.operationId === OPTIONAL_BODY_OPERATION) return undefined
    const scanned = scanJson(body, bounds)
    // Anything but an object is refused below.
    const isRaw = RAW_BODIES.has(exchange.operationId) && beginsObject(body)
    // The members of an interaction are read, and kept for further attempts.
    if (!isRaw || exchange.operationId === 'createInteraction') pressure.add(exchange, scanned.values * BYTES_PER_VALUE)
    if (isRaw) return new RawJson(body)
    // Other operations read or store the whole texts.
    const isChat = exchange.operationId === 'createChatCompletion'
    const detached = isChat ? detachMedia(body, scanned) : undefined
    if (detached !== undefined) {
      const parsed = parse(request, detached.text)
      if (areMediaOfMessages(parsed, detached.media)) {
        exchange.media = detached.media
        return parsed
      }
    }
    return parse(request, body.toString())
  }
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage, done) => {
    readRequestBody(payload, bounds.bodyLimitBytes, (unread, body) => {
      if (unread !== undefined) return done(unread)
      let parsed: unknown
      try {
        parsed = parseBody(body, request)
      } catch (error) {
        return done(error as Error) // only errors are thrown
      }
      done(null, parsed)
    })
  })
}

const OBJECT_START = 0x7b
const BYTE_ORDER_MARK = Buffer.from('\ufeff')
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])

function beginsObject(body: Buffer): boolean {
  // Fastify's parser skips a byte order mark, too: what it returns is no RawJson.
  let at = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
  while (WHITE_SPACE.has(body[at])) at += 1
  return body[at] === OBJECT_START
}

/** Makes Fastify's own parser a function that returns the value, or throws. */
function makeParse(app: FastifyInstance): (request: FastifyRequest, text: string) => unknown {
  // A JSON key named __proto__ is removed, not refused: OpenAI accepts any key.
  const parse = app.getDefaultJsonParser('remove', 'remove')
  return (request, text) => {
    let parsed: unknown
    parse(request, text, (error, value) => {
      if (error) throw error
      parsed = value
    })
    return parsed
  }
}
