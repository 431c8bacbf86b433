import type { FastifyRequest } from 'fastify'
import { isGoogleProtocol } from '../../contract/protocol.js'

/** The tokens that a request presents. They are never logged or forwarded. */
export interface SentTokens {
  /** From `Authorization`, the only header in which METRICS_TOKEN and ADMIN_TOKEN are accepted. */
  readonly bearer: string | undefined
  /** From the headers `x-api-key` and `x-goog-api-key`, and the query parameter `key`. */
  readonly keys: readonly string[]
}

/**
 * Reads the tokens of a request: `Authorization: Bearer`, `x-api-key` and `x-goog-api-key`, and for
 * Google's API the query parameter `key`.
 */
export function readSentTokens({ headers, query, exchange }: FastifyRequest): SentTokens {
  const { key } = query as { key?: unknown }
  const keys = [headers['x-api-key'], headers['x-goog-api-key'], isGoogleProtocol(exchange.protocol) ? key : undefined]
  return {
    bearer: /^bearer +([^ ].*)$/i.exec(headers.authorization ?? '')?.[1],
    // A query parameter that is sent twice is an array; it is ignored.
    keys: keys.filter((each): each is string => typeof each === 'string' && each !== ''),
  }
}
