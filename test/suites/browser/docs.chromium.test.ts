import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPage, startBrowser, type WatchedPage } from '../../support/browser.js'
import { OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'

// Timeout of actions in the page: a busy machine needs long to render the larger schemas.
const PATIENCE_MS = 60_000

let browser: Browser
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
beforeAll(async () => {
  proxy = await startProxy()
  browser = await startBrowser()
})
beforeEach(async () => {
  watched = await openPage(browser)
  page = watched.page
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(`${proxy.origin}/docs`)
  await page.locator('.opblock').first().waitFor()
})
afterAll(async () => {
  await browser.close()
  await proxy.close()
})

const operation = (id: string) => page.locator(`.opblock[id$="-${id}"]`)

/**
 * Code that runs in the page: injects a script, and sends requests to other origins. It is a string
 * because the tests are type-checked without browser globals.
 */
const PLANTED = `async (elsewhere) => {
  const broken = []
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => broken.push(effectiveDirective))
  const script = document.createElement('script')
  script.textContent = 'window.planted = true'
  document.body.append(script)
  await fetch(elsewhere).catch(() => undefined)
  const picture = new Image()
  picture.src = elsewhere + '/x.png'
  await new Promise((resolve) => picture.addEventListener('error', resolve))
  return { broken, isPlanted: 'planted' in window }
}`

/** Expands an operation and executes its example request. */
async function execute(id: string) {
  await operation(id).locator('.opblock-summary-control').click()
  await operation(id).locator('.try-out__btn').click()
  await operation(id).locator('button.execute').click()
  const answer = operation(id).locator('.live-responses-table tbody')
  await answer.locator('.response-col_status').first().waitFor()
  const [status, body] = await Promise.all([
    answer.locator('.response-col_status').first().textContent(),
    answer.locator('.response-col_description').first().textContent(),
  ])
  return { status: Number.parseInt(status ?? '', 10), body }
}

/** Enters a token in the dialog, as a user of the page would. */
async function authorize(token: string) {
  await page.locator('.auth-wrapper > button.authorize').click()
  const form = page.locator('.modal-ux .auth-container', { hasText: 'bearerAuth' })
  await form.locator('input').fill(token)
  await form.locator('button.authorize').click()
  await form.locator('button.btn-done').click()
}

const expectNoComplaint = () => {
  expect(watched.complaints).toEqual([])
  expect(
    watched.requests.map((url) => new URL(url)).filter(({ origin, protocol }) => origin !== proxy.origin && protocol !== 'data:'),
  ).toEqual([])
}

test('the docs page shows and expands every operation, without CSP violations', async () => {
  const shown = await page.locator('.opblock-summary').evaluateAll((blocks) => blocks.map(({ textContent }) => textContent ?? ''))
  const words = shown.map((text) => text.replaceAll('\u200b', ''))
  expect(words).toHaveLength(OPERATIONS.length)
  for (const { method, path } of OPERATIONS) expect(words).toContainEqual(expect.stringContaining(`${method}${path}`))
  for (const { operationId } of OPERATIONS) {
    await operation(operationId).locator('.opblock-summary-control').click()
    await operation(operationId).locator('.responses-wrapper').waitFor()
    // Collapse it again to save time: the page re-renders all expanded operations at each change.
    await operation(operationId).locator('.opblock-summary-control').click()
  }
  await page.locator('section.models button.models-control').click()
  await page.locator('section.models .json-schema-2020-12').first().waitFor()
  expectNoComplaint()
})

test('the docs page can send a chat with a token, to the server that serves the page', async () => {
  proxy.simulator.next({ text: 'Hello from the simulator.' })
  const before = proxy.simulator.requests.length
  await authorize(TOKEN)
  expect(await execute('createChatCompletion')).toEqual({ status: 200, body: expect.stringContaining('Hello from the simulator.') })
  expect(proxy.simulator.requests.length).toBe(before + 1)
  expectNoComplaint()
})

test('the docs page does not store the token', async () => {
  await authorize(TOKEN)
  expect(await execute('listModels')).toEqual({ status: 200, body: expect.stringContaining('gemini-3.8-flash') })
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
  expect(kept).not.toContain(TOKEN)
  await page.goto(`${proxy.origin}/docs`)
  expect(await execute('listModels')).toEqual({ status: 401, body: expect.stringContaining('No API key was sent') })
  // The only complaint is from the browser itself, which reports the 401 in its console.
  expect(watched.complaints).toEqual([expect.stringContaining('401')])
})

test('the CSP blocks an injected script and requests to other origins', async () => {
  const events = await page.evaluate(`(${PLANTED})('${proxy.simulator.baseUrl}')`)
  expect(events).toEqual({ broken: expect.arrayContaining(['script-src-elem', 'connect-src', 'img-src']), isPlanted: false })
})

test('the docs page cannot be framed', async () => {
  const framed = await openPage(browser)
  await framed.page.setContent(`<iframe src="${proxy.origin}/docs"></iframe>`)
  await expect.poll(() => framed.complaints.join()).toMatch(/frame-ancestors|Refused to frame|blocked/i)
  expect(framed.page.frames().some((frame) => frame.url().startsWith(proxy.origin))).toBe(false)
})
