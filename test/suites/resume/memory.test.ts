import { describe, expect, test } from 'vitest'
import { streamed } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { connect, contentOf, countedDeltas, expectWhole, lastIdOf, streamIdOf } from './client.js'
import { heapInUse } from './heap.js'
import { expires, resumes, startInstances, staysAsItWas } from './suite.js'

describe('one instance without Redis', () => {
  resumes((env) => startInstances(1, env))
  expires((env) => startInstances(1, env))
})

describe('where resume is not asked for', () => {
  staysAsItWas((env) => startInstances(1, env))
})

test('another instance without Redis knows nothing of a stream, and starts nothing', async () => {
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

test('where no token is needed the id alone protects a stream', async () => {
  const { first, close } = await startInstances(1, { AUTH_TOKEN: '' })
  const before = await connect(
    { origin: first.origin, token: 'any', cutAfter: 3 },
    { behaviour: { deltas: ['a', 'b', 'c', 'd'], chunkDelayMs: 10 } },
  )
  const after = await connect({ origin: first.origin, token: 'another' }, { lastEventId: lastIdOf(before.events) })
  expectWhole([...before.events, ...after.events], 'abcd')
  await close()
})

describe('a store that is full', () => {
  test('of streams serves new ones without ids, as if resume had not been requested, and evicts finished ones first', async () => {
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

  test('of bytes gives a stream that outgrows it to its reader, whole, and forgets it', async () => {
    const { first, close } = await startInstances(1, { STREAM_RESUME_MAX_BYTES: '20000' })
    const deltas = countedDeltas(400)
    const seen = await connect({ origin: first.origin }, { behaviour: { deltas } })
    expectWhole(seen.events, deltas.join(''))
    expect(await connect(first, { lastEventId: seen.events[3]?.id })).toMatchObject({ status: 404 })
    const next = await connect({ origin: first.origin }, { behaviour: { deltas: ['a', 'b'] } })
    expectWhole(next.events, 'ab')
    await close()
  })

  test('of bytes gives a stream whose first event alone outgrows it to its reader, whole', async () => {
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
      simulator.reset() // the simulator keeps its requests
    }
    for (let nth = 0; nth < 10; nth += 1) await turn()
    const before = heapInUse()
    // Another 30 MB pass through.
    for (let nth = 0; nth < 60; nth += 1) await turn()
    expect(heapInUse() - before).toBeLessThan(3_000_000)
    await close()
  })
})

test('every answer keeps the contract: streams with ids, their rest, and the object', async () => {
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
