import { describe, expect, test } from 'vitest'
import { connect, expectWhole, lastIdOf } from './client.js'
import { resumes, startInstances, staysAsItWas } from './suite.js'

describe('one instance without Redis', () => {
  resumes((env) => startInstances(1, env))
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
