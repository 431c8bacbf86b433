import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Secret } from '../config/secret.js'
import { toAbortSignal } from '../contract/cancelSignal.js'
import { ApiError, apiError, type ErrorCode } from '../contract/errors.js'
import type { FileList, OpenAIFile } from '../contract/types.js'
import { NEEDS_NATIVE_API_TEXT } from '../contract/upstreamApi.js'
import type { KeyValueStore } from '../stores/keyValueStore.js'
import type { CreatedFile, FileCalls, FileContext } from './fileCalls.js'
import type { FileIds, FileLabel, FileLocation } from './fileIds.js'
import { fingerprintOf } from './keys/pins.js'
import type { GoogleFile } from './native/googleFile.js'

/** The Files API: files of callers, which Google stores. */
export interface Files {
  /** Uploads a file. @throws an ApiError, or the signal's reason */
  create(file: NewFile, context: FileContext): Promise<OpenAIFile>
  /** Lists the files of a caller. Throws like {@link Files.create}. */
  list(query: FileQuery, context: FileContext): Promise<FileList>
  /** Gets a file. Throws like `create`; 404 `file_not_found` for a file of another caller, too. */
  retrieve(id: string, context: FileContext): Promise<OpenAIFile>
  /** Deletes a file. Throws like {@link Files.retrieve}. */
  delete(id: string, context: FileContext): Promise<void>
  /**
   * Finds the files that a request names, and waits until Google has processed them. Throws like
   * {@link Files.retrieve}; 400 for files that no single key can access.
   *
   * @param params - the ids of the files, each with the request parameter that contains it
   */
  find(params: ReadonlyMap<string, string>, context: FileContext): Promise<FoundFiles>
}

/** A file to upload. */
export interface NewFile extends Omit<FileLabel, 'key'> {
  readonly bytes: Uint8Array
  readonly mediaType: string
}

/** Filter, order and page of GET /v1/files. */
export interface FileQuery {
  readonly purpose?: string | undefined
  readonly limit: number
  readonly order: 'asc' | 'desc'
  readonly after?: string | undefined
}

/** The URI and the media type by which a request to Gemini refers to a file. */
export interface FileLink {
  readonly uri: string
  readonly mediaType: string
}

/** The files that a request names. */
export interface FoundFiles {
  readonly links: ReadonlyMap<string, FileLink>
  /** Positions of the Gemini keys that cannot access the files. */
  readonly excludedKeys: ReadonlySet<number>
}

/** Dependencies of {@link makeFiles}. */
export interface FileParts {
  readonly calls: FileCalls
  readonly ids: FileIds
  readonly keys: readonly Secret[]
  /** Caches links to processed files in this process: a request with a cached one need not poll. */
  readonly links: Pick<KeyValueStore, 'put' | 'get' | 'delete'>
}

// Maximum number of files in one request. Each costs a call to Google, and Gemini reads few
// documents in one request.
const MAX_FILES = 50
// Milliseconds to wait before each further poll of a file's status; the last value repeats.
const WAITS_MS = [100, 250, 500, 1_000, 2_000]

/** Codes of errors that are due to the key: a call with another key may succeed. */
const KEY_FAILURES: ReadonlySet<ErrorCode | null> = new Set(['upstream_auth_error', 'insufficient_quota', 'rate_limit_exceeded'] as const)

const isKeyFailure = (error: unknown): boolean => error instanceof ApiError && KEY_FAILURES.has(error.code)

/** Makes {@link Files}, the Files API, from its dependencies. */
export function makeFiles(parts: FileParts): Files {
  const { calls, ids, keys, links } = parts
  const positions = new Map(keys.map((key, index) => [fingerprintOf(key), index + 1]))
  const excludedFor = (used: number): ReadonlySet<number> => new Set([...positions.values()].filter((position) => position !== used))
  const locate = (id: string, { caller }: FileContext, param?: string): FileLocation & { readonly excludedKeys: ReadonlySet<number> } => {
    const found = ids.toLocation(caller, id)
    const position = found === undefined ? undefined : positions.get(found.key)
    if (found === undefined || position === undefined) throw fileNotFound(param)
    return { ...found, excludedKeys: excludedFor(position) }
  }
  const get = async (id: string, context: FileContext, param?: string): Promise<GoogleFile & { readonly label: FileLabel }> => {
    const { key, name, excludedKeys } = locate(id, context, param)
    const file = await calls.get(name, excludedKeys, context).catch((error: unknown) => {
      throw error instanceof ApiError && error.code === 'file_not_found' && param !== undefined ? error.withParam(param) : error
    })
    const label = ids.toLabel(context.caller, file.displayName)
    if (label?.key !== key) throw fileNotFound(param)
    return { ...file, label }
  }
  const link = async (id: string, param: string, context: FileContext): Promise<FileLink> => {
    const { caller } = context
    const stored = (await links.get(caller, [id])).get(id)
    // The cast is safe: only this function writes to the cache of links.
    if (stored !== undefined) return JSON.parse(stored) as FileLink
    const { uri, mediaType } = await waitUntilProcessed(() => get(id, context, param), context, param)
    void links.put(caller, id, JSON.stringify({ uri, mediaType }))
    return { uri, mediaType }
  }
  return {
    create: (file, context) => create(parts, { file, excludedKeys: excludedFor(uploadKeyPositionOf(positions, context.caller)) }, context),
    list: async (query, context) => {
      const listed = [...positions].map(([key, position]) => listFilesOfKey(parts, key, excludedFor(position), context))
      return toFilePage(await joinLists(listed), query)
    },
    retrieve: async (id, context) => {
      const file = await get(id, context)
      return toFile(id, file, file.label)
    },
    delete: async (id, context) => {
      const { name, excludedKeys } = locate(id, context)
      await links.delete(context.caller, id)
      await calls.delete(name, excludedKeys, context)
    },
    find: async (params, context) => {
      if (params.size > MAX_FILES) throw apiError('array_too_long', `A request can name at most ${MAX_FILES} files.`)
      const [first, ...others] = [...params].map(([id, param]) => ({ ...locate(id, context, param), param }))
      const foreign = others.find(({ key }) => key !== first?.key)
      if (foreign !== undefined) throw apiError('invalid_value', SEVERAL_KEYS, { param: foreign.param })
      const failed = new AbortController()
      const signal = AbortSignal.any([toAbortSignal(context.signal), failed.signal])
      try {
        const found = [...params].map(async ([id, param]) => [id, await link(id, param, { ...context, signal })] as const)
        return { links: new Map(await Promise.all(found)), excludedKeys: first?.excludedKeys ?? new Set() }
      } catch (error) {
        failed.abort(error)
        throw error
      }
    },
  }
}

const SEVERAL_KEYS = 'These files were uploaded with different Gemini keys, and no key can read all of them. Upload them again.'

const fileNotFound = (param?: string): Error => apiError('file_not_found', undefined, { param: param ?? null })

/** Returns the position of the key for all uploads of a caller: a request can use only one key. */
function uploadKeyPositionOf(positions: ReadonlyMap<string, number>, caller: string): number {
  const rank = (key: string): string => createHash('sha256').update(`${caller} ${key}`).digest('hex')
  const [[, first] = ['', 1]] = [...positions].sort(([one], [other]) => (rank(one) < rank(other) ? -1 : 1))
  return first
}

/** Lists the files that a caller has uploaded with one key. */
async function listFilesOfKey(
  { calls, ids }: FileParts,
  key: string,
  excludedKeys: ReadonlySet<number>,
  context: FileContext,
): Promise<OpenAIFile[]> {
  const { caller } = context
  return (await calls.list(excludedKeys, context)).flatMap((file) => {
    const label = ids.toLabel(caller, file.displayName)
    return label?.key === key ? [toFile(ids.toId(caller, { key, name: file.name }), file, label)] : []
  })
}

/**
 * Joins the file lists of all keys, without those of keys that Google refuses. @throws any other
 * failure, or the last one if Google refuses all keys
 */
async function joinLists(listed: readonly Promise<OpenAIFile[]>[]): Promise<OpenAIFile[]> {
  const settled = await Promise.allSettled(listed)
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  const failure = failures.find((each) => !isKeyFailure(each)) ?? failures.at(-1)
  if (failure !== undefined && (failures.length === settled.length || !isKeyFailure(failure))) throw failure
  return settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
}

/** Uploads a file with the caller's preferred key, or with any key if Google refuses that one. */
async function create(
  { calls, ids }: FileParts,
  { file, excludedKeys }: { readonly file: NewFile; readonly excludedKeys: ReadonlySet<number> },
  context: FileContext,
): Promise<OpenAIFile> {
  const { caller } = context
  const labelFor = (key: Secret): FileLabel => ({ key: fingerprintOf(key), purpose: file.purpose, filename: file.filename })
  const displayNameFor = (key: Secret): string => {
    const name = ids.toDisplayName(caller, labelFor(key))
    if (name !== undefined) return name
    throw apiError('invalid_value', 'The name of this file is too long. Send one of at most 255 bytes.', { param: 'file' })
  }
  const upload = (excluded: ReadonlySet<number>): Promise<CreatedFile> =>
    calls.create({ bytes: file.bytes, mediaType: file.mediaType, displayNameFor }, excluded, context)
  const created = await upload(excludedKeys).catch((error: unknown) => {
    if (excludedKeys.size === 0 || !isKeyFailure(error)) throw error
    return upload(new Set())
  })
  const label = labelFor(created.key)
  return toFile(ids.toId(caller, { key: label.key, name: created.file.name }), created.file, label)
}

/** Polls a file until it is processed. @throws 400 if Google cannot read it, 504 at the deadline */
async function waitUntilProcessed(get: () => Promise<GoogleFile>, { signal, deadlineAt }: FileContext, param: string): Promise<GoogleFile> {
  for (let step = 0; ; step += 1) {
    const file = await get()
    if (file.status === 'processed') return file
    if (file.status === 'error')
      throw apiError('invalid_value', 'Gemini could not read this file. Upload it again, or convert it to another format.', { param })
    const waitMs = WAITS_MS[Math.min(step, WAITS_MS.length - 1)] ?? 0
    if (performance.now() + waitMs >= deadlineAt) throw apiError('upstream_timeout', NOT_READY, { param })
    await setTimeout(waitMs, undefined, { signal: toAbortSignal(signal) }).catch(() => signal.throwIfAborted())
  }
}

const NOT_READY = 'Gemini has not finished reading this file. Retry when GET /v1/files/{file_id} returns the status `processed`.'

/** Converts Google's description of a file to OpenAI's file object. */
function toFile(id: string, { bytes, createdAt, expiresAt, status }: GoogleFile, { purpose, filename }: FileLabel): OpenAIFile {
  const expiry = expiresAt === undefined ? {} : { expires_at: expiresAt }
  return { id, object: 'file', bytes, created_at: createdAt, ...expiry, filename, purpose, status }
}

/** Filters and sorts files, and returns one page. @throws 404 if no file has the id `after` */
function toFilePage(files: readonly OpenAIFile[], { purpose, limit, order, after }: FileQuery): FileList {
  const direction = order === 'asc' ? 1 : -1
  const byAge = (one: OpenAIFile, other: OpenAIFile): number =>
    direction * (one.created_at - other.created_at || (one.id < other.id ? -1 : 1))
  const sorted = files.filter((file) => purpose === undefined || file.purpose === purpose).sort(byAge)
  const start = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && start === 0) throw fileNotFound('after')
  const data = sorted.slice(start, start + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + data.length < sorted.length,
  }
}

/** Makes {@link Files} for a proxy without the native API: it refuses every call with 400. */
export function makeUnsupportedFiles(): Files {
  const refuse = (): Promise<never> => Promise.reject(apiError('unsupported_value', `Files ${NEEDS_NATIVE_API_TEXT}.`))
  return { create: refuse, list: refuse, retrieve: refuse, delete: refuse, find: refuse }
}
