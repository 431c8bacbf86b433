import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { startBrowser, type WatchedPage } from '../../support/browser.js'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { ROOT } from '../docs/markdown.js'
import { seePicture } from '../images/pictures.js'
import { ADMIN_TOKEN, expectNoComplaint, openConsole, seriousFaults, show } from './consolePage.js'
import { runCopied } from './copiedCode.js'

const MODEL = 'gemini-3.1-flash-image'

let browser: Browser
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ ...PLAIN, ADMIN_TOKEN, GEMINI_UPSTREAM: 'native' })
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
  await browser?.close()
  await proxy?.close()
})

const lastAnswer = () => page.locator('.turn.answer').last()
const chooseApi = (api: string) => page.getByRole('radio', { name: api }).check()
const chooseModel = () => page.locator('.play-options select').first().selectOption(MODEL)
const picture = () => lastAnswer().getByRole('img', { name: 'Generated image 1' })
/** True once the browser has decoded the picture in the newest answer. */
const isShown = () => page.evaluate(`[...document.querySelectorAll('.turn.answer')].at(-1)?.querySelector('.made img')?.naturalWidth > 0`)

/** Sends a message, which the simulator answers with this behaviour. */
async function say(message: string, behaviour: Behaviour = { text: 'Here it is.' }): Promise<void> {
  proxy.simulator.next(behaviour)
  await page.getByLabel('Message').fill(message)
  await page.keyboard.press('Enter')
}

interface Sent {
  readonly contents: readonly {
    readonly role: string
    readonly parts: readonly { readonly inlineData?: { readonly mimeType: string } }[]
  }[]
}

/** Returns `text` or the media type of each part that the last request contains from the model. */
function sentByModel(): string[] {
  // The cast is safe: the simulator has validated the body.
  const { contents } = (proxy.simulator.requests.at(-1)?.body ?? { contents: [] }) as Sent
  return contents.flatMap(({ role, parts }) => (role === 'model' ? parts.map(({ inlineData }) => inlineData?.mimeType ?? 'text') : []))
}

describe.each(['Chat', 'Responses'])('images with %s', (api) => {
  beforeEach(async () => {
    await chooseApi(api)
    await chooseModel()
  })

  test.each(['with', 'without'])('are shown below the text, and are sent back with the next message, %s a stream', async (stream) => {
    await page.getByLabel('Stream the answer').setChecked(stream === 'with')
    await page.getByLabel('Shape of images').selectOption('16:9')
    await say('A lighthouse.')
    await expect.poll(isShown).toBe(true)
    expect(await lastAnswer().locator('> .text').textContent()).toBe('Here it is.')
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ generationConfig: { imageConfig: { aspectRatio: '16:9' } } })
    await say('At night.')
    await expect.poll(() => page.locator('.turn.answer').count()).toBe(2)
    await expect.poll(isShown).toBe(true)
    expect(sentByModel()).toEqual(['text', 'image/jpeg'])
    expectNoComplaint(watched, proxy.origin)
    expect(await seriousFaults(page)).toEqual([])
  })

  test('can be saved as a file of the right type', async () => {
    await say('A lighthouse.')
    await picture().waitFor()
    const saving = page.waitForEvent('download')
    await lastAnswer().getByRole('button', { name: 'Save image 1' }).click()
    const download = await saving
    expect(download.suggestedFilename()).toBe('image-1.jpg')
    expect(seePicture(readFileSync(await download.path(), 'base64'))).toMatchObject({ format: 'jpeg' })
    expectNoComplaint(watched, proxy.origin)
  })
})

describe('the form for images', () => {
  beforeEach(() => chooseApi('Images'))

  test('offers image models, and shows the generated images', async () => {
    const models = await page.locator('.play-options select').first().locator('option').allTextContents()
    expect(models.length).toBeGreaterThan(1)
    expect(models.every((id) => id.includes('-image'))).toBe(true)
    await page.getByLabel('Shape of images').selectOption('3:2')
    await say('A lighthouse.', {})
    await expect.poll(isShown).toBe(true)
    expect(await lastAnswer().locator('.figures').textContent()).toMatch(/\d+ → [\d,]+ tokens/)
    expect(proxy.logs.findLast(({ operation }) => operation === 'createImage')).toMatchObject({ status: 200 })
    expect(await seriousFaults(page)).toEqual([])
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows the text of the model if it returned no image', async () => {
    await say('A lighthouse.', { images: 0, text: 'I only write.' })
    await expect.poll(() => lastAnswer().getByRole('alert').textContent()).toContain('I only write.')
  })

  test('can be copied as code that runs unchanged', async () => {
    await page.locator('.play-options select').first().selectOption(MODEL)
    await page.getByLabel('Shape of images').selectOption('3:2')
    await page.getByLabel('Message').fill("It's a 'lighthouse'")
    await page.locator('.as-code > summary').click()
    for (const language of ['curl', 'JavaScript', 'Python'] as const) {
      await page.getByRole('radio', { name: language }).check()
      const code = (await page.locator('.as-code .code pre').textContent()) ?? ''
      // The code writes `image-1.jpeg` to the working directory, here to the folder of the test.
      const output = await runCopied[language](code.replace('image-', `${folder}/image-`), folder)
      if (language === 'curl')
        expect(seePicture((JSON.parse(output) as { data: { b64_json: string }[] }).data[0]?.b64_json).ratio).toBe('3:2')
      else expect(output).toContain('image-1.jpeg')
      if (language === 'JavaScript') expect(seePicture(readFileSync(join(folder, 'image-1.jpeg'), 'base64')).ratio).toBe('3:2')
    }
    expect(proxy.simulator.totalRequests).toBe(3)
  })

  test('has Chinese labels', async () => {
    const chinese = await openConsole(browser, proxy, { locale: 'zh-CN' })
    await show(chinese.page, 'playground')
    await chinese.page.getByRole('radio', { name: '图片' }).check()
    expect(await chinese.page.getByLabel('图片比例').count()).toBe(1)
    expect(await chinese.page.getByLabel('图片尺寸').count()).toBe(1)
  })
})
