import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'

/** A file of Google's storage, as far as it is used. */
export interface GoogleFile {
  /** Such as `files/abc123`. */
  readonly name: string
  readonly displayName: string
  readonly mediaType: string
  readonly bytes: number
  /** In seconds since 1970. */
  readonly createdAt: number
  readonly expiresAt: number | undefined
  readonly uri: string
  /** By OpenAI's words: only a processed one may be used. */
  readonly status: 'uploaded' | 'processed' | 'error'
}

const STATUSES: ReadonlyMap<unknown, GoogleFile['status']> = new Map([
  ['ACTIVE', 'processed'],
  ['FAILED', 'error'],
])

/** Reads the description of a file. @throws 502 if the value is not one */
export function toGoogleFile(value: unknown): GoogleFile {
  if (!isRecord(value) || typeof value.name !== 'string' || typeof value.uri !== 'string') throw noFile()
  const { name, displayName, mimeType, uri, state } = value
  return {
    name,
    uri,
    displayName: typeof displayName === 'string' ? displayName : '',
    mediaType: typeof mimeType === 'string' ? mimeType : '',
    bytes: Number(value.sizeBytes ?? 0),
    createdAt: toEpoch(value.createTime) ?? 0,
    expiresAt: toEpoch(value.expirationTime),
    status: STATUSES.get(state) ?? 'uploaded',
  }
}

/** Reads a page of a list. */
export function toGoogleFiles({ files, nextPageToken }: { readonly files?: unknown; readonly nextPageToken?: unknown }): {
  readonly files: readonly GoogleFile[]
  readonly nextPageToken: string | undefined
} {
  return {
    files: Array.isArray(files) ? files.map(toGoogleFile) : [],
    nextPageToken: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined,
  }
}

const noFile = (): Error => apiError('upstream_error', 'Gemini did not return a file. Retry the request.')

function toEpoch(time: unknown): number | undefined {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}
