import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, startReading } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { SDKS } from '../sdk/sdks.js'
import { PIXEL, seePicture } from './pictures.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', MODEL_ALIASES: 'gpt-image-1=gemini-3-pro-image' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.1-flash-image'
const openai = (Client: typeof OpenAI = OpenAI): OpenAI => new Client({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
type Params = OpenAI.ImageGenerateParamsNonStreaming
type StreamParams = OpenAI.ImageGenerateParamsStreaming
const generate = (more: object = {}): Promise<OpenAI.ImagesResponse> =>
  openai().images.generate({ prompt: 'A lighthouse', ...more } as Params)
const stream = (more: object = {}): Promise<OpenAI.ImageGenStreamEvent[]> =>
  collect(openai().images.generate({ prompt: 'A lighthouse', stream: true, ...more } as StreamParams))
const sentConfigs = (): unknown[] =>
  proxy.simulator.requests.map(({ body }) => (body as { generationConfig?: { imageConfig?: unknown } }).generationConfig?.imageConfig)

/** Streams images through `post`: `images.generate` of the SDK's version 4 has no streams. */
const streamBy = (client: OpenAI, body: object): Promise<AsyncIterable<OpenAI.ImageGenStreamEvent>> =>
  client.post('/images/generations', { body, stream: true })

describe.each(SDKS)('$name', ({ OpenAI: Client }) => {
  test('makes an image with the requested aspect ratio', async () => {
    const { data, usage, created } = await openai(Client).images.generate({ model: MODEL, prompt: 'A lighthouse', size: '1536x1024' })
    expect(data?.map(({ b64_json }) => seePicture(b64_json).ratio)).toEqual(['3:2'])
    expect(usage?.output_tokens).toBeGreaterThan(1_000)
    expect(created).toBeGreaterThan(1_700_000_000)
  })

  test('streams an image with its token counts', async () => {
    const body = { model: MODEL, prompt: 'A lighthouse', stream: true, size: '1024x1536' }
    const read = await collect(streamBy(openai(Client), body))
    // The SDK's version 4 returns the SSE event, whose `data` is the object that later versions
    // return.
    const events = read.map((event) => ('data' in event ? event.data : event) as OpenAI.ImageGenStreamEvent)
    expect(events.map(({ type }) => type)).toEqual(['image_generation.completed'])
    expect(events.map(({ b64_json }) => seePicture(b64_json).ratio)).toEqual(['2:3'])
    expect(events[0]).toMatchObject({ output_format: 'jpeg', usage: { output_tokens_details: { image_tokens: 1120 } } })
  })

  test('throws the error that ends a stream', async () => {
    proxy.simulator.next({ finish: 'IMAGE_SAFETY', latencyMs: 50 })
    const patient = await startProxy({ GEMINI_UPSTREAM: 'native', FIRST_EVENT_PATIENCE_MS: '1', GEMINI_BASE_URL: proxy.simulator.baseUrl })
    const client = new Client({ baseURL: patient.baseUrl, apiKey: TOKEN, maxRetries: 0 })
    try {
      const events = collect(streamBy(client, { prompt: 'x', model: MODEL, stream: true }))
      await expect(events).rejects.toMatchObject({ code: 'moderation_blocked', param: 'prompt' })
    } finally {
      await patient.close()
    }
  })
})

describe('an image', () => {
  test('is made by gemini-3.1-flash-image by default', async () => {
    await generate()
    expect(proxy.simulator.requests.map(({ path }) => path)).toEqual([expect.stringContaining(`/${MODEL}:generateContent`)])
  })

  test.each([
    ['1024x1024', '1:1'],
    ['1536x1024', '3:2'],
    ['1024x1536', '2:3'],
    ['1792x1024', '16:9'],
    ['1024x1792', '9:16'],
    ['1280X720', '16:9'],
    ['21:9', '21:9'],
    ['1:8', '1:8'],
  ])('of the size %s has the aspect ratio %s', async (size, ratio) => {
    const { data, output_format } = await generate({ size })
    expect(data?.map(({ b64_json }) => seePicture(b64_json))).toEqual([
      expect.objectContaining({ ratio: ratio === '21:9' ? '7:3' : ratio, format: 'jpeg' }),
    ])
    expect(output_format).toBe('jpeg')
  })

  test.each([
    ['low', '1K', 'low'],
    ['standard', '1K', undefined],
    ['medium', '2K', 'medium'],
    ['hd', '2K', undefined],
    ['high', '4K', 'high'],
    ['512', '512', undefined],
    ['2k', '2K', undefined],
  ])('of the quality %s has the size %s', async (quality, imageSize, named) => {
    const answer = await generate({ quality })
    expect([sentConfigs(), answer.quality]).toEqual([[{ imageSize }], named])
  })

  test('gets the size of Gemini that is closest to the requested pixels', async () => {
    for (const size of ['512x512', '2048x2048', '3840x2160', '1024x1024']) await generate({ size })
    const sizes = sentConfigs().map((config) => (config as { imageSize?: string }).imageSize)
    expect(sizes).toEqual(['512', '2K', '4K', undefined])
  })

  test('with the size auto has the default size of the model', async () => {
    await generate({ size: 'auto', quality: 'auto' })
    expect(sentConfigs()).toEqual([undefined])
  })

  test('may be a data URL', async () => {
    const { data } = await generate({ response_format: 'url' })
    const [, base64] = /^data:image\/jpeg;base64,(.*)$/.exec(data?.[0]?.url ?? '') ?? []
    expect([seePicture(base64).ratio, data?.[0]?.b64_json]).toEqual(['1:1', undefined])
  })

  test('is labelled with its real type, not with the requested one', async () => {
    proxy.simulator.next({ nativeAnswer: answerOf([{ inlineData: { mimeType: 'image/png', data: PIXEL } }]) })
    const { response, data } = await openai().images.generate({ prompt: 'x', model: MODEL, output_format: 'webp' }).withResponse()
    expect([data.output_format, response.headers.get('x-gemini-proxy-ignored-params')]).toEqual(['png', 'output_format'])
  })

  test('has its tokens counted separately from text tokens', async () => {
    const { usage } = await generate()
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0))
    expect(usage?.input_tokens_details).toEqual({ text_tokens: usage?.input_tokens, image_tokens: 0 })
    expect(usage).toMatchObject({ output_tokens_details: { image_tokens: 1120 } })
  })

  test('may be one of several in one answer, and all are returned', async () => {
    proxy.simulator.next({ images: 2 })
    expect((await generate()).data).toHaveLength(2)
  })

  test('is logged with its model and without its prompt', async () => {
    proxy.logs.length = 0
    await generate({ prompt: 'A secret lighthouse' })
    await expect.poll(() => proxy.logs.length).toBeGreaterThan(0)
    expect(proxy.logs).toEqual([expect.objectContaining({ operation: 'createImage', model: MODEL, status: 200 })])
    expect(JSON.stringify(proxy.logs)).not.toContain('secret')
  })
})

const answerOf = (parts: readonly object[], candidate: object = { finishReason: 'STOP' }): Record<string, unknown> => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...candidate }],
  usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 48, totalTokenCount: 57 },
})

describe('several images', () => {
  test('are made with parallel calls, and their tokens are summed', async () => {
    const { data, usage } = await generate({ n: 10 })
    expect(data).toHaveLength(10)
    expect(proxy.simulator.requests).toHaveLength(10)
    expect(usage).toMatchObject({ output_tokens_details: { image_tokens: 11_200 } })
  })

  test.each([false, true])('fail together if one is blocked, and the other calls are aborted, streamed: %s', async (isStream) => {
    proxy.simulator.next({ hold: 'before-headers', repeat: 2 })
    proxy.simulator.next({ finish: 'IMAGE_SAFETY' })
    const made = isStream ? stream({ n: 3 }) : generate({ n: 3 })
    await expect(made).rejects.toMatchObject({ status: 400, code: 'moderation_blocked' })
    await expect.poll(() => proxy.simulator.abortedRequests).toBe(2)
  })

  test('fail together if one call fails, and the other calls are aborted', async () => {
    proxy.simulator.next({ hold: 'before-headers', repeat: 2 })
    proxy.simulator.next({ error: 'overloaded' })
    await expect(generate({ n: 3 })).rejects.toMatchObject({ status: 503, code: 'upstream_overloaded' })
    await expect.poll(() => proxy.simulator.abortedRequests).toBe(2)
  })

  test('in a stream are one event each, with their own token counts', async () => {
    const events = await stream({ n: 3 })
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('image_generation.completed'))
    for (const event of events) expect(event).toMatchObject({ usage: { output_tokens_details: { image_tokens: 1120 } } })
  })
})

test('a client that disconnects ends all upstream calls', async () => {
  proxy.simulator.next({ hold: 'before-headers', repeat: 3 })
  const leaving = new AbortController()
  const made = openai().images.generate({ prompt: 'x', model: MODEL, n: 3 }, { signal: leaving.signal })
  await expect.poll(() => proxy.simulator.requests.length).toBe(3)
  leaving.abort()
  await expect(made).rejects.toThrow()
  await expect.poll(() => proxy.simulator.abortedRequests).toBe(3)
})

test('a stream whose image takes long has heartbeats, and ends once', async () => {
  proxy.simulator.next({ hold: 'before-headers' })
  const patient = await startProxy({
    ...{ GEMINI_UPSTREAM: 'native', FIRST_EVENT_PATIENCE_MS: '1', HEARTBEAT_INTERVAL_MS: '20', GEMINI_BASE_URL: proxy.simulator.baseUrl },
  })
  const body = JSON.stringify({ model: MODEL, prompt: 'x', stream: true })
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const answer = await startReading(fetch(`${patient.baseUrl}/images/generations`, { method: 'POST', headers, body }))
  await answer.until(/: keep-alive\n\n/)
  proxy.simulator.release()
  const text = await answer.whole().finally(() => patient.close())
  expect(text).toMatch(/^(?:: keep-alive\n\n)+event: image_generation\.completed\ndata: [^\n]+\n\n$/)
})

test('a stream that breaks ends with one error', async () => {
  proxy.simulator.next({ errorMidStream: { name: 'unavailable', afterChunks: 1 }, drafts: 2 })
  const read: string[] = []
  const events = await openai().images.generate({ model: MODEL, prompt: 'x', stream: true, partial_images: 2 })
  const reading = (async () => {
    for await (const { type } of events) read.push(type)
  })()
  await expect(reading).rejects.toMatchObject({ code: 'upstream_overloaded' })
  expect(read).toEqual(['image_generation.partial_image'])
})

describe('drafts of the model', () => {
  test('are partial images, limited by partial_images', async () => {
    proxy.simulator.next({ drafts: 3 })
    const events = await stream({ partial_images: 2 })
    expect(events.map((event) => [event.type, 'partial_image_index' in event ? event.partial_image_index : null])).toEqual([
      ['image_generation.partial_image', 0],
      ['image_generation.partial_image', 1],
      ['image_generation.completed', null],
    ])
    for (const { b64_json } of events) expect(seePicture(b64_json).ratio).toBe('1:1')
  })

  test.each([{ stream: true }, { stream: false }])('are omitted by default: %o', async (more) => {
    proxy.simulator.next({ drafts: 2 })
    if (more.stream) expect(await stream()).toHaveLength(1)
    else expect((await generate()).data).toHaveLength(1)
  })
})

describe('an answer without an image is an error', () => {
  test.each([
    ['IMAGE_SAFETY', 'safety filters'],
    ['IMAGE_PROHIBITED_CONTENT', 'prohibits'],
    ['IMAGE_RECITATION', 'existing one'],
    ['IMAGE_OTHER', 'no reason'],
    ['SAFETY', 'Gemini withheld the answer (SAFETY).'],
  ])('%s is explained', async (finish, words) => {
    proxy.simulator.next({ finish, repeat: 2 })
    for (const made of [generate(), stream()]) {
      const error = await made.catch((reason: unknown) => reason)
      expect(error).toMatchObject({ status: 400, code: 'moderation_blocked', param: 'prompt' })
      expect(String(error)).toContain(words)
    }
  })

  test('after a blocked prompt', async () => {
    proxy.simulator.next({ promptBlock: 'PROHIBITED_CONTENT' })
    await expect(generate()).rejects.toMatchObject({
      status: 400,
      code: 'moderation_blocked',
      message: expect.stringContaining('prompt blocked'),
    })
  })

  test('with text only, and contains the text', async () => {
    proxy.simulator.next({ nativeAnswer: answerOf([{ text: 'A story about an axolotl.' }]), repeat: 2 })
    for (const made of [generate(), stream()]) {
      await expect(made).rejects.toMatchObject({
        status: 400,
        code: 'invalid_request',
        message: expect.stringContaining('A story about an axolotl.'),
      })
    }
    await expect.poll(() => proxy.logs.length).toBeGreaterThan(0)
    expect(JSON.stringify(proxy.logs)).not.toContain('axolotl')
  })

  test('with no output', async () => {
    proxy.simulator.next({ nativeAnswer: answerOf([], { finishReason: 'NO_IMAGE' }), repeat: 2 })
    await expect(generate()).rejects.toMatchObject({ status: 502, message: expect.stringContaining('Gemini generated no image.') })
  })

  test('in an unsupported region', async () => {
    proxy.simulator.next({ error: 'region' })
    await expect(generate()).rejects.toMatchObject({ status: 502, code: 'upstream_region_unsupported' })
  })
})

describe('a request is rejected', () => {
  test.each([
    [{ model: 'gemini-3.8-flash' }, 400, 'unsupported_value', 'model', 'gemini-3-pro-image'],
    [{ model: 'dall-e-3' }, 404, 'model_not_found', 'model', 'MODEL_ALIASES'],
    [{ model: 'dall-e-3' }, 404, 'model_not_found', 'model', 'gemini-3.1-flash-image'],
    [{ size: '1600x1000' }, 400, 'invalid_value', 'size', '16:9'],
    [{ size: 'big' }, 400, 'invalid_value', 'size', '16:9'],
    [{ quality: 'best' }, 400, 'invalid_value', 'quality', 'high'],
    [{ quality: '4K', model: 'gemini-3.1-flash-lite-image' }, 400, 'unsupported_value', 'quality', '1K'],
    [{ background: 'transparent' }, 400, 'unsupported_value', 'background', 'opaque'],
    [{ n: 11 }, 400, 'integer_above_max_value', 'n', '10'],
    [{ prompt: '' }, 400, 'string_too_short', 'prompt', ''],
  ])('with %o', async (more, status, code, param, words) => {
    await expect(generate(more)).rejects.toMatchObject({ status, code, param, message: expect.stringContaining(words) })
    expect(proxy.simulator.requests).toEqual([])
  })

  test('without the native API', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    const client = new OpenAI({ baseURL: compat.baseUrl, apiKey: TOKEN, maxRetries: 0 })
    try {
      const made = client.images.generate({ model: MODEL, prompt: 'x' })
      await expect(made).rejects.toMatchObject({
        status: 400,
        code: 'unsupported_value',
        message: expect.stringContaining('GEMINI_UPSTREAM=native'),
      })
    } finally {
      await compat.close()
    }
  })
})

test('an OpenAI model name is resolved by MODEL_ALIASES', async () => {
  const { response } = await openai().images.generate({ model: 'gpt-image-1', prompt: 'x' }).withResponse()
  expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3-pro-image')
})

test('a quality that the model does not support is reported as ignored if OpenAI defines it', async () => {
  const params = { model: 'gemini-3.1-flash-lite-image', prompt: 'x', quality: 'high' } as const
  const { response, data } = await openai().images.generate(params).withResponse()
  expect([response.headers.get('x-gemini-proxy-ignored-params'), sentConfigs(), data.quality]).toEqual(['quality', [undefined], undefined])
})
