import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { eventually, startReading } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type Path, post, REQUEST_KINDS, readAnswer } from './ask.js'

const TEXT = 'A story in several calls, read again: 你好, 👋 and so on. '.repeat(30)

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', STREAM_RESUME: 'on-request', MAX_RETRIES: '0', THOUGHTS: 'off' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Requests a resumable stream, or with `lastEventId` the rest of one after that event. */
const begin = (path: Path, lastEventId?: string, signal?: AbortSignal): Promise<Response> =>
  post(
    proxy,
    path,
    { stream: true },
    {
      headers: { 'x-stream-resume': 'true', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      ...(signal === undefined ? {} : { signal }),
    },
  )

/** Splits the text of a stream into its complete events, without comments. */
const eventsOf = (text: string): string[] =>
  text
    .slice(0, text.lastIndexOf('\n\n') + 2)
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))

const idOf = (event: string): string => /^id: (.+)$/m.exec(event)?.[1] ?? ''

/** Expects one stream, numbered without a gap or a repeat, with the whole text and one end. */
function expectWhole(path: Path, events: readonly string[]): void {
  const [stream, first] = idOf(events[0] ?? '').split(':')
  expect(events.map(idOf)).toEqual(events.map((_, place) => `${stream}:${Number(first) + place}`))
  expect(readAnswer(path, true, events.join('\n\n'))).toMatchObject({ content: TEXT, finishes: ['stop'], errors: [] })
}

describe.each(REQUEST_KINDS.filter(([, , stream]) => stream))('%s whose answer takes several calls', (_, path) => {
  test.each<[place: string, hold: NonNullable<Behaviour['hold']>]>([
    ['between two calls', 'before-headers'],
    ['within a later call', { afterChunks: 3 }],
  ])('can be resumed if its client has disconnected %s', async (_place, hold) => {
    proxy.simulator.next({ text: TEXT, chunks: 24, longAnswer: { count: 3 } }, { hold })
    const leaving = new AbortController()
    const client = await startReading(begin(path, undefined, leaving.signal))
    await eventually(() => expect(proxy.simulator.totalRequests).toBe(2))
    const before = eventsOf(await client.until(/several calls[\s\S]*\n\n/))
    leaving.abort()
    const again = await begin(path, idOf(before.at(-1) ?? ''))
    proxy.simulator.release(Number.POSITIVE_INFINITY)
    const after = eventsOf(await again.text())
    expect(after.length).toBeGreaterThan(1)
    expectWhole(path, [...before, ...after])
    expect(proxy.simulator).toMatchObject({ totalRequests: 3, abortedRequests: 0 })
  })

  test('can be read again from any event after its end', async () => {
    proxy.simulator.next({ text: TEXT, chunks: 24, longAnswer: { count: 3 } })
    const whole = eventsOf(await (await begin(path)).text())
    expectWhole(path, whole)
    for (const place of [0, 1, ...[0.3, 0.5, 0.7].map((part) => Math.floor(whole.length * part)), whole.length - 2]) {
      const rest = await begin(path, idOf(whole[place] ?? ''))
      expect(eventsOf(await rest.text())).toEqual(whole.slice(place + 1))
    }
    expect(proxy.simulator.totalRequests).toBe(3)
  })

  test('that fails in a later call is read again with its error, and without an end', async () => {
    proxy.simulator.next({ text: TEXT, chunks: 24, longAnswer: { count: 3 } }, { error: 'unavailable' })
    const whole = eventsOf(await (await begin(path)).text())
    const rest = eventsOf(await (await begin(path, idOf(whole[2] ?? ''))).text())
    expect(rest).toEqual(whole.slice(3))
    expect(readAnswer(path, true, whole.join('\n\n'))).toMatchObject({ finishes: [], errors: [expect.any(String)] })
    expect(proxy.simulator.totalRequests).toBe(2)
  })
})
