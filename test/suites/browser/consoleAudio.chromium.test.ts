import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startBrowser, type WatchedPage } from '../../support/browser.js'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { CHAT_MODEL, expectWave, speak, TRANSCRIBER, TTS } from '../audio/asking.js'
import { ROOT } from '../docs/markdown.js'
import { ADMIN_TOKEN, expectNoComplaint, openConsole, seriousFaults, show } from './consolePage.js'
import { runCopied } from './copiedCode.js'

const TEXT = "It's on time, 世界."
const PROMPT = `@It's; "Ada"\n<世界`
const LANGUAGES = ['curl', 'JavaScript', 'Python'] as const

let browser: Browser
let proxy: RunningProxy
let watched: WatchedPage
let page: Page
let folder: string
let wav: Buffer
beforeAll(async () => {
  proxy = await startProxy({ ...PLAIN, ADMIN_TOKEN, GEMINI_UPSTREAM: 'native' })
  browser = await startBrowser()
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that code in it can import the package `openai`.
  folder = mkdtempSync(`${ROOT}.cache/console-`)
  wav = (await speak(proxy, 'Hello there. How are you?')).bytes
})
beforeEach(async () => {
  proxy.simulator.reset()
  proxy.logs.length = 0
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
const alert = () => lastAnswer().getByRole('alert')
const chooseApi = (api: string) => page.getByRole('radio', { name: api }).check()
const modelField = () => page.locator('.play-options select').first()
const models = () => modelField().locator('option').allTextContents()
const chooseRecording = (buffer: Buffer, name = 'hello.wav') =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'audio/wav', buffer })
const requestOf = (operation: string) => proxy.logs.findLast((line) => line.operation === operation)

/** Runs the code that the page shows for each language, with files in the folder of the test. */
async function runAll(file: RegExp, check: (output: string) => unknown): Promise<void> {
  await page.locator('.as-code > summary').click()
  for (const language of LANGUAGES) {
    await page.getByRole('radio', { name: language }).check()
    const code = (await page.locator('.as-code .code pre').textContent()) ?? ''
    expect(code).not.toContain(TOKEN)
    const output = await runCopied[language](
      code.replaceAll(file, (name) => `${folder}/${name}`),
      folder,
    )
    await check(output)
  }
}

describe('speech in the playground', () => {
  beforeEach(() => chooseApi('Speech'))

  test('offers speech models, and the result can be played and saved', async () => {
    expect((await models()).slice(0, 2)).toEqual([TTS, 'gemini-3.8-flash-lite-tts'])
    expect((await models()).every((id) => id.includes('-tts'))).toBe(true)
    await page.getByLabel('Voice').selectOption('Puck')
    await page.getByLabel('How to speak').fill('Warm and slowly')
    await page.getByLabel('Text to speak').fill(TEXT)
    await page.keyboard.press('Enter')
    await lastAnswer().locator('audio').waitFor()
    const seconds = `document.querySelector('.turn.answer audio').duration`
    await expect.poll(() => page.evaluate(`Math.round(100 * ${seconds}) / 100`)).toBe((TEXT.length * 480) / 24_000)
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({
      contents: [{ parts: [{ text: TEXT, speechMetadata: { style: 'Warm and slowly' } }] }],
      generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } } },
    })
    const saving = page.waitForEvent('download')
    await lastAnswer().getByRole('button', { name: 'Save the speech' }).click()
    const download = await saving
    expect(download.suggestedFilename()).toBe('speech.wav')
    await expectWave(readFileSync(await download.path()), TEXT.length)
    expect(await seriousFaults(page)).toEqual([])
    expectNoComplaint(watched, proxy.origin)
  })

  test('shows an error message if generation fails', async () => {
    proxy.simulator.next({ error: 'unavailable' })
    await page.getByLabel('Text to speak').fill(TEXT)
    await page.keyboard.press('Enter')
    await expect.poll(() => alert().textContent()).toContain('The model is overloaded at Gemini.')
    expect(await lastAnswer().locator('audio').count()).toBe(0)
    await page.getByRole('button', { name: 'Try again' }).click()
    await lastAnswer().locator('audio').waitFor()
  })

  test('can be copied as code that runs unchanged', async () => {
    await page.getByLabel('How to speak').fill("Don't hurry")
    await page.getByLabel('Text to speak').fill(TEXT)
    const file = join(folder, 'speech.wav')
    await runAll(/speech\.wav/g, async () => {
      await expectWave(readFileSync(file), TEXT.length)
      rmSync(file)
    })
    expect(proxy.simulator.totalRequests).toBe(LANGUAGES.length)
  })
})

describe('a transcription in the playground', () => {
  beforeEach(() => chooseApi('Transcription'))

  test.each([TRANSCRIBER, CHAT_MODEL])('by %s is the text of the recording', async (model) => {
    expect((await models())[0]).toBe(TRANSCRIBER)
    await modelField().selectOption(model)
    await chooseRecording(wav)
    await expect.poll(() => page.locator('.composer').textContent()).toContain('hello.wav')
    await page.getByLabel('Language of the recording').fill('en')
    await page.getByLabel('Prompt (optional)').fill('Names: Ada')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => lastAnswer().locator('> .text').textContent()).toBe('Hello there. How are you?')
    await expect.poll(() => lastAnswer().locator('.figures').textContent()).toMatch(/\d+ → \d+ tokens/)
    expect(await page.locator('.turn.user').textContent()).toContain('hello.wav')
    expect(requestOf('createTranscription')).toMatchObject({ status: 200, model })
    const sent = JSON.stringify(proxy.simulator.requests.at(-1)?.body)
    expect(sent).toContain(wav.toString('base64').slice(0, 200))
    // The model that only transcribes accepts no prompt, so the prompt is not sent to it.
    expect(sent.includes('Names: Ada')).toBe(model === CHAT_MODEL)
    expect(await seriousFaults(page)).toEqual([])
    expectNoComplaint(watched, proxy.origin)
  })

  test('requires a recording, and shows an error message for an invalid file', async () => {
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => page.locator('.composer .problem').textContent()).toBe('Choose a recording.')
    expect(proxy.simulator.totalRequests).toBe(0)
    await chooseRecording(Buffer.from('no sound'), 'notes.txt')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => alert().textContent()).toContain('400 unsupported_value')
    expect(await alert().textContent()).toContain('This file is not a recording')
  })

  test('can be copied as code that runs unchanged', async () => {
    const name = "it's.wav"
    writeFileSync(join(folder, name), wav)
    await modelField().selectOption(CHAT_MODEL)
    await chooseRecording(wav, name)
    await page.getByLabel('Prompt (optional)').fill('@It\'s; "Ada"\n<世界')
    // In shell code, the apostrophe of the file name is written as '\''.
    await runAll(/it(?:'\\'')?'?s\.wav/g, (output) => {
      expect(output).toContain('Hello there. How are you?')
      expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain(JSON.stringify(PROMPT).slice(1, -1))
    })
  })
})

describe('speech and transcription', () => {
  test('models are not offered for chats, and have separate lists', async () => {
    expect((await models()).filter((id) => /-tts|-transcribe/.test(id))).toEqual([])
    await show(page, 'models')
    for (const [title, id] of [
      ['Speech', TTS],
      ['Transcription', TRANSCRIBER],
    ] as const) {
      const list = page.locator('main section', { has: page.getByRole('heading', { name: title }) })
      expect(await list.getByText(id, { exact: true }).count()).toBe(1)
    }
    await show(page, 'connect')
    expect((await page.getByLabel('Model').locator('option').allTextContents()).filter((id) => /-tts|-transcribe/.test(id))).toEqual([])
  })

  test('have Chinese labels', async () => {
    const chinese = await openConsole(browser, proxy, { locale: 'zh-CN' })
    await show(chinese.page, 'playground')
    await chinese.page.getByRole('radio', { name: '语音合成' }).check()
    for (const label of ['音色', '朗读方式', '要朗读的文本']) expect(await chinese.page.getByLabel(label).count()).toBe(1)
    await chinese.page.getByRole('radio', { name: '语音转写' }).check()
    for (const label of ['录音的语言', '提示（可选）']) expect(await chinese.page.getByLabel(label).count()).toBe(1)
  })
})
