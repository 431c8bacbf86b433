import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { apiError } from '../../contract/errors.js'

const CLOSE_CONNECTION = { headers: { connection: 'close' } }

/** Refuses requests that another proxy may parse differently, against request smuggling. */
export function addFramingChecks(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const hosts = countHosts(raw)
    if (hosts === 0 && raw.httpVersion === '1.1') throw apiError('invalid_value', 'The request has no Host header.')
    if (hosts > 1) throw apiError('invalid_value', 'The request has more than one Host header.', CLOSE_CONNECTION)
    // Node.js decodes only `chunked`, not other transfer codings, such as gzip.
    if ((raw.headers['transfer-encoding'] ?? 'chunked').trim().toLowerCase() !== 'chunked')
      throw apiError('invalid_value', 'The header Transfer-Encoding must be `chunked` or absent.', CLOSE_CONNECTION)
    done()
  })
}

/** Counts the Host headers. In `headers`, Node.js reports only the first one. */
function countHosts({ rawHeaders }: IncomingMessage): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') count += 1
  return count
}
