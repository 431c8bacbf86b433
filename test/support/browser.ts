import { type Browser, chromium, type Page } from 'playwright-core'
import { pathOf } from './programs.js'

/** A page, and what went on in it. */
export interface WatchedPage {
  readonly page: Page
  /** Everything that the console was told as an error or a warning, and every error that nobody caught. */
  readonly complaints: readonly string[]
  /** The URL of every request of the page. */
  readonly requests: readonly string[]
}

/** Starts Debian's Chromium, headless. Nothing is downloaded. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: pathOf('chromium') ?? 'chromium',
    // Chromium has no sandbox for root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })

/** Opens an empty page with a profile of its own, and takes down what goes on in it. */
export async function openPage(browser: Browser): Promise<WatchedPage> {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  return { page, complaints, requests }
}
