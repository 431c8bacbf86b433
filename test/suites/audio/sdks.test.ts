import { createOpenAI } from '@ai-sdk/openai'
import { experimental_generateSpeech as generateSpeech, experimental_transcribe as transcribeByAiSdk } from 'ai'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SpeechRequest } from '../../../src/contract/types.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { PYTHON_SDKS, SDKS } from '../sdk/sdks.js'
import { CHAT_MODEL, expectWave, SAMPLES_PER_CHARACTER, startNative, TRANSCRIBER, TTS } from './asking.js'

const TEXT = 'Hello there. How are you?'
const WORDS = ['Hello', 'there.', 'How', 'are', 'you?']

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNative({ MODEL_ALIASES: `tts-1=${TTS},whisper-1=${TRANSCRIBER}` })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

describe.each(SDKS)('$name', ({ OpenAI: Client }) => {
  const connect = (): OpenAI => new Client({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
  const speech = async (more: Partial<OpenAI.Audio.SpeechCreateParams> = {}): Promise<Buffer> => {
    const response = await connect().audio.speech.create({ model: TTS, voice: 'alloy', input: TEXT, ...more })
    return Buffer.from(await response.arrayBuffer())
  }

  test('generates speech', async () => {
    await expectWave(await speech(), TEXT.length)
    await expectWave(await speech({ response_format: 'wav' }), TEXT.length)
    expect(await speech({ response_format: 'pcm' })).toHaveLength(2 * SAMPLES_PER_CHARACTER * TEXT.length)
  })

  test('transcribes', async () => {
    const file = await toFile(await speech(), 'speech.wav')
    const { transcriptions } = connect().audio
    expect(await transcriptions.create({ model: TRANSCRIBER, file })).toMatchObject({ text: TEXT, usage: { type: 'tokens' } })
    expect(await transcriptions.create({ model: CHAT_MODEL, file, response_format: 'text' })).toBe(`${TEXT}\n`)
    const verbose = await transcriptions.create({
      model: TRANSCRIBER,
      file,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    })
    expect([verbose.text, verbose.words?.map(({ word }) => word), verbose.segments?.length]).toEqual([TEXT, WORDS, 2])
  })

  test('streams a transcription', async () => {
    const file = await toFile(await speech(), 'speech.wav')
    const stream = await connect().audio.transcriptions.create({ model: CHAT_MODEL, file, stream: true })
    const events: OpenAI.Audio.TranscriptionStreamEvent[] = []
    for await (const event of stream) events.push(event)
    expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', text: TEXT })
    expect(events.flatMap((event) => (event.type === 'transcript.text.delta' ? event.delta : [])).join('')).toBe(TEXT)
  })

  test('throws errors that a program can handle', async () => {
    const failed = speech({ response_format: 'mp3' })
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'unsupported_value', param: 'response_format' })
    const file = await toFile(Buffer.from('no recording'), 'speech.wav')
    const refused = connect().audio.transcriptions.create({ model: TRANSCRIBER, file })
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'unsupported_value', param: 'file' })
  })
})

describe('official parameters', () => {
  const client = (): OpenAI => new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })

  test('of speech: each has an effect, is reported as ignored, or is rejected', async () => {
    const every: Required<OpenAI.Audio.SpeechCreateParams> = {
      model: TTS,
      input: TEXT,
      voice: 'marin',
      instructions: 'Warm',
      response_format: 'pcm',
      speed: 1.25,
      stream_format: 'audio',
    }
    every satisfies SpeechRequest
    const response = await client().audio.speech.create(every)
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe('speed')
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({
      contents: [{ parts: [{ text: TEXT, speechMetadata: { style: 'Warm' } }] }],
      generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Sulafat' } } } },
    })
    expect(Buffer.from(await response.arrayBuffer())).toHaveLength(2 * SAMPLES_PER_CHARACTER * TEXT.length)
  })

  test('of transcriptions: each has an effect, is reported as ignored, or is rejected', async () => {
    const sound = await client().audio.speech.create({ model: TTS, voice: 'alloy', input: TEXT })
    const file = await toFile(Buffer.from(await sound.arrayBuffer()), 'speech.wav')
    const served = {
      file,
      model: CHAT_MODEL,
      language: 'en',
      prompt: 'Greetings',
      temperature: 0.1,
      response_format: 'json',
      chunking_strategy: 'auto',
      stream: false,
    } as const
    const refused = {
      include: ['logprobs'],
      known_speaker_names: ['Ann'],
      known_speaker_references: ['data:'],
      timestamp_granularities: ['word'],
    }
    const names = [...Object.keys(served), ...Object.keys(refused)]
    const known: Record<keyof OpenAI.Audio.TranscriptionCreateParamsNonStreaming, true> = {
      file: true,
      model: true,
      language: true,
      prompt: true,
      temperature: true,
      response_format: true,
      chunking_strategy: true,
      stream: true,
      include: true,
      known_speaker_names: true,
      known_speaker_references: true,
      timestamp_granularities: true,
    }
    expect(names.sort()).toEqual(Object.keys(known).sort())
    const { data, response } = await client().audio.transcriptions.create(served).withResponse()
    expect([data.text, response.headers.get('x-gemini-proxy-ignored-params')]).toEqual([TEXT, 'chunking_strategy'])
  })
})

describe.each(PYTHON_SDKS)('$name', ({ requirements }) => {
  test('generates speech and transcribes', async () => {
    const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, TTS, TRANSCRIBER }
    const bytes = 2 * SAMPLES_PER_CHARACTER * TEXT.length
    expect(await runPython('test/suites/audio/python/audio.py', env, requirements)).toEqual({
      version: expect.any(String),
      wave: [1, 2, 24_000, bytes],
      default: [1, 2, 24_000, bytes],
      pcm: bytes,
      json: TEXT,
      text: `${TEXT}\n`,
      srt: expect.stringMatching(/^1\n00:00:00,000 --> 00:00:00,240\nHello there\.\n\n2\n/),
      mp3: ['BadRequestError', 400, 'unsupported_value', 'response_format'],
      unknown_model: null,
      words: expect.arrayContaining([['there.', 0.12, 0.24]]),
      segments: [
        [0, 0, 0.24, 'Hello there.'],
        [1, 0.26, 0.5, 'How are you?'],
      ],
      events: ['transcript.text.delta', 'transcript.text.done'],
      streamed: TEXT,
    })
  }, 180_000) // the first run installs the SDK
})

describe("Vercel's AI SDK", () => {
  const provider = () => createOpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN })

  test('generates speech, and transcribes it', async () => {
    const { audio } = await generateSpeech({
      model: provider().speech(TTS),
      text: TEXT,
      voice: 'alloy',
      outputFormat: 'wav',
      maxRetries: 0,
    })
    await expectWave(Buffer.from(audio.uint8Array), TEXT.length)
    const { text } = await transcribeByAiSdk({ model: provider().transcription(CHAT_MODEL), audio: audio.uint8Array, maxRetries: 0 })
    expect(text).toBe(TEXT)
  })

  test('gets segments with an OpenAI name for a model with timestamps', async () => {
    const { audio } = await generateSpeech({ model: provider().speech('tts-1'), text: TEXT, outputFormat: 'wav', maxRetries: 0 })
    const { text, segments } = await transcribeByAiSdk({
      model: provider().transcription('whisper-1'),
      audio: audio.uint8Array,
      providerOptions: { openai: { timestampGranularities: ['segment'] } },
      maxRetries: 0,
    })
    expect(text).toBe(TEXT)
    expect(segments).toEqual([
      { text: 'Hello there.', startSecond: 0, endSecond: 0.24 },
      { text: 'How are you?', startSecond: 0.26, endSecond: 0.5 },
    ])
  })
})
