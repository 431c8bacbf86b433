import { ApiError, apiError } from '../../contract/errors.js'
import { makeAddressGuard } from './addresses.js'
import { type Hold, MEDIA_LIMITS, type MediaLimits, makeMediaBudget, UnsuitableMedia } from './limits.js'
import { type FetchedFile, fetchMedia, type MediaPolicy } from './mediaRequest.js'
import { mediaTypeOf } from './types.js'
import { mediaUnreachable, toPublicUrl } from './url.js'

/** A fetched file. */
export interface Media {
  /** Detected by its first bytes, such as `image/png`. */
  readonly mediaType: string
  readonly base64: string
}

/** Fetches the media files of one client request. */
export interface MediaFetcher {
  /**
   * Fetches a file from the public internet.
   *
   * @param url - https, port 443, without credentials
   * @param param - path of the URL in the request, such as `messages[0].content[1].image_url.url`
   * @throws ApiError 400 `invalid_value` or `unsupported_value`, 503 `server_overloaded`, or the
   *   signal's reason
   */
  fetch(url: string, param: string, signal: AbortSignal): Promise<Media>
}

/** Dependencies of a media fetcher. */
export interface MediaFetcherParts {
  readonly resolve: MediaPolicy['resolve']
  /** Counts the memory that the files take. Default: it is not counted. */
  readonly hold?: Hold
  /** Default: {@link MEDIA_LIMITS}. */
  readonly limits?: MediaLimits
  /** Tests only. */
  readonly connectTo?: MediaPolicy['connectTo']
}

/** Makes the fetcher of one client request. It counts the request's files and bytes. */
export function makeMediaFetcher({ resolve, hold = () => undefined, limits = MEDIA_LIMITS, connectTo }: MediaFetcherParts): MediaFetcher {
  const policy: MediaPolicy = { isPublic: makeAddressGuard(), budget: makeMediaBudget(limits, hold), resolve, limits, connectTo }
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
        throw error instanceof ApiError ? error : mediaUnreachable(limits, param, error)
      }
    },
  }
}

function toMedia({ bytes, declaredType }: FetchedFile, param: string): Media {
  const mediaType = mediaTypeOf(bytes)
  if (mediaType !== undefined) return { mediaType, base64: bytes.toString('base64') }
  throw apiError(
    'unsupported_value',
    'The media type at this URL is not supported. Supported types are PNG, JPEG, WebP, HEIC, HEIF, WAV, MP3 and PDF.',
    { param, cause: new UnsuitableMedia(declaredType) },
  )
}
