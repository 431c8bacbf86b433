import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { loadConfig } from '../../../src/config/load.js'
import type { Operations } from '../../../src/contract/operation.js'
import { type App, type AppSettings, makeApp } from '../../../src/http/app.js'
import { makeDispatcher } from '../../../src/http/dispatch/dispatcher.js'
import { Exchanges } from '../../../src/http/exchange/exchange.js'
import { makeLogRequests } from '../../../src/http/exchange/logExchange.js'
import { Metrics } from '../../../src/http/exchange/metrics.js'
import { makeSummarize } from '../../../src/http/exchange/summary.js'
import { makeAuthenticate } from '../../../src/http/hooks/auth.js'
import { LoadLimits } from '../../../src/http/hooks/loadLimits.js'
import { OPERATIONS } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'

/** The HTTP layer with operations that a test defines. */
export interface BareApp {
  readonly app: App
  readonly origin: string
  readonly logs: Record<string, unknown>[]
  close(): Promise<void>
}

/**
 * Starts the HTTP layer on a free port.
 *
 * @param operations - the operations under test; every other one throws
 * @param more - settings that have no environment variable
 */
export async function startApp(
  operations: Partial<Operations>,
  env: Record<string, string> = {},
  more: Partial<AppSettings> = {},
): Promise<BareApp> {
  const logs: Record<string, unknown>[] = []
  const sink = new Writable({
    write: (line: Buffer, _encoding, done) => {
      logs.push(JSON.parse(line.toString()))
      done()
    },
  })
  const settings = loadConfig({ GEMINI_API_KEY: 'k', AUTH_TOKEN: TOKEN, ...env })
  const contract: object = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8'))
  const absent = Object.fromEntries(OPERATIONS.map(({ operationId }) => [operationId, () => Promise.reject(new Error('not under test'))]))
  const metrics = new Metrics()
  const log = pino({ base: null }, sink)
  const app = await makeApp({
    loadLimits: new LoadLimits({
      maxConcurrentRequests: 400,
      maxInflightBodyBytes: 1_000_000_000,
      bodyLimitBytes: settings.bodyLimitBytes,
    }),
    // The cast is safe: OPERATIONS contains every operation id of the contract.
    dispatcher: await makeDispatcher(contract, { ...absent, ...operations } as unknown as Operations),
    authenticate: makeAuthenticate(settings),
    exchanges: new Exchanges(),
    metrics,
    summarize: makeSummarize({ config: settings, contract }),
    onFinished: [metrics.onFinished, makeLogRequests(log)],
    log,
    settings: { ...settings, ...more },
  })
  await app.fastify.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.fastify.server.address() as AddressInfo // a listening TCP server has a port
  return { app, origin: `http://127.0.0.1:${port}`, logs, close: () => app.drain(0) }
}
