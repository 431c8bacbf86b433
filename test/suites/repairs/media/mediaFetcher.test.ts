import { createServer } from 'node:net'
import { request } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makePinnedAgent } from '../../../../src/upstream/media/connection.js'
import { type FetchedMedia, type MediaFetcherParts, makeMediaFetcher } from '../../../../src/upstream/media/fetcher.js'
import { MEDIA_LIMITS } from '../../../../src/upstream/media/limits.js'
import type { FileServer } from './fileServer.js'
import { HOST, PNG, PRIVATE, PUBLIC, resolve, startPictureHost } from './pictureHost.js'

const LIMITS = { ...MEDIA_LIMITS, itemBytes: 1000, requestBytes: 2500, items: 4 }
const IMPATIENT = { ...LIMITS, timeoutMs: 100 }
const UNREACHABLE = /^The media could not be fetched: its URL must be publicly reachable and respond within /

let server: FileServer
beforeAll(async () => {
  server = await startPictureHost()
})
beforeEach(() => {
  server.seen.length = 0
})
afterAll(async () => {
  await server.close()
})

type Parts = Partial<MediaFetcherParts>
const fetcherOf = (parts: Parts = {}): ReturnType<typeof makeMediaFetcher> =>
  makeMediaFetcher({ resolve, limits: LIMITS, connectTo: () => server.destination, ...parts })
const get = (path: string, parts?: Parts): Promise<FetchedMedia> =>
  fetcherOf(parts).fetch(`https://${HOST}${path}`, 'p', new AbortController().signal)
const refusal = (message: RegExp, code = 'invalid_value'): object => ({
  status: 400,
  code,
  param: 'p',
  message: expect.stringMatching(message),
})

describe('a public file', () => {
  test('is returned as base64, with the type of its bytes, not of its header', async () => {
    expect(await get('/a.png')).toEqual({ mediaType: 'image/png', base64: PNG.toString('base64') })
  })

  test('is requested with its own host name, without headers of the proxy', async () => {
    await get('/a.png?size=2')
    expect(server.seen).toEqual([
      {
        servername: HOST,
        url: '/a.png?size=2',
        headers: {
          host: HOST,
          connection: 'close',
          accept: 'image/*, audio/*, application/pdf',
          'accept-encoding': 'identity',
          'user-agent': 'media-fetcher/1.0',
        },
      },
    ])
  })

  test.each(['/once', '/away', '/thrice'])('%s is fetched through its redirects', async (path) => {
    expect((await get(path)).mediaType).toBe('image/png')
  })

  test('of exactly the maximum size is accepted', async () => {
    expect(Buffer.from((await get('/1000')).base64, 'base64')).toHaveLength(1000)
  })
})

describe('the fetcher refuses', () => {
  test.each([
    ['/four', /redirects more than 3 times/],
    ['/plain', /https/],
    ['/port', /port 443/],
    ['/credentials', /credentials/],
    ['/loopback', UNREACHABLE],
    ['/metadata', UNREACHABLE],
    ['/inside', UNREACHABLE],
    ['/gone', /status 404/],
    ['/1001', /larger than/],
    ['/endless', /larger than/],
    ['/broken', UNREACHABLE],
  ])('%s', async (path, message) => {
    await expect(get(path)).rejects.toMatchObject(refusal(message))
  })

  test.each(['/silent', '/stalled'])('%s, after the timeout', async (path) => {
    await expect(get(path, { limits: IMPATIENT })).rejects.toMatchObject(refusal(UNREACHABLE))
  })

  test('a server that does not finish the handshake, after the timeout', async () => {
    const silent = createServer((socket) => socket.resume())
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const connectTo = (): FileServer['destination'] => ({ ...server.destination, port })
    await expect(get('/a.png', { connectTo, limits: IMPATIENT })).rejects.toMatchObject(refusal(UNREACHABLE))
    // This resolves only if the fetcher has closed its connection.
    await new Promise((done) => silent.close(done))
  })

  test('a file that is not media', async () => {
    await expect(get('/page')).rejects.toMatchObject(refusal(/Supported types are PNG/, 'unsupported_value'))
  })

  test.each(['inside.example', 'mixed.example', 'empty.example', 'unknown.example', 'stranger.example'])(
    '%s, with the message for any unreachable server',
    async (host) => {
      const failure = fetcherOf().fetch(`https://${host}/a.png`, 'p', new AbortController().signal)
      await expect(failure).rejects.toMatchObject(refusal(UNREACHABLE))
      expect(server.seen).toEqual([])
    },
  )

  test('a server that refuses the connection, with the same message', async () => {
    const connectTo = (): FileServer['destination'] => ({ ...server.destination, port: 1 })
    await expect(get('/a.png', { connectTo })).rejects.toMatchObject(refusal(UNREACHABLE))
  })

  test('a DNS look-up that does not end, after the timeout', async () => {
    await expect(get('/a.png', { resolve: () => new Promise(() => undefined), limits: IMPATIENT })).rejects.toMatchObject(
      refusal(UNREACHABLE),
    )
  })
})

describe('DNS rebinding', () => {
  test('a name is looked up once per redirect hop, and only the checked address is connected to', async () => {
    const answers = [[PUBLIC], [PRIVATE]]
    const connected: string[] = []
    const media = await get('/a.png', {
      resolve: async () => answers.shift() ?? [PRIVATE],
      connectTo: ({ address }) => {
        connected.push(address)
        return server.destination
      },
    })
    expect(media.mediaType).toBe('image/png')
    expect([connected, answers]).toEqual([[PUBLIC.address], [[PRIVATE]]])
  })

  test('a redirect to the same name is checked again', async () => {
    const answers = [[PUBLIC], [PRIVATE]]
    await expect(get('/once', { resolve: async () => answers.shift() ?? [] })).rejects.toMatchObject(refusal(UNREACHABLE))
    expect(server.seen).toHaveLength(1)
  })

  test('the real agent connects to the checked address without a DNS look-up', async () => {
    const open = server.connections()
    const agent = makePinnedAgent([{ address: '127.0.0.1', family: 4 }], new AbortController().signal)
    const answer = request(`https://${HOST}:${server.destination.port}/a.png`, { dispatcher: agent })
    // The connection has succeeded without a lookup: that would fail with ENOTFOUND for this name.
    await expect(answer).rejects.toThrow(/self-signed certificate/)
    expect(server.connections()).toBe(open + 1)
    await agent.destroy()
  })
})

describe('the limits of one request', () => {
  test('restrict the number of URLs', async () => {
    const fetcher = fetcherOf()
    const one = (): Promise<FetchedMedia> => fetcher.fetch(`https://${HOST}/a.png`, 'p', new AbortController().signal)
    await Promise.all([one(), one(), one(), one()])
    await expect(one()).rejects.toMatchObject(refusal(/at most 4 media URLs/))
  })

  test('restrict the total number of bytes', async () => {
    const fetcher = fetcherOf()
    const one = (): Promise<FetchedMedia> => fetcher.fetch(`https://${HOST}/1000`, 'p', new AbortController().signal)
    await one()
    await one()
    await expect(one()).rejects.toMatchObject(refusal(/of this request are larger/))
  })

  test.each(['/silent', '/stalled'])('an abort ends the fetch of %s at once, with its own reason', async (path) => {
    const controller = new AbortController()
    const reason = new Error('the client is gone')
    const fetched = fetcherOf({ limits: MEDIA_LIMITS }).fetch(`https://${HOST}${path}`, 'p', controller.signal)
    setTimeout(() => controller.abort(reason), 50)
    await expect(fetched).rejects.toBe(reason)
  })

  test('an aborted signal prevents the fetch', async () => {
    const reason = new Error('the client is gone')
    await expect(fetcherOf().fetch(`https://${HOST}/a.png`, 'p', AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(server.seen).toEqual([])
  })
})

test('the limits of the service are 10 s, 10 MB, 32 MB, 8 items and 3 redirects', () => {
  const megabyte = 1024 * 1024
  expect(MEDIA_LIMITS).toEqual({ timeoutMs: 10_000, itemBytes: 10 * megabyte, requestBytes: 32 * megabyte, items: 8, redirects: 3 })
})
