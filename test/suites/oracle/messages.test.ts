import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { requireShared } from './shared.js'

// The run must fail without the recordings: the tests would pass without comparing anything.
const shared = requireShared('recordings/anthropic')
const folder = join(shared, 'recordings', 'anthropic')

interface Recorded {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}
const FILES = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, requests: (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { requests: Recorded[] }).requests }))
const SENT = FILES.map(({ name, requests }) => ({
  name,
  requests: requests.filter(({ path, body }) => path.split('?')[0] === '/v1/messages' && body !== undefined),
})).filter(({ requests }) => requests.length > 0)

const headersOf = ({ headers }: Recorded): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'content-length' && name !== 'host'),
  ),
  'x-api-key': TOKEN,
})

describe.each(['compat', 'native'])('what clients of Anthropic send, with the API %s', (GEMINI_UPSTREAM) => {
  let proxy: ProxyUnderTest
  beforeAll(async () => {
    // Some recordings name the model `m`, which does not exist: an alias replaces it.
    proxy = await startProxy({ GEMINI_UPSTREAM, MODEL_ALIASES: 'm=gemini-3.8-flash' })
  })
  afterAll(() => proxy.close())

  test.each(SENT)('is answered: $name', async ({ requests }) => {
    for (const request of requests) {
      const { thread, ...whole } = request.body ?? {}
      const ask = { path: request.path, token: null, headers: headersOf(request) }
      if (thread !== undefined)
        expect((await call(proxy.origin, { ...ask, body: request.body })).text).toContain('thread_unsupported_request')
      const { status, text } = await call(proxy.origin, { ...ask, body: whole })
      expect([status, status === 200 ? '' : text]).toEqual([200, ''])
    }
  })
})

test('the recordings exist', () => {
  expect(SENT.flatMap(({ requests }) => requests).length).toBeGreaterThan(80)
})
