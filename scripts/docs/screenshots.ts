// usage: make screenshots
// Writes the screenshots of the console to docs/images, from a server with the simulator and about
// two minutes of traffic. Needs chromium, and for equal results the fonts Inter and Noto Sans CJK.
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Behaviour } from '../../test/doubles/simulator/index.js'
import { startBrowser } from '../../test/support/browser.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../test/support/proxy.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const IMAGES = `${ROOT}docs/images`
const MAX_BYTES = 250_000
const ADMIN_TOKEN = 'token-of-the-console'
const CALLERS = ['web', 'mobile', 'batch'] as const
const MODELS = ['gemini-3.8-flash', 'gemini-3.5-flash-lite', 'gemini-4-neon'] as const
const KEYS = { 'AIzaSyExampleKeyNumberOne-x7Qd': 'valid', 'AIzaSyExampleKeyNumberTwo-k09F': 'quota-minute' } as const
const TRAFFIC_MS = 110_000
const DESKTOP = { viewport: { width: 1280, height: 860 } }
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 }

const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }

/** Sends one chat request as one of several callers; `index` varies caller, model and stream. */
async function send({ baseUrl }: RunningProxy, index: number, behaviour: Behaviour): Promise<void> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CALLERS[index % CALLERS.length]}-token`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: index % 29 === 28 ? 'gemini-3.8-flahs' : MODELS[index % 7 < 4 ? 0 : (index % 2) + 1],
      stream: index % 3 > 0,
      messages: [
        { role: 'user', content: `${'Lorem ipsum dolor sit amet. '.repeat(1 + (index % 40))}simulate:${JSON.stringify(behaviour)}` },
      ],
    }),
  })
  await response.text()
}

/** Sends requests at a varying rate for 110 s: whole answers, streams and some failures. */
async function sendTraffic(proxy: RunningProxy): Promise<void> {
  const endsAt = Date.now() + TRAFFIC_MS
  const running = new Set<Promise<void>>()
  for (let index = 0; Date.now() < endsAt; index += 1) {
    const wave = 1 + Math.sin(Date.now() / 9_000)
    const text = 'An answer of some length. '.repeat(3 + (index % 17))
    const behaviour: Behaviour =
      index % 23 === 22
        ? { error: 'unavailable' }
        : { text, chunks: 6, latencyMs: 120 + (index % 9) * 90, chunkDelayMs: 40 + (index % 5) * 25 }
    const request = send(proxy, index, behaviour)
    running.add(request)
    request.finally(() => running.delete(request))
    await new Promise((resolve) => setTimeout(resolve, 700 - wave * 250))
  }
  await Promise.all(running)
}

async function open(browser: Browser, proxy: RunningProxy, options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage()
  page.setDefaultTimeout(120_000)
  await page.goto(`${proxy.origin}/console`)
  await page.locator('#token').fill(ADMIN_TOKEN)
  await page.keyboard.press('Enter')
  await page.locator('.tiles').waitFor()
  return page
}

/** Opens a view of the console, waits for its data, and writes a screenshot of it. */
async function shoot(page: Page, view: string, name: string, prepare?: () => Promise<void>): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`)
  await page.waitForTimeout(2_000)
  await prepare?.()
  await page.mouse.move(0, 0)
  const path = `${IMAGES}/${name}.png`
  await page.screenshot({ path })
  const { size } = statSync(path)
  console.log(`docs/images/${name}.png  ${Math.round(size / 1024)} KB`)
  if (size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES} bytes`)
}

/** Sends a message in the playground and waits for the answer. */
async function ask(page: Page): Promise<void> {
  await page.getByLabel(/API token|API 令牌/).fill('web-token')
  await page.getByLabel('System text').fill('Answer in two sentences.')
  await page.getByLabel('Message').fill('How does a lighthouse help ships?')
  await page.keyboard.press('Enter')
  await page.locator('.turn.answer .figures').waitFor()
  await page.locator('.as-code > summary').click()
}

const LIGHTHOUSE: Behaviour = {
  path: '/chat',
  thoughts: 'The reader wants two sentences. The first says what a lighthouse does, the second how sailors use it.',
  text: 'A lighthouse sends a strong, regular beam of light far over the sea, so that crews see the coast long before they reach it. Every lighthouse has its own rhythm of flashes, by which sailors know where they are and how to steer clear of rocks.',
  chunks: 12,
  chunkDelayMs: 30,
}

mkdirSync(IMAGES, { recursive: true })
const tokens = CALLERS.map((name) => `${name}:${name}-token`).join()
const env = { ADMIN_TOKEN, AUTH_TOKEN: tokens, GEMINI_API_KEY: Object.keys(KEYS).join(), MAX_RETRIES: '1' }
const proxy = await startProxy(env, { keys: KEYS }, { version })
const browser = await startBrowser()
try {
  console.log(`sending requests to the simulator for ${TRAFFIC_MS / 1_000} s`)
  await sendTraffic(proxy)
  const light = await open(browser, proxy, { ...DESKTOP, locale: 'en-US', colorScheme: 'light' })
  await shoot(light, 'overview', 'console')
  await shoot(light, 'keys', 'console-keys')
  await shoot(light, 'requests', 'console-requests')
  await shoot(light, 'usage', 'console-usage')
  // Queue the answer twice: the attempt with the key without quota fails and consumes one.
  proxy.simulator.next(LIGHTHOUSE, LIGHTHOUSE)
  await shoot(light, 'playground', 'console-playground', () => ask(light))
  const dark = await open(browser, proxy, { ...DESKTOP, locale: 'en-US', colorScheme: 'dark' })
  await shoot(dark, 'overview', 'console-dark')
  const chinese = await open(browser, proxy, { ...DESKTOP, locale: 'zh-CN', colorScheme: 'light' })
  await shoot(chinese, 'overview', 'console.zh-CN')
  const phone = await open(browser, proxy, { ...PHONE, locale: 'en-US', colorScheme: 'dark' })
  await shoot(phone, 'overview', 'console-phone', () => phone.evaluate('scrollTo(0, 560)'))
} finally {
  await browser.close()
  await proxy.close()
}
