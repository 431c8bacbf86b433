import { type ApiError, apiError } from '../../contract/errors.js'

/** How much the service fetches for one client request. */
export const MEDIA_LIMITS = {
  /** Longest time for one item, redirects included, in milliseconds. */
  timeoutMs: 10_000,
  /** Largest item, in bytes. */
  itemBytes: 10 * 1024 * 1024,
  /** Largest sum of all items, in bytes; BODY_LIMIT_BYTES if that is smaller. */
  requestBytes: 32 * 1024 * 1024,
  /** Most items. */
  items: 8,
  /** Most redirects of one item. */
  redirects: 3,
}

/** How much is fetched for one client request; tests have other limits than the service. */
export type MediaLimits = Readonly<typeof MEDIA_LIMITS>

/** The `cause` of a 400 for media that the proxy does not fetch, but that Google may fetch. */
export class UnsuitableMedia extends Error {
  override readonly name = 'UnsuitableMedia'

  /** @param mediaType - the type that its server declares; undefined if unknown */
  constructor(readonly mediaType?: string) {
    super('the media are too large or of another type')
  }
}

/** Counts further bytes that a request holds in memory. @throws ApiError 503 beyond the limit */
export type Hold = (bytes: number) => void

/** Counts the items of one client request as they are started, and their bytes as they arrive. */
export interface MediaBudget {
  /** @throws ApiError 400 `invalid_value` when there are too many */
  countItem(param: string): void
  /** @throws ApiError 400 `invalid_value` when all items together become too large, or 503 */
  countBytes(bytes: number, param: string, mediaType?: string): void
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / (1024 * 1024))} MB`

/** 400: one item is too large. */
export const itemTooLarge = ({ itemBytes }: MediaLimits, param: string, mediaType: string | undefined): ApiError =>
  apiError('invalid_value', `The media at this URL is larger than ${megabytes(itemBytes)}.`, {
    param,
    cause: new UnsuitableMedia(mediaType),
  })

/**
 * Makes the budget of one request.
 *
 * @param hold - counts the files by their size in base64, as if the request had contained them
 */
export function makeMediaBudget({ items, requestBytes }: MediaLimits, hold: Hold): MediaBudget {
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
        throw apiError('invalid_value', `The media of this request are larger than ${megabytes(requestBytes)} in total.`, {
          param,
          cause: new UnsuitableMedia(mediaType),
        })
      hold(Math.ceil((bytes * 4) / 3))
    },
  }
}
