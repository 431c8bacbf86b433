import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type FileServer, startFileServer } from '../repairs/media/fileServer.js'
import { PNG, PUBLIC } from '../repairs/media/pictureHost.js'
import { askChat, bodiesWith, MODEL, sentParts } from './asking.js'

const HOST = 'https://pictures.example'
const WATCH = 'https://www.youtube.com/watch?v=lCdaVNyHtjU'
const YOUTUBE = { fileData: { mimeType: 'video/mp4', fileUri: WATCH } }

const FILES: Readonly<Record<string, readonly [type: string, bytes: Buffer]>> = {
  '/a.png': ['image/png', PNG],
  '/talk': ['video/mp4', Buffer.from('\0\0\0\x10ftypisom')],
  '/page': ['text/html; charset=utf-8', Buffer.from('<html></html>')],
  '/a.gif': ['image/gif', Buffer.from('GIF89a\x01\0')],
  '/large.pdf': ['application/pdf', Buffer.alloc(2_000, '%PDF-1.7\n')],
}

let files: FileServer
let proxy: ProxyUnderTest
let closed: ProxyUnderTest
let compat: ProxyUnderTest
beforeAll(async () => {
  files = await startFileServer((request, response) => {
    const [type, bytes] = FILES[request.url ?? ''] ?? ['text/plain', undefined]
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': type }).end(bytes)
  }, 'pictures.example')
  const limits = { timeoutMs: 10_000, itemBytes: 1_000, requestBytes: 1_500, items: 3, redirects: 3 }
  const media = { resolve: async () => [PUBLIC], connectTo: () => files.destination, limits }
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' }, {}, { media })
  closed = await startProxy({ GEMINI_UPSTREAM: 'native', FETCH_REMOTE_MEDIA: 'false' })
  compat = await startProxy({ GEMINI_UPSTREAM: 'compat' }, {}, { media })
})
beforeEach(() => {
  files.seen.length = 0
})
afterEach(() => {
  for (const { simulator } of [proxy, closed, compat]) simulator.reset()
})
afterAll(async () => {
  await Promise.all([proxy.close(), closed.close(), compat.close()])
  await files.close()
})

const image = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } })
const file = (url: string, more: object = {}) => ({ type: 'file', file: { file_data: url, ...more } })
const video = (url: string, more: object = {}) => ({ type: 'video_url', video_url: { url, ...more } })

describe('a link to YouTube', () => {
  test.each([
    WATCH,
    'https://youtube.com/watch?v=lCdaVNyHtjU&t=43s',
    'https://m.youtube.com/watch?list=PL1&v=lCdaVNyHtjU',
    'https://youtu.be/lCdaVNyHtjU?si=x',
    'https://www.youtube.com/shorts/lCdaVNyHtjU',
    'https://www.youtube.com/live/lCdaVNyHtjU?feature=share',
    'http://www.youtube.com/embed/lCdaVNyHtjU',
  ])('%s is sent to Google, and never fetched by the proxy', async (url) => {
    for (const part of [image(url), file(url), video(url), { type: 'file', file: { file_id: url } }]) {
      expect((await askChat(proxy, [part])).status).toBe(200)
      expect(sentParts(proxy)).toEqual([YOUTUBE])
    }
    expect(files.seen).toEqual([])
  })

  test('may have start, end and frame rate', async () => {
    const video_metadata = { start_offset: '40s', end_offset: '80.5s', fps: 0.5 }
    for (const part of [video(WATCH, { video_metadata }), image(WATCH, { video_metadata }), file(WATCH, { video_metadata })]) {
      await askChat(proxy, [part])
      expect(sentParts(proxy)).toEqual([{ ...YOUTUBE, videoMetadata: { startOffset: '40s', endOffset: '80.5s', fps: 0.5 } }])
    }
    const wrong = await askChat(proxy, [video(WATCH, { video_metadata: { start_offset: '0:40' } })])
    expect([wrong.status, wrong.json]).toMatchObject([400, { error: { param: expect.stringMatching(/video_metadata\.start_offset$/) } }])
  })

  test('works in the Responses API, in Anthropic’s API, and in a tool result', async () => {
    const { response, message } = bodiesWith({ file_url: WATCH }, { image_url: WATCH }, { type: 'url', url: WATCH })
    for (const [path, body] of [
      ['/v1/responses', response],
      ['/v1/messages', { ...message, max_tokens: 100 }],
    ] as const) {
      expect((await call(proxy.origin, { path, body })).status).toBe(200)
      expect(sentParts(proxy)).toEqual([YOUTUBE, YOUTUBE])
    }
    const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }]
    const chat = [
      { role: 'user', content: 'Find it' },
      { role: 'assistant', content: null, tool_calls },
      { role: 'tool', tool_call_id: 'c1', content: [video(WATCH)] },
    ]
    expect((await call(proxy.origin, { body: { model: MODEL, messages: chat } })).status).toBe(200)
    expect(sentParts(proxy)).toContainEqual(YOUTUBE)
  })

  test('is a 400 with the OpenAI-compatible API', async () => {
    const answer = await askChat(compat, [image(WATCH)])
    expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', 'messages[0].content[1].image_url.url')])
    expect(answer.text).toContain('set GEMINI_UPSTREAM=native')
    expect(compat.simulator.totalRequests).toBe(0)
  })
})

describe('another URL', () => {
  test('of a small image is fetched by the proxy', async () => {
    await askChat(proxy, [image(`${HOST}/a.png`)])
    expect(sentParts(proxy)).toEqual([{ inlineData: { mimeType: 'image/png', data: PNG.toString('base64') } }])
  })

  test.each([
    ['a video, by the Content-Type of its server', image(`${HOST}/talk`), { mimeType: 'video/mp4', fileUri: `${HOST}/talk` }],
    ['a page', file(`${HOST}/page`), { mimeType: 'text/html', fileUri: `${HOST}/page` }],
    ['a large document', file(`${HOST}/large.pdf`), { mimeType: 'application/pdf', fileUri: `${HOST}/large.pdf` }],
  ])('of %s is sent to Google', async (_what, part, fileData) => {
    expect((await askChat(proxy, [part])).status).toBe(200)
    expect(sentParts(proxy)).toEqual([{ fileData }])
    expect(files.seen).toHaveLength(1)
  })

  test('of a video is not fetched if the request or the file name gives its type', async () => {
    const parts = [video(`${HOST}/v?id=1`), video(`${HOST}/v`, { format: 'video/webm' }), image(`${HOST}/clip.mov?x=1`)]
    expect((await askChat(proxy, parts)).status).toBe(200)
    expect(sentParts(proxy)).toEqual([
      { fileData: { fileUri: `${HOST}/v?id=1` } },
      { fileData: { mimeType: 'video/webm', fileUri: `${HOST}/v` } },
      { fileData: { mimeType: 'video/quicktime', fileUri: `${HOST}/clip.mov?x=1` } },
    ])
    expect(files.seen).toEqual([])
  })

  test('beyond the limit of fetched images is sent to Google', async () => {
    expect(
      (
        await askChat(
          proxy,
          [1, 2, 3, 4].map(() => image(`${HOST}/a.png`)),
        )
      ).status,
    ).toBe(200)
    expect(sentParts(proxy).filter((part) => Object.hasOwn(part as object, 'fileData'))).toEqual([
      { fileData: { mimeType: 'image/png', fileUri: `${HOST}/a.png` } },
    ])
  })

  test.each([
    ['of an image type that Gemini does not support', `${HOST}/a.gif`, 'unsupported_value'],
    ['with a 404', `${HOST}/gone.png`, 'invalid_value'],
    ['with plain http', 'http://pictures.example/a.mp4', 'invalid_value'],
  ])('%s is a 400', async (_which, url, code) => {
    const answer = await askChat(proxy, [image(url)])
    expect([answer.status, answer.json]).toEqual([400, failure(code, 'messages[0].content[1].image_url.url')])
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('that Google cannot fetch either is a 400 with Google’s message', async () => {
    const answer = await askChat(proxy, [video('https://nothing.invalid/a.mp4')])
    expect([answer.status, answer.json]).toMatchObject([400, { error: { code: 'invalid_request' } }])
    expect(answer.text).toContain('Cannot fetch content from the provided URL')
  })
})

describe('with FETCH_REMOTE_MEDIA=false', () => {
  test('all URLs are sent to Google', async () => {
    expect((await askChat(closed, [image(`${HOST}/a.png`, { detail: 'low' }), file(`${HOST}/x`, { filename: 'a.pdf' })])).status).toBe(200)
    expect(sentParts(closed)).toEqual([
      { fileData: { mimeType: 'image/png', fileUri: `${HOST}/a.png` }, mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } },
      { fileData: { mimeType: 'application/pdf', fileUri: `${HOST}/x` } },
    ])
  })

  test.each([
    'http://example.com/a.mp4',
    'https://10.0.0.1/a.mp4',
    'https://[::1]/a.mp4',
    'https://metadata.internal/a.mp4',
    'https://nas/a.mp4',
    'https://user:secret@example.com/a.mp4',
    'https://example.com:8443/a.mp4',
    'https://metadata.internal../a.mp4',
    'https://generativelanguage.googleapis.com/v1beta/files/abc-1',
    'https://generativelanguage.googleapis.com./v1beta/files/abc-1',
    'https://generativelanguage.googleapis.com/v1beta/%66iles/abc-1',
    'https://generativelanguage.googleapis.com/v1beta/files%2Fabc-1',
    'https://generativelanguage.googleapis.com//v1beta//files/abc-1',
    'https://www.generativelanguage.mtls.googleapis.com/x/v1beta/files/abc-1',
    'https://other.googleapis.com/v1/files/abc-1',
  ])('%s is a 400, also as a video', async (url) => {
    for (const [server, part] of [
      [closed, image(url)],
      [closed, video(url)],
      [proxy, video(url)],
    ] as const) {
      const answer = await askChat(server, [part])
      expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', `messages[0].content[1].${part.type}.url`)])
      expect(server.simulator.totalRequests).toBe(0)
    }
  })
})

describe('an inline video', () => {
  const DATA = 'data:video/mp4;base64,AAAAEGZ0eXBpc29t'
  test('is sent inline, as a video or as a file', async () => {
    const inlineData = { mimeType: 'video/mp4', data: 'AAAAEGZ0eXBpc29t' }
    expect((await askChat(proxy, [video(DATA, { video_metadata: { fps: 2 } }), file(DATA)])).status).toBe(200)
    expect(sentParts(proxy)).toEqual([{ inlineData, videoMetadata: { fps: 2 } }, { inlineData }])
  })

  test('has no settings with the OpenAI-compatible API, which are reported as ignored', async () => {
    const answer = await askChat(compat, [video(DATA, { video_metadata: { fps: 2 } })])
    expect(answer.headers['x-gemini-proxy-ignored-params']).toBe('messages[0].content[1].video_url.video_metadata')
  })
})
