import type { IncomingHttpHeaders } from 'node:http'
import type { KeyState, Settings, Simulator } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

/** Keys for the tests, in a form that nothing else would redact. */
export const KEYS = ['canary-first-key-a1b2', 'canary-second-key-c3d4', 'canary-third-key-e5f6'] as const

/** State of each key at the simulator, in their order; `valid` if omitted. */
export const worth = (...states: readonly KeyState[]): Settings['keys'] =>
  Object.fromEntries(states.map((state, place) => [KEYS[place] ?? '', state]))

/** Starts a proxy with all keys and one request for each call. */
export const startWithKeys = (env: Record<string, string> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_API_KEY: KEYS.join(','), THOUGHTS: 'off', ...env })

/** Positions of the keys that the simulator received, in the order of the requests. */
export const keysUsed = ({ requests }: Simulator, path = ''): number[] =>
  requests.filter((request) => request.path.includes(path)).map(({ headers }) => positionOf(headers))

/** Gemini's own API takes the key in a header of its own. */
const positionOf = ({ authorization, 'x-goog-api-key': apiKey }: IncomingHttpHeaders): number =>
  KEYS.findIndex((key) => authorization === `Bearer ${key}` || apiKey === key) + 1
