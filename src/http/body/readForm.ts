import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { apiError } from '../../contract/errors.js'
import type { UploadedFile } from '../../contract/types.js'

/** A value in a form: a text, a file, a list of values, or an object of named values. */
export type FormValue = string | UploadedFile | FormValue[] | FormMembers
/** Form values by name, in an object without a prototype, because clients choose the names. */
export interface FormMembers {
  [name: string]: FormValue
}

// Limits of one form: numbers of parts and headers, sizes in bytes. No operation needs as much.
const LIMITS = { parts: 1_100, fieldSize: 1_048_576, fieldNameSize: 200, headerPairs: 20, headerSize: 8_192 } as const

// Bytes of a form to parse before other requests get a turn: at most about 2 ms of CPU time.
const FORM_SLICE_BYTES = 131_072

/**
 * Parses a request body of type `multipart/form-data`.
 *
 * A name that ends in `[]`, or that several parts have, gives a list. `a[b]` is member `b` of `a`.
 *
 * @param contentType - the header, with the boundary
 * @throws ApiError 400 if the body is not a valid form, 413 for too many or too long parts
 */
export function readForm(body: Buffer, contentType: string): Promise<FormMembers> {
  return new Promise((resolve, rejectForm) => {
    const form: FormMembers = Object.create(null)
    let isRefused = false
    const reject = (error: Error): void => {
      isRefused = true
      rejectForm(error)
    }
    const refuse = (message: string): void => reject(apiError('request_too_large', message))
    let parser: BusboyInstance
    try {
      parser = new Busboy({ headers: { 'content-type': contentType } as BusboyHeaders, limits: LIMITS, isPartAFile })
    } catch {
      reject(apiError('invalid_value', 'The header Content-Type has no boundary. Let the HTTP client write this header for the form.'))
      return
    }
    const add = (name: string | undefined, value: FormValue): void => {
      if (name === undefined) reject(apiError('invalid_value', 'The form has a part without a name.'))
      else addValue(form, name, value)
    }
    parser.on('field', (name, text, isNameCut, isTextCut) => {
      if (isNameCut || isTextCut)
        refuse(`A text field of the form is longer than ${LIMITS.fieldSize} bytes, or its name is longer than ${LIMITS.fieldNameSize}.`)
      else add(name, text)
    })
    parser.on('file', (name, stream, filename, _encoding, mediaType) => {
      const file = { filename: filename ?? '', mediaType, bytes: Buffer.of() }
      add(name, file)
      collectFileBytes(stream, body, (bytes) => {
        file.bytes = bytes
      })
    })
    parser.on('partsLimit', () => refuse(`The form has more than ${LIMITS.parts} parts.`))
    parser.on('error', () => reject(apiError('invalid_value', 'The request body is not a complete multipart/form-data form.')))
    parser.on('finish', () => resolve(form))
    writeSlices(parser, body, () => isRefused)
  })
}

/**
 * Parses a body in slices, and yields to the event loop between them. Stops once the form has been
 * refused: millions of parts would take minutes.
 */
function writeSlices(parser: BusboyInstance, body: Buffer, isRefused: () => boolean): void {
  const writeFrom = (at: number): void => {
    if (isRefused()) return
    if (at >= body.length) parser.end()
    else parser.write(body.subarray(at, at + FORM_SLICE_BYTES), () => setImmediate(writeFrom, at + FORM_SLICE_BYTES))
  }
  writeFrom(0)
}

/** True for a form part with a file name, or with a media type other than text and JSON. */
const isPartAFile = (_name: string | undefined, type: string | undefined, filename: string | undefined): boolean =>
  filename !== undefined || (type !== undefined && !/^(?:text|application\/json)\b/.test(type))

/** Collects the bytes of a file, if possible without a copy of them, and passes them to `onEnd`. */
function collectFileBytes(stream: BusboyFileStream, body: Buffer, onEnd: (bytes: Buffer<ArrayBuffer>) => void): void {
  const pieces: Buffer<ArrayBuffer>[] = []
  stream.on('data', (piece: Buffer<ArrayBuffer>) => pieces.push(piece))
  // An error of this stream is ignored: the form parser reports the same error.
  stream.on('error', () => undefined)
  stream.on('end', () => {
    const [first = Buffer.of()] = pieces
    onEnd(pieces.length > 1 ? (joinPieces(pieces, body) ?? Buffer.concat(pieces)) : first)
  })
}

/**
 * Joins the pieces of a file to one view of the body, without copying. Returns undefined if the
 * first piece is no view itself: the parser copies a few bytes where a slice ends.
 */
function joinPieces(pieces: readonly Buffer<ArrayBuffer>[], body: Buffer): Buffer<ArrayBuffer> | undefined {
  const [first] = pieces
  if (first === undefined || first.buffer !== body.buffer) return undefined
  return Buffer.from(
    first.buffer,
    first.byteOffset,
    pieces.reduce((sum, { length }) => sum + length, 0),
  )
}

const FIELD_NAME_PATTERN = /^([^[\]]+)((?:\[[^[\]]*\]){0,3})$/

/** Adds a value at the path that its name describes, such as `a[b]`. */
function addValue(form: FormMembers, name: string, value: FormValue): void {
  const [, first = name, rest = ''] = FIELD_NAME_PATTERN.exec(name) ?? []
  const keys = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = '']) => key)]
  let members = form
  let key = keys.shift() ?? ''
  for (const next of keys) {
    if (next === '' || /^\d+$/.test(next)) {
      members[key] = [...toArray(members[key]), value]
      return
    }
    const inner = members[key]
    const made: FormMembers = isFormMembers(inner) ? inner : Object.create(null)
    members[key] = made
    members = made
    key = next
  }
  const earlier = members[key]
  members[key] = earlier === undefined ? value : [...toArray(earlier), value]
}

const toArray = (value: FormValue | undefined): FormValue[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** True for an object of named values, which has no prototype, unlike all other form values. */
const isFormMembers = (value: FormValue | undefined): value is FormMembers =>
  typeof value === 'object' && Object.getPrototypeOf(value) === null
