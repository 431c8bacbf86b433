import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateImage } from 'ai'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { PIXEL, seePicture } from './pictures.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.1-flash-image'
const PNG = Buffer.from(PIXEL, 'base64')
const sentImages = (): unknown[] => {
  const body = proxy.simulator.requests.at(-1)?.body as { contents: { parts: { inlineData?: object }[] }[] } | undefined
  return body?.contents[0]?.parts.flatMap(({ inlineData }) => inlineData ?? []) ?? []
}

describe("Vercel's AI SDK", () => {
  const models = () => [
    ['@ai-sdk/openai', createOpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN }).image(MODEL)] as const,
    [
      '@ai-sdk/openai-compatible',
      createOpenAICompatible({ name: 'gemini', baseURL: proxy.baseUrl, apiKey: TOKEN }).imageModel(MODEL),
    ] as const,
  ]

  test('makes images', async () => {
    for (const [, model] of models()) {
      const { images } = await generateImage({ model, prompt: 'A lighthouse', n: 2, size: '1536x1024', maxRetries: 0 })
      expect(images.map(({ base64, mediaType }) => [seePicture(base64).ratio, mediaType])).toEqual(Array(2).fill(['3:2', 'image/jpeg']))
    }
  })

  test('edits an image', async () => {
    for (const [, model] of models()) {
      const { image } = await generateImage({ model, prompt: { text: 'Make it night', images: [PNG] }, maxRetries: 0 })
      expect(seePicture(image.base64).format).toBe('jpeg')
      expect(sentImages()).toEqual([{ mimeType: 'image/png', data: PIXEL }])
    }
  })
})

describe('Open WebUI', () => {
  test('makes an image with the sizes of its settings', async () => {
    for (const size of ['512x512', '1024x1024', 'auto']) {
      const body = { model: MODEL, prompt: 'A lighthouse', n: 1, size, response_format: 'b64_json' }
      const { json } = await call(proxy.origin, { path: '/v1/images/generations', body })
      expect(json).toMatchObject({ data: [{ b64_json: expect.any(String) }] })
    }
  })

  test('edits images, in the field image or image[]', async () => {
    for (const [name, count] of [['image', 1] as const, ['image[]', 2] as const]) {
      const form = new FormData()
      for (const [key, value] of Object.entries({ model: MODEL, prompt: 'Make it night', n: '1', size: '1024x1024' }))
        form.append(key, value)
      for (let index = 0; index < count; index += 1) form.append(name, new Blob([PNG], { type: 'image/png' }), `${index}.png`)
      const { status } = await call(proxy.origin, { path: '/v1/images/edits', body: form })
      expect([status, sentImages().length]).toEqual([200, count])
    }
  })
})

describe('LobeChat', () => {
  const client = () => new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })

  test('makes an image, and unknown parameters are reported as ignored', async () => {
    const params = { model: MODEL, n: 1, prompt: 'A lighthouse', aspectRatio: '1:1', seed: null, cfg: 3 }
    const { data, response } = await client()
      .images.generate(params as OpenAI.ImageGenerateParamsNonStreaming)
      .withResponse()
    expect(data.data).toHaveLength(1)
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe('aspectRatio, cfg')
  })

  test('edits an image', async () => {
    const image = await toFile(PNG, 'image.png', { type: 'image/png' })
    const { data } = await client().images.edit({ model: MODEL, n: 1, input_fidelity: 'high', image, prompt: 'Make it night' })
    expect([data?.length, sentImages().length]).toEqual([1, 1])
  })

  test('makes an image with a chat', async () => {
    const content = [{ type: 'text' as const, text: 'A lighthouse' }]
    const { choices } = await client().chat.completions.create({ model: MODEL, messages: [{ role: 'user', content }], stream: false })
    const message = choices[0]?.message as unknown as { images: { image_url: { url: string } }[] } | undefined
    expect(message?.images[0]?.image_url.url).toMatch(/^data:image\/jpeg;base64,/)
  })
})
