import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pathOf } from './programs.js'

/** A page with records of its errors and requests. */
export interface WatchedPage {
  readonly page: Page
  /** All errors and warnings on the browser's console, and all uncaught errors. */
  readonly complaints: readonly string[]
  /** The URL of every request of the page. */
  readonly requests: readonly string[]
}

/** Starts Debian's Chromium, headless. Nothing is downloaded. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: pathOf('chromium') ?? 'chromium',
    // Debian's Chromium renders on the GPU by default, which a server emulates slowly. As root,
    // Chromium does not start with its sandbox. So both are turned off.
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })

/** Opens an empty page with its own profile; records its errors and requests. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const page = await (await browser.newContext(options)).newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  return { page, complaints, requests }
}
