import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FileResult } from '../../contract/operation.js'
import { pathOf, withoutOrigin } from '../dispatch/urls.js'

/** Makes the `Content-Security-Policy` of a page: files of this server only, no inline scripts. */
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
 * Sends a file, or 304 if the header `If-None-Match` lists its ETag. Redirects the URL of a page
 * with trailing slashes to the URL without them: the page loads its files by relative URLs.
 */
export function sendFile(reply: FastifyReply, { file, playsSound = false }: FileResult): FastifyReply {
  const { bytes, contentType, etag } = file
  const isPage = contentType.startsWith('text/html')
  const ownUrl = isPage ? toUrlWithoutSlashes(reply.request) : undefined
  if (ownUrl !== undefined) return reply.redirect(ownUrl)
  const known = reply.request.headers['if-none-match']
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (known !== undefined && listsEtag(etag, known)) return reply.code(304).send()
  reply.header('x-content-type-options', 'nosniff')
  if (isPage) reply.headers({ 'content-security-policy': toSecurityPolicy(playsSound), 'referrer-policy': 'no-referrer' })
  return reply.type(contentType).send(bytes)
}

/** Returns a relative URL of the page without trailing slashes; undefined if there were none. */
function toUrlWithoutSlashes({ url, originalUrl }: FastifyRequest): string | undefined {
  const path = pathOf(url) // without trailing slashes; see canonicalUrl
  const slashes = pathOf(withoutOrigin(originalUrl)).length - path.length
  return slashes === 0 ? undefined : `${'../'.repeat(slashes)}${path.slice(path.lastIndexOf('/') + 1)}`
}

/** True if `If-None-Match` is `*` or lists an ETag, also as a weak one from a compressing proxy. */
const listsEtag = (etag: string, list: string): boolean =>
  list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
