import type { FastifyRequest } from 'fastify'
import { isGoogle } from '../../contract/protocol.js'

/** The tokens that a request presents. They are never logged or forwarded. */
export interface SentTokens {
  /** From the header `Authorization`, the only one for METRICS_TOKEN and ADMIN_TOKEN. */
  readonly bearer: string | undefined
  /** From `x-api-key`, `x-goog-api-key` and `?key=`. */
  readonly keys: readonly string[]
}

/**
 * Reads the tokens of a request: `Authorization: Bearer`, `x-api-key` and `x-goog-api-key`, and for
 * Google's API the query parameter `key`.
 */
export function sentTokens({ headers, query, exchange }: FastifyRequest): SentTokens {
  const { key } = query as { key?: unknown }
  const keys = [headers['x-api-key'], headers['x-goog-api-key'], isGoogle(exchange.protocol) ? key : undefined]
  return {
    bearer: /^bearer +([^ ].*)$/i.exec(headers.authorization ?? '')?.[1],
    // A query parameter that is sent twice is a list, and ignored.
    keys: keys.filter((each): each is string => typeof each === 'string' && each !== ''),
  }
}
