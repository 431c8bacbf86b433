import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, chat, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const OFFERED = '1-5f2b8c1e-9a7d4036b1c2'
/** A time limit in seconds that a client sends. If the proxy obeyed it, each request would fail. */
const SHORT = '0.001'
const SLOW = chat(simulate({ text: 'late', latencyMs: 60 }))

describe('outside Function Compute, clients cannot set request ids or time limits', () => {
  let proxy: RunningProxy
  beforeAll(async () => {
    proxy = await startProxy()
  })
  afterAll(() => proxy.close())

  test.each([
    ['a chat', { body: chat('Hello') }],
    ['a stream', { body: chat('Hello', { stream: true }) }],
    ['a health check', { path: '/health/live', token: null }],
    ['an unknown URL', { path: '/nope', token: null }],
    ['a refused token', { path: '/v1/models', token: 'wrong' }],
    ['a preflight', { path: '/v1/models', method: 'OPTIONS', token: null }],
  ])('the proxy generates a new id each time: %s', async (_what, ask) => {
    const answers = await Promise.all([1, 2].map(() => call(proxy.origin, { ...ask, headers: { 'x-fc-request-id': OFFERED } })))
    const ids = answers.map(({ headers }) => headers['x-request-id'])
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{24}$/)
    expect(new Set(ids).size).toBe(2)
    expect(proxy.logs.filter(({ requestId }) => requestId === OFFERED)).toEqual([])
  })

  test.each([
    ['a chat', SLOW],
    ['a stream', { ...SLOW, stream: true }],
  ])("the proxy's time limit applies: %s", async (_what, body) => {
    const answer = await call(proxy.origin, { body, headers: { 'x-fc-function-timeout': SHORT } })
    expect(answer.status).toBe(200)
    expect(answer.text).not.toContain('upstream_timeout')
  })
})

describe('on Function Compute, which removes these headers from client requests', () => {
  let proxy: RunningProxy
  beforeAll(async () => {
    proxy = await startProxy({ FC_FUNCTION_NAME: 'gemini-proxy' })
  })
  afterAll(() => proxy.close())

  test('the request id is that of the platform', async () => {
    const { headers } = await call(proxy.origin, { path: '/health/live', token: null, headers: { 'x-fc-request-id': OFFERED } })
    expect(headers['x-request-id']).toBe(OFFERED)
  })

  test('a request ends before the time limit of the function', async () => {
    const answer = await call(proxy.origin, { body: SLOW, headers: { 'x-fc-function-timeout': '0.02' } })
    expect(answer.status).toBe(504)
  })
})
