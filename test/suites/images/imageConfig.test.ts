import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
  client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming
const ask = (more: object, model = 'gemini-3.1-flash-image') =>
  client.chat.completions.create({ model, messages: [{ role: 'user', content: 'A lighthouse' }], ...more } as Params)
const sentConfig = (): unknown => {
  const body = proxy.simulator.requests.at(-1)?.body as { generationConfig?: { imageConfig?: unknown } } | undefined
  return body?.generationConfig?.imageConfig
}

describe('image_config of a chat', () => {
  test.each([
    ['with the names of OpenRouter', { image_config: { aspect_ratio: '16:9', image_size: '2k' } }],
    ['with the names of Google', { extra_body: { google: { imageConfig: { aspectRatio: '16:9', imageSize: '2K' } } } }],
  ])('is sent to Gemini, %s', async (_, more) => {
    await ask(more)
    expect(sentConfig()).toEqual({ aspectRatio: '16:9', imageSize: '2K' })
  })

  test.each([
    ['an unknown aspect ratio', { aspect_ratio: '7:5' }, undefined, 'invalid_value', 'image_config.aspect_ratio'],
    ['an unknown size', { imageSize: '3K' }, undefined, 'invalid_value', 'image_config.imageSize'],
    [
      'a size that the model does not support',
      { image_size: '4K' },
      'gemini-3.1-flash-lite-image',
      'unsupported_value',
      'image_config.image_size',
    ],
    ['a model that does not make images', { image_size: '1K' }, 'gemini-3.8-flash', 'unsupported_value', 'image_config'],
    ['another type', { image_size: 1024 }, undefined, 'invalid_type', 'image_config.image_size'],
  ])('is rejected for %s', async (_, config, model, code, param) => {
    await expect(ask({ image_config: config }, model)).rejects.toMatchObject({ status: 400, code, param })
    expect(proxy.simulator.requests).toEqual([])
  })

  test('without a value is not sent', async () => {
    await ask({ image_config: { aspect_ratio: 'auto', image_size: null } })
    expect(sentConfig()).toBeUndefined()
  })
})

test('modalities with text only, which image models ignore, are reported', async () => {
  const { response } = await client.chat.completions
    .create({ model: 'gemini-3.1-flash-image', messages: [{ role: 'user', content: 'A lighthouse' }], modalities: ['text'] })
    .withResponse()
  expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe('modalities')
})
