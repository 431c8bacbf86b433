import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { eventually } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type FileServer, startFileServer } from '../repairs/media/fileServer.js'
import { PNG, PUBLIC } from '../repairs/media/pictureHost.js'

// Fetched files count toward the memory limit of request bodies, as base64: 30,000 bytes count as
// 40,000, so that one file fits and two do not.
const LIMIT = 50_000
const FILE_BYTES = 30_000
const SIZES: Readonly<Record<string, number>> = { '/a.png': FILE_BYTES, '/large.png': 700_000 }
const HELD: Behaviour = { hold: 'before-headers' }

let files: FileServer
let proxy: ProxyUnderTest
const leaving: AbortController[] = []
beforeAll(async () => {
  files = await startFileServer((request, response) => {
    const size = SIZES[request.url?.split('?', 1)[0] ?? '']
    response.writeHead(size === undefined ? 404 : 200).end(Buffer.concat([PNG, Buffer.alloc((size ?? FILE_BYTES) - PNG.length)]))
  }, 'pictures.example')
  const env = { FETCH_REMOTE_MEDIA: 'true', MAX_INFLIGHT_BODY_BYTES: String(LIMIT), MAX_RETRIES: '0' }
  proxy = await startProxy(env, {}, { media: internet() })
})
beforeEach(() => proxy.simulator.reset())
afterEach(async () => {
  for (const each of leaving.splice(0)) each.abort()
  await eventually(() => expect(proxy.simulator.openRequests).toBe(0))
})
afterAll(async () => {
  await proxy.close()
  await files.close()
})

const internet = () => ({ resolve: async () => [PUBLIC], connectTo: () => files.destination })

type Api = 'chat/completions' | 'responses'
const URL_OF_FILE = 'https://pictures.example/a.png'
const words = (behaviour: Behaviour): string => `Look. simulate:${JSON.stringify(behaviour)}`

function bodyOf(api: Api, behaviour: Behaviour, urls: readonly string[], more: object = {}): object {
  const isChat = api === 'chat/completions'
  const parts = [
    ...urls.map((url) => (isChat ? { type: 'image_url', image_url: { url } } : { type: 'input_image', image_url: url })),
    { type: isChat ? 'text' : 'input_text', text: words(behaviour) },
  ]
  const messages = [{ role: 'user', content: parts }]
  return { model: 'gemini-3.5-flash', ...(isChat ? { messages } : { input: messages }), ...more }
}
const ask = (api: Api, urls: readonly string[], more: object = {}) =>
  call(proxy.origin, { path: `/v1/${api}`, body: bodyOf(api, { text: 'ok' }, urls, more) })

/**
 * Sends a request with fetched files and leaves it unanswered, so that the files stay in memory.
 *
 * @returns a function that disconnects the client
 */
async function holdOne(api: Api, urls = [URL_OF_FILE]): Promise<() => void> {
  const before = proxy.simulator.openRequests
  const leave = new AbortController()
  leaving.push(leave)
  fetch(`${proxy.origin}/v1/${api}`, {
    method: 'POST',
    signal: leave.signal,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(api, HELD, urls)),
  }).catch(() => undefined)
  await eventually(() => expect(proxy.simulator.openRequests).toBe(before + 1))
  return () => leave.abort()
}

describe.each<Api>(['chat/completions', 'responses'])('files that %s fetches', (api) => {
  test.each([false, true])('are a 503 if they do not fit into memory beside others (stream: %s)', async (stream) => {
    await holdOne(api)
    const sent = proxy.simulator.totalRequests
    const answer = await ask(api, [URL_OF_FILE], { stream })
    expect([answer.status, answer.json, answer.headers['retry-after']]).toMatchObject([503, { error: { code: 'server_overloaded' } }, '1'])
    expect(proxy.simulator.totalRequests).toBe(sent)
  })

  test('are accepted again when the others are released', async () => {
    const leave = await holdOne(api)
    expect((await ask(api, [URL_OF_FILE])).status).toBe(503)
    leave()
    await eventually(async () => expect((await ask(api, [URL_OF_FILE])).status).toBe(200))
  })

  test('are accepted if there are no others, like a single body', async () => {
    expect((await ask(api, [`${URL_OF_FILE}?1`, `${URL_OF_FILE}?2`, `${URL_OF_FILE}?3`])).status).toBe(200)
  })

  test('cause a 503 for a body that does not fit beside them', async () => {
    await holdOne(api)
    expect((await ask(api, [], { metadata: { a: 'x'.repeat(12_000) } })).status).toBe(503)
    expect((await ask(api, [])).status).toBe(200)
  })

  test('are counted together, even if each of them would fit', async () => {
    const body = { metadata: { a: 'x'.repeat(2_000) } }
    await holdOne(api, [])
    expect((await ask(api, [URL_OF_FILE], body)).status).toBe(200)
    expect((await ask(api, [`${URL_OF_FILE}?1`, `${URL_OF_FILE}?2`], body)).status).toBe(503)
  })

  test('of requests that fail are released', async () => {
    for (let round = 0; round < 4; round += 1) {
      expect((await ask(api, [URL_OF_FILE, 'https://pictures.example/missing.png'])).status).toBe(400)
    }
    await holdOne(api, [])
    expect((await ask(api, [URL_OF_FILE])).status).toBe(200)
  })
})

test('files together are limited to the size of a body, so that one request cannot fill a small instance', async () => {
  const small = await startProxy({ FETCH_REMOTE_MEDIA: 'true', BODY_LIMIT_BYTES: '1048576' }, {}, { media: internet() })
  const askSmall = (urls: readonly string[]) =>
    call(small.origin, { path: '/v1/chat/completions', body: bodyOf('chat/completions', { text: 'ok' }, urls) })
  const large = 'https://pictures.example/large.png'
  expect((await askSmall([large])).status).toBe(200)
  const refused = await askSmall([large, `${large}?2`])
  expect([refused.status, refused.json]).toMatchObject([
    400,
    { error: { code: 'invalid_value', message: 'The media files of this request are larger than 1 MB in total.' } },
  ])
  await small.close()
})

test('many requests at once never hold more than fits', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask('chat/completions', [URL_OF_FILE])))
  const statuses = new Set(answers.map(({ status }) => status))
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([])
  expect(statuses).toContain(503)
  await eventually(async () => expect((await ask('chat/completions', [URL_OF_FILE])).status).toBe(200))
})
