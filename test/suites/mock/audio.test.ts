import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWave } from '../audio/asking.js'
import { type Mock, startMock } from './mock.js'

let mock: Mock
beforeAll(async () => {
  mock = await startMock()
})
afterAll(() => mock?.close())

const client = (): OpenAI => new OpenAI({ baseURL: `${mock.origin}/v1`, apiKey: 'any', maxRetries: 0 })
const request = { model: 'gemini-3.8-flash-tts', input: 'Hi', voice: 'alloy' } as const

test('the mock generates speech: a WAV file, the same samples as pcm, and events', async () => {
  const whole = await client().audio.speech.create(request)
  const wav = Buffer.from(await whole.arrayBuffer())
  expect([whole.headers.get('content-type'), await readWave(wav)]).toEqual([
    'audio/wav',
    { channels: 1, width: 2, rate: 24_000, frames: 48, read: 96 },
  ])
  const samples = await client().audio.speech.create({ ...request, response_format: 'pcm' })
  expect(samples.headers.get('content-type')).toBe('audio/pcm;rate=24000')
  expect(Buffer.from(await samples.arrayBuffer()).equals(wav.subarray(44))).toBe(true)
  const events = await client().audio.speech.create({ ...request, stream_format: 'sse' })
  expect(await events.text()).toContain('"type":"speech.audio.done"')
})

test('the mock transcribes: as JSON, as text, with timestamps, and as a stream', async () => {
  const file = await toFile(Buffer.from('ID3'), 'a.mp3')
  const { transcriptions } = client().audio
  const asked = { model: 'gemini-3.5-transcribe', file }
  expect((await transcriptions.create(asked)).text).toBe('The trains leave on time.')
  expect(await transcriptions.create({ ...asked, response_format: 'text' })).toBe('The trains leave on time.\n')
  expect(await transcriptions.create({ ...asked, response_format: 'vtt' })).toContain('WEBVTT')
  expect((await transcriptions.create({ ...asked, response_format: 'verbose_json' })).words).toHaveLength(3)
  const types: string[] = []
  for await (const { type } of await transcriptions.create({ ...asked, stream: true })) types.push(type)
  expect(types).toEqual(['transcript.text.delta', 'transcript.text.delta', 'transcript.text.done'])
})
