import type { Secret } from '../config/secret.js'
import { ApiError, apiError } from '../contract/errors.js'
import type { OperationContext } from '../contract/operation.js'
import { logAttempt } from '../contract/requestLog.js'
import { hasSuccessStatus, readAnswer, readBodyText } from './answer/whole.js'
import type { Redact } from './failures/redact.js'
import type { FailureContext } from './failures/rules.js'
import { type GoogleFile, toGoogleFile, toGoogleFiles } from './native/googleFile.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'
import type { CallOptions, GeminiClient } from './wire/openaiClient.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** The members of an operation's context that calls of Google's Files API use. */
export type FileContext = Pick<OperationContext, 'signal' | 'deadlineAt' | 'requestLog' | 'caller'>

/** The bytes of a file to upload, with their media type and display name. */
export interface UploadedBytes {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Returns the display name of the file at Google, which depends on the key that uploads it. */
  readonly displayNameFor: (key: Secret) => string
}

/** An uploaded file, as Google describes it, and the key that uploaded it. */
export interface CreatedFile {
  readonly file: GoogleFile
  readonly key: Secret
}

/** Dependencies of {@link FileCalls}. */
export interface FileCallParts {
  readonly client: GeminiClient
  readonly attempts: Attempts
  readonly redact: Redact
}

// Stands for the model in key leases of Files API calls, which use no quota of a model.
const FILE_LEASE_MODEL = '/files'
// The page size is Google's maximum; 500 pages are enough for the files of most projects.
const PAGE_SIZE = 100
const MAX_FILE_PAGES = 500

/** Calls Google's Files API. Each method uses a Gemini key that is not in `excludedKeys`. */
export class FileCalls {
  readonly #parts: FileCallParts
  readonly #failure: FailureContext

  constructor(parts: FileCallParts) {
    this.#parts = parts
    this.#failure = { requestedModel: '', redact: parts.redact, namesItems: true }
  }

  /**
   * Uploads a file and returns Google's description of it. @throws an ApiError, or the signal's
   * reason
   */
  create(uploaded: UploadedBytes, excludedKeys: ReadonlySet<number>, context: FileContext): Promise<CreatedFile> {
    return this.#run(excludedKeys, context, (target) => this.#upload(uploaded, target, context)).catch(toStorageMissing)
  }

  /**
   * Gets the description of a file by Google's name for it. Throws like {@link create}; 404
   * `file_not_found` if the file does not exist.
   */
  get(name: string, excludedKeys: ReadonlySet<number>, context: FileContext): Promise<GoogleFile> {
    return this.#run(excludedKeys, context, async (target) => {
      const response = await this.#parts.client.get(`/${name}`, toCallOptions(target, context))
      if (!hasSuccessStatus(response)) await readAnswer(response, this.#failure, context.signal)
      // readAnswer would throw here: the description of a file that Google failed to process has a
      // member `error`, like an error response.
      return toGoogleFile(parseFile(await readBodyText(response, context.signal)))
    }).catch(toFileNotFound)
  }

  /** Deletes a file. Throws like {@link get}. */
  async delete(name: string, excludedKeys: ReadonlySet<number>, context: FileContext): Promise<void> {
    await this.#run(excludedKeys, context, async (target) => {
      const response = await this.#parts.client.send('DELETE', `/${name}`, toCallOptions(target, context))
      // The body of a success is not read: it is `{}`, or empty.
      if (hasSuccessStatus(response)) response.dump()
      else await readAnswer(response, this.#failure, context.signal)
    }).catch(toFileNotFound)
  }

  /**
   * Lists all files of one Google project: that of the only key that is not in `excludedKeys`.
   * Throws like {@link create}.
   */
  async list(excludedKeys: ReadonlySet<number>, context: FileContext): Promise<GoogleFile[]> {
    const files: GoogleFile[] = []
    let query = ''
    for (let page = 0; page < MAX_FILE_PAGES; page += 1) {
      const path = `/files?pageSize=${PAGE_SIZE}${query}`
      const answer = await this.#run(excludedKeys, context, (target) =>
        this.#read(this.#parts.client.get(path, toCallOptions(target, context)), context),
      ).catch(toStorageMissing)
      const { files: listed, nextPageToken } = toGoogleFiles(answer)
      files.push(...listed)
      if (nextPageToken === undefined) break
      query = `&pageToken=${encodeURIComponent(nextPageToken)}`
    }
    return files
  }

  #run<T>(excludedKeys: ReadonlySet<number>, context: FileContext, call: (target: AttemptTarget) => Promise<T>): Promise<T> {
    const { signal, deadlineAt, requestLog } = context
    const options: AttemptOptions = { servedModel: FILE_LEASE_MODEL, requestedModel: '', signal, deadlineAt, requestLog, excludedKeys }
    return this.#parts.attempts.run(options, (target) => {
      logAttempt(requestLog, target.key)
      return call(target)
    })
  }

  async #read(response: Promise<UpstreamResponse>, { signal }: FileContext): Promise<object> {
    return readAnswer(await response, this.#failure, signal)
  }

  /** Uploads with Google's resumable protocol: one request starts it, the next sends all bytes. */
  async #upload({ bytes, mediaType, displayNameFor }: UploadedBytes, target: AttemptTarget, context: FileContext): Promise<CreatedFile> {
    const { client } = this.#parts
    const options = toCallOptions(target, context)
    const metadata = Buffer.from(JSON.stringify({ file: { displayName: displayNameFor(target.key) } }))
    const started = await client.upload('/files', metadata, {
      ...options,
      headers: {
        'content-type': 'application/json',
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(bytes.length),
        'x-goog-upload-header-content-type': mediaType,
      },
    })
    // readAnswer throws the error of an error response; the body of a success is empty.
    await (hasSuccessStatus(started) ? readBodyText(started, context.signal) : readAnswer(started, this.#failure, context.signal))
    const headers = { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' }
    const sent = client.upload(`/files${uploadQueryOf(started)}`, bytes, { ...options, headers })
    const answer: { readonly file?: unknown } = await this.#read(sent, context)
    return { file: toGoogleFile(answer.file), key: target.key }
  }
}

const toCallOptions = ({ key }: AttemptTarget, { signal }: FileContext): CallOptions => ({ key, signal })

function parseFile(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // toGoogleFile throws 502 for undefined
  }
}

/**
 * Returns the query of the upload URL that Google sent. The rest of that URL is ignored: bytes are
 * sent only to the configured server.
 */
function uploadQueryOf({ headers }: UpstreamResponse): string {
  const url = String(headers['x-goog-upload-url'] ?? '')
  const search = URL.canParse(url) ? new URL(url).search : ''
  if (search.includes('upload_id=')) return search
  throw apiError('upstream_error', 'Gemini did not start the upload. Retry the request.')
}

/**
 * Throws 404 `file_not_found` in place of `item_not_found`: Google does not distinguish a missing
 * file from a file of another key. Rethrows other errors.
 */
function toFileNotFound(error: unknown): never {
  throw error instanceof ApiError && error.code === 'item_not_found' ? apiError('file_not_found', undefined, { cause: error.cause }) : error
}

/** Throws 502 for `item_not_found`: GEMINI_BASE_URL's server has no Files API. Rethrows others. */
function toStorageMissing(error: unknown): never {
  if (!(error instanceof ApiError) || error.code !== 'item_not_found') throw error
  const message = 'The server at GEMINI_BASE_URL does not support file uploads. Send the file in the request instead, as `file_data`.'
  throw apiError('upstream_error', message, { cause: error.cause, isRetryable: false })
}
