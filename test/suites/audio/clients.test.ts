import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { errorOf, expectWave, hear, speak, startNative, TRANSCRIBER, TTS } from './asking.js'

const TEXT = 'Hello there.'

let proxy: ProxyUnderTest
let wav: Buffer
beforeAll(async () => {
  proxy = await startNative({ MODEL_ALIASES: `tts-1=${TTS},whisper-1=${TRANSCRIBER}` })
  wav = (await speak(proxy, TEXT)).bytes
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** A form with these texts and one file. */
function form(file: File, texts: Readonly<Record<string, string>>): FormData {
  const made = new FormData()
  made.append('file', file)
  for (const [name, value] of Object.entries(texts)) made.append(name, value)
  return made
}

describe('Open WebUI', () => {
  test('speaks without naming a format', async () => {
    const { status, bytes } = await hear(proxy, '/audio/speech', { input: TEXT, voice: 'alloy', model: 'tts-1' })
    expect(status).toBe(200)
    await expectWave(bytes, TEXT.length)
  })

  test('transcribes a file by its name on disk', async () => {
    const file = new File([new Uint8Array(wav)], '2f4b.wav')
    const { status, bytes } = await hear(proxy, '/audio/transcriptions', form(file, { model: 'whisper-1' }))
    expect([status, JSON.parse(bytes.toString())]).toEqual([200, expect.objectContaining({ text: TEXT })])
  })

  test.each(['voices', 'models'])('falls back to its own list of %s upon a 404', async (name) => {
    const response = await fetch(`${proxy.baseUrl}/audio/${name}`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(response.status).toBe(404)
    await response.body?.cancel()
  })
})

test("LobeChat's recording of a browser is heard, whatever it is called", async () => {
  const webm = new File([new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42])], 'undefined.mp3', { type: 'audio/webm' })
  const { status } = await hear(proxy, '/audio/transcriptions', form(webm, { model: 'whisper-1', response_format: 'json' }))
  expect(status).toBe(200)
  expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('"mimeType":"audio/webm"')
})

test('a phone sends the language of the device with its recording', async () => {
  const m4a = new File([new Uint8Array(Buffer.from('\0\0\0 ftypM4A \0\0\0\0'))], 'reading.m4a', { type: 'audio/mp4' })
  const { status } = await hear(proxy, '/audio/transcriptions', form(m4a, { model: 'whisper-1', language: 'sv', response_format: 'json' }))
  expect(status).toBe(200)
  expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ generationConfig: { audioTranscriptionConfig: { languageCodes: ['sv'] } } })
})

test('an empty language, as forms send it, is none', async () => {
  const file = new File([new Uint8Array(wav)], 'a.wav')
  expect((await hear(proxy, '/audio/transcriptions', form(file, { model: 'whisper-1', language: '', prompt: '' }))).status).toBe(200)
})

test('a client that asks for mp3 learns what there is', async () => {
  const answer = await hear(proxy, '/audio/speech', { model: 'tts-1', voice: 'alloy', response_format: 'mp3', input: TEXT })
  expect(errorOf(answer)).toMatchObject({ status: 400, message: expect.stringContaining("'wav'") })
})
