import { isIP } from 'node:net'
import { type ApiError, apiError } from '../../contract/errors.js'
import type { MediaLimits } from './limits.js'

/**
 * Makes the 400 for media that cannot be fetched. Its message is the same for every reason, so that
 * it discloses nothing about internal networks.
 */
export const mediaUnreachableError = ({ timeoutMs }: MediaLimits, param: string, cause?: unknown): ApiError =>
  apiError(
    'invalid_value',
    `The media could not be fetched: its URL must be publicly reachable and respond within ${timeoutMs / 1000} s.`,
    { param, cause },
  )

/**
 * Parses a media URL, which must be https, use port 443 and have no credentials. Its host is not
 * checked.
 *
 * @param base - the URL that redirected to this one, which may be relative
 * @throws ApiError 400 `invalid_value` for any other URL
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

// Host names that are not part of the public DNS.
const PRIVATE_HOST_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|lan|intranet|home\.arpa)$/
// URLs of files that were uploaded to Google, by host or by path. They are refused, as a URL does
// not show which caller uploaded the file.
const GEMINI_HOST = /(?:^|[.-])generativelanguage\.(?:[\w-]+\.)*googleapis\.com$/
const STORED_FILE = /^[\w.-]*googleapis\.com\/(?:upload\/|download\/)?v[\w.]{1,20}\/files\//i

/**
 * Checks a media URL that Google is going to fetch. Its host name is not looked up.
 *
 * @param isPublic - true for an address of the public internet
 * @throws ApiError 400 `invalid_value` if the host is not public, or for an uploaded file
 */
export function checkGoogleFetchedUrl(text: string, param: string, isPublic: (address: string) => boolean): void {
  const { hostname, pathname } = toPublicUrl(text, param)
  const host = hostname.replace(/^\[|\]$|(?<!\.)\.+$/g, '')
  if (GEMINI_HOST.test(host) || STORED_FILE.test(host + pathname))
    throw apiError('invalid_value', 'Refer to an uploaded file by its `file_id`, not by a URL.', { param })
  const isInner = isIP(host) === 0 ? !host.includes('.') || PRIVATE_HOST_NAME.test(host) : !isPublic(host)
  if (isInner) throw apiError('invalid_value', 'A media URL must have a host on the public internet.', { param })
}
