import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { call, chat } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { type LoggingServer, linesOf, Pipe, startLogging } from './server.js'

const PTY = fileURLToPath(new URL('terminal.py', import.meta.url))
const ESCAPE = '\u001b'
/**
 * Matches the time at the start of a log line. DURATION matches the durations in it. Both differ in
 * each run.
 */
const TIME = /^\d\d:\d\d:\d\d /
const DURATION = /\b\d+ ms\b/g

interface Shown {
  readonly server: LoggingServer
  /** The log lines so far, without colours, times and durations. */
  lines(): string[]
  raw(): string
}

let simulator: Simulator
const closing: (() => void)[] = []
beforeAll(async () => {
  simulator = await startSimulator()
  return () => simulator.close()
})
afterEach(() => {
  simulator.reset()
  for (const close of closing.splice(0).reverse()) close()
})

/** Starts a server whose standard output is a terminal or a socket; the test reads either. */
async function show(isTerminal: boolean, env: Readonly<Record<string, string>> = {}): Promise<Shown> {
  const defaults = { GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: `web:${TOKEN}`, MAX_RETRIES: '0' }
  let text = ''
  const command = isTerminal ? ['python3', PTY, process.execPath] : undefined
  const server = await startLogging('pipe', { ...defaults, ...env }, command)
  // terminal.py passes SIGTERM on to the server; SIGKILL would end terminal.py alone.
  closing.push(() => server.process.kill(isTerminal ? 'SIGTERM' : 'SIGKILL'))
  server.process.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const lines = (): string[] =>
    text
      .replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => line.replace(TIME, '').replaceAll(DURATION, 'N ms'))
  return { server, lines, raw: () => text }
}

const shows = (shown: Shown, line: string | RegExp) =>
  expect.poll(() => shown.lines()).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))

describe('on a terminal', () => {
  test('a request is one readable line with colours, as are start, drain and stop', async () => {
    const shown = await show(true)
    await call(shown.server.origin, { body: chat('hello', { model: 'gemini-2.5-flash' }) })
    await shows(shown, /^POST \/v1\/chat\/completions web gemini-2\.5-flash 200 N ms \d+→\d+( \(\d+ reasoning\))?$/)
    expect(shown.raw()).toContain(`${ESCAPE}[32m200${ESCAPE}[0m`)
    expect(await shown.server.stop()).toEqual({ code: 0, signal: null })
    const lines = shown.lines()
    expect(lines[0]).toMatch(/^listening address=http:\/\/127\.0\.0\.1:\d+ version=\S+ node=v\d+/)
    expect(lines.slice(-2)).toEqual(['draining signal=SIGTERM', 'stopped'])
    for (const line of shown.raw().trimEnd().split('\n')) expect(line.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '')).toMatch(TIME)
  })

  test('a warning is marked', async () => {
    const shown = await show(true, { AUTH_TOKEN: '' })
    await shows(shown, /^WARN AUTH_TOKEN is not set: /)
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ])('there are no colours with %s', async (_what, env) => {
    const shown = await show(true, env)
    await call(shown.server.origin, { path: '/v1/models' })
    await shows(shown, 'GET /v1/models web 200 N ms')
    expect(shown.raw()).not.toContain(ESCAPE)
  })

  test('LOG_FORMAT=json writes JSON', async () => {
    const shown = await show(true, { LOG_FORMAT: 'json' })
    await call(shown.server.origin, { path: '/v1/models' })
    await expect.poll(() => linesOf(shown.raw())).toContainEqual(expect.objectContaining({ route: '/v1/models', status: 200 }))
  })
})

describe('without a terminal', () => {
  test('the log is JSON', async () => {
    const shown = await show(false)
    await call(shown.server.origin, { path: '/v1/models' })
    await expect.poll(() => linesOf(shown.raw())).toContainEqual(expect.objectContaining({ route: '/v1/models', status: 200 }))
  })

  test('LOG_FORMAT=pretty writes readable lines without colours', async () => {
    const shown = await show(false, { LOG_FORMAT: 'pretty' })
    await call(shown.server.origin, { path: '/v1/models' })
    await shows(shown, 'GET /v1/models web 200 N ms')
    expect(shown.raw()).not.toContain(ESCAPE)
  })
})

describe('a readable line', () => {
  let shown: Shown
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    shown = await show(false, { LOG_FORMAT: 'pretty', ...env })
  }

  test('of a rejected request has its code and parameter', async () => {
    await start()
    await call(shown.server.origin, { body: chat('hello', { model: 'gemini-2.5-flash', temperature: 9 }) })
    await call(shown.server.origin, { body: chat('hello', { model: 'gpt-9' }) })
    await call(shown.server.origin, { path: '/v1/models', token: 'wrong' })
    await shows(shown, /^POST \/v1\/chat\/completions web gemini-2\.5-flash 400 N ms \w+_above_max_value temperature$/)
    await shows(shown, /^POST \/v1\/chat\/completions web gpt-9 404 N ms model_not_found/)
    await shows(shown, 'GET /v1/models 401 N ms invalid_api_key')
  })

  test('of an error has its cause, and is always a single line', async () => {
    await start()
    simulator.next({ error: { code: 500, status: 'INTERNAL', message: `a${ESCAPE}[31m b\nGET /fake 200\r\u202ec` } })
    await call(shown.server.origin, { body: chat('hello', { model: 'gemini-2.5-flash' }) })
    await shows(
      shown,
      'POST /v1/chat/completions web gemini-2.5-flash 502 N ms upstream_error (500 INTERNAL: a\\u{1b}[31m b\\u{a}GET /fake 200\\u{d}\\u{202e}c)',
    )
    expect(shown.raw()).not.toContain(ESCAPE)
  })

  test('has the model that answered, attempts and the key if they are relevant', async () => {
    await start({ MODEL_ALIASES: 'gpt-4o=gemini-2.5-flash', MAX_RETRIES: '1', GEMINI_API_KEY: 'gemini-key-0123' })
    simulator.next({ error: 'unavailable' })
    await call(shown.server.origin, { body: chat('hello', { model: 'gpt-4o' }) })
    await shows(
      shown,
      /^POST \/v1\/chat\/completions web gpt-4o→gemini-2\.5-flash 200 N ms \d+→\d+ (\(\d+ reasoning\) )?2 attempts key …0123$/,
    )
  })

  test('reports dropped lines', async () => {
    const pipe = new Pipe()
    closing.push(() => pipe.close())
    const server = await startLogging(pipe.writer, { GEMINI_BASE_URL: simulator.baseUrl, LOG_FORMAT: 'pretty' })
    closing.push(() => server.process.kill('SIGKILL'))
    await expect.poll(() => pipe.read()).toContain('listening')
    pipe.leave()
    await server.ask(5)
    pipe.open()
    let text = ''
    await expect
      .poll(async () => {
        await server.ask(1)
        text += pipe.read()
        return text
      })
      .toMatch(/^\d\d:\d\d:\d\d WARN log lines were dropped: they could not be written dropped=\d+$/m)
  })
})
