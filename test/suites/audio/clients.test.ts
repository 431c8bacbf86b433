import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { errorOf, expectWave, postAndRead, speak, startNative, TRANSCRIBER, TTS } from './asking.js'

const TEXT = 'Hello there.'

let proxy: ProxyUnderTest
let wav: Buffer
beforeAll(async () => {
  proxy = await startNative({ MODEL_ALIASES: `tts-1=${TTS},whisper-1=${TRANSCRIBER}` })
  wav = (await speak(proxy, TEXT)).bytes
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Makes a form with one file and these text fields. */
function form(file: File, texts: Readonly<Record<string, string>>): FormData {
  const made = new FormData()
  made.append('file', file)
  for (const [name, value] of Object.entries(texts)) made.append(name, value)
  return made
}

describe('Open WebUI', () => {
  test('generates speech without a response format', async () => {
    const { status, bytes } = await postAndRead(proxy, '/audio/speech', { input: TEXT, voice: 'alloy', model: 'tts-1' })
    expect(status).toBe(200)
    await expectWave(bytes, TEXT.length)
  })

  test('transcribes a file sent with its name on disk', async () => {
    const file = new File([new Uint8Array(wav)], '2f4b.wav')
    const { status, bytes } = await postAndRead(proxy, '/audio/transcriptions', form(file, { model: 'whisper-1' }))
    expect([status, JSON.parse(bytes.toString())]).toEqual([200, expect.objectContaining({ text: TEXT })])
  })

  test.each(['voices', 'models'])('falls back to its built-in list of %s after a 404', async (name) => {
    const response = await fetch(`${proxy.baseUrl}/audio/${name}`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(response.status).toBe(404)
    await response.body?.cancel()
  })
})

test('accepts a browser recording of LobeChat under any file name and type', async () => {
  const webm = new File([new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42])], 'undefined.mp3', { type: 'audio/webm' })
  const { status } = await postAndRead(proxy, '/audio/transcriptions', form(webm, { model: 'whisper-1', response_format: 'json' }))
  expect(status).toBe(200)
  expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('"mimeType":"audio/webm"')
})

test('accepts a recording of a phone with the language of the device', async () => {
  const m4a = new File([new Uint8Array(Buffer.from('\0\0\0 ftypM4A \0\0\0\0'))], 'reading.m4a', { type: 'audio/mp4' })
  const { status } = await postAndRead(
    proxy,
    '/audio/transcriptions',
    form(m4a, { model: 'whisper-1', language: 'sv', response_format: 'json' }),
  )
  expect(status).toBe(200)
  expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ generationConfig: { audioTranscriptionConfig: { languageCodes: ['sv'] } } })
})

test('treats an empty language, as forms send it, as absent', async () => {
  const file = new File([new Uint8Array(wav)], 'a.wav')
  expect((await postAndRead(proxy, '/audio/transcriptions', form(file, { model: 'whisper-1', language: '', prompt: '' }))).status).toBe(200)
})

test('reports the supported formats to a client that requests mp3', async () => {
  const answer = await postAndRead(proxy, '/audio/speech', { model: 'tts-1', voice: 'alloy', response_format: 'mp3', input: TEXT })
  expect(errorOf(answer)).toMatchObject({ status: 400, message: expect.stringContaining("'wav'") })
})
