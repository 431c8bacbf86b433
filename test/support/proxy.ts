import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { loadConfig } from '../../src/config/load.js'
import { makeService, type ServiceParts } from '../../src/service.js'
import { type Settings, type Simulator, startSimulator } from '../doubles/simulator/index.js'
import { GEMINI_KEY, TOKEN } from './canaries.js'
import { UPSTREAM_ENV } from './upstreamApi.js'

export { GEMINI_KEY, TOKEN }

/** A proxy in this process, with its own simulator. */
export interface ProxyUnderTest {
  /** Origin of the proxy, such as `http://127.0.0.1:41234`. */
  readonly origin: string
  /** The base URL for OpenAI clients. */
  readonly baseUrl: string
  readonly simulator: Simulator
  /** All log lines so far. */
  readonly logs: Record<string, unknown>[]
  /** Shuts the proxy down gracefully. */
  drain(): Promise<void>
  /** Closes the proxy and its simulator. */
  close(): Promise<void>
}

/** The folders of dist/ with the files of the docs page and of the console. */
const DOCS_FOLDER = fileURLToPath(new URL('../../dist/docs', import.meta.url))
const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console', import.meta.url))

/** Starts a proxy with a simulator; see {@link startProxy}. */
export type StartProxy = (
  env?: Record<string, string>,
  settings?: Partial<Settings>,
  parts?: Partial<ServiceParts>,
) => Promise<ProxyUnderTest>

/** True in the project `fc` of vitest.config.ts, which tests on the Function Compute emulator. */
export const isOnFunctionCompute = process.env.DOOR === 'fc'
/** Matches request ids, which Function Compute chooses on the emulator and the proxy elsewhere. */
export const REQUEST_ID = isOnFunctionCompute ? /^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/ : /^req_[0-9a-f]{24}$/

const readJson = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../generated/${name}`, import.meta.url), 'utf8'))

/**
 * Starts the real service on a free port of the loopback address; in the project `fc`, the packaged
 * function on the emulator.
 *
 * @param env - environment variables in addition to the defaults of the tests; an empty string
 *   unsets one
 * @param settings - settings of the simulator
 * @param parts - parts of the service that replace the real ones
 */
export const startProxy: StartProxy = async (env = {}, settings = {}, parts = {}) => {
  const given = { ...UPSTREAM_ENV, GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, ...env }
  if (!isOnFunctionCompute) return startHere(given, settings, parts)
  const { startFunction } = await import('../doubles/functionCompute/door.js')
  return startFunction(given, settings, parts)
}

async function startHere(env: Record<string, string>, settings: Partial<Settings>, parts: Partial<ServiceParts>): Promise<ProxyUnderTest> {
  const simulator = await startSimulator(settings)
  const config = loadConfig({
    GEMINI_BASE_URL: simulator.baseUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_GRACE_MS: '100',
    ...env,
  })
  const logs: Record<string, unknown>[] = []
  const sink = new Writable({
    write: (line: Buffer, _encoding, done) => {
      logs.push(JSON.parse(line.toString()))
      done()
    },
  })
  const service = await makeService({
    config,
    log: pino({ level: config.logLevel, base: null }, sink),
    version: '0.0.0-test',
    contract: readJson('openapi.json'),
    readPublishedContract: async () => readJson('openapi-3.1.json'),
    docsFolder: DOCS_FOLDER,
    consoleFolder: CONSOLE_FOLDER,
    ...parts,
  })
  const origin = await service.listen()
  let closing: Promise<void> | undefined
  const drain = (): Promise<void> => {
    closing ??= service.close()
    return closing
  }
  return {
    origin,
    baseUrl: `${origin}/v1`,
    simulator,
    logs,
    drain,
    close: async () => {
      await drain()
      await simulator.close()
    },
  }
}
