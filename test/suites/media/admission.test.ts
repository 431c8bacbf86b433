import { afterEach, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { answerOf, base64Of, chat, type Drawing, imagePart, inBothForms, MEBIBYTE, MODEL, send, startDrawing } from './answers.js'

let drawing: Drawing
afterEach(() => drawing.close())

const GOOGLE = (imageSize: string): object => ({
  contents: [{ role: 'user', parts: [{ text: 'Draw.' }] }],
  generationConfig: { imageConfig: { imageSize } },
})
const of = (size: string): object => chat({ extra_body: { google: { image_config: { image_size: size } } } })

describe('with memory for one 4K image', () => {
  test.each([
    ['a chat', '/v1/chat/completions', of('4K'), of('1K')],
    ["a request in Google's format", `/v1beta/models/${MODEL}:generateContent`, GOOGLE('4K'), GOOGLE('1K')],
  ])('%s for a second one is rejected until the first is done, but a small image is accepted', async (_name, path, large, small) => {
    drawing = await startDrawing({ MAX_INFLIGHT_BODY_BYTES: String(8 * MEBIBYTE) })
    const image = inBothForms(answerOf(imagePart(base64Of(300_000))))
    drawing.answer = () => undefined
    const controller = new AbortController()
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' }
    const first = fetch(`${drawing.proxy.origin}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(large),
      signal: controller.signal,
    })
    first.catch(() => undefined)
    await expect.poll(() => drawing.gemini.requests.length).toBe(1)
    drawing.answer = image
    const second = await send(drawing.proxy, path, large)
    expect([second.status, second.headers['retry-after']]).toEqual([503, '1'])
    expect(second.bytes.toString()).toContain('at its capacity')
    expect(drawing.gemini.requests).toHaveLength(1)
    expect((await send(drawing.proxy, path, small)).status).toBe(200)
    controller.abort()
    await expect(first).rejects.toThrow()
    await expect.poll(async () => (await send(drawing.proxy, path, large)).status).toBe(200)
  })
})

test('media without a memory reservation end the answer if memory is full', async () => {
  drawing = await startDrawing({ MAX_INFLIGHT_BODY_BYTES: '1048576' })
  const held = base64Of(2_000_000)
  drawing.answer = () => undefined
  const text = { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'x'.repeat(900_000) }] }
  const controller = new AbortController()
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const first = fetch(`${drawing.proxy.baseUrl}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(text),
    signal: controller.signal,
  })
  first.catch(() => undefined)
  await expect.poll(() => drawing.gemini.requests.length).toBe(1)
  drawing.answer = inBothForms(answerOf(imagePart(held)))
  const { status, headers: received } = await send(drawing.proxy, '/v1/chat/completions', chat({ model: 'gemini-3.5-flash' }))
  expect([status, received['retry-after']]).toEqual([503, '1'])
  controller.abort()
  await expect(first).rejects.toThrow()
})
