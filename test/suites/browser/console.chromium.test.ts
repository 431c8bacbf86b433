import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../../support/browser.js'
import { chat, eventually, post, streamed } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { ADMIN_TOKEN, expectNoComplaint, openConsole, openLogin, overflow, seriousFaults, show, VIEWS } from './consolePage.js'

const REPORTED_401 = /status of 401/

let browser: Browser
let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy({ ADMIN_TOKEN, MAX_RETRIES: '0' })
  browser = await startBrowser()
  await (await post(proxy, chat({ text: 'Hello.' }))).text()
  await (await post(proxy, streamed({ text: 'Hello.', chunks: 2 }))).text()
  await (await post(proxy, chat({ error: 'unavailable' }))).text()
  await (await post(proxy, { model: 'gemini-3.8-flash', messages: 1 })).text()
})
afterAll(async () => {
  await browser.close()
  await proxy.close()
})

describe('the login', () => {
  test('opens the console with ADMIN_TOKEN, without page errors, CSP violations or requests to other origins', async () => {
    const watched = await openConsole(browser, proxy)
    await expect.poll(() => watched.page.locator('main h1').textContent()).toBe('Overview')
    for (const view of VIEWS) await show(watched.page, view)
    expectNoComplaint(watched, proxy.origin)
  })

  test('reports a wrong token, and accepts the right one afterwards', async () => {
    const watched = await openLogin(browser, proxy)
    await watched.page.locator('#token').fill('not-the-token')
    await watched.page.getByRole('button', { name: 'Open the console' }).click()
    await expect.poll(() => watched.page.getByRole('alert').textContent()).toContain('This is not the admin token.')
    await watched.page.locator('#token').fill(ADMIN_TOKEN)
    await watched.page.keyboard.press('Enter')
    await watched.page.locator('.tiles').waitFor()
    expectNoComplaint(watched, proxy.origin, [REPORTED_401])
  })

  test('explains how to set ADMIN_TOKEN if the server has none', async () => {
    const closed = await startProxy()
    try {
      const { page } = await openLogin(browser, closed)
      await page.locator('#token').fill('anything')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.getByRole('alert').textContent()).toContain('ADMIN_TOKEN is not set on the server.')
      await page.getByText('Where do I find the admin token?').click()
      await expect.poll(() => page.locator('.login details pre').isVisible()).toBe(true)
    } finally {
      await closed.close()
    }
  })

  test('reports that the server is unreachable', async () => {
    const stopped = await startProxy({ ADMIN_TOKEN })
    const { page } = await openLogin(browser, stopped)
    await stopped.close()
    await page.locator('#token').fill(ADMIN_TOKEN)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('The server cannot be reached.')
  })

  test('stores no token: a reload asks for it again', async () => {
    const { page } = await openConsole(browser, proxy)
    await show(page, 'playground')
    await page.getByLabel('API token').fill('some-api-token')
    const stored = await page.evaluate(`(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href,
      await indexedDB.databases(), await caches.keys().catch(() => []),
    ]))()`)
    expect(stored).toBe(JSON.stringify([{}, {}, '', null, `${proxy.origin}/console#/playground`, [], []]))
    await page.reload()
    await expect.poll(() => page.locator('#token').inputValue()).toBe('')
    expect(await page.content()).not.toContain(ADMIN_TOKEN)
  })

  test('deletes tokens and data on sign-out', async () => {
    const { page } = await openConsole(browser, proxy)
    await show(page, 'playground')
    await page.getByLabel('System text').fill('A secret of the last user')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#token').waitFor()
    expect(await page.locator('.shell').count()).toBe(0)
    expect(await page.locator('#token').inputValue()).toBe('')
    await page.locator('#token').fill(ADMIN_TOKEN)
    await page.keyboard.press('Enter')
    await show(page, 'playground')
    expect(await page.getByLabel('System text').inputValue()).toBe('')
  })
})

describe('both languages', () => {
  test.each([
    ['en-US', 'en', 'Overview'],
    ['de-DE', 'en', 'Overview'],
    ['zh-CN', 'zh-CN', '概览'],
    ['zh-TW', 'zh-CN', '概览'],
  ])('a browser in %s gets the page in %s', async (locale, lang, heading) => {
    const { page } = await openConsole(browser, proxy, { locale })
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(lang)
    expect(await page.locator('main h1').textContent()).toBe(heading)
  })

  test('the switch changes the language of every view, and no Chinese view has an English heading', async () => {
    const { page } = await openConsole(browser, proxy)
    await page.getByRole('radio', { name: '中文' }).check()
    for (const view of VIEWS) {
      await show(page, view)
      await expect.poll(() => page.locator('main h1').textContent()).toMatch(/^\p{Script=Han}+$/u)
      expect(await page.locator('main h1 + p').textContent()).toMatch(/\p{Script=Han}/u)
    }
    await page.getByRole('radio', { name: 'English' }).check()
    await expect.poll(() => page.locator('main h1').textContent()).toBe('Settings')
  })
})

describe('both themes', () => {
  const background = 'getComputedStyle(document.documentElement).backgroundColor'

  test('the theme follows the system until the switch changes it', async () => {
    const { page } = await openConsole(browser, proxy, { colorScheme: 'dark' })
    const dark = await page.evaluate(background)
    await page.getByRole('radio', { name: 'Light' }).check()
    await expect.poll(() => page.evaluate(background)).not.toBe(dark)
    const light = await page.evaluate(background)
    await page.getByRole('radio', { name: 'Dark' }).check()
    await expect.poll(() => page.evaluate(background)).toBe(dark)
    await page.getByRole('radio', { name: 'Auto' }).check()
    await page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => page.evaluate(background)).toBe(light)
  })

  test.each(['light', 'dark'] as const)('axe finds no serious accessibility issue in any view, %s', async (colorScheme) => {
    const login = await openLogin(browser, proxy, { colorScheme })
    expect(await seriousFaults(login.page)).toEqual([])
    const { page } = await openConsole(browser, proxy, { colorScheme })
    for (const view of VIEWS) {
      await show(page, view)
      expect([view, ...(await seriousFaults(page))]).toEqual([view])
    }
    await show(page, 'requests')
    await page.locator('tbody button').first().click()
    await page.locator('dialog[open]').waitFor()
    expect(await seriousFaults(page)).toEqual([])
  })
})

describe('on a phone', () => {
  test.each([
    ['en-US', 360],
    ['zh-CN', 360],
    ['en-US', 320],
  ])('no view scrolls sideways, in %s at %i pixels', async (locale, width) => {
    const login = await openLogin(browser, proxy, { locale, viewport: { width, height: 740 } })
    expect(await overflow(login.page)).toBe(0)
    const { page } = await openConsole(browser, proxy, { locale, viewport: { width, height: 740 } })
    for (const view of VIEWS) {
      await show(page, view)
      expect([view, await overflow(page)]).toEqual([view, 0])
    }
    await show(page, 'playground')
    await page.locator('.as-code > summary').click()
    expect(await overflow(page)).toBe(0)
  })

  test('the menu opens and shows the selected view', async () => {
    const { page } = await openConsole(browser, proxy, { viewport: { width: 360, height: 740 } })
    const link = page.getByRole('link', { name: 'Models' })
    expect(await link.isVisible()).toBe(false)
    await page.locator('.menu').click()
    await link.click()
    await expect.poll(() => page.locator('main h1').textContent()).toBe('Models')
    expect(await link.isVisible()).toBe(false)
  })
})

describe('with the keyboard only', () => {
  test('a user can go from the login to the details of a request and back', async () => {
    const { page } = await openLogin(browser, proxy)
    const focused = () => page.evaluate('document.activeElement.textContent || document.activeElement.id') as Promise<string>
    const tabTo = async (text: string) => {
      for (let presses = 0; !(await focused()).startsWith(text); presses += 1) {
        expect(presses).toBeLessThan(40)
        await page.keyboard.press('Tab')
      }
    }
    await tabTo('token')
    await page.keyboard.type(ADMIN_TOKEN)
    await page.keyboard.press('Enter')
    await page.locator('.tiles').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await tabTo('Requests')
    await page.keyboard.press('Enter')
    await eventually(async () => expect(await page.locator('tbody tr').count()).toBeGreaterThanOrEqual(4))
    expect(await focused()).toBe('Requests') // the heading of the new view
    // All rows together are one tab stop: the arrow keys move between them.
    const first = (await page.locator('tbody button').first().textContent()) ?? ''
    await tabTo(first)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.locator('dialog[open]').waitFor()
    const id = await page.locator('dialog .request-id code').textContent()
    expect(id).toMatch(/^req_/)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    expect(await page.evaluate("document.activeElement.closest('tr') === document.querySelector('tbody tr:last-child')")).toBe(true)
  })
})
