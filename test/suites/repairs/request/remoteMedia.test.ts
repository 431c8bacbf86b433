import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletion, ErrorResponse } from '../../../../src/contract/types.js'
import { parseStream, post } from '../../../support/calls.js'
import { call } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { type FileServer, startFileServer } from '../media/fileServer.js'
import { PNG, PUBLIC } from '../media/pictureHost.js'
import { MODEL } from './cases.js'

const FILES: Readonly<Record<string, Buffer>> = {
  '/a.png': PNG,
  '/a.wav': Buffer.from('RIFF\x04\0\0\0WAVEfmt ', 'latin1'),
  '/a.pdf': Buffer.from('%PDF-1.7\n'),
}
const HOST = 'https://pictures.example'
const URI = `data:image/png;base64,${PNG.toString('base64')}`

let files: FileServer
let proxy: ProxyUnderTest
beforeAll(async () => {
  files = await startFileServer((request, response) => {
    const file = FILES[request.url ?? '']
    response.writeHead(file === undefined ? 404 : 200).end(file)
  }, 'pictures.example')
  const media = { resolve: async () => [PUBLIC], connectTo: () => files.destination }
  proxy = await startProxy({}, {}, { media })
})
beforeEach(() => {
  proxy.simulator.reset()
  files.seen.length = 0
})
afterAll(async () => {
  await proxy.close()
  await files.close()
})

const image = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } })
const bodyOf = (parts: readonly object[], more: object = {}) => ({
  model: MODEL,
  messages: [
    { role: 'system', content: 'Look.' },
    { role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...parts] },
  ],
  ...more,
})

/** Returns the parts of the user's message that Gemini received, without the first one, a text. */
const arrived = (at = 0): unknown => {
  const sent = proxy.simulator.requests[at]?.body as { messages: { role: string; content: unknown[] }[] } | undefined
  return sent?.messages.find(({ role }) => role === 'user')?.content.slice(1)
}

describe('by default a media URL', () => {
  test.each([false, true])('is replaced by the fetched file, with stream: %s', async (stream) => {
    const response = await post(proxy, bodyOf([image(`${HOST}/a.png`, { detail: 'low' }), image(URI)], { stream }))
    const text = await response.text()
    if (stream) expect(parseStream(text)).toMatchObject({ errors: [], dones: 1 })
    else expect((JSON.parse(text) as ChatCompletion).choices).toHaveLength(1)
    expect(arrived()).toEqual([image(URI, { detail: 'low' }), image(URI)])
  })

  test("works in OpenAI's example, in a chat and as a response", async () => {
    const client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
    const url = `${HOST}/a.png`
    const text = "What's in this image?"
    const completion = await client.chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    })
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    const response = await client.responses.create({
      model: MODEL,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text },
            { type: 'input_image', image_url: url, detail: 'auto' },
          ],
        },
      ],
    })
    expect(response.status).toBe('completed')
    expect([arrived(0), arrived(1)]).toEqual([[image(URI)], [image(URI, { detail: 'auto' })]])
  })

  test('of a document becomes a data URI, and of a recording an audio part', async () => {
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: `${HOST}/a.pdf` } }
    expect((await post(proxy, bodyOf([file, image(`${HOST}/a.wav`)]))).status).toBe(200)
    expect(arrived()).toEqual([
      image(`data:application/pdf;base64,${FILES['/a.pdf']?.toString('base64')}`),
      { type: 'input_audio', input_audio: { data: FILES['/a.wav']?.toString('base64'), format: 'wav' } },
    ])
  })

  test('is fetched once for all choices of a request, and for the replacement of a retired model', async () => {
    const response = await post(proxy, bodyOf([image(`${HOST}/a.png`)], { model: 'gemini-2.0-flash', n: 3 }))
    expect(response.status).toBe(200)
    expect(files.seen).toHaveLength(1)
    expect(arrived(5)).toEqual([image(URI)])
  })

  test.each([
    ['returns 404', `${HOST}/gone.png`],
    ['uses plain http', 'http://pictures.example/a.png'],
    ['points to the loopback interface', 'https://127.0.0.1/a.png'],
    ['points to the metadata service', 'https://169.254.169.254/latest/meta-data/'],
  ])('that %s is a 400 with its path, in JSON and as a stream', async (_, url) => {
    for (const stream of [false, true]) {
      const response = await post(proxy, bodyOf([image(`${HOST}/a.png`), image(url)], { stream }))
      expect(response.status).toBe(400)
      expect(((await response.json()) as ErrorResponse).error).toMatchObject({
        type: 'invalid_request_error',
        code: 'invalid_value',
        param: 'messages[1].content[2].image_url.url',
      })
    }
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('is not fetched from a text part', async () => {
    const body = { model: MODEL, messages: [{ role: 'user', content: `Read ${HOST}/a.png` }] }
    expect((await post(proxy, body)).status).toBe(200)
    expect(files.seen).toEqual([])
  })
})

describe('a media URL in an earlier answer', () => {
  let native: ProxyUnderTest
  beforeAll(async () => {
    const media = { resolve: async () => [PUBLIC], connectTo: () => files.destination }
    native = await startProxy({ GEMINI_UPSTREAM: 'native' }, {}, { media })
  })
  afterAll(() => native.close())

  const withAnswer = (answer: object, model = MODEL) => ({
    model,
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', ...answer },
      { role: 'user', content: 'And?' },
    ],
  })

  test.each([`${HOST}/a.png`, 'https://127.0.0.1/a.png', 'http://pictures.example/a.png'])('%s is ignored and not fetched', async (url) => {
    for (const each of [proxy, native]) {
      const response = await post(each, withAnswer({ content: [{ type: 'text', text: 'Here.' }, image(url)] }))
      expect(response.status).toBe(200)
      expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe('messages[1].content[1]')
    }
    expect(files.seen).toEqual([])
  })

  test.each(['system', 'developer'])('or a file id in a message of the %s is ignored and not fetched', async (role) => {
    const parts = [
      { type: 'input_text', text: 'Be brief.' },
      { type: 'input_image', image_url: `${HOST}/gone.png` },
      { type: 'input_file', file_id: 'file-gone' },
    ]
    for (const each of [proxy, native]) {
      const input = [
        { role, content: parts },
        { role: 'user', content: 'Hi' },
      ]
      const { status, headers } = await call(each.origin, { path: '/v1/responses', body: { model: MODEL, input } })
      expect([status, headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'input[0].content[1], input[0].content[2]'])
    }
    expect(files.seen).toEqual([])
  })

  test('is fetched for an image model', async () => {
    expect((await post(native, withAnswer({ content: [image(`${HOST}/a.png`)] }, 'gemini-3.1-flash-image'))).status).toBe(200)
    const sent = native.simulator.requests.at(-1)?.body as { contents: { parts: unknown[] }[] } | undefined
    expect(sent?.contents[1]?.parts).toEqual([{ inlineData: { mimeType: 'image/png', data: PNG.toString('base64') } }])
  })

  test.each([
    ['`images`', { content: 'x', images: [image(`${HOST}/a.png`)] }, 'images[0]', /data URI/],
    ['its content', { content: [image('https://youtu.be/jNQXAC9IVRw')] }, 'content[0]', /data URI/],
  ])('in %s that cannot be sent is a 400 whose message does not suggest URLs', async (_, answer, place, says) => {
    const response = await post(native, withAnswer(answer, 'gemini-3.1-flash-image'))
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as ErrorResponse
    expect(error).toMatchObject({ code: 'invalid_value', param: `messages[1].${place}.image_url.url` })
    expect(error.message).toMatch(says)
    expect(error.message).not.toMatch(/https URL/)
  })
})
