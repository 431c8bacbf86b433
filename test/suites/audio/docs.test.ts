import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OPENAI_VOICES } from '../../../src/audio/voices.js'
import { GEMINI_VOICES } from '../../../src/contract/geminiVoices.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { interpreterOf } from '../../support/python.js'
import { exampleOf, ROOT, read } from '../docs/markdown.js'
import { readWave, speak, startNative } from './asking.js'

const execute = promisify(execFile)
let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startNative()
})
beforeEach(() => {
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that examples in it can import the package `openai`.
  folder = mkdtempSync(`${ROOT}.cache/speech-`)
})
afterEach(() => rmSync(folder, { recursive: true }))
afterAll(() => proxy.close())

const example = (page: string, name: string): string =>
  exampleOf(read(page), name).replace('http://127.0.0.1:9000', proxy.origin).replace('my-token', TOKEN)
const written = (): Promise<Buffer> => readFile(join(folder, 'speech.wav'))

describe.each(['docs/speech.md', 'docs/speech.zh-CN.md'])('%s', (page) => {
  test('generates speech with curl', async () => {
    await execute('bash', ['-c', example(page, 'speechCurl')], { cwd: folder })
    expect(await readWave(await written())).toMatchObject({ channels: 1, rate: 24_000 })
  })

  test('generates speech in Python', async () => {
    const python = await interpreterOf('test/suites/sdk/python/requirements.txt')
    await execute(python, ['-c', example(page, 'speechPython')], { cwd: folder })
    expect(await readWave(await written())).toMatchObject({ channels: 1, rate: 24_000 })
  }, 180_000) // the first run installs the SDK

  test('transcribes with curl and in JavaScript', async () => {
    writeFileSync(join(folder, 'speech.wav'), (await speak(proxy, 'Hello there.')).bytes)
    const { stdout } = await execute('bash', ['-c', example(page, 'transcribeCurl')], { cwd: folder })
    expect(JSON.parse(stdout)).toMatchObject({ text: 'Hello there.' })
    writeFileSync(join(folder, 'transcribe.mjs'), example(page, 'transcribeJs'))
    expect((await execute(process.execPath, ['transcribe.mjs'], { cwd: folder })).stdout).toBe('Hello there.\n')
  })

  test('lists every voice, and the Gemini voice of each OpenAI voice', () => {
    const text = read(page)
    for (const [openai, gemini] of Object.entries(OPENAI_VOICES)) expect(text).toContain(`| \`${openai}\` | \`${gemini}\` |`)
    for (const voice of GEMINI_VOICES) expect(text).toContain(`\`${voice}\``)
  })
})
