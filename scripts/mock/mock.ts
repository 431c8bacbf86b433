// usage: make mock      (MOCK_PORT=4010, MOCK_HOST=127.0.0.1, MOCK_EVENT_INTERVAL_MS=50)
// Serves the contract's examples, chosen by Prism, through the HTTP layer of the proxy. The header
// `Prefer` selects a scenario (`example=tool_call`) or an error (`code=502,
// example=upstream_auth_error`); see docs/development.md. Accepts any token. Prints one line per
// request. Ctrl-C or SIGTERM stops it.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { loadConfig } from '../../src/config/load.js'
import { apiError } from '../../src/contract/errors.js'
import type { Operations } from '../../src/contract/operation.js'
import { makeApp } from '../../src/http/app.js'
import { makeDispatcher } from '../../src/http/dispatch/dispatcher.js'
import { Exchanges } from '../../src/http/exchange/exchange.js'
import { makeLogRequests } from '../../src/http/exchange/logExchange.js'
import { Metrics } from '../../src/http/exchange/metrics.js'
import { makeSummarize } from '../../src/http/exchange/summary.js'
import type { Authenticate } from '../../src/http/hooks/auth.js'
import { LoadLimits } from '../../src/http/hooks/loadLimits.js'
import { type ExampleRequest, makeExampleHandler } from './examples.js'
import { type ExampleContract, listPreferences } from './names.js'
import { startPrism } from './prism.js'

const contract = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8')) as ExampleContract
const ids = Object.values(contract.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))

const SHOWN_CHARACTERS = 100

const authenticate: Authenticate = (credential, { bearer, keys }) => {
  if (credential !== 'none' && bearer === undefined && keys.length === 0) throw apiError('missing_api_key')
  return undefined
}

const requests = new AsyncLocalStorage<ExampleRequest>()
// The cast is safe: the preHandler hook below stores a value before each call.
const requestOfCall = () => requests.getStore() as ExampleRequest
console.log('mock: starting Prism, which takes a few seconds')
const prism = await startPrism()
const intervalMs = Number(process.env.MOCK_EVENT_INTERVAL_MS || '50')
const answerOf = (id: string) => makeExampleHandler(prism, intervalMs, requestOfCall, listPreferences(contract, id))
const config = loadConfig({ GEMINI_API_KEY: 'unused' })
const log = pino({ level: 'error' })
const app = await makeApp({
  // The cast is safe: every operation has this handler, and its results have the contract's types.
  dispatcher: await makeDispatcher(contract, Object.fromEntries(ids.map((id) => [id, answerOf(id)])) as unknown as Operations),
  authenticate,
  exchanges: new Exchanges(),
  metrics: new Metrics(),
  loadLimits: new LoadLimits({ ...config, maxInflightBodyBytes: Number.POSITIVE_INFINITY }),
  summarize: makeSummarize({ config, contract }),
  onFinished: [makeLogRequests(log)],
  log,
  settings: config,
})
app.fastify.addHook('preHandler', ({ method, url, headers }, _reply, done) =>
  requests.run({ method: method === 'HEAD' ? 'GET' : method, url, prefer: String(headers.prefer ?? '') }, done),
)
app.fastify.addHook('onResponse', ({ method, url, headers }, { statusCode, elapsedTime }, done) => {
  const prefer = headers.prefer === undefined ? '' : ` (Prefer: ${String(headers.prefer).slice(0, SHOWN_CHARACTERS)})`
  console.log(`${method} ${url.split('?')[0]?.slice(0, SHOWN_CHARACTERS)} ${statusCode} ${Math.round(elapsedTime)} ms${prefer}`)
  done()
})
const address = await app.fastify.listen({ host: process.env.MOCK_HOST || '127.0.0.1', port: Number(process.env.MOCK_PORT || '4010') })
console.log(`mock listening on ${address}/v1; it accepts any token, and prints each request`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
