import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type Settings, type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { failuresIn } from '../../suites/sdk/run.js'
import { SIMULATED } from '../../suites/sdk/scenarios.js'
import { type LiveReport, runLive } from './live.js'
import { makeRedact, redactedHeaders } from './redact.js'

const KEY = 'AQ.canary-live-key-0123456789abcdef'
const MAIL = 'ada.canary@example.org'
const folder = mkdtempSync(join(tmpdir(), 'live-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let google: Simulator | undefined
afterEach(async () => {
  await google?.close()
  google = undefined
})

/** Makes a live run with a simulator in the role of Google. */
async function live(settings: Partial<Settings> = {}, scenarios = SIMULATED): Promise<LiveReport> {
  google = await startSimulator(settings)
  const models = { model: 'gemini-3.5-flash', embeddingModel: 'gemini-embedding-001' }
  return runLive({ upstream: google.baseUrl, key: KEY, ...models, scenarios, folder })
}

const recorded = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')

describe('make live', () => {
  test('finds no difference if Google behaves like the simulator, and records no secret', async () => {
    const text = { prompt: `I am ${MAIL}, my key is ${KEY}. ${SIMULATED.text?.prompt}` }
    const { results, drift, verdicts } = await live({}, { ...SIMULATED, text })
    expect(failuresIn(results)).toEqual([])
    expect(results.filter(({ problem }) => problem === null).length).toBeGreaterThan(20)
    expect(drift).toEqual([])
    expect(verdicts.filter(({ verdict }) => verdict === 'refuted')).toEqual([])
    // This simulator never pauses to think, so a live run cannot observe heartbeats during
    // thinking.
    expect(verdicts.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name)).toEqual(['comments while it thinks'])
    const written = recorded()
    expect(written).toContain('[redacted]')
    expect(written.length).toBeGreaterThan(20_000)
    for (const secret of [KEY, 'canary-live-key', MAIL, Buffer.from(KEY).toString('base64')]) expect(written).not.toContain(secret)
    expect(google?.requests.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true)
  })

  test('reports each difference between Google and the simulator, and each case that fails', async () => {
    const length = { prompt: 'Hello. simulate:{"text":"Once","finish":"MAX_TOKENS"}' }
    const behaviour = { headers: { 'x-new-header': 'v' }, comment: 'thinking' } as const
    const structured = { prompt: 'Hello. simulate:{"text":"no JSON"}' }
    const { drift, results, verdicts } = await live({ behaviour, usage: 'every-chunk' }, { ...SIMULATED, length, structured })
    expect(drift).toEqual(
      expect.arrayContaining([
        'completes a chat: only Google: chat header x-new-header',
        'iterates over a stream: role first, one id, one finish reason: only Google: chat a comment',
        'gets one usage chunk without choices when it asks for usage: only Google: chat usage on every event',
        'gets one usage chunk without choices when it asks for usage: only the simulator: chat usage on the last event',
        'sees that an answer was cut at the token limit: only Google: chat $.choices[].finish_reason = MAX_TOKENS',
        'sees that an answer was cut at the token limit: only the simulator: chat $.choices[].finish_reason = length',
      ]),
    )
    expect(failuresIn(results)).toEqual([
      expect.stringMatching(/^Google, openai 6\..*, parses structured output: /),
      expect.stringMatching(/^Google, openai 6\..*, parses structured output of a stream: /),
    ])
    expect(verdicts.filter(({ verdict }) => verdict === 'refuted').map(({ name }) => name)).toEqual(['comments while it thinks'])
  })

  test('without a key exits with 2 and one line', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/test/live.ts'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('GEMINI_API_KEY')])
  })
})

describe('a recording', () => {
  const redact = makeRedact(['s3cret/key+'])

  test.each([
    ['a known secret', 'a s3cret/key+ b', 'a [redacted] b'],
    ['the same in a URL', `a ${encodeURIComponent('s3cret/key+')} b`, 'a [redacted] b'],
    ['an older key of Google', 'key AIzaSyA0123456789abcdefghijklmnop!', 'key [redacted]!'],
    ['a newer key of Google', 'AQ.Ab8RN6Iabcdefghijklmnop', '[redacted]'],
    ['a bearer token', 'Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['a key in a query', '/models?key=abc123&x=1', '/models?key=[redacted]&x=1'],
    ['an e-mail address', 'write to ada@example.org.', 'write to [redacted].'],
    ['an IP address', 'from 203.0.113.7', 'from [redacted]'],
    ['a project', 'projects/123456789012/x', 'projects/[redacted]/x'],
    ['a picture', `data:image/png;base64,${'A'.repeat(80)}`, 'data:image/png;base64,[redacted]'],
    ['nothing secret', 'gemini-3.5-flash 1.2.3', 'gemini-3.5-flash 1.2.3'],
  ])('contains no secret: %s', (_what, text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  test('contains all header names, and only a few values', () => {
    const headers = [
      ['Authorization', 'Bearer x'],
      ['Content-Type', 'application/json'],
      ['Set-Cookie', 'a=b'],
    ] as const
    expect(redactedHeaders(headers, redact)).toEqual({
      authorization: '[redacted]',
      'content-type': 'application/json',
      'set-cookie': '[redacted]',
    })
  })
})
