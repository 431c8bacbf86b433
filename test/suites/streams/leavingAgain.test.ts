import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ClientDisconnected } from '../../../src/contract/errors.js'
import { type Exchange, type ExchangeEnd, Exchanges } from '../../../src/http/exchange/exchange.js'
import type { Behaviour, GoogleError } from '../../doubles/simulator/index.js'
import { isOnChat } from '../../support/apis.js'
import { type Body, chatLine, eventually, post, streamed } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

const FOR_EVER = 60_000
const LATER: GoogleError = {
  code: 429,
  message: 'Quota exceeded.',
  status: 'RESOURCE_EXHAUSTED',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '9s' }],
}

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({
    THOUGHTS: 'off',
    MAX_RETRIES: '1',
    MODEL_FALLBACKS: 'gemini-2.5-pro>gemini-2.5-flash',
    FIRST_EVENT_PATIENCE_MS: '30',
  })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterEach(startClock)
afterAll(() => proxy.close())

interface Phase {
  readonly next: readonly Behaviour[]
  readonly more?: Body
  /** The client disconnects when `open` attempts are in flight and `total` have been sent. */
  readonly open: number
  readonly total: number
}

const HELD: Behaviour = { latencyMs: FOR_EVER }
const PHASES: readonly (readonly [string, Phase])[] = [
  ['during a retry delay', { next: [{ error: LATER }], open: 0, total: 1 }],
  ['during a retry', { next: [{ error: 'internal' }, HELD], open: 1, total: 2 }],
  ['during a retry after an unusable answer', { next: [{ empty: true }, HELD], open: 1, total: 2 }],
  ['during a fallback', { next: [{ error: 'unavailable', repeat: 2 }, HELD], more: { model: 'gemini-2.5-pro' }, open: 1, total: 3 }],
  ['while four choices are generated', { next: [{ ...HELD, repeat: 4 }], more: { n: 4 }, open: 4, total: 4 }],
  [
    'while one of four choices waits for its retry',
    { next: [{ error: LATER }, { ...HELD, repeat: 3 }], more: { n: 4 }, open: 3, total: 4 },
  ],
]

describe.each([
  ['before an answer', false],
  ['from a committed stream', true],
])('a client that disconnects %s', (_, stream) => {
  // Omits the phases with several choices in the other APIs: only the chat API has several choices.
  test.each(PHASES.filter(([, { more }]) => isOnChat() || more?.n === undefined))(
    'ends all upstream calls at once: %s',
    async (_name, { next, more, open, total }) => {
      proxy.simulator.next(...next)
      const controller = new AbortController()
      const answer = post(proxy, { ...streamed({}, more), stream }, { signal: controller.signal }).catch(() => undefined)
      await eventually(() => expect(proxy.simulator).toMatchObject({ totalRequests: total, openRequests: open }))
      if (stream) expect((await answer)?.status).toBe(200)
      // With the clock stopped, the test fails if the proxy waits for a timer before it cancels.
      stopClock()
      controller.abort()
      await expect.poll(() => proxy.simulator.openRequests).toBe(0)
      await expect.poll(() => proxy.logs.some(({ cancelled }) => cancelled === true)).toBe(true)
      expect(await chatLine(proxy)).toMatchObject({ status: 499, cancelled: true, stream })
      await advanceClock(60_000)
      // An attempt that a timer started would have reached the simulator before this request is
      // answered.
      expect((await fetch(`${proxy.origin}/health/live`)).status).toBe(200)
      expect(proxy.simulator.totalRequests).toBe(total)
    },
  )
})

test('the end of an exchange is reported in the same tick as the close of its connection', async () => {
  const exchanges = new Exchanges()
  const ended: [Exchange, ExchangeEnd][] = []
  const seen: unknown[] = []
  const server = createServer((_, response) => {
    exchanges.begin('id', 'POST', response, (exchange, end) => ended.push([exchange, end]))
    // This listener is called in the same tick as that of the exchange, but after it, so it sees
    // what the exchange has reported by then.
    response.once('close', () => seen.push(ended.length, ended[0]?.[0].cancellation.reason, ended[0]?.[1].status, exchanges.count()))
    response.writeHead(200).write('x')
  })
  const { port, close } = await listenOnFreePort(server)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  await eventually(() => expect(seen).toHaveLength(4))
  await close()
  expect(seen).toEqual([1, expect.any(ClientDisconnected), 499, 0])
})
