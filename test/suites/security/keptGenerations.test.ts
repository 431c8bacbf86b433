import { afterAll, beforeAll, expect, test } from 'vitest'
import { streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_CONCURRENT_REQUESTS: '2', THOUGHTS: 'off' })
})
afterAll(() => proxy.close())

const ask = (signal?: AbortSignal): Promise<Response> =>
  fetch(`${proxy.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'x-stream-resume': 'true' },
    body: JSON.stringify(streamed({ chunks: 100, hold: { afterChunks: 10 } })),
    signal: signal ?? null,
  })

test('generations that continue after their clients disconnect count as in flight, so that their number is limited', async () => {
  for (let nth = 0; nth < 2; nth += 1) {
    const leaving = new AbortController()
    const response = await ask(leaving.signal)
    await response.body?.getReader().read()
    leaving.abort()
  }
  await expect.poll(() => proxy.logs.filter(({ cancelled }) => cancelled === true)).toHaveLength(2)
  const third = await ask()
  expect([third.status, await third.json()]).toMatchObject([503, { error: { code: 'server_overloaded' } }])
})
