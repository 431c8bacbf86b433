import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startBrowser, type WatchedPage } from '../../support/browser.js'
import { chat, eventually, post, streamed } from '../../support/calls.js'
import { GEMINI_KEY, type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { ADMIN_TOKEN, expectNoComplaint, openConsole, overflow, PATIENCE_MS, seriousFaults, show } from './consolePage.js'

const REFUSED_KEY = 'AQ.test-refused-key-000000000000zz9x'

let browser: Browser
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
beforeAll(async () => {
  const keys = new Map([
    [GEMINI_KEY, 'valid' as const],
    [REFUSED_KEY, 'invalid' as const],
  ])
  proxy = await startProxy(
    { ADMIN_TOKEN, MAX_RETRIES: '0', AUTH_TOKEN: `=HYPERLINK:formula-token,${TOKEN}`, GEMINI_API_KEY: `${GEMINI_KEY},${REFUSED_KEY}` },
    { keys },
  )
  browser = await startBrowser()
  for (let count = 0; count < 4; count += 1) await (await post(proxy, chat({ text: 'Hello.' }))).text()
  await (await post(proxy, chat({ error: 'unavailable' }))).text()
  await (await post(proxy, { model: 'gemini-3.8-flash', messages: 1 })).text()
})
beforeEach(async () => {
  watched = await openConsole(browser, proxy)
  page = watched.page
})
afterAll(async () => {
  await browser.close()
  await proxy.close()
})

describe('the overview', () => {
  test('its charts update while requests run, and pause while the page is hidden', async () => {
    const asked = () => watched.requests.filter((url) => url.endsWith('/console/api/series')).length
    const line = () => page.locator('.chart .line').first().getAttribute('d')
    await expect.poll(line).toContain('L')
    const before = await line()
    await (await post(proxy, streamed({ text: 'Hello.', chunks: 2 }))).text()
    await expect.poll(line).not.toBe(before)
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`)
    await page.clock.install()
    const hidden = asked()
    await page.clock.runFor(30_000)
    expect(asked()).toBe(hidden)
    expectNoComplaint(watched, proxy.origin)
  })

  test('explains an error of Gemini, with the next step', async () => {
    await (await post(proxy, chat({ error: 'unavailable' }))).text()
    const notice = page.locator('.notice', { hasText: 'upstream_overloaded' })
    await expect.poll(() => notice.textContent()).toContain('with MODEL_FALLBACKS, another model serves the requests')
    await page.getByRole('radio', { name: '中文' }).check()
    await expect.poll(() => notice.textContent()).toContain('请几秒后重试')
  })
})

describe('the keys', () => {
  test('are shown by their last characters, with state, time and an explanation of the last error', async () => {
    await show(page, 'keys')
    const refused = page.locator('.card', { hasText: '••••zz9x' })
    await expect.poll(() => refused.locator('.badge').textContent()).toContain('disabled')
    expect(await refused.textContent()).toMatch(/tried again in .+\(.+\)/)
    expect(await refused.textContent()).toContain('Gemini rejected the API key of the proxy.')
    const usable = page.locator('.card', { hasText: `••••${GEMINI_KEY.slice(-4)}` })
    await expect.poll(() => usable.locator('.badge').textContent()).toContain('usable')
    for (const secret of [GEMINI_KEY, REFUSED_KEY, TOKEN]) expect(await page.content()).not.toContain(secret)
  })

  test('are checked on request, and the result is shown in both languages', async () => {
    await show(page, 'keys')
    await page.getByRole('button', { name: 'Check now' }).click()
    const result = page.locator('.result .notice')
    await expect.poll(() => result.count()).toBe(1)
    await page.getByRole('radio', { name: '中文' }).check()
    await expect.poll(() => result.textContent()).toMatch(/\p{Script=Han}/u)
  })
})

describe('the requests', () => {
  test('are filtered by status, model and code, show details, and the request id can be copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await show(page, 'requests')
    await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThanOrEqual(6)
    await page.getByLabel('Status').selectOption('4xx')
    await expect
      .poll(() => page.locator('tbody tr').allTextContents())
      .toSatisfy((rows: string[]) => rows.every((row) => /4\d\d/.test(row)))
    await page.getByLabel('Status').selectOption('')
    await page.getByLabel('Code or request id').fill('overloaded')
    await expect
      .poll(() => page.locator('tbody tr').allTextContents())
      .toSatisfy((rows: string[]) => rows.every((row) => row.includes('503')))
    await page.locator('tbody tr').first().click()
    await page.getByText('The model is overloaded at Gemini.').waitFor()
    await page.getByRole('button', { name: 'Copy the request id' }).click()
    await page.getByText('Copied').waitFor()
    const id = await page.locator('dialog .request-id code').textContent()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id)
    await page.keyboard.press('Escape')
    await page.getByLabel('Code or request id').fill('no such code')
    await page.getByText('No request matches these filters.').waitFor()
    expectNoComplaint(watched, proxy.origin)
  })

  test('stay usable with 500 rows, also on a phone', async () => {
    const full = await startProxy({ ADMIN_TOKEN })
    try {
      const send = async () => (await fetch(`${full.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
      for (let round = 0; round < 51; round += 1) await Promise.all(Array.from({ length: 10 }, send))
      const phone = await openConsole(browser, full, { viewport: { width: 360, height: 740 } })
      await show(phone.page, 'requests')
      await expect.poll(() => phone.page.locator('tbody tr').count()).toBe(500)
      expect(await overflow(phone.page)).toBe(0)
      await phone.page.locator('tbody button').first().focus()
      await phone.page.keyboard.press('End')
      await phone.page.keyboard.press('Enter')
      await phone.page.locator('dialog[open]').waitFor()
      expect(await seriousFaults(phone.page)).toEqual([])
    } finally {
      await full.close()
    }
  })
})

describe('the usage', () => {
  test('is exported as CSV without formulas', async () => {
    await (
      await fetch(`${proxy.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer formula-token', 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'Hello' }] }),
      })
    ).text()
    await show(page, 'usage')
    await expect.poll(() => page.locator('.usage').textContent()).toContain('=HYPERLINK')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()])
    const csv = readFileSync(await download.path(), 'utf8')
    expect(csv).toMatch(/^\ufeffcaller,model,requests,/)
    expect(csv).toContain("\r\n'=HYPERLINK,gemini-3.8-flash,1,")
    expect(csv).not.toMatch(/(^|[\r\n,])"?[=+@-]/)
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows no cost for a caller whose requests all failed, and an exact total', async () => {
    const failed = {
      caller: 'idle',
      model: 'gemini-3.8-flash',
      requests: 2,
      errors: 2,
      cost: null,
      unpriced_requests: 0,
      uncounted_requests: 0,
    }
    await page.route('**/console/api/usage', async (route) => {
      const response = await route.fetch()
      const usage = (await response.json()) as { rows: object[] }
      const [first] = usage.rows
      await route.fulfill({
        response,
        json: {
          ...usage,
          rows: [
            { ...first, cost: 1, unpriced_requests: 0, uncounted_requests: 0 },
            { ...first, ...failed },
          ],
        },
      })
    })
    await show(page, 'usage')
    await expect.poll(() => page.locator('.usage tr', { hasText: 'idle' }).locator('td').last().textContent()).toBe('–')
    expect(await page.locator('.tiles dd').first().textContent()).toBe('$1.00')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()])
    expect(readFileSync(await download.path(), 'utf8')).not.toContain('unknown')
  })

  test('explains errors', async () => {
    await show(page, 'usage')
    await expect.poll(() => page.locator('.errors').textContent()).toContain('The model is overloaded at Gemini.')
  })
})

describe('the other views', () => {
  test('the doctor runs every check in order, and shows results and next steps', async () => {
    await show(page, 'doctor')
    await page.getByRole('button', { name: 'Run all checks' }).click()
    await expect.poll(() => page.locator('.checks li').count()).toBeGreaterThan(5)
    await eventually(async () => expect(await page.getByRole('button', { name: 'Run all checks' }).isEnabled()).toBe(true), 5 * PATIENCE_MS)
    expect(await page.locator('.checks li.waiting').count()).toBe(0)
    expect(await page.locator('.notice.failed').count()).toBe(0)
    await page.getByRole('radio', { name: '中文' }).check()
    for (const item of await page.locator('.checks li > p').allTextContents()) expect(item).toMatch(/\p{Script=Han}/u)
    expect(await seriousFaults(page)).toEqual([])
    expectNoComplaint(watched, proxy.origin)
  })

  test('models show their thinking levels, and retired models their replacement', async () => {
    await show(page, 'models')
    const model = (id: string) => page.locator('.models li', { has: page.locator(`code:text-is("${id}")`) })
    await expect.poll(() => model('gemini-3.8-flash').first().locator('.chip').allTextContents()).toEqual(['low', 'medium', 'high'])
    expect(await model('gemini-1.5-pro').textContent()).toContain('answered by gemini-')
  })

  test('settings show no secret, and can be searched', async () => {
    await show(page, 'settings')
    await page.getByLabel('Search').fill('AUTH_TOKEN')
    await expect.poll(() => page.locator('.settings').textContent()).toContain('secret, set')
    for (const secret of [GEMINI_KEY, TOKEN, ADMIN_TOKEN]) expect(await page.content()).not.toContain(secret)
  })

  test('snippets of clients have the base URL of this page', async () => {
    await show(page, 'connect')
    for (const client of await page.locator('.segments input[name=client]').all()) {
      await client.check()
      await expect.poll(() => page.locator('.code pre').textContent()).toContain(proxy.baseUrl)
    }
  })
})
