import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSimulator } from '../../doubles/simulator/index.js'
import { CASES } from '../../suites/sdk/cases.js'
import type { Target } from '../../suites/sdk/context.js'
import { type Result, runCases } from '../../suites/sdk/run.js'
import { type Scenarios, SIMULATED } from '../../suites/sdk/scenarios.js'
import { SDKS } from '../../suites/sdk/sdks.js'
import { startBundle } from '../../support/bundle.js'
import { PROBES, type Verdict } from './probes.js'
import { type Exchange, type Recorder, startRecorder } from './recorder.js'
import { makeRedact } from './redact.js'
import { driftBetween } from './shape.js'

/** The options of a live run. */
export interface LiveOptions {
  /** Base URL of Gemini. */
  readonly upstream: string
  readonly key: string
  readonly model: string
  readonly embeddingModel: string
  /**
   * The prompts of the cases: plain text for Google, or directives for a simulator in the role of
   * Google.
   */
  readonly scenarios: Scenarios
  /** The folder for the exchanges and the report; it is emptied first. */
  readonly folder: string
}

/** The results of a live run. */
export interface LiveReport {
  readonly results: readonly Result[]
  readonly drift: readonly string[]
  readonly verdicts: readonly { readonly name: string; readonly assumption: string; readonly verdict: Verdict }[]
}

const CURRENT = SDKS.filter(({ name }) => name.startsWith('openai 6.'))
const ABORTS = CASES.filter(({ feature }) => feature === 'abort').map(({ title }) => title)

/**
 * Runs the shared cases with the SDK version that the proxy uses, through the built proxy and a
 * recorder behind it, first with Google as upstream and then with the simulator. Compares the
 * responses of both, runs the probes on Google, and writes everything to files without secrets.
 */
export async function runLive(options: LiveOptions): Promise<LiveReport> {
  const token = randomBytes(16).toString('hex')
  const redact = makeRedact([options.key, token])
  const google = await startRecorder(options.upstream, redact)
  const simulator = await startSimulator()
  const reference = await startRecorder(simulator.baseUrl, redact)
  try {
    const results = await runBehind(google, { ...options, name: 'Google' }, token)
    await runBehind(reference, { ...options, name: 'simulator', key: 'simulated', scenarios: SIMULATED }, token)
    const drift = driftBetween(comparable(google.exchanges), comparable(reference.exchanges))
    const verdicts = await ask(google, options)
    const report = { results, drift, verdicts }
    write(options.folder, google.exchanges, report)
    return report
  } finally {
    await Promise.all([google.close(), reference.close(), simulator.close()])
  }
}

/**
 * Returns the exchanges whose responses can be compared: complete ones, except those of cases that
 * abort at a random point.
 */
const comparable = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.filter(({ purpose, isWhole }) => isWhole && !ABORTS.includes(purpose))

async function runBehind(
  recorder: Recorder,
  options: Omit<LiveOptions, 'upstream' | 'folder'> & { name: string },
  token: string,
): Promise<Result[]> {
  const proxy = await startBundle({
    GEMINI_API_KEY: options.key,
    GEMINI_BASE_URL: recorder.baseUrl,
    AUTH_TOKEN: token,
    THOUGHTS: 'off',
    // If the scenarios can script failures, the cases test the retries of the SDK. Otherwise the
    // proxy retries, so that real failures of Google do not fail a case.
    MAX_RETRIES: options.scenarios.fails_once === undefined ? '2' : '0',
  })
  try {
    const target: Target = { ...options, baseUrl: `${proxy.address}/v1`, token }
    return await runCases(target, CURRENT, [], (title) => recorder.name(title))
  } finally {
    await proxy.stop()
  }
}

async function ask(recorder: Recorder, { key, model }: LiveOptions): Promise<LiveReport['verdicts']> {
  const send = async (path: string, body?: object): Promise<Exchange> => {
    const before = recorder.exchanges.length
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    await (await fetch(`${recorder.baseUrl}${path}`, request)).text()
    const exchange = recorder.exchanges[before]
    if (exchange === undefined) throw new Error('nothing was recorded')
    return exchange
  }
  const asker = {
    isAuthKey: key.startsWith('AQ.'),
    model,
    exchanges: recorder.exchanges,
    get: (path: string) => send(path),
    chat: (body: object) => send('/chat/completions', { model, ...body }),
  }
  const verdicts: { name: string; assumption: string; verdict: Verdict }[] = []
  for (const probe of PROBES) {
    recorder.name(`probe: ${probe.name}`)
    // A probe without a response is inconclusive.
    const verdict = await probe.ask(asker).catch((): Verdict => 'unknown')
    verdicts.push({ name: probe.name, assumption: probe.assumption, verdict })
  }
  return verdicts
}

function write(folder: string, exchanges: readonly Exchange[], report: LiveReport): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [at, exchange] of exchanges.entries()) {
    const name = `${String(at + 1).padStart(3, '0')}-${exchange.purpose.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)}.json`
    writeFileSync(join(folder, name), `${JSON.stringify(exchange, null, 2)}\n`)
  }
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
}
