import type { IncomingHttpHeaders } from 'node:http'
import type { KeyState, Settings, Simulator } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

/**
 * Keys for the tests. They do not look like Google's keys, so that no general pattern redacts them.
 */
export const KEYS = ['canary-first-key-a1b2', 'canary-second-key-c3d4', 'canary-third-key-e5f6'] as const

/** Makes the simulator's setting `keys`: a state for each of KEYS, in order; `valid` if omitted. */
export const keyStates = (...states: readonly KeyState[]): Settings['keys'] =>
  Object.fromEntries(states.map((state, place) => [KEYS[place] ?? '', state]))

/** Starts a proxy with all KEYS. THOUGHTS is off, so that each call is one request to Gemini. */
export const startWithKeys = (env: Record<string, string> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_API_KEY: KEYS.join(','), THOUGHTS: 'off', ...env })

/**
 * Returns, for each request whose path contains `path`, the position of its key in KEYS, from 1; 0
 * if the key is not in KEYS.
 */
export const keysUsed = ({ requests }: Simulator, path = ''): number[] =>
  requests.filter((request) => request.path.includes(path)).map(({ headers }) => positionOf(headers))

/** The native API has the key in `x-goog-api-key`, the compatible API as a bearer token. */
const positionOf = ({ authorization, 'x-goog-api-key': apiKey }: IncomingHttpHeaders): number =>
  KEYS.findIndex((key) => authorization === `Bearer ${key}` || apiKey === key) + 1
