import type { FastifyReply } from 'fastify'
import type { StoredFile } from '../../contract/storedFile.js'
import { pathOf, withoutLastSlashes } from '../dispatch/urls.js'

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

/** Sends a file, or 304 where the header `If-None-Match` lists its version. */
export function sendFile(reply: FastifyReply, { bytes, contentType, etag }: StoredFile): FastifyReply {
  const { originalUrl, headers } = reply.request
  const path = pathOf(originalUrl)
  const trimmed = withoutLastSlashes(path)
  const slashes = path.length - trimmed.length
  // The page names its files relative to its URL, so that it works behind a path prefix.
  if (slashes > 0 && contentType.startsWith('text/html'))
    return reply.redirect(`${'../'.repeat(slashes)}${trimmed.slice(trimmed.lastIndexOf('/') + 1)}`)
  const known = headers['if-none-match']
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (known !== undefined && isAmong(etag, known)) return reply.code(304).send()
  reply.header('x-content-type-options', 'nosniff')
  if (contentType.startsWith('text/html')) reply.headers(PAGE_HEADERS)
  return reply.type(contentType).send(bytes)
}

/** Weak comparison, as for every GET: a proxy that compresses a response weakens its ETag. */
const isAmong = (etag: string, list: string): boolean =>
  list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
