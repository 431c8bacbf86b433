import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, startBrowser, type WatchedPage } from '../../support/browser.js'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { ROOT } from '../docs/markdown.js'
import { ADMIN_TOKEN, expectNoComplaint, overflow, PATIENCE_MS, seriousFaults } from './consolePage.js'
import { runCopied } from './copiedCode.js'

const BACKGROUND = 'getComputedStyle(document.documentElement).backgroundColor'
const DARK = 'rgb(14, 16, 32)'
const LIGHT = 'rgb(244, 244, 250)'
const CHAT = '.opblock[id$="-createChatCompletion"]'

let browser: Browser
let proxy: RunningProxy
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ ...PLAIN, ADMIN_TOKEN, EXTRA_MODELS: 'model-of-the-operator' })
  browser = await startBrowser()
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that examples in it can import the package `openai`.
  folder = mkdtempSync(`${ROOT}.cache/docs-guide-`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await browser.close()
  await proxy.close()
})

async function openDocs(options: BrowserContextOptions = {}, url = `${proxy.origin}/docs`): Promise<WatchedPage> {
  const watched = await openPage(browser, { locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options })
  watched.page.setDefaultTimeout(PATIENCE_MS)
  await watched.page.goto(url)
  await watched.page.locator('.opblock').first().waitFor()
  await watched.page.locator('.top .version').waitFor()
  return watched
}

async function openOperation(page: Page): Promise<void> {
  await page.locator(`${CHAT} .opblock-summary-control`).click()
  await page.locator(`${CHAT} .responses-wrapper`).waitFor()
}

async function enter(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token)
  await page.keyboard.press('Enter')
}

const listed = (page: Page) => page.locator('.model-lists li > code').allTextContents()
const background = (page: Page, selector: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)

describe('the guide of the docs page', () => {
  test('shows the base URL of the server, and copies it', async () => {
    const watched = await openDocs()
    await watched.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    expect(await watched.page.locator('.base-url code').textContent()).toBe(proxy.baseUrl)
    await watched.page.locator('.base-url button').click()
    await expect.poll(() => watched.page.evaluate('navigator.clipboard.readText()')).toBe(proxy.baseUrl)
    expectNoComplaint(watched, proxy.origin)
  })

  test.each(['Chat Completions', 'Responses'])('has a first request to %s in three languages, which runs unchanged', async (api) => {
    const { page } = await openDocs()
    await page.getByRole('radio', { name: api }).check()
    for (const stream of [true, false]) {
      await page.getByLabel('Stream', { exact: true }).setChecked(stream)
      for (const language of ['curl', 'Python', 'JavaScript'] as const) {
        await page.getByRole('radio', { name: language }).check()
        proxy.simulator.next({ deltas: ['It works, 世界.'] })
        const code = (await page.locator('.example .code pre').textContent()) ?? ''
        expect(await runCopied[language](code, folder)).toContain('It works, 世界.')
      }
    }
  })

  test('lists the built-in models, and with a token the models of the server', async () => {
    const { page } = await openDocs()
    expect(await listed(page)).toEqual(expect.arrayContaining(['gemini-3.8-flash', 'gemini-embedding-001', 'gemini-1.5-pro']))
    expect(await listed(page)).not.toContain('model-of-the-operator')
    await enter(page, TOKEN)
    await expect.poll(() => listed(page)).toContain('model-of-the-operator')
    expect(await page.getByLabel('Model').locator('option').allTextContents()).toContain('model-of-the-operator')
    await page.getByRole('button', { name: 'Forget it' }).click()
    await expect.poll(() => listed(page)).not.toContain('model-of-the-operator')
    await page.getByLabel('Token', { exact: true }).waitFor()
  })

  test('shares its token with the reference', async () => {
    const { page } = await openDocs()
    await enter(page, TOKEN)
    await page.getByText('Token accepted').waitFor()
    await openOperation(page)
    await page.locator(`${CHAT} .try-out__btn`).click()
    await page.locator(`${CHAT} button.execute`).click()
    await expect.poll(() => page.locator(`${CHAT} .live-responses-table .response-col_status`).last().textContent()).toContain('200')
  })

  test('reports a wrong token', async () => {
    const watched = await openDocs()
    await enter(watched.page, 'not-a-token')
    await expect.poll(() => watched.page.getByRole('alert').textContent()).toBe('The server does not accept this token.')
    expectNoComplaint(watched, proxy.origin, [/status of 401/])
  })

  test('shows no token field if the server needs none', async () => {
    const open = await startProxy({ AUTH_TOKEN: '', EXTRA_MODELS: 'model-of-the-operator' })
    try {
      const watched = await openDocs({}, `${open.origin}/docs`)
      await expect.poll(() => listed(watched.page)).toContain('model-of-the-operator')
      expect(await watched.page.getByLabel('Token', { exact: true }).count()).toBe(0)
      expect(await watched.page.locator('.example .note').textContent()).toBe('This server needs no token.')
      expectNoComplaint(watched, open.origin)
    } finally {
      await open.close()
    }
  })

  test('links to the console only if it is served', async () => {
    const { page } = await openDocs()
    await page.getByRole('link', { name: 'Console', exact: true }).click()
    await page.locator('.login').waitFor()
    const without = await startProxy({ FC_FUNCTION_NAME: 'gemini-proxy' })
    try {
      const watched = await openDocs({}, `${without.origin}/docs`)
      expect(await watched.page.locator('a[href*="/console"]').count()).toBe(0)
    } finally {
      await without.close()
    }
  })

  test('is in Chinese for a Chinese browser, and has a language switch', async () => {
    const { page } = await openDocs({ locale: 'zh-CN' })
    expect(await page.locator('h1').textContent()).toBe('API 参考')
    await page.getByRole('radio', { name: 'English' }).check()
    await expect.poll(() => page.locator('h1').textContent()).toBe('API reference')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  test.each(['/docs/', '/console/'])('%s with a trailing slash is the same page', async (path) => {
    const watched = await openPage(browser, { locale: 'en-US' })
    await watched.page.goto(`${proxy.origin}${path}`)
    await watched.page
      .locator(path === '/docs/' ? '.opblock' : '.login')
      .first()
      .waitFor({ timeout: PATIENCE_MS })
    expectNoComplaint(watched, proxy.origin)
  })
})

describe('the appearance of the docs page', () => {
  test('is dark from the start if the system is dark, without a script', async () => {
    const { page } = await openPage(browser, { colorScheme: 'dark', javaScriptEnabled: false })
    await page.goto(`${proxy.origin}/docs`)
    expect(await page.evaluate(BACKGROUND)).toBe(DARK)
  })

  test.each([
    ['light', LIGHT, 'Dark', DARK],
    ['dark', DARK, 'Light', LIGHT],
  ] as const)('is %s like the system until the switch changes it', async (colorScheme, before, name, after) => {
    const { page } = await openDocs({ colorScheme })
    const operation = await background(page, '.opblock')
    expect(await page.evaluate(BACKGROUND)).toBe(before)
    await page.getByRole('radio', { name, exact: true }).check()
    await expect.poll(() => page.evaluate(BACKGROUND)).toBe(after)
    await expect.poll(() => background(page, '.opblock')).not.toBe(operation)
    await page.getByRole('radio', { name: 'Auto' }).check()
    await expect.poll(() => background(page, '.opblock')).toBe(operation)
  })

  test('an expanded operation collapses its error responses, and has no red button', async () => {
    const { page } = await openDocs()
    await openOperation(page)
    expect((await page.locator(CHAT).boundingBox())?.height).toBeLessThan(2_800)
    const fold = page.locator(`${CHAT} .fold button`, { hasText: '429' })
    await fold.click()
    await page.locator(`${CHAT} tr.response[data-code="429"]`).waitFor()
    await fold.click()
    await expect.poll(() => page.locator(`${CHAT} tr.response[data-code="429"]`).count()).toBe(0)
    expect(await page.locator(`${CHAT} .btn.cancel`).count()).toBe(0)
    await page.locator(`${CHAT} .try-out__btn`).click()
    const colours = await page.evaluate(
      `(({ color, borderColor }) => [color, borderColor])(getComputedStyle(document.querySelector('.btn.cancel')))`,
    )
    expect(colours).toEqual(['rgb(25, 27, 51)', 'rgb(220, 220, 236)'])
  })

  test.each([360, 390])('fits a phone of %i pixels, with all sections open', async (width) => {
    const { page } = await openDocs({ viewport: { width, height: 800 } })
    expect((await page.locator('.top .version').boundingBox())?.height).toBeLessThan(30)
    expect(await overflow(page)).toBe(0)
    await page.locator('.model-lists summary').click()
    await openOperation(page)
    for (const fold of await page.locator(`${CHAT} .fold button`).all()) await fold.click()
    await page.locator(`${CHAT} .try-out__btn`).click()
    expect(await overflow(page)).toBe(0)
    await page.locator('.auth-wrapper > button.authorize').click()
    await page.locator('.modal-ux').waitFor()
    expect(await overflow(page)).toBe(0)
  })

  test.each(['light', 'dark'] as const)('has no serious accessibility issue in %s, with all sections open', async (colorScheme) => {
    const { page } = await openDocs({ colorScheme })
    expect(await seriousFaults(page)).toEqual([])
    await page.locator('.model-lists summary').click()
    await openOperation(page)
    await page.locator(`${CHAT} .fold button`).first().click()
    await page.locator(`${CHAT} .try-out__btn`).click()
    expect(await seriousFaults(page)).toEqual([])
    await page.locator('.auth-wrapper > button.authorize').click()
    await page.locator('.modal-ux').waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })
})
