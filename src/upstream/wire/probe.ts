import { Agent, request } from 'undici'
import type { Config } from '../../config/settings.js'
import { Dialer } from './dialer.js'

/** The response to a bare request, whatever server sent it. */
export interface ProbeResponse {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The start of the body. */
  readonly text: string
}

// Only to see what kind of server responds.
const LONGEST_PROBED = 65_536

/**
 * Gets a URL without credentials, on a connection of its own that is opened like those to Gemini.
 *
 * @throws a DialFailure, what undici throws, or the signal's reason
 */
export async function probe(config: Pick<Config, 'httpsProxy' | 'noProxy'>, url: string, signal: AbortSignal): Promise<ProbeResponse> {
  const { httpsProxy, noProxy } = config
  const dialer = new Dialer(httpsProxy === undefined ? undefined : { url: httpsProxy, noProxy: noProxy ?? '' })
  const agent = new Agent({ connect: dialer.connect })
  try {
    const start = () => request(url, { dispatcher: agent, signal, headers: { accept: 'application/json' } })
    const { statusCode, headers, body } = await dialer.run({ signal, start, onStale: () => undefined })
    let text = ''
    for await (const piece of body) {
      text += String(piece)
      if (text.length >= LONGEST_PROBED) break
    }
    return { status: statusCode, headers: toSingleValues(headers), text: text.slice(0, LONGEST_PROBED) }
  } finally {
    await agent.destroy()
  }
}

const toSingleValues = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value]))
