import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FileResult } from '../../contract/operation.js'
import { pathOf, withoutOrigin } from '../dispatch/urls.js'

/** Header `Content-Security-Policy` of a page: loads from this server only, no inline scripts. */
const toSecurityPolicy = (playsSound: boolean): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    ...(playsSound ? ['media-src blob:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Sends a file, or 304 if the header `If-None-Match` lists its version. Redirects the URL of a page
 * with trailing slashes to the one without: the page refers to its files by relative URLs.
 */
export function sendFile(reply: FastifyReply, { file, playsSound = false }: FileResult): FastifyReply {
  const { bytes, contentType, etag } = file
  const isPage = contentType.startsWith('text/html')
  const ownUrl = isPage ? toOwnUrl(reply.request) : undefined
  if (ownUrl !== undefined) return reply.redirect(ownUrl)
  const known = reply.request.headers['if-none-match']
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (known !== undefined && isAmong(etag, known)) return reply.code(304).send()
  reply.header('x-content-type-options', 'nosniff')
  if (isPage) reply.headers({ 'content-security-policy': toSecurityPolicy(playsSound), 'referrer-policy': 'no-referrer' })
  return reply.type(contentType).send(bytes)
}

/** The requested URL without trailing slashes, relative to it; undefined if it has none. */
function toOwnUrl({ url, originalUrl }: FastifyRequest): string | undefined {
  const path = pathOf(url) // canonicalUrl has removed trailing slashes
  const slashes = pathOf(withoutOrigin(originalUrl)).length - path.length
  return slashes === 0 ? undefined : `${'../'.repeat(slashes)}${path.slice(path.lastIndexOf('/') + 1)}`
}

/** True if `If-None-Match` lists an ETag, even as a weak one, as compressing proxies make it. */
const isAmong = (etag: string, list: string): boolean =>
  list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
