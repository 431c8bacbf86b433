import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredFile } from '../../contract/storedFile.js'
import { pathOf } from '../dispatch/urls.js'

/** The pages may load scripts, styles and data from this server only, and no inline scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE_HEADERS = { 'content-security-policy': CONTENT_SECURITY_POLICY, 'referrer-policy': 'no-referrer' }

/**
 * Sends a file, or 304 where `known`, the header `If-None-Match`, lists its version. A page below a
 * slash would not find its files by their relative URLs: there it redirects to its own URL.
 */
export function sendFile(reply: FastifyReply, { bytes, contentType, etag }: StoredFile, known: string | undefined): FastifyReply {
  const isPage = contentType.startsWith('text/html')
  const ownUrl = isPage ? withoutLastSlashes(reply.request) : undefined
  if (ownUrl !== undefined) return reply.redirect(ownUrl)
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (known !== undefined && isAmong(etag, known)) return reply.code(304).send()
  reply.header('x-content-type-options', 'nosniff')
  if (isPage) reply.headers(PAGE_HEADERS)
  return reply.type(contentType).send(bytes)
}

/** The URL without slashes at its end, relative to the one that has them; undefined without any. */
function withoutLastSlashes({ url, originalUrl }: FastifyRequest): string | undefined {
  const path = pathOf(url)
  const slashes = pathOf(originalUrl).length - path.length
  return slashes === 0 ? undefined : `${'../'.repeat(slashes)}${path.slice(path.lastIndexOf('/') + 1)}`
}

/** Weak comparison, as for every GET: a proxy that compresses a response weakens its ETag. */
const isAmong = (etag: string, list: string): boolean =>
  list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
