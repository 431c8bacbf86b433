import type { IncomingHttpHeaders } from 'node:http'
import { type Operation, replyOr } from '../operation.js'
import { JSON_UTF8, type Reply, replyText } from '../reply.js'
import type { JsonObject } from '../types.js'
import { checkNativeKey } from './credentials.js'
import { batchEmbed, embedContent } from './embed.js'
import { checkFiles, fileOperation, isFilePath, isFileUpload } from './files.js'
import { countNative, generate } from './generate.js'
import { interactionOperation, isInteractionPath } from './interactions.js'
import { checkName, listNative, retrieveNative } from './models.js'
import { checkOwners } from './owners.js'

const MODELS = '/v1beta/models'

type Action = (id: string) => Operation

/** The operations by the method after the colon of a path, such as `:generateContent`. */
const METHODS: { readonly [method: string]: Action } = {
  generateContent: (id) => (parts, call, reply) => generate(parts, call, reply, id, false),
  streamGenerateContent: (id) => (parts, call, reply) => generate(parts, call, reply, id, true),
  countTokens: (id) => (parts, call, reply) => replyValue(reply, countNative(parts, call, id)),
  embedContent: (id) => (parts, call, reply) => replyValue(reply, embedContent(call.body ?? {}, id, parts.settings)),
  batchEmbedContents: (id) => (parts, call, reply) => replyValue(reply, batchEmbed(call.body ?? {}, id, parts.settings)),
}

/** Path with which the `path` of queued behaviours is compared, by method of the native API. */
const PATHS: { readonly [method: string]: string } = {
  generateContent: '/chat/completions',
  streamGenerateContent: '/chat/completions',
  countTokens: '/countTokens',
  embedContent: '/embeddings',
  batchEmbedContents: '/embeddings',
}

/**
 * Returns the operation of a native path; undefined if there is none. It first checks the model
 * name, the key, and the files and caches that the body refers to.
 */
export const nativeOperation = (method: string, url: string, headers: IncomingHttpHeaders): Operation | undefined => {
  const [path = '', query = ''] = url.split('?', 2)
  const key = String(headers['x-goog-api-key'] ?? '')
  const other = isFilePath(path) ? fileOperation(method, path, query, headers) : interactionOf(method, path, key)
  const action = other === undefined ? actionOf(method, path) : { run: other }
  if (action === undefined) return undefined
  const { id, run }: Found = action
  return (parts, call, reply) => {
    if (id !== undefined) checkName(id)
    // The URL of an upload is a credential, so it needs no key.
    if (!isFileUpload(path, query)) checkNativeKey(headers, call.query, parts.settings)
    checkOwners(call.body, key, parts.settings)
    checkFiles(call.body, key, parts)
    return run(parts, call, reply)
  }
}

const interactionOf = (method: string, path: string, key: string): Operation | undefined =>
  isInteractionPath(path) ? interactionOperation(method, path, key) : undefined

interface Found {
  readonly id?: string
  readonly run: Operation
}

function actionOf(method: string, path: string): Found | undefined {
  if (method === 'GET' && path === MODELS) return { run: (parts, call, reply) => replyValue(reply, listNative(call.query, parts.settings)) }
  const name = nameOf(path)
  if (name === undefined) return undefined
  const at = name.lastIndexOf(':')
  const id = at === -1 ? name : name.slice(0, at)
  if (method === 'GET' && at === -1) return { id, run: (parts, _call, reply) => replyValue(reply, retrieveNative(id, parts.settings)) }
  const action = method === 'POST' && Object.hasOwn(METHODS, name.slice(at + 1)) ? METHODS[name.slice(at + 1)] : undefined
  return action === undefined || at === -1 ? undefined : { id, run: action(id) }
}

/** Returns the decoded rest of a path after `/v1beta/models/`; undefined for another path. */
function nameOf(path: string): string | undefined {
  if (!path.startsWith(`${MODELS}/`)) return undefined
  try {
    return decodeURIComponent(path.slice(MODELS.length + 1))
  } catch {
    return undefined // invalid percent-encoding
  }
}

const replyValue = (reply: Reply, value: JsonObject): Promise<void> =>
  replyOr(reply, false, () => replyText(reply, 200, JSON_UTF8, JSON.stringify(value)))

/** Properties of a response that the URL of the request determines. */
export interface Surface {
  readonly isNative: boolean
  readonly isSse: boolean
  /** True for the Interactions API: its error codes are words, and its lines end with LF. */
  readonly isInteraction?: boolean
  readonly queuePath: string
}

/** Determines from a URL the API, whether it responds with SSE, and the path in the queue. */
export const surfaceOf = (url: string): Surface => {
  if (isInteractionPath(url.split('?', 1)[0] ?? '')) return { isNative: true, isSse: false, isInteraction: true, queuePath: url }
  if (isFilePath(url.split('?', 1)[0] ?? '')) return { isNative: true, isSse: false, queuePath: url }
  if (!url.startsWith(MODELS)) return { isNative: false, isSse: false, queuePath: url }
  const [path = '', query = ''] = url.split('?', 2)
  const method = path.slice(path.lastIndexOf(':') + 1)
  const isSse = method === 'streamGenerateContent' && new URLSearchParams(query).get('alt') === 'sse'
  return { isNative: true, isSse, queuePath: Object.hasOwn(PATHS, method) ? `${PATHS[method] ?? ''} :${method}` : path }
}
