import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { startBrowser, type WatchedPage } from '../../support/browser.js'
import { eventually, PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { ROOT } from '../docs/markdown.js'
import { ADMIN_TOKEN, expectNoComplaint, openConsole, seriousFaults, show } from './consolePage.js'
import { runCopied } from './copiedCode.js'

const APIS = ['Chat', 'Responses'] as const
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let browser: Browser
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ ...PLAIN, THOUGHTS: 'auto', ADMIN_TOKEN })
  browser = await startBrowser()
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that code in it can import the package `openai`.
  folder = mkdtempSync(`${ROOT}.cache/console-`)
})
beforeEach(async () => {
  proxy.simulator.reset()
  watched = await openConsole(browser, proxy)
  page = watched.page
  await show(page, 'playground')
  await page.getByLabel('API token').fill(TOKEN)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await browser.close()
  await proxy.close()
})

const lastAnswer = () => page.locator('.turn.answer').last()
const figures = () => lastAnswer().locator('.figures')
const chooseApi = (api: string) => page.getByRole('radio', { name: api }).check()

/** Chooses a model that does not think, so that its first chunk contains text. */
const chooseModelWithoutThoughts = () => page.locator('.play-options select').first().selectOption('gemma-4-31b-it')

/** Sends a message, which the simulator answers with these behaviours. */
async function say(message: string, ...behaviours: Behaviour[]): Promise<void> {
  proxy.simulator.next(...behaviours)
  await page.getByLabel('Message').fill(message)
  await page.keyboard.press('Enter')
}

describe.each(APIS)('the playground with %s', (api) => {
  beforeEach(() => chooseApi(api))

  test('shows an answer while it arrives', async () => {
    await chooseModelWithoutThoughts()
    await say('Count.', { deltas: ['one ', 'two ', 'three'], hold: 'each-chunk' })
    const text = lastAnswer().locator('> .text')
    await expect.poll(() => text.textContent()).toBe('one ')
    proxy.simulator.release()
    await expect.poll(() => text.textContent()).toBe('one two ')
    proxy.simulator.release(10)
    await expect.poll(() => text.textContent()).toBe('one two three')
    await expect.poll(() => figures().textContent()).toMatch(/first byte .+ · total .+ · \d+ → \d+ tokens.* · req_/)
    expectNoComplaint(watched, proxy.origin)
  })

  test('Stop ends the upstream call, and the conversation can continue', async () => {
    await chooseModelWithoutThoughts()
    await say('Talk.', { deltas: ['Once ', 'upon ', 'a time'], hold: 'each-chunk' })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Once ')
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => figures().textContent()).toContain('stopped')
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
    await say('And now?', { text: 'Hello again.' })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Hello again.')
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('Once ')
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows the reasoning separately from the answer', async () => {
    await say('Think.', { thoughts: 'The reader wants an answer.', text: 'Here it is.', forceThoughts: true })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Here it is.')
    expect(await lastAnswer().locator('.reasoning .text').textContent()).toBe('The reader wants an answer.')
  })

  test('sends tools, shows a call, and sends the result back', async () => {
    await page.getByLabel('Offer tools').check()
    await say('Weather in Oslo?', { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] })
    await expect.poll(() => lastAnswer().locator('.call').textContent()).toMatch(/get_weather.*Oslo/)
    proxy.simulator.next({ text: 'It is sunny.' })
    await page.getByLabel('Result of get_weather').fill('{"weather": "sunny"}')
    await page.getByRole('button', { name: 'Send the results' }).click()
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('It is sunny.')
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('sunny')
  })

  test('requests JSON with a schema, also without a stream', async () => {
    await page.getByLabel('Answer as JSON').check()
    await page.getByLabel('Stream the answer').uncheck()
    await say('Report.', {})
    await eventually(async () => expect(JSON.parse((await lastAnswer().locator('> .text').textContent()) ?? '')).toHaveProperty('points'))
    await expect.poll(() => figures().textContent()).toMatch(/\d+ → \d+ tokens/)
  })

  test('sends an uploaded image', async () => {
    await page.locator('input[type=file]').setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL })
    await page.locator('.images img').waitFor()
    await say('What is this?', { text: 'A pixel.' })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('A pixel.')
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain(PIXEL.toString('base64'))
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows an error message, also for an error in the middle of a stream', async () => {
    await chooseModelWithoutThoughts()
    await say('Hello.', { error: 'unavailable' })
    await expect.poll(() => lastAnswer().getByRole('alert').textContent()).toContain('The model is overloaded at Gemini.')
    proxy.simulator.next({ text: 'Now it works.' })
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Now it works.')
    await say('More.', { deltas: ['a', 'b', 'c', 'd'], errorMidStream: { name: 'internal', afterChunks: 2 } })
    await expect.poll(() => lastAnswer().getByRole('alert').textContent()).toContain('upstream_error')
    expect(await lastAnswer().locator('> .text').textContent()).toMatch(/^a/)
    expect(await seriousFaults(page)).toEqual([])
  })

  test('does not resend a failed message with the next one', async () => {
    await say('Bad question.', { error: 'invalid-argument' })
    await lastAnswer().getByRole('alert').waitFor()
    await say('Good question.', { text: 'Good answer.' })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Good answer.')
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).not.toContain('Bad question.')
  })

  test.each(['with', 'without'])('a request copied as code runs unchanged, %s a stream', async (stream) => {
    await page.getByLabel('Stream the answer').setChecked(stream === 'with')
    await page.getByLabel('System text').fill(`It's "quoted", $HOME \`id\` \\ and 世界`)
    await page.getByLabel('Offer tools').check()
    await page.getByLabel('Message').fill("Don't say 'no'.\nJSON")
    await page.locator('.as-code > summary').click()
    const sent = async (language: keyof typeof runCopied): Promise<unknown> => {
      await page.getByRole('radio', { name: language }).check()
      const code = (await page.locator('.as-code .code pre').textContent()) ?? ''
      expect(code).not.toContain(TOKEN)
      proxy.simulator.next({ deltas: ['It works, 世界.'] })
      expect(await runCopied[language](code, folder)).toContain('It works, 世界.')
      return proxy.simulator.requests.at(-1)?.body
    }
    const bodies = [await sent('curl'), await sent('JavaScript'), await sent('Python')]
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect(bodies[0]).toMatchObject({
      messages: [{ content: expect.stringContaining('`id` \\ and 世界') }, { content: "Don't say 'no'.\nJSON" }],
    })
  })
})

describe('the playground', () => {
  test('shows markup in an answer as plain text', async () => {
    const markup = '<img src="x" onerror="document.title=1"><script>document.title=2</script>'
    await say('Attack.', { text: markup })
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe(markup)
    expect(await page.locator('.conversation img, .conversation script').count()).toBe(0)
    expectNoComplaint(watched, proxy.origin)
  })

  test('sends an image URL without loading the image', async () => {
    await page.getByRole('button', { name: 'Image URL' }).click()
    await page.getByLabel('URL of an image').fill('https://example.com/cat.png')
    await page.keyboard.press('Enter')
    await page.locator('.as-code > summary').click()
    await expect.poll(() => page.locator('.as-code .code pre').textContent()).toContain('https://example.com/cat.png')
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows an error for a wrong API token, and stays open', async () => {
    await page.getByLabel('API token').fill('stranger')
    await say('Hello.')
    await expect.poll(() => lastAnswer().getByRole('alert').textContent()).toContain('Enter a valid API token')
    expect(await page.locator('.shell').count()).toBe(1)
  })

  test('tools that are not JSON are not sent, and the editor shows an error', async () => {
    await page.getByLabel('Offer tools').check()
    await page.getByLabel('Function tools (JSON)').fill('[{')
    await say('Hello.')
    await expect.poll(() => page.locator('.play-options .problem').textContent()).toContain('Not valid')
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('shows no token field if AUTH_TOKEN is not set', async () => {
    const open = await startProxy({ AUTH_TOKEN: '', ADMIN_TOKEN })
    try {
      const other = await openConsole(browser, open)
      await show(other.page, 'playground')
      expect(await other.page.getByLabel('API token').count()).toBe(0)
      open.simulator.next({ text: 'Hello.' })
      await other.page.getByLabel('Message').fill('Hi.')
      await other.page.keyboard.press('Enter')
      await expect.poll(() => other.page.locator('.turn.answer > .text').textContent()).toBe('Hello.')
    } finally {
      await open.close()
    }
  })
})
