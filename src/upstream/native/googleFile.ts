import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'

/** Metadata of a file in Google's storage. */
export interface GoogleFile {
  /** Google's name of the file, such as `files/abc123`. */
  readonly name: string
  readonly displayName: string
  readonly mediaType: string
  readonly bytes: number
  /** Time of upload, in seconds since 1970; 0 if Google sent none. */
  readonly createdAt: number
  /** Time at which Google deletes the file, in seconds since 1970; undefined if unknown. */
  readonly expiresAt: number | undefined
  readonly uri: string
  /** Status in OpenAI's terms; only a `processed` file may be used in requests. */
  readonly status: 'uploaded' | 'processed' | 'error'
}

const STATUSES: ReadonlyMap<unknown, GoogleFile['status']> = new Map([
  ['ACTIVE', 'processed'],
  ['FAILED', 'error'],
])

/** Reads Google's metadata of a file. @throws 502 if its name or URI is missing */
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

/** Reads one page of Google's list of files. @throws 502 for a file without a name or URI */
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
