import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { invalidArgument, Refusal } from '../errors.js'
import { type Call, type Operation, type Parts, replyOr } from '../operation.js'
import { randomText } from '../random.js'
import { JSON_UTF8, type Reply, replyText } from '../reply.js'
import type { JsonObject } from '../types.js'
import { message } from './kinds.js'
import { parseNative } from './parse.js'

/** A stored file, and the API key with which a client uploaded it. */
interface StoredFile {
  readonly key: string
  readonly file: JsonObject
  /** Number of requests for the state of the file so far. */
  polls: number
  /** The state in which processing ends; undefined if it never ends. */
  readonly outcome: 'ACTIVE' | 'FAILED' | undefined
  readonly isProcessed: boolean
}

/** An upload that a client has started, but whose bytes the simulator has not received yet. */
interface Session {
  readonly key: string
  readonly mimeType: string
  readonly length: number | undefined
  readonly file: JsonObject
}

/** The files and the unfinished uploads that the simulator stores. */
export interface FileStorage {
  readonly files: Map<string, StoredFile>
  readonly sessions: Map<string, Session>
}

const PATH = '/v1beta/files'
const UPLOAD = '/upload/v1beta/files'
const LIFE_MS = 48 * 3_600_000
const START_FIELDS = { file: message({ name: 'STRING', displayName: 'STRING', mimeType: 'STRING' }) }
const LONGEST_DISPLAY_NAME = 512

/** True if a path belongs to the Files API. */
export const isFilePath = (path: string): boolean => path === PATH || path.startsWith(`${PATH}/`) || path === UPLOAD

/** True if the body of a request is the bytes of a file instead of JSON. */
export const isFileUpload = (path: string, query: string): boolean => path === UPLOAD && query.includes('upload_id=')

/** Returns the operation of a method and path of the Files API; undefined if there is none. */
export function fileOperation(method: string, path: string, query: string, headers: IncomingHttpHeaders): Operation | undefined {
  const key = String(headers['x-goog-api-key'] ?? '')
  const id = path.slice(PATH.length + 1)
  if (path === UPLOAD) {
    if (method !== 'POST' && method !== 'PUT') return undefined
    const run = isFileUpload(path, query) ? finalize : start
    return (parts, call, reply) => run(parts, call, reply, headers)
  }
  if (path === PATH) return method === 'GET' ? (parts, call, reply) => list(parts, call, reply, key) : undefined
  if (method === 'GET') return (parts, _call, reply) => send(reply, polled(find(parts, id, key)))
  if (method !== 'DELETE') return undefined
  return (parts, _call, reply) => {
    find(parts, id, key)
    return replyOr(reply, false, () => {
      parts.files.files.delete(id)
      return replyText(reply, 200, JSON_UTF8, '{}')
    })
  }
}

const send = (reply: Reply, value: JsonObject): Promise<void> =>
  replyOr(reply, false, () => replyText(reply, 200, JSON_UTF8, JSON.stringify(value)))

const noPermission = (id: string): Refusal =>
  new Refusal({
    code: 403,
    status: 'PERMISSION_DENIED',
    message: `You do not have permission to access the File ${id} or it may not exist.`,
  })

function find({ files: { files } }: Parts, id: string, key: string): StoredFile {
  const stored = files.get(id)
  if (stored === undefined || stored.key !== key) throw noPermission(id)
  return stored
}

/** Returns the state of a file. Processing ends at the second request for the state. */
const stateOf = ({ isProcessed, polls, outcome }: StoredFile): string =>
  isProcessed && (polls < 2 || outcome === undefined) ? 'PROCESSING' : (outcome ?? 'PROCESSING')

const toFile = (stored: StoredFile): JsonObject => {
  const state = stateOf(stored)
  const failure = state === 'FAILED' ? { error: { code: 3, message: 'The file could not be processed.' } } : {}
  return { ...stored.file, state, ...failure }
}

function polled(stored: StoredFile): JsonObject {
  stored.polls += 1
  return toFile(stored)
}

/** Starts an upload: the response contains its URL, which can be used without a key. */
function start(parts: Parts, call: Call, reply: Reply, headers: IncomingHttpHeaders): Promise<void> {
  if (headers['x-goog-upload-protocol'] !== 'resumable' || headers['x-goog-upload-command'] !== 'start')
    throw invalidArgument('Upload protocol not supported: send X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start.')
  // The cast is safe: START_FIELDS defines `file`.
  const { file = {} } = parseNative(call.body ?? {}, START_FIELDS) as { readonly file?: JsonObject }
  if (String(file.displayName ?? '').length > LONGEST_DISPLAY_NAME) throw invalidArgument('display_name must not exceed 512 characters.')
  const mimeType = String(headers['x-goog-upload-header-content-type'] ?? file.mimeType ?? '')
  if (mimeType === '') throw invalidArgument('Unable to determine the MIME type of the file.')
  const announced = headers['x-goog-upload-header-content-length']
  const uploadId = randomText(24, 'base64url')
  const length = announced === undefined ? undefined : Number(announced)
  return replyOr(reply, false, () => {
    parts.files.sessions.set(uploadId, { key: String(headers['x-goog-api-key'] ?? ''), mimeType, length, file })
    const url = `http://${headers.host ?? ''}${UPLOAD}?upload_id=${uploadId}&upload_protocol=resumable`
    const sent = {
      'x-goog-upload-url': url,
      'x-goog-upload-control-url': url,
      'x-goog-upload-status': 'active',
      'x-goog-upload-chunk-granularity': '8388608',
    }
    return replyText(withHeaders(reply, sent), 200, 'text/plain; charset=utf-8', '')
  })
}

/** Receives all bytes of an upload and stores the file. */
function finalize(parts: Parts, call: Call, reply: Reply, headers: IncomingHttpHeaders): Promise<void> {
  const uploadId = new URLSearchParams(call.query).get('upload_id') ?? ''
  const session = parts.files.sessions.get(uploadId)
  if (session === undefined) throw new Refusal({ code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' })
  if (headers['x-goog-upload-command'] !== 'upload, finalize' || headers['x-goog-upload-offset'] !== '0')
    throw invalidArgument('The upload must be finalized from offset 0.')
  const { bytes } = call
  if (session.length !== undefined && session.length !== bytes.length)
    throw invalidArgument(`Upload has ${bytes.length} bytes, but ${session.length} were announced.`)
  const [, wanted] = /simulate:\{"file":"(\w+)"\}/.exec(bytes.toString('latin1', 0, 1_000)) ?? []
  return replyOr(reply, false, () => {
    parts.files.sessions.delete(uploadId)
    const id = createHash('sha256').update(uploadId).digest('hex').slice(0, 12)
    const now = new Date()
    const file: JsonObject = {
      name: `files/${id}`,
      ...(session.file.displayName === undefined ? {} : { displayName: session.file.displayName }),
      mimeType: session.mimeType,
      sizeBytes: String(bytes.length),
      createTime: now.toISOString(),
      updateTime: now.toISOString(),
      expirationTime: new Date(now.getTime() + LIFE_MS).toISOString(),
      sha256Hash: Buffer.from(createHash('sha256').update(bytes).digest('hex')).toString('base64'),
      uri: `https://generativelanguage.googleapis.com/v1beta/files/${id}`,
      source: 'UPLOADED',
    }
    const isProcessed = /^video\//.test(session.mimeType) || wanted !== undefined
    const outcome = wanted === 'PROCESSING' ? undefined : wanted === 'FAILED' ? 'FAILED' : 'ACTIVE'
    const stored: StoredFile = { key: session.key, file, polls: 0, outcome, isProcessed }
    parts.files.files.set(id, stored)
    const sent = withHeaders(reply, { 'x-goog-upload-status': 'final' })
    return replyText(sent, 200, JSON_UTF8, JSON.stringify({ file: toFile(stored) }))
  })
}

const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  behaviour: { ...reply.behaviour, headers: { ...headers, ...reply.behaviour.headers } },
})

/** Lists the files of a key, newest first. The token of a page is the id of its first file. */
function list({ files: { files } }: Parts, call: Call, reply: Reply, key: string): Promise<void> {
  const query = new URLSearchParams(call.query)
  const size = Number(query.get('pageSize') ?? 10)
  if (!Number.isInteger(size) || size < 0 || size > 100) throw invalidArgument('page_size must be between 0 and 100.')
  const own = [...files].filter(([, stored]) => stored.key === key).reverse()
  const token = query.get('pageToken')
  const from = token === null ? 0 : own.findIndex(([id]) => id === token)
  if (from === -1) throw invalidArgument('page_token is invalid.')
  const page = own.slice(from, from + (size || 10))
  const next = own[from + page.length]?.[0]
  // Google's JSON omits empty fields: a page without files has no member `files`.
  return send(reply, {
    ...(page.length === 0 ? {} : { files: page.map(([, stored]) => toFile(stored)) }),
    ...(next === undefined ? {} : { nextPageToken: next }),
  })
}

const FILE_URI = /"file_?[uU]ri":"https:\/\/generativelanguage\.googleapis\.com\/v1beta\/files\/([^"]+)"/g

/**
 * Accepts a body if every uploaded file that it refers to belongs to the key and is ready.
 *
 * @throws Refusal 403 for a file of another key or a missing file; 400 for a file that is not ready
 */
export function checkFiles(body: JsonObject | undefined, key: string, parts: Parts): void {
  for (const [, id = ''] of JSON.stringify(body ?? {}).matchAll(FILE_URI)) {
    if (parts.settings.owners[`files/${id}`] !== undefined) continue
    if (stateOf(find(parts, id, key)) === 'ACTIVE') continue
    const text = `The File ${id} is not in an ACTIVE state and usage is not allowed.`
    throw new Refusal({ code: 400, status: 'FAILED_PRECONDITION', message: text })
  }
}
