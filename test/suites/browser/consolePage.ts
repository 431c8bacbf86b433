import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openPage, type WatchedPage } from '../../support/browser.js'
import type { ProxyUnderTest as RunningProxy } from '../../support/proxy.js'

/** The admin token with which tests log in to the console. */
export const ADMIN_TOKEN = 'test-admin-token-8c2e91d07a'
/** Timeout of actions in a page, in milliseconds: a busy machine needs long to start a page. */
export const PATIENCE_MS = 60_000
/** The views of the console, as the fragment of the URL names them. */
export const VIEWS = ['overview', 'keys', 'requests', 'usage', 'models', 'playground', 'doctor', 'connect', 'settings'] as const

/** Opens the login page of the console. */
export async function openLogin(browser: Browser, proxy: RunningProxy, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, { locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options })
  watched.page.setDefaultTimeout(PATIENCE_MS)
  await watched.page.goto(`${proxy.origin}/console`)
  await watched.page.locator('#token').waitFor()
  return watched
}

/** Opens the console and logs in. */
export async function openConsole(browser: Browser, proxy: RunningProxy, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openLogin(browser, proxy, options)
  await watched.page.locator('#token').fill(ADMIN_TOKEN)
  await watched.page.keyboard.press('Enter')
  await watched.page.locator('.tiles').waitFor()
  return watched
}

/** Opens a view by the fragment of its URL, as its link does, and waits until it is shown. */
export async function show(page: Page, view: (typeof VIEWS)[number]): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`)
  await page.locator(`nav a[href="#/${view}"][aria-current="page"]`).waitFor({ state: 'attached' })
  await page.locator('main h1').waitFor()
}

/**
 * Expects that the page reported no error, violated no content security policy, and sent every
 * request to its own server.
 *
 * @param expected - errors that the browser itself reports, such as a 401
 */
export function expectNoComplaint({ complaints, requests }: WatchedPage, origin: string, expected: readonly RegExp[] = []): void {
  expect(complaints.filter((complaint) => !expected.some((each) => each.test(complaint)))).toEqual([])
  const foreign = requests.filter((url) => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url))
  expect(foreign).toEqual([])
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const AXE_RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target.join(' ') + ' ' + (any[0] ? any[0].message : '')).join('; ')))`

/** Returns serious accessibility faults in the page. Its content security policy stays active. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // The policy forbids `eval` in scripts of the page, but not code that the debugger evaluates.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE)
  return page.evaluate(AXE_RUN)
}

/** Returns by how many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
