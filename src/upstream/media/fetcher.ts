import { lookup } from 'node:dns/promises'
import { ApiError, apiError } from '../../contract/errors.js'
import { makeAddressGuard } from './addresses.js'
import { MEDIA_LIMITS, type MediaLimits, makeMediaBudget } from './limits.js'
import { type Errand, hop, type Way } from './mediaRequest.js'
import { mediaTypeOf } from './types.js'
import { toPublicUrl, unreachable } from './url.js'

/** A fetched file. */
export interface Media {
  /** By its first bytes, such as `image/png`. */
  readonly mediaType: string
  readonly base64: string
}

/** Fetches the media of one request. */
export interface MediaFetcher {
  /**
   * Fetches a file from the public internet.
   *
   * @param url - https, port 443, without credentials
   * @param param - where the URL stands in the request, such as `messages[0].content[1].image_url.url`
   * @param signal - ends the work; its reason is thrown
   * @throws ApiError 400 `invalid_value` or `unsupported_value`, in the same words for all that cannot or may not be reached
   */
  fetch(url: string, param: string, signal: AbortSignal): Promise<Media>
}

/** What a fetcher is made of. */
export interface MediaFetcherParts {
  /** Gives the addresses of a host. Default: the resolver of the system. */
  readonly resolve?: Way['resolve']
  /** Default: {@link MEDIA_LIMITS}. */
  readonly limits?: MediaLimits
  /** For tests alone. */
  readonly connectTo?: Way['connectTo']
}

const resolveBySystem: Way['resolve'] = (host) => lookup(host, { all: true })

/** Makes the fetcher of one request: it keeps count of the request's items and bytes. */
export function makeMediaFetcher({ resolve = resolveBySystem, limits = MEDIA_LIMITS, connectTo }: MediaFetcherParts = {}): MediaFetcher {
  const way: Way = { isPublic: makeAddressGuard(), budget: makeMediaBudget(limits), resolve, limits, connectTo }
  return {
    fetch: async (url, param, signal) => {
      signal.throwIfAborted()
      const start = toPublicUrl(url, param)
      way.budget.countItem(param)
      try {
        const bytes = await follow(start, { param, signal: AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)]) }, way)
        return toMedia(bytes, param)
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof ApiError ? error : unreachable(limits, param, error)
      }
    },
  }
}

async function follow(start: URL, errand: Errand, way: Way): Promise<Buffer> {
  let url = start
  for (let redirects = 0; redirects <= way.limits.redirects; redirects += 1) {
    const found = await hop(url, errand, way)
    if (Buffer.isBuffer(found)) return found
    url = found
  }
  throw apiError('invalid_value', `The media URL redirects more than ${way.limits.redirects} times.`, { param: errand.param })
}

function toMedia(bytes: Buffer, param: string): Media {
  const mediaType = mediaTypeOf(bytes)
  if (mediaType !== undefined) return { mediaType, base64: bytes.toString('base64') }
  throw apiError(
    'unsupported_value',
    'The media type at this URL is not supported. Supported types are PNG, JPEG, WebP, GIF, HEIC, HEIF, WAV, MP3 and PDF.',
    { param },
  )
}
