import { type ApiError, apiError } from '../../contract/errors.js'
import type { CountMemory } from '../../contract/operation.js'

/** Limits of the media files that the proxy downloads for one client request. */
export const MEDIA_LIMITS = {
  /** Longest time for one file, redirects included, in milliseconds. */
  timeoutMs: 10_000,
  /** Largest file, in bytes. */
  itemBytes: 10 * 1024 * 1024,
  /** Maximum size of all files together, in bytes; BODY_LIMIT_BYTES if that is smaller. */
  requestBytes: 32 * 1024 * 1024,
  /** Maximum number of files. */
  items: 8,
  /** Maximum number of redirects for one file. */
  redirects: 3,
}

/** Limits of the media files of one client request: {@link MEDIA_LIMITS}, or those of a test. */
export type MediaLimits = Readonly<typeof MEDIA_LIMITS>

/** The `cause` of a 400 for media that the proxy does not fetch, but that Google may fetch. */
export class UnsuitableMedia extends Error {
  override readonly name = 'UnsuitableMedia'

  /**
   * @param mediaType - the media type that the server of the media declares; undefined if unknown
   */
  constructor(readonly mediaType?: string) {
    super('the media files are too many, too large or of an unsupported type')
  }
}

/** Counts the media files of a client request when fetched, and their bytes when received. */
export interface MediaBudget {
  /** Counts a file. @throws ApiError 400 `invalid_value` if the request has too many */
  countItem(param: string): void
  /**
   * Counts received bytes. @throws ApiError 400 `invalid_value` if the files of the request are
   * too large in total, 503 if the memory limit would be exceeded
   */
  countBytes(bytes: number, param: string, mediaType?: string): void
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / (1024 * 1024))} MB`

/** Makes the 400 for a media file that is too large. */
export const mediaTooLargeError = ({ itemBytes }: MediaLimits, param: string, mediaType: string | undefined): ApiError =>
  apiError('invalid_value', `The media at this URL is larger than ${megabytes(itemBytes)}.`, {
    param,
    cause: new UnsuitableMedia(mediaType),
  })

/**
 * Makes the counter of the media files of one client request.
 *
 * @param countMemory - counts the files against the memory limit, with their size in base64
 */
export function makeMediaBudget({ items, requestBytes }: MediaLimits, countMemory: CountMemory): MediaBudget {
  let itemsLeft = items
  let bytesLeft = requestBytes
  return {
    countItem: (param) => {
      itemsLeft -= 1
      if (itemsLeft < 0)
        throw apiError('invalid_value', `A request can contain at most ${items} media URLs.`, { param, cause: new UnsuitableMedia() })
    },
    countBytes: (bytes, param, mediaType) => {
      bytesLeft -= bytes
      if (bytesLeft < 0)
        throw apiError('invalid_value', `The media files of this request are larger than ${megabytes(requestBytes)} in total.`, {
          param,
          cause: new UnsuitableMedia(mediaType),
        })
      countMemory(Math.ceil((bytes * 4) / 3))
    },
  }
}
