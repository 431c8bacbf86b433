import type { IncomingHttpHeaders } from 'node:http'
import type { Protocol } from '../../contract/protocol.js'
import { GOOGLE_METHODS } from './unknownUrls.js'
import { pathOf } from './urls.js'

/** Data of a request from which {@link protocolOf} infers its API. */
export interface ProtocolClues {
  /** The URL, as `canonicalUrl` returns it. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** True if no operation has the path; then only the headers show the client's API. */
  readonly isUnknown: boolean
}

/**
 * Returns the API of a request: Anthropic's below `/v1/messages`, and with the header
 * `anthropic-version` for models and unknown paths; Google's below `/v1beta` and for its methods;
 * the Interactions API below `/v1beta/interactions`; OpenAI's everywhere else, also below
 * `/v1beta/openai`, where Google serves OpenAI clients.
 */
export function protocolOf({ url, headers, isUnknown }: ProtocolClues): Protocol {
  const path = decodePath(pathOf(url.replace(/^https?:\/\/[^/?]*/i, '')))
  if (isBelow(path, '/v1/messages')) return 'anthropic'
  if (isBelow(path, '/v1beta/interactions')) return 'interactions'
  if (isBelow(path, '/v1beta')) return isBelow(path, '/v1beta/openai') ? 'openai' : 'google'
  if (path.startsWith('/v1/models/') && GOOGLE_METHODS.has(path.slice(path.lastIndexOf(':') + 1).toLowerCase())) return 'google'
  const isAnthropicClient = headers['anthropic-version'] !== undefined
  return isAnthropicClient && (isUnknown || isBelow(path, '/v1/models')) ? 'anthropic' : 'openai'
}

const isBelow = (path: string, parent: string): boolean => path === parent || path.startsWith(`${parent}/`)

function decodePath(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path // only invalid HTTP gets here: canonicalUrl has replaced other undecodable paths
  }
}
