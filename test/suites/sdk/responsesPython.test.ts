import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { isOnNative } from '../../support/upstreamApi.js'

/**
 * What python/responses.py reports of the two JPEGs that it generates: the event types of the
 * second, which is streamed, and for both the status (`kinds`) and the first three bytes in hex.
 */
const IMAGES = {
  types: ['in_progress', 'generating', 'completed'].map((state) => `response.image_generation_call.${state}`),
  kinds: ['completed', 'completed'],
  begin: ['ffd8ff', 'ffd8ff'],
}

let proxy: ProxyUnderTest
let seen: unknown
beforeAll(async () => {
  proxy = await startProxy()
  const env = {
    PROXY_URL: proxy.origin,
    PROXY_TOKEN: TOKEN,
    PROXY_MODEL: 'gemini-3.5-flash',
    ...(isOnNative ? { PROXY_IMAGE_MODEL: 'gemini-3.1-flash-image' } : {}),
  }
  seen = await runPython('test/suites/sdk/python/responses.py', env)
}, 180_000) // long, because the first run installs the SDK
afterAll(() => proxy.close())

test('the official Python SDK can use the Responses API with all its helpers', () => {
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
    images: isOnNative ? IMAGES : null,
  })
})
