import type { FastifyReply } from 'fastify'
import type { StoredFile } from '../../contract/storedFile.js'

/** What a page of ours may do: run scripts of this server, none that stand in it, and talk to this server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE_HEADERS = { 'content-security-policy': CONTENT_SECURITY_POLICY, 'referrer-policy': 'no-referrer' }

/**
 * Answers a file, or 304 where the client has it already.
 *
 * @param known - the header `If-None-Match`, if there is one
 */
export function sendFile(reply: FastifyReply, { bytes, contentType, etag }: StoredFile, known: string | undefined): FastifyReply {
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (known !== undefined && isAmong(etag, known)) return reply.code(304).send()
  reply.header('x-content-type-options', 'nosniff')
  if (contentType.startsWith('text/html')) reply.headers(PAGE_HEADERS)
  return reply.type(contentType).send(bytes)
}

/** A proxy that compresses on the way makes the name a weak one, and an answer to GET compares weakly. */
const isAmong = (etag: string, list: string): boolean =>
  list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
