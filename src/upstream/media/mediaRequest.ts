import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { type Dispatcher, request } from 'undici'
import { apiError } from '../../contract/errors.js'
import { type ConnectTo, makePinnedAgent } from './connection.js'
import { itemTooLarge, type MediaBudget, type MediaLimits } from './limits.js'
import { toPublicUrl, unreachable } from './url.js'

/** What every hop of a request's media has in common. */
export interface Way {
  readonly isPublic: (address: string) => boolean
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>
  readonly limits: MediaLimits
  readonly budget: MediaBudget
  readonly connectTo: ConnectTo | undefined
}

/** One item on its way: where its URL stands in the request, and when to stop. */
export interface Errand {
  readonly param: string
  readonly signal: AbortSignal
}

// Nothing of the caller's or of our own credentials; no compression, so that limits count what is kept.
const HEADERS = { accept: 'image/*, audio/*, application/pdf', 'accept-encoding': 'identity', 'user-agent': 'media-fetcher/1.0' }
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Goes one hop: resolves the host, checks every address, connects to those and no others.
 *
 * @returns the file, or the URL that the answer redirects to
 * @throws ApiError 400; or what the connection threw
 */
export async function hop(url: URL, errand: Errand, way: Way): Promise<Buffer | URL> {
  const agent = makePinnedAgent(await checkedAddresses(url, errand, way), errand.signal, way.connectTo)
  try {
    const answer = await request(url, { dispatcher: agent, headers: HEADERS, signal: errand.signal })
    answer.body.on('error', () => undefined) // destroyed below; what matters of it is thrown by the reading
    const { location } = answer.headers
    if (REDIRECTS.has(answer.statusCode) && typeof location === 'string') return toPublicUrl(location, errand.param, url)
    if (answer.statusCode === 200) return await readBody(answer, errand, way)
    throw apiError('invalid_value', `The media URL returned status ${answer.statusCode} instead of 200.`, { param: errand.param })
  } finally {
    await agent.destroy()
  }
}

async function checkedAddresses({ hostname }: URL, { param, signal }: Errand, way: Way): Promise<readonly LookupAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const addresses = family === 0 ? await abortable(way.resolve(host), signal) : [{ address: host, family }]
  if (addresses.length === 0 || !addresses.every(({ address }) => way.isPublic(address))) throw unreachable(way.limits, param)
  return addresses
}

async function readBody({ headers, body }: Dispatcher.ResponseData, { param }: Errand, { limits, budget }: Way): Promise<Buffer> {
  if (Number(headers['content-length']) > limits.itemBytes) throw itemTooLarge(limits, param)
  const chunks: Buffer[] = []
  let size = 0
  const bytes: AsyncIterable<Buffer> = body // undici reads without an encoding
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > limits.itemBytes) throw itemTooLarge(limits, param)
    budget.countBytes(chunk.length, param)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** Waits for work that knows no signal, no longer than the signal allows. */
async function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) stop()
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
