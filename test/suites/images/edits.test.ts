import { readFileSync } from 'node:fs'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { SDKS } from '../sdk/sdks.js'
import { PIXEL, seePicture } from './pictures.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.1-flash-image'
const PNG = Buffer.from(PIXEL, 'base64')
// An image as large as a photo, to test that the proxy passes large uploads on without decoding
// them as text.
const LARGE = Buffer.concat([PNG, Buffer.alloc(3_000_001, 'pixel')])
const png = (bytes = PNG, name = 'a.png') => toFile(bytes, name, { type: 'image/png' })
const openai = (Client: typeof OpenAI = OpenAI): OpenAI => new Client({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })

type Sent = { contents: { parts: { text?: string; inlineData?: { mimeType: string; data: string } }[] }[] }
const sentParts = () => (proxy.simulator.requests.at(-1)?.body as Sent | undefined)?.contents[0]?.parts ?? []
const sentImages = () => sentParts().flatMap(({ inlineData }) => inlineData ?? [])

describe.each(SDKS)('$name', ({ OpenAI: Client }) => {
  test('edits an image from a file', async () => {
    const image = await png()
    const { data, usage } = await openai(Client).images.edit({ model: MODEL, image, prompt: 'Make it night', size: '1024x1536' })
    expect(data?.map(({ b64_json }) => seePicture(b64_json).ratio)).toEqual(['2:3'])
    expect(sentParts().map(({ text, inlineData }) => text ?? inlineData)).toEqual([{ mimeType: 'image/png', data: PIXEL }, 'Make it night'])
    expect(usage?.input_tokens_details.image_tokens).toBeGreaterThan(0)
  })

  test('edits several images', async () => {
    const image = [await png(), await png(LARGE)]
    await openai(Client).images.edit({ model: MODEL, image, prompt: 'Join them' })
    expect(sentImages().map(({ data }) => Buffer.from(data, 'base64').length)).toEqual([PNG.length, LARGE.length])
  })
})

describe('a form', () => {
  test('streams', async () => {
    const image = await png()
    const events = await collect(openai().images.edit({ model: MODEL, image, prompt: 'x', stream: true, n: 2 }))
    expect(events.map(({ type }) => type)).toEqual(['image_edit.completed', 'image_edit.completed'])
    for (const { b64_json } of events) expect(seePicture(b64_json).format).toBe('jpeg')
  })

  test('may have numbers and booleans as text', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ prompt: 'x', n: '2', stream: 'false', size: '16:9' })) form.append(name, value)
    form.append('image', new Blob([PNG], { type: 'image/png' }), 'a.png')
    const { status, text } = await call(proxy.origin, { path: '/v1/images/edits', body: form })
    expect([status, (JSON.parse(text) as { data: unknown[] }).data.length]).toEqual([200, 2])
  })

  test('may have files without a specific type', async () => {
    const image = await toFile(PNG, 'image', { type: 'application/octet-stream' })
    await openai().images.edit({ model: MODEL, image, prompt: 'x' })
    expect(sentImages()).toEqual([{ mimeType: 'image/png', data: PIXEL }])
  })

  test('may have a mask, which is reported as ignored', async () => {
    const params = { model: MODEL, image: await png(), mask: await png(), prompt: 'x', input_fidelity: 'high' } as const
    const { response } = await openai().images.edit(params).withResponse()
    expect(response.headers.get('x-gemini-proxy-ignored-params')?.split(', ').sort()).toEqual(['input_fidelity', 'mask'])
    expect(sentImages()).toHaveLength(1)
  })

  test('transfers large files unchanged', async () => {
    const bytes = Buffer.concat([PNG, readFileSync(new URL('../../../package-lock.json', import.meta.url))])
    await openai().images.edit({ model: MODEL, image: [await png(bytes), await png(LARGE)], prompt: 'x' })
    expect(sentImages().map(({ data }) => Buffer.from(data, 'base64'))).toEqual([bytes, LARGE])
  })

  test.each<[string, () => Promise<object>, string, string]>([
    ['an empty file', async () => ({ image: await png(Buffer.alloc(0)) }), 'invalid_value', 'image'],
    [
      'a file that is not an image',
      async () => ({ image: [await png(), await toFile(Buffer.from('GIF89a'), 'a.gif', { type: 'image/gif' })] }),
      'unsupported_value',
      'image[1]',
    ],
    ['17 images', async () => ({ image: await Promise.all(Array.from({ length: 17 }, () => png())) }), 'array_too_long', 'image'],
    ['a model that does not make images', async () => ({ image: await png(), model: 'gemini-3.8-flash' }), 'unsupported_value', 'model'],
  ])('with %s is rejected', async (_, toParams, code, param) => {
    const params = { model: MODEL, prompt: 'x', ...(await toParams()) } as OpenAI.ImageEditParamsNonStreaming
    await expect(openai().images.edit(params)).rejects.toMatchObject({ status: 400, code, param })
    expect(proxy.simulator.requests).toEqual([])
  })

  test('without an image is rejected', async () => {
    const form = new FormData()
    form.append('prompt', 'x')
    const { status, text } = await call(proxy.origin, { path: '/v1/images/edits', body: form })
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: { code: 'missing_required_parameter', param: 'image' } }])
  })
})

describe('JSON', () => {
  const url = `data:image/png;base64,${PIXEL}`
  const edit = async (body: object): Promise<{ status: number; answer: Record<string, unknown> }> => {
    const { status, text } = await call(proxy.origin, { path: '/v1/images/edits', body })
    return { status, answer: JSON.parse(text) as Record<string, unknown> }
  }

  test('accepts images as data URLs', async () => {
    const { status, answer } = await edit({
      prompt: 'Make it night',
      images: [{ image_url: url }, { image_url: url }],
      mask: { image_url: url },
    })
    expect([status, (answer.data as unknown[]).length]).toEqual([200, 1])
    expect(sentImages()).toEqual([
      { mimeType: 'image/png', data: PIXEL },
      { mimeType: 'image/png', data: PIXEL },
    ])
  })

  test.each([
    ['no images', { images: [] }, 'empty_array', 'images'],
    ['no image', {}, 'missing_required_parameter', 'image'],
    ['neither URL nor id', { images: [{}] }, 'invalid_value', 'images[0]'],
    ['both', { images: [{ image_url: url, file_id: 'file-1' }] }, 'invalid_value', 'images[0]'],
    [
      'a GIF',
      { images: [{ image_url: url }, { image_url: 'data:image/gif;base64,R0lGODlh' }] },
      'unsupported_value',
      'images[1].image_url',
    ],
  ])('with %s is rejected', async (_, more, code, param) => {
    expect(await edit({ prompt: 'x', ...more })).toMatchObject({ status: 400, answer: { error: { code, param } } })
    expect(proxy.simulator.requests).toEqual([])
  })
})

test('without the native API, editing is rejected', async () => {
  const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
  const client = new OpenAI({ baseURL: compat.baseUrl, apiKey: TOKEN, maxRetries: 0 })
  try {
    const made = client.images.edit({ model: MODEL, image: await png(), prompt: 'x' })
    await expect(made).rejects.toMatchObject({ status: 400, message: expect.stringContaining('GEMINI_UPSTREAM=native') })
  } finally {
    await compat.close()
  }
})
