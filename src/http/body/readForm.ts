import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { apiError } from '../../contract/errors.js'
import type { UploadedFile } from '../../contract/types.js'

/** A value of a form: a text, a file, a list of them, or members by their names. */
export type FormValue = string | UploadedFile | FormValue[] | FormMembers
/** Values by their names. It has no prototype: a client chooses the names. */
export interface FormMembers {
  [name: string]: FormValue
}

// A request of any operation has fewer parts, and shorter texts.
const LIMITS = { parts: 1_100, fieldSize: 1_048_576, fieldNameSize: 200, headerPairs: 20, headerSize: 8_192 } as const

// Work of a millisecond or two, where it is slowest.
const FORM_SLICE_BYTES = 131_072

/**
 * Reads the body of a form, `multipart/form-data`.
 *
 * A name that ends in `[]` or that several parts have is a list. `a[b]` is the member `b` of `a`.
 *
 * @param contentType - the header, with the boundary
 * @throws ApiError 400 where the body is no such form, 413 where it has too many or too long parts
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
      reject(apiError('invalid_value', 'The header Content-Type names no boundary. Let the HTTP client write this header for the form.'))
      return
    }
    const add = (name: string | undefined, value: FormValue): void => {
      if (name === undefined) reject(apiError('invalid_value', 'The form has a part without a name.'))
      else addValue(form, name, value)
    }
    parser.on('field', (name, text, isNameCut, isTextCut) => {
      if (isNameCut || isTextCut)
        refuse(`A text of the form is longer than ${LIMITS.fieldSize} bytes, or its name than ${LIMITS.fieldNameSize}.`)
      else add(name, text)
    })
    parser.on('file', (name, stream, filename, _encoding, mediaType) => {
      const file = { filename: filename ?? '', mediaType, bytes: Buffer.of() }
      add(name, file)
      collect(stream, body, (bytes) => {
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
 * Lets a parser read a body, in slices between which other work is done. The rest of a refused form
 * is not read: millions of parts would take minutes.
 */
function writeSlices(parser: BusboyInstance, body: Buffer, isRefused: () => boolean): void {
  const writeFrom = (at: number): void => {
    if (isRefused()) return
    if (at >= body.length) parser.end()
    else parser.write(body.subarray(at, at + FORM_SLICE_BYTES), () => setImmediate(writeFrom, at + FORM_SLICE_BYTES))
  }
  writeFrom(0)
}

/** True for a part with a file name, and for one whose type is not that of a text. */
const isPartAFile = (_name: string | undefined, type: string | undefined, filename: string | undefined): boolean =>
  filename !== undefined || (type !== undefined && !/^(?:text|application\/json)\b/.test(type))

/** Gathers the bytes of a file, which stay where they are in the body. */
function collect(stream: BusboyFileStream, body: Buffer, onEnd: (bytes: Buffer<ArrayBuffer>) => void): void {
  const pieces: Buffer<ArrayBuffer>[] = []
  stream.on('data', (piece: Buffer<ArrayBuffer>) => pieces.push(piece))
  // Its only error is that of the parser.
  stream.on('error', () => undefined)
  stream.on('end', () => {
    const [first = Buffer.of()] = pieces
    onEnd(pieces.length > 1 ? (inOnePiece(pieces, body) ?? Buffer.concat(pieces)) : first)
  })
}

/**
 * The pieces as a part of the body, not copied. The parser copies a few bytes where a slice ends;
 * undefined where it has copied the first of these.
 */
function inOnePiece(pieces: readonly Buffer<ArrayBuffer>[], body: Buffer): Buffer<ArrayBuffer> | undefined {
  const [first] = pieces
  if (first === undefined || first.buffer !== body.buffer) return undefined
  return Buffer.from(
    first.buffer,
    first.byteOffset,
    pieces.reduce((sum, { length }) => sum + length, 0),
  )
}

const NAME = /^([^[\]]+)((?:\[[^[\]]*\]){0,3})$/

/** Adds a value at the place that its name describes. */
function addValue(form: FormMembers, name: string, value: FormValue): void {
  const [, first = name, rest = ''] = NAME.exec(name) ?? []
  const keys = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = '']) => key)]
  let members = form
  let key = keys.shift() ?? ''
  for (const next of keys) {
    if (next === '' || /^\d+$/.test(next)) {
      members[key] = [...toArray(members[key]), value]
      return
    }
    const inner = members[key]
    const made: FormMembers = isMembers(inner) ? inner : Object.create(null)
    members[key] = made
    members = made
    key = next
  }
  const earlier = members[key]
  members[key] = earlier === undefined ? value : [...toArray(earlier), value]
}

const toArray = (value: FormValue | undefined): FormValue[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** True for members, which alone have no prototype. */
const isMembers = (value: FormValue | undefined): value is FormMembers => typeof value === 'object' && Object.getPrototypeOf(value) === null
