import { ApiError, apiError } from '../../contract/errors.js'
import type { CountMemory } from '../../contract/operation.js'
import { makeAddressGuard } from './addresses.js'
import { MEDIA_LIMITS, type MediaLimits, makeMediaBudget, UnsuitableMedia } from './limits.js'
import { type FetchedFile, fetchMedia, type MediaPolicy } from './mediaRequest.js'
import { detectMediaType } from './types.js'
import { mediaUnreachableError, toPublicUrl } from './url.js'

/** A fetched media file. */
export interface FetchedMedia {
  /** The type detected by the first bytes of the file, such as `image/png`. */
  readonly mediaType: string
  readonly base64: string
}

/** Fetches the media files that one client request names by URL. */
export interface MediaFetcher {
  /**
   * Fetches a file from the public internet.
   *
   * @param url - https, port 443, without credentials
   * @param param - the request parameter that contains the URL, such as
   *   `messages[0].content[1].image_url.url`
   * @throws ApiError 400 `invalid_value` or `unsupported_value`, 503 `server_overloaded`, or the
   *   signal's reason
   */
  fetch(url: string, param: string, signal: AbortSignal): Promise<FetchedMedia>
}

/** Dependencies of {@link makeMediaFetcher}. */
export interface MediaFetcherParts {
  readonly resolve: MediaPolicy['resolve']
  /** Counts the bytes of the files against the memory limit. Default: they are not counted. */
  readonly countMemory?: CountMemory
  /** Limits of number, size and time. Default: {@link MEDIA_LIMITS}. */
  readonly limits?: MediaLimits
  /** Redirects connections to a test's server. For tests only. */
  readonly connectTo?: MediaPolicy['connectTo']
}

/** Makes the fetcher of one client request, which limits the number and bytes of its files. */
export function makeMediaFetcher({
  resolve,
  countMemory = () => undefined,
  limits = MEDIA_LIMITS,
  connectTo,
}: MediaFetcherParts): MediaFetcher {
  const policy: MediaPolicy = { isPublic: makeAddressGuard(), budget: makeMediaBudget(limits, countMemory), resolve, limits, connectTo }
  return {
    fetch: async (text, param, signal) => {
      signal.throwIfAborted()
      const url = toPublicUrl(text, param)
      policy.budget.countItem(param)
      try {
        const fetched = await fetchMedia({ url, param, signal: AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)]) }, policy)
        return toMedia(fetched, param)
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof ApiError ? error : mediaUnreachableError(limits, param, error)
      }
    },
  }
}

function toMedia({ bytes, declaredType }: FetchedFile, param: string): FetchedMedia {
  const mediaType = detectMediaType(bytes)
  if (mediaType !== undefined) return { mediaType, base64: bytes.toString('base64') }
  throw apiError(
    'unsupported_value',
    'The media type at this URL is not supported. Supported types are PNG, JPEG, WebP, HEIC, HEIF, WAV, MP3 and PDF.',
    { param, cause: new UnsuitableMedia(declaredType) },
  )
}
