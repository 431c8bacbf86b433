import { Pool } from 'undici'
import type { Config } from '../../config/settings.js'
import { Dialer } from './dialer.js'
import { UpstreamCall } from './upstreamCall.js'

/** The response to a {@link probe}. Any server may have sent it, not only Gemini. */
export interface ProbeResponse {
  readonly status: number
  /** Response headers by name in lower case; repeated ones are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The first 65,536 UTF-16 units of the body. */
  readonly text: string
}

// Maximum length of the text to read, in UTF-16 units: enough to recognize the kind of server.
const LONGEST_PROBED = 65_536

/**
 * Sends a GET request without credentials, on a connection of its own that is opened like those to
 * Gemini. Reads only the start of the body.
 *
 * @throws a DialFailure, what undici throws, or the signal's reason
 */
export async function probe(config: Pick<Config, 'httpsProxy' | 'noProxy'>, url: string, signal: AbortSignal): Promise<ProbeResponse> {
  const { httpsProxy, noProxy } = config
  const { origin, pathname, search } = new URL(url)
  const dialer = new Dialer(httpsProxy === undefined ? undefined : { url: httpsProxy, noProxy: noProxy ?? '' })
  const pool = new Pool(origin, { connect: dialer.connect })
  const call = new UpstreamCall(signal)
  const request = { method: 'GET', path: pathname + search, headers: { accept: 'application/json' } } as const
  try {
    await call.start(dialer, () => pool.dispatch(request, call))
    const decoder = new TextDecoder()
    let text = ''
    while (text.length < LONGEST_PROBED) {
      const bytes = await call.next()
      if (bytes === undefined) break
      text += decoder.decode(bytes, { stream: true })
    }
    return { status: call.status, headers: toSingleValues(call.headers), text: text.slice(0, LONGEST_PROBED) }
  } finally {
    await pool.destroy()
  }
}

const toSingleValues = (headers: Readonly<Record<string, string | string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
