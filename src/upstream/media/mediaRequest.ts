import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { type Dispatcher, request } from 'undici'
import { apiError } from '../../contract/errors.js'
import { unlessAborted } from '../wire/unlessAborted.js'
import { type ConnectTo, makePinnedAgent } from './connection.js'
import { type MediaBudget, type MediaLimits, mediaTooLargeError } from './limits.js'
import type { NameLookup } from './nameLookup.js'
import { mediaUnreachableError, toPublicUrl } from './url.js'

/** The download of one media file whose URL the client sent. */
export interface MediaRequest {
  readonly url: URL
  /** The request parameter with the URL, such as `messages[0].content[1].image_url.url`. */
  readonly param: string
  readonly signal: AbortSignal
}

/** Rules and limits for all media files that are downloaded for one client request. */
export interface MediaPolicy {
  readonly isPublic: (address: string) => boolean
  readonly resolve: NameLookup
  readonly limits: MediaLimits
  readonly budget: MediaBudget
  readonly connectTo: ConnectTo | undefined
}

// No credentials are sent. Compression is not accepted, as size limits apply to decoded bytes.
const REQUEST_HEADERS = { accept: 'image/*, audio/*, application/pdf', 'accept-encoding': 'identity', 'user-agent': 'media-fetcher/1.0' }
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308])

/** A media file as its server sent it. */
export interface FetchedFile {
  readonly bytes: Buffer
  /** The header `Content-Type` of the response. */
  readonly declaredType: string | undefined
}

/**
 * Fetches a media file and follows redirects. @throws ApiError 400, or the error of the connection
 */
export async function fetchMedia({ url: first, param, signal }: MediaRequest, policy: MediaPolicy): Promise<FetchedFile> {
  let url = first
  for (let redirects = 0; redirects <= policy.limits.redirects; redirects += 1) {
    const found = await fetchOnce({ url, param, signal }, policy)
    if (!(found instanceof URL)) return found
    url = found
  }
  throw apiError('invalid_value', `The media URL redirects more than ${policy.limits.redirects} times.`, { param })
}

/** Sends one HTTP request, only to public addresses. @returns the file, or the URL of a redirect */
async function fetchOnce(media: MediaRequest, policy: MediaPolicy): Promise<FetchedFile | URL> {
  const { url, param, signal } = media
  const agent = makePinnedAgent(await resolvePublic(media, policy), signal, policy.connectTo)
  try {
    const response = await request(url, { dispatcher: agent, headers: REQUEST_HEADERS, signal })
    // Destroying the agent emits an error on the body, which needs a listener. Relevant errors are
    // thrown when the body is read.
    response.body.on('error', () => undefined)
    const { location } = response.headers
    if (REDIRECT_STATUSES.has(response.statusCode) && typeof location === 'string') return toPublicUrl(location, param, url)
    if (response.statusCode === 200) return await readBody(response, param, policy)
    throw apiError('invalid_value', `The media URL returned status ${response.statusCode} instead of 200.`, { param })
  } finally {
    await agent.destroy()
  }
}

async function resolvePublic({ url, param, signal }: MediaRequest, policy: MediaPolicy): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const addresses = family === 0 ? await unlessAborted(policy.resolve(host, signal), signal) : [{ address: host, family }]
  if (addresses.length === 0 || !addresses.every(({ address }) => policy.isPublic(address)))
    throw mediaUnreachableError(policy.limits, param)
  return addresses
}

async function readBody({ headers, body }: Dispatcher.ResponseData, param: string, { limits, budget }: MediaPolicy): Promise<FetchedFile> {
  const declaredType = typeof headers['content-type'] === 'string' ? headers['content-type'] : undefined
  // Videos are never fetched: an empty file is returned, which is refused for its unknown type.
  if (declaredType?.startsWith('video/')) return { bytes: Buffer.of(), declaredType }
  if (Number(headers['content-length']) > limits.itemBytes) throw mediaTooLargeError(limits, param, declaredType)
  const chunks: Buffer[] = []
  let size = 0
  const bytes: AsyncIterable<Buffer> = body // undici yields buffers unless an encoding is set
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > limits.itemBytes) throw mediaTooLargeError(limits, param, declaredType)
    budget.countBytes(chunk.length, param, declaredType)
    chunks.push(chunk)
  }
  return { bytes: Buffer.concat(chunks, size), declaredType }
}
