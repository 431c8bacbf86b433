import { type ApiError, apiError } from '../../contract/errors.js'
import type { MediaLimits } from './limits.js'

/** 400: the same message for every reason, so that it discloses nothing about internal networks. */
export const unreachable = ({ timeoutMs }: MediaLimits, param: string, cause?: unknown): ApiError =>
  apiError(
    'invalid_value',
    `The media could not be fetched: its URL must be publicly reachable and respond within ${timeoutMs / 1000} s.`,
    { param, cause },
  )

/**
 * Parses a URL; it must be https, use port 443 and have no credentials. Its host is not checked.
 *
 * @param base - the URL that redirects to this one
 * @throws ApiError 400 `invalid_value`
 */
export function toPublicUrl(text: string, param: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined
  if (url === undefined || url.protocol !== 'https:') {
    throw apiError('invalid_value', 'A media URL must be a valid https URL and may redirect to https URLs only.', { param })
  }
  if (url.username !== '' || url.password !== '') throw apiError('invalid_value', 'A media URL must not contain credentials.', { param })
  if (url.port !== '') throw apiError('invalid_value', 'A media URL must use port 443.', { param })
  return url
}
