import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Proxy as ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'

let proxy: ProxyUnderTest
let seen: unknown
beforeAll(async () => {
  proxy = await startProxy()
  const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: 'gemini-3.5-flash' }
  seen = await runPython('test/suites/sdk/python/responses.py', env)
}, 180_000) // the first run installs the SDK
afterAll(() => proxy.close())

test('the official Python SDK uses the Responses API by all its helpers', () => {
  expect(seen).toEqual({
    text: 'Hello',
    parsed: { name: 'Oslo', people: 700_000 },
    streamed: { deltas: ['Hel', 'lo'], text: 'Hello' },
    resumed: { counted: true, many: true, status: 'completed' },
    loops: [
      { turns: 2, text: true },
      { turns: 2, text: true },
    ],
    errors: {
      background: ['unsupported_value', 'background'],
      previous: ['previous_response_not_found', 'previous_response_id'],
      unknown: ['response_not_found', null],
      deleted: ['response_not_found', null],
    },
    kept: { read: true, previous: true },
  })
})
