import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { connect, type Seen } from '../resume/client.js'

const BOB = 'token-of-bob-1b'
let proxy: ProxyUnderTest
let stream: Seen
let id = ''

beforeAll(async () => {
  // Callers with the same name but different tokens must not see each other's streams.
  proxy = await startProxy({ AUTH_TOKEN: `team:${TOKEN},team:${BOB}`, STREAM_RESUME: 'always' })
  stream = await connect({ origin: proxy.origin }, { behaviour: { text: 'a secret answer', chunks: 3 } })
  id = stream.events[0]?.id ?? ''
})
afterAll(() => proxy.close())

const streamOf = (): string => id.split(':')[0] ?? ''

describe("another caller's stream", () => {
  test('is found by its own caller', async () => {
    const again = await connect({ origin: proxy.origin }, { lastEventId: id })
    expect([again.status, again.events]).toEqual([200, stream.events.slice(1)])
  })

  test.each<[string, () => Parameters<typeof connect>[1]]>([
    ['by its event id', () => ({ lastEventId: id })],
    ['by its path', () => ({ path: `/v1/chat/completions/${streamOf()}` })],
    ['by its path as a stream', () => ({ path: `/v1/chat/completions/${streamOf()}?stream=true` })],
    ['by path and event id', () => ({ path: `/v1/chat/completions/${streamOf()}`, lastEventId: id })],
  ])('cannot be read with another token %s, and looks like an unknown one', async (_way, asking) => {
    const asked = proxy.simulator.totalRequests
    const foreign = await connect({ origin: proxy.origin, token: BOB }, asking())
    expect([foreign.status, foreign.json]).toEqual([404, failure('stream_not_found')])
    const none = JSON.parse(JSON.stringify(asking()).replaceAll(streamOf(), `chatcmpl-${'0'.repeat(32)}`)) as ReturnType<typeof asking>
    expect((await connect({ origin: proxy.origin, token: BOB }, none)).json).toEqual(foreign.json)
    expect(proxy.simulator.totalRequests).toBe(asked)
  })

  test('has an id that cannot be guessed: 128 random bits', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await connect({ origin: proxy.origin }, {})).events[0]?.id?.split(':')[0]),
    )
    expect(new Set(ids).size).toBe(20)
    for (const each of ids) expect(each).toMatch(/^chatcmpl-[0-9a-f]{32}$/)
    for (let at = 'chatcmpl-'.length; at < 'chatcmpl-'.length + 32; at += 1)
      expect(new Set(ids.map((each) => each?.[at])).size).toBeGreaterThan(1)
  })

  test('is a 401 without a token, before any look-up', async () => {
    const { status, json } = await connect({ origin: proxy.origin, token: 'wrong' }, { lastEventId: id })
    expect([status, json]).toEqual([401, failure('invalid_api_key')])
  })
})
