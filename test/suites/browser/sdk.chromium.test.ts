import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { openPage, startBrowser, type WatchedPage } from '../../support/browser.js'
import { eventually, PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { exampleOf, manual, READMES } from '../docs/markdown.js'
import { countedDeltas } from '../resume/client.js'
import { startCuttingRelay } from '../resume/cuttingRelay.js'
import type * as client from './client.js'
import { type ForeignSite, forBrowsers, startForeignSite } from './foreignSite.js'

const HELLO = 'Hello there, 世界!'

let browser: Browser
let site: ForeignSite
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
beforeAll(async () => {
  browser = await startBrowser()
  site = await startForeignSite(await forBrowsers("export * from './client.js'"))
  proxy = await startProxy(PLAIN)
})
beforeEach(async () => {
  proxy.simulator.reset()
  watched = await openPage(browser)
  page = watched.page
  await page.goto(site.origin)
})
afterAll(async () => {
  await browser.close()
  await site.close()
  await proxy.close()
})

const prompt = (behaviour: Behaviour): string => `Hello simulate:${JSON.stringify(behaviour)}`
const options = (more: object = {}) => ({ baseURL: proxy.baseUrl, apiKey: TOKEN, ...more })

/** Calls the function of client.ts with this name in the page. */
const inPage = <Name extends keyof typeof client>(name: Name, ...given: unknown[]) =>
  page.evaluate(`client.${name}(...${JSON.stringify(given)})`) as Promise<Awaited<ReturnType<(typeof client)[Name]>>>

describe("OpenAI's SDK in a browser, on a page of another origin", () => {
  test('completes a chat, reads its request id, and may send additional headers', async () => {
    const given = options({ defaultHeaders: { 'x-some-new-header': '1' } })
    expect(await inPage('chat', given, prompt({ text: HELLO }))).toEqual({ content: HELLO, requestId: expect.stringMatching(/^req_/) })
    expect(watched.complaints).toEqual([])
  })

  test('streams', async () => {
    expect(await inPage('stream', options(), prompt({ text: HELLO, chunks: 4 }))).toEqual({ chunks: 4, content: HELLO })
  })

  test('assembles parallel tool calls', async () => {
    expect(await inPage('toolCalls', options())).toEqual([
      ['get_weather', { city: 'Oslo' }],
      ['get_weather', { city: 'Seoul' }],
    ])
  })

  test('parses a structured answer', async () => {
    expect(await inPage('parse', options())).toBe(true)
  })

  test('lists models and embeds texts', async () => {
    expect(await inPage('models', options())).toContain('gemini-3.8-flash')
    expect(await inPage('embeddings', options())).toEqual([768, 768])
  })

  test.each([
    ['AuthenticationError', 401, 'invalid_api_key', { apiKey: 'stranger' }, {}, null],
    ['RateLimitError', 429, 'rate_limit_exceeded', {}, { error: 'quota-minute' }, expect.stringMatching(/^\d+$/)],
    ['InternalServerError', 503, 'upstream_overloaded', {}, { error: 'unavailable' }, expect.stringMatching(/^\d+$/)],
  ] as const)('throws %s, with code, request id and Retry-After', async (name, status, code, more, behaviour, retryAfter) => {
    const failure = await inPage('failure', options(more), prompt(behaviour))
    expect(failure).toEqual({ name, status, code, requestId: expect.stringMatching(/^req_/), retryAfter })
  })

  test('ends the upstream call if the page aborts a stream', async () => {
    expect(await inPage('abort', options(), prompt({ chunks: 1000, chunkDelayMs: 10 }))).toBe(true)
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })

  test('retries after a 503, not before Retry-After has passed', async () => {
    await page.clock.install()
    const answer = inPage('chat', options({ maxRetries: 1 }), prompt({ error: 'unavailable', times: 1, key: 'browser' }))
    let passedMs = 0
    await expect
      .poll(async () => {
        await page.clock.runFor(500)
        passedMs += 500
        return proxy.simulator.totalRequests
      })
      .toBe(2)
    // The proxy's Retry-After asks for five seconds; by default the SDK retries within a second.
    expect(passedMs).toBeGreaterThanOrEqual(5_000)
    expect(await answer).toMatchObject({ content: 'You said: Hello' })
  })
})

describe('with CORS_ORIGINS', () => {
  test('allows pages of these origins, and no others', async () => {
    const limited = await startProxy({ ...PLAIN, CORS_ORIGINS: site.origin })
    const given = options({ baseURL: limited.baseUrl })
    try {
      expect(await inPage('chat', given, prompt({ text: HELLO }))).toMatchObject({ content: HELLO })
      const asked = limited.simulator.totalRequests
      await page.goto(site.origin.replace('127.0.0.1', 'localhost'))
      expect(await inPage('failure', given, prompt({ text: HELLO }))).toMatchObject({ name: 'APIConnectionError' })
      expect(watched.complaints.join()).toContain('CORS')
      expect(limited.simulator.totalRequests).toBe(asked)
    } finally {
      await limited.close()
    }
  })
})

test.each(READMES)('the reconnecting client of %s loses and repeats no event in a browser', async (readme) => {
  const deltas = countedDeltas(60)
  const relay = await startCuttingRelay(proxy.origin, [3_000, 4_000])
  const example = exampleOf(manual(readme), 'resumeBrowser').replaceAll('http://127.0.0.1:9000', relay.origin).replaceAll('my-token', TOKEN)
  const reader = await startForeignSite(await forBrowsers(`export const read = async () => {\n${inFunction(example)}\n}`))
  const printed: string[] = []
  try {
    proxy.simulator.next({ deltas, chunkDelayMs: 5 })
    page.on('console', (message) => {
      if (message.type() === 'log') printed.push(message.text())
    })
    await page.goto(reader.origin)
    await page.evaluate('client.read()')
    await expect.poll(() => printed.join('')).toBe(deltas.join(''))
    expect(relay.connections()).toBe(3)
    expect(proxy.simulator.totalRequests).toBe(1)
  } finally {
    await reader.close()
    await relay.close()
  }
})

/** Converts an example that imports a package to code for the body of a function. */
const inFunction = (example: string): string => example.replace(/^import (\{.+?\}) from ('.+?')$/m, 'const $1 = await import($2)')
