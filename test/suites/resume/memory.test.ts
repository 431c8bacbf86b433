import { describe, expect, test } from 'vitest'
import { streamed } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { connect, contentOf, countedDeltas, expectWhole, lastIdOf, streamIdOf } from './client.js'
import { heapInUse } from './heap.js'
import { startInstances, testExpiry, testResuming, testWithoutResuming } from './suite.js'

describe('one instance without Redis', () => {
  testResuming((env) => startInstances(1, env))
  testExpiry((env) => startInstances(1, env))
})

describe('without resuming', () => {
  testWithoutResuming((env) => startInstances(1, env))
})

test('another instance without Redis does not find a stream, and starts none', async () => {
  const { first, last, simulator, close } = await startInstances(2, {})
  const before = await connect({ origin: first.origin, cutAfter: 3 }, { behaviour: { text: 'One two', chunks: 30, chunkDelayMs: 5 } })
  const lastEventId = lastIdOf(before.events)
  expect(await connect(last, { lastEventId })).toMatchObject({ status: 404, json: { error: { code: 'stream_not_found' } } })
  expect(simulator.totalRequests).toBe(1)
  const after = await connect(first, { lastEventId })
  const whole = await connect(first, { path: `/v1/chat/completions/${lastEventId?.split(':')[0]}?stream=true` })
  expect([...before.events, ...after.events]).toEqual(whole.events)
  await close()
})

test('without tokens the id alone protects a stream', async () => {
  const { first, close } = await startInstances(1, { AUTH_TOKEN: '' })
  const before = await connect(
    { origin: first.origin, token: 'any', cutAfter: 3 },
    { behaviour: { deltas: ['a', 'b', 'c', 'd'], chunkDelayMs: 10 } },
  )
  const after = await connect({ origin: first.origin, token: 'another' }, { lastEventId: lastIdOf(before.events) })
  expectWhole([...before.events, ...after.events], 'abcd')
  await close()
})

describe('a full store', () => {
  test('with too many streams evicts finished ones first, and then serves new ones without ids', async () => {
    const { first, simulator, close } = await startInstances(1, { STREAM_RESUME_MAX_STREAMS: '2' })
    const old = await connect({ origin: first.origin }, { behaviour: { text: 'old' } })
    const running = [0, 1].map(() => connect({ origin: first.origin, cutAfter: 200 }, { behaviour: { chunks: 10_000, chunkDelayMs: 5 } }))
    await expect.poll(() => simulator.openRequests).toBe(2)
    expect(await connect(first, { path: `/v1/chat/completions/${streamIdOf(old.events)}` })).toMatchObject({ status: 404 })
    const third = await connect({ origin: first.origin }, { behaviour: { text: 'One two', chunks: 20 } })
    expect(third.events.map(({ id }) => id).filter(Boolean)).toEqual([])
    expect(third.events.at(-1)?.data).toBe('[DONE]')
    await close()
    await Promise.all(running)
  })

  test('with too many bytes still sends an outgrown stream to its reader completely, and drops it', async () => {
    const { first, close } = await startInstances(1, { STREAM_RESUME_MAX_BYTES: '20000' })
    const deltas = countedDeltas(400)
    const seen = await connect({ origin: first.origin }, { behaviour: { deltas } })
    expectWhole(seen.events, deltas.join(''))
    expect(await connect(first, { lastEventId: seen.events[3]?.id })).toMatchObject({ status: 404 })
    const next = await connect({ origin: first.origin }, { behaviour: { deltas: ['a', 'b'] } })
    expectWhole(next.events, 'ab')
    await close()
  })

  test('with too many bytes still sends a stream with a too large first event completely', async () => {
    const { first, close } = await startInstances(1, { STREAM_RESUME_MAX_BYTES: '20000' })
    const deltas = ['x'.repeat(40_000), 'end']
    const seen = await connect({ origin: first.origin }, { behaviour: { deltas } })
    expectWhole(seen.events, deltas.join(''))
    await close()
  })

  test('uses a constant amount of memory, however many streams pass through', async () => {
    const { first, simulator, close } = await startInstances(1, { STREAM_RESUME_MAX_BYTES: '3000000' })
    const big = 'x'.repeat(10_000)
    const turn = async () => {
      const seen = await connect({ origin: first.origin }, { behaviour: { deltas: Array.from({ length: 50 }, () => big) } })
      expect(contentOf(seen.events)).toHaveLength(500_000)
      simulator.reset() // the simulator stores all requests, which would count as growth
    }
    for (let nth = 0; nth < 10; nth += 1) await turn()
    const before = heapInUse()
    // The turns send another 30 MB through the proxy, which must not hold them.
    for (let nth = 0; nth < 60; nth += 1) await turn()
    expect(heapInUse() - before).toBeLessThan(3_000_000)
    await close()
  })
})

test('every response matches the contract: streams with ids, their rest, and the object', async () => {
  const { first, close } = await startInstances(1, { AUTH_TOKEN: TOKEN })
  const headers = { 'x-stream-resume': 'true' }
  const stream = await call(first.origin, { body: streamed({ text: 'One, two', chunks: 3 }), headers })
  const { id } = stream.events[0] as { id: string }
  const path = `/v1/chat/completions/${id}`
  const rest = await call(first.origin, { path, headers: { 'last-event-id': `${id}:2` } })
  expect(rest.events).toEqual(stream.events.slice(2))
  expect((await call(first.origin, { path: `${path}?stream=true` })).events).toEqual(stream.events)
  expect((await call(first.origin, { path })).json).toMatchObject({ object: 'chat.completion', id })
  expect(await call(first.origin, { path: `${path}?stream=maybe` })).toMatchObject({ status: 400 })
  expect(await call(first.origin, { path, headers: { 'last-event-id': 'other:1' } })).toMatchObject({ status: 404 })
  expect(await call(first.origin, { path, token: null })).toMatchObject({ status: 401 })
  const metrics = await call(first.origin, { path: '/metrics' })
  expect(metrics.text).toContain('gemini_proxy_resumable_streams 1\n')
  await close()
})
