import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../../config/settings.js'
import { withoutByteOrderMark } from '../../contract/byteOrderMark.js'
import { OPTIONAL_BODY_OPERATION, RAW_BODY_OPERATIONS, RawJson } from '../../contract/rawJson.js'
import { areMediaOfMessages, detachMedia } from '../body/detachMedia.js'
import { readForm } from '../body/readForm.js'
import { type OnBody, readRequestBody } from '../body/readRequestBody.js'
import { type JsonBounds, scanJson } from '../body/scanJson.js'
import { toTypedForm } from '../body/toTypedForm.js'
import { FORM_TYPE } from '../dispatch/backend.js'
import { acceptsMediaType, bodySchemaOf, type ContractOperation, unsupportedType } from '../dispatch/contractOperation.js'
import type { LoadLimits } from './loadLimits.js'

/** Limits of the size of request bodies, and of the number and depth of their JSON values. */
export interface BodyBounds extends JsonBounds, Pick<Config, 'bodyLimitBytes'> {}

// Load of one parsed JSON value, which takes about 400 bytes of memory. One unit of load stands for
// eight bytes of memory; see config/memory.ts.
const LOAD_PER_JSON_VALUE = 48

const RAW_BODY_OPERATION_IDS: ReadonlySet<string | undefined> = new Set(RAW_BODY_OPERATIONS)

/**
 * Reads and parses request bodies: JSON and forms. JSON with too many or too deeply nested values
 * is refused before it is parsed: to parse and check a value takes up to a hundred times as long
 * as to scan a byte.
 */
export function addRequestBody(app: FastifyInstance, bounds: BodyBounds, loadLimits: LoadLimits): void {
  const parse = makeParse(app)
  const parseBody = (body: Buffer, request: FastifyRequest): unknown => {
    const { exchange } = request
    if (body.length === 0 && exchange.operationId === OPTIONAL_BODY_OPERATION) return undefined
    const scanned = scanJson(body, bounds)
    // Bodies to relay stay unparsed, unless they are no JSON object: the validation refuses those.
    const isRaw = RAW_BODY_OPERATION_IDS.has(exchange.operationId) && beginsObject(body)
    // Counts the memory of parsed values. Of unparsed bodies, only those of interactions are
    // counted: they are parsed later, and stay in memory for further attempts.
    if (!isRaw || exchange.operationId === 'createInteraction') loadLimits.countMemory(exchange, scanned.valueCount * LOAD_PER_JSON_VALUE)
    if (isRaw) return new RawJson(body)
    // Media are detached only from chat requests: other operations need the whole strings.
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
  const read = ({ exchange }: FastifyRequest, payload: IncomingMessage, onBody: OnBody): void =>
    readRequestBody(payload, bounds.bodyLimitBytes, (unread, body) => {
      loadLimits.settle(exchange, body.length)
      onBody(unread, body)
    })
  app.addContentTypeParser(JSON_TYPE, (request: FastifyRequest, payload: IncomingMessage, done) => {
    requireType(request, JSON_TYPE)
    read(request, payload, (unread, body) => {
      if (unread !== undefined) return done(unread)
      let parsed: unknown
      try {
        parsed = parseBody(body, request)
      } catch (error) {
        return done(error as Error) // the cast is safe: only Error objects are thrown
      }
      done(null, parsed)
    })
  })
  app.addContentTypeParser(FORM_TYPE, (request: FastifyRequest, payload: IncomingMessage, done) => {
    const operation = requireType(request, FORM_TYPE)
    read(request, payload, (unread, body) => {
      if (unread !== undefined) return done(unread)
      readForm(body, request.headers['content-type'] ?? '')
        .then((form) => toTypedForm(form, bodySchemaOf(operation)))
        .then((typed) => done(null, typed), done)
    })
  })
}

const JSON_TYPE = 'application/json'

/** Returns the operation of a request. @throws ApiError 415 if it does not take this media type */
function requireType({ routeOptions }: FastifyRequest, type: string): ContractOperation {
  const { operation } = routeOptions.config
  if (operation === undefined || !acceptsMediaType(operation, type)) throw unsupportedType(operation)
  return operation
}

const OBJECT_START = 0x7b
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])

function beginsObject(body: Buffer): boolean {
  // A byte order mark is skipped, because Fastify's parser skips it, too.
  const text = withoutByteOrderMark(body)
  let at = 0
  while (WHITE_SPACE.has(text[at])) at += 1
  return text[at] === OBJECT_START
}

/** Wraps Fastify's JSON parser in a function that returns the value or throws. */
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
