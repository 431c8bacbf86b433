import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OPENAI_VOICES } from '../../../src/audio/voices.js'
import { toWav } from '../../../src/audio/wav.js'
import { GEMINI_VOICES } from '../../../src/contract/geminiVoices.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { errorOf, expectWave, HEADER, OLD_TTS, postAndRead, SAMPLES_PER_CHARACTER, simulate, speak, startNative, TTS } from './asking.js'

const TEXT = 'The trains leave on time.'
const DIRECTIONS = 'Slowly.'
const SAID = `Slowly: ${TEXT}`

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNative({ MODEL_ALIASES: `tts-1=${TTS},gpt-*=gemini-3.8-flash,gpt-4o-mini-tts=${OLD_TTS}` })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

/** Returns the method, such as generateContent, and the body of the last request to Gemini. */
const sent = () => {
  const request = proxy.simulator.requests.at(-1)
  return { method: /:(\w+)/.exec(request?.path ?? '')?.[1], body: request?.body }
}

describe('speech', () => {
  test.each([TTS, OLD_TTS, 'gemini-3.1-flash-tts-preview', 'gemini-3.8-flash-lite-tts'])('of %s is a WAV file', async (model) => {
    const { status, type, headers, bytes } = await speak(proxy, TEXT, { model, response_format: 'wav' })
    expect([status, type, headers.get('content-length')]).toEqual([200, 'audio/wav', String(bytes.length)])
    await expectWave(bytes, TEXT.length)
  })

  test.each([TTS, OLD_TTS])('of %s as pcm has the same samples without a header', async (model) => {
    const { type, bytes } = await speak(proxy, TEXT, { model, response_format: 'pcm' })
    expect(type).toBe('audio/pcm;rate=24000')
    const wav = await speak(proxy, TEXT, { model, response_format: 'wav' })
    expect(bytes.equals(wav.bytes.subarray(HEADER))).toBe(true)
    expect(bytes.length).toBe(2 * SAMPLES_PER_CHARACTER * TEXT.length)
  })

  test('is a WAV file by default', async () => {
    const { type, bytes } = await speak(proxy, TEXT)
    expect(type).toBe('audio/wav')
    await expectWave(bytes, TEXT.length)
  })

  test.each(['mp3', 'opus', 'aac', 'flac'])('as %s is 400 with the supported formats', async (response_format) => {
    const error = errorOf(await speak(proxy, TEXT, { response_format }))
    expect(error).toEqual({
      status: 400,
      type: 'invalid_request_error',
      code: 'unsupported_value',
      param: 'response_format',
      message: `Gemini cannot generate '${response_format}'. Use 'wav', or 'pcm' for raw samples.`,
    })
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('of 3.8 is requested with instructions separate from the text', async () => {
    await speak(proxy, TEXT, { voice: 'puck', instructions: DIRECTIONS })
    expect(sent()).toEqual({
      method: 'generateContent',
      body: {
        contents: [{ role: 'user', parts: [{ text: TEXT, speechMetadata: { style: DIRECTIONS } }] }],
        generationConfig: {
          responseModalities: ['AUDIO'],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } },
        },
      },
    })
  })

  test('of older models is requested with instructions before the text, without streaming', async () => {
    await speak(proxy, TEXT, { model: OLD_TTS, instructions: DIRECTIONS, response_format: 'pcm' })
    expect(sent()).toMatchObject({ method: 'generateContent', body: { contents: [{ role: 'user', parts: [{ text: SAID }] }] } })
  })

  test('reports ignored parameters', async () => {
    const { headers } = await speak(proxy, TEXT, { speed: 1.5, language: 'en', instructions: null, stream_format: null })
    expect(headers.get('x-gemini-proxy-ignored-params')).toBe('speed, language')
    const plain = await speak(proxy, TEXT, { speed: 1 })
    expect(plain.headers.get('x-gemini-proxy-ignored-params')).toBeNull()
  })

  test('is logged with its token counts, without its text', async () => {
    await speak(proxy, TEXT)
    const line = proxy.logs.find((each) => each.operation === 'createSpeech')
    expect(line).toMatchObject({ status: 200, model: TTS, promptTokens: expect.any(Number), completionTokens: expect.any(Number) })
    expect(JSON.stringify(proxy.logs)).not.toContain('trains')
  })
})

describe('voices', () => {
  test.each(Object.entries(OPENAI_VOICES))('%s maps to %s', async (voice, voiceName) => {
    const { status } = await speak(proxy, 'Hi', { voice })
    expect(status).toBe(200)
    expect(sent().body).toMatchObject({ generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } } } })
  })

  test('of Gemini are accepted by their names, in any case', async () => {
    expect(new Set(GEMINI_VOICES).size).toBe(30)
    const statuses = await Promise.all(
      GEMINI_VOICES.map(async (voice) => (await speak(proxy, 'Hi', { voice: voice.toUpperCase() })).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test.each([
    ['an unknown name', 'robot', /'robot' does not exist\. Use a voice of Gemini \(Zephyr, .*Sulafat\) or .*\(alloy, .*verse\)\.$/],
    ['a custom voice', { id: 'voice_1234' }, /^Custom voices are not supported\./],
  ])('%s is 400 with the supported voices', async (_, voice, message) => {
    expect(errorOf(await speak(proxy, 'Hi', { voice }))).toMatchObject({
      status: 400,
      code: 'unsupported_value',
      param: 'voice',
      message: expect.stringMatching(message),
    })
  })
})

describe('the model', () => {
  test.each([
    ['tts-1', TTS],
    // The alias `gpt-*` matches too, but the proxy skips it, because it names a chat model.
    ['gpt-4o-mini-tts', OLD_TTS],
  ])('%s is resolved by MODEL_ALIASES', async (model, served) => {
    const { status, headers } = await speak(proxy, 'Hi', { model })
    expect([status, headers.get('x-gemini-proxy-model')]).toEqual([200, served])
  })

  test.each([
    ['tts-1-hd', /does not exist\. Speech models are gemini-3\.8-flash-tts/],
    ['gemini-3.8-flash', /does not generate speech\. Speech models are gemini-3\.8-flash-tts/],
  ])('%s is 404 with the models that generate speech', async (model, message) => {
    const error = errorOf(await speak(proxy, 'Hi', { model }))
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model', message: expect.stringMatching(message) })
  })

  test('is in the list of models', async () => {
    const response = await fetch(`${proxy.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` } })
    const { data } = (await response.json()) as { data: { id: string; retired: boolean }[] }
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([TTS, OLD_TTS, 'gemini-3.5-transcribe', 'tts-1']))
  })

  test('that Google has retired is replaced by a speech model', async () => {
    proxy.simulator.settings.models = { 'gemini-3.1-flash-tts-preview': 'retired' }
    const { status, headers, bytes } = await speak(proxy, TEXT, { model: 'gemini-3.1-flash-tts-preview', instructions: DIRECTIONS })
    expect([status, headers.get('x-gemini-proxy-model')]).toEqual([200, 'gemini-3.8-flash-lite-tts'])
    await expectWave(bytes, TEXT.length)
    expect(sent().body).toMatchObject({ contents: [{ parts: [{ text: TEXT, speechMetadata: { style: DIRECTIONS } }] }] })
  })

  test('needs the native API', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    try {
      const error = errorOf(await speak(compat, 'Hi'))
      expect(error).toMatchObject({ status: 400, code: 'unsupported_value', message: expect.stringContaining('GEMINI_UPSTREAM=native') })
      const chat = await postAndRead(compat, '/chat/completions', {
        model: 'gemini-3.8-flash',
        messages: [{ role: 'user', content: 'Hi' }],
        modalities: ['audio'],
      })
      expect(errorOf(chat)).toMatchObject({ status: 400, code: 'unsupported_value', param: 'modalities' })
    } finally {
      await compat.close()
    }
  })
})

const MONO = { sampleRate: 24_000, channels: 1 }
/** Makes an answer of Gemini that contains a WAV file. */
const answerOf = (wav: Uint8Array) => ({
  candidates: [
    { content: { parts: [{ inlineData: { mimeType: 'audio/wav', data: Buffer.from(wav).toString('base64') } }] }, finishReason: 'STOP' },
  ],
})

test.each([0, 0xff_ff_ff_ff])('speech is whole if the length in its WAV header is %i, which means unknown', async (length) => {
  const pcm = Buffer.from('two bytes are one sample')
  const wav = Buffer.from(toWav([pcm], MONO))
  wav.writeUInt32LE(length, HEADER - 4)
  const { bytes } = await speak(proxy, `Hi ${simulate({ nativeAnswer: [answerOf(wav)] })}`)
  expect(bytes).toEqual(toWav([pcm], MONO))
})

describe('an answer of Gemini without speech', () => {
  test.each([
    ['is empty', { empty: true }],
    ['is text', { text: 'I cannot do that.' }],
    ['has another finish reason', { finish: 'OTHER' }],
  ])('is requested once more if it %s', async (_, behaviour) => {
    proxy.simulator.next(behaviour)
    const { status, bytes } = await speak(proxy, TEXT)
    expect([status, proxy.simulator.totalRequests]).toEqual([200, 2])
    await expectWave(bytes, TEXT.length)
  })

  test.each([
    ['whole', {}],
    ['streamed', { response_format: 'pcm' }],
    ['streamed as events', { response_format: 'pcm', stream_format: 'sse' }],
  ])('twice is a 502 with an explanation: %s', async (_, more) => {
    const error = errorOf(await speak(proxy, `Hi ${simulate({ text: 'I cannot.' })}`, more))
    expect(error).toMatchObject({ status: 502, code: 'upstream_error', message: 'Gemini generated no speech. Retry the request.' })
    expect(proxy.simulator.totalRequests).toBe(2)
  })

  test.each([
    ['whole', {}],
    ['streamed', { response_format: 'pcm' }],
  ])('is a 502 if it is a WAV file without samples: %s', async (_, more) => {
    const error = errorOf(await speak(proxy, `Hi ${simulate({ nativeAnswer: [answerOf(toWav([Buffer.of(1)], MONO))] })}`, more))
    expect(error).toMatchObject({ status: 502, message: 'Gemini generated no speech. Retry the request.' })
  })

  test('is a 400 with the reason if Gemini withheld it', async () => {
    const error = errorOf(await speak(proxy, `Hi ${simulate({ finish: 'PROHIBITED_CONTENT' })}`))
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_request',
      param: 'input',
      message: 'Gemini withheld the answer (PROHIBITED_CONTENT).',
    })
  })

  test.each([
    ['at the limit of the model', 'MAX_TOKENS', 400, /exceeds Gemini's output limit/],
    ['for another reason', 'OTHER', 502, /ended the speech early/],
  ])('with only part of the speech, ended %s, is an error', async (_, finish, status, message) => {
    const error = errorOf(await speak(proxy, `Hi ${simulate({ finish, chunks: 2 })}`))
    expect(error).toMatchObject({ status, message: expect.stringMatching(message) })
  })
})

describe('the input text', () => {
  test.each([
    ['empty', '', 'string_too_short'],
    ['too long', 'x'.repeat(32_769), 'invalid_value'],
  ])('%s is 400', async (_, input, code) => {
    expect(errorOf(await speak(proxy, input))).toMatchObject({ status: 400, code, param: 'input' })
  })

  test('may be longer than OpenAI allows', async () => {
    const input = 'Word. '.repeat(900)
    const { bytes } = await speak(proxy, input)
    await expectWave(bytes, input.length)
  })
})

describe('chats with audio output', () => {
  const chat = (more: object) =>
    postAndRead(proxy, '/chat/completions', {
      model: TTS,
      messages: [{ role: 'user', content: TEXT }],
      modalities: ['text', 'audio'],
      ...more,
    })

  test('get a WAV file in the message', async () => {
    const { status, bytes } = await chat({ audio: { voice: 'alloy', format: 'wav' } })
    const { choices, usage } = JSON.parse(bytes.toString())
    expect([status, choices[0].finish_reason, choices[0].message.content]).toEqual([200, 'stop', ''])
    const { audio } = choices[0].message
    expect(audio).toEqual({
      id: expect.stringMatching(/^audio_/),
      data: expect.any(String),
      expires_at: expect.any(Number),
      transcript: '',
      sample_rate: 24_000,
    })
    await expectWave(Buffer.from(audio.data, 'base64'), TEXT.length)
    expect(usage.completion_tokens_details.audio_tokens).toBe(usage.completion_tokens)
  })

  test('get samples in deltas, and the joined base64 is valid', async () => {
    const { bytes } = await chat({ audio: { voice: 'alloy', format: 'pcm16' }, stream: true })
    const events = bytes.toString().match(/\{.*\}/g) ?? []
    const audios = events.flatMap((event) =>
      JSON.parse(event).choices.flatMap(({ delta }: { delta: { audio?: { data: string } } }) => delta.audio ?? []),
    )
    expect(audios.length).toBeGreaterThan(1)
    expect(audios.filter(({ id }: { id?: string }) => id !== undefined)).toHaveLength(1)
    const texts: string[] = audios.map(({ data }: { data: string }) => data)
    const joined = Buffer.from(texts.join(''), 'base64')
    expect(joined.equals(Buffer.concat(texts.map((text) => Buffer.from(text, 'base64'))))).toBe(true)
    const wav = await speak(proxy, TEXT, { voice: 'alloy' })
    expect(joined.equals(wav.bytes.subarray(HEADER))).toBe(true)
  })

  test.each([
    ['without speech', { modalities: ['text'] }, 'modalities', /answers with speech only/],
    ['without modalities', { modalities: undefined }, 'model', /answers with speech only/],
    ['with another model', { model: 'gemini-3.8-flash' }, 'modalities', /does not generate speech/],
    ['with another format', { audio: { voice: 'alloy', format: 'mp3' } }, 'audio.format', /'wav' or 'pcm16'/],
    ['as WAV in a stream', { audio: { voice: 'alloy', format: 'wav' }, stream: true }, 'audio.format', /'pcm16' in a stream/],
    ['with an unknown voice', { audio: { voice: 'robot', format: 'wav' } }, 'audio.voice', /'robot' does not exist/],
  ])('%s are 400', async (_, more, param, message) => {
    expect(errorOf(await chat(more))).toMatchObject({
      status: 400,
      code: 'unsupported_value',
      param,
      message: expect.stringMatching(message),
    })
  })
})
