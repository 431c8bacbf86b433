import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { connect } from '../resume/client.js'

const HOOKS = [
  ['POST', '/initialize'],
  ['GET', '/pre-stop'],
] as const
const UNKNOWN = failure('unknown_url')
const ON_FC = { FC_FUNCTION_NAME: 'gemini-proxy' }

const ask = ({ origin }: RunningProxy, method: string, path: string, controlPath?: string): Promise<Response> =>
  fetch(`${origin}${path}`, { method, headers: controlPath === undefined ? {} : { 'x-fc-control-path': controlPath } })

async function expectUnknown(response: Response): Promise<void> {
  expect([response.status, await response.json()]).toEqual([404, UNKNOWN])
}

describe('outside Function Compute', () => {
  let proxy: RunningProxy
  beforeAll(async () => {
    proxy = await startProxy()
  })
  afterAll(() => proxy.close())

  test.each(HOOKS)('%s %s is an unknown URL, with any headers of the caller', async (method, path) => {
    await expectUnknown(await ask(proxy, method, path, path))
    expect((await fetch(`${proxy.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200)
  })
})

describe('on Function Compute', () => {
  let proxy: RunningProxy
  beforeEach(async () => {
    proxy = await startProxy(ON_FC)
    return () => proxy.close()
  })
  const models = (): Promise<Response> => fetch(`${proxy.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` } })

  test.each(HOOKS)('%s %s from a caller is an unknown URL, and has no effect', async (method, path) => {
    for (const controlPath of [undefined, '/http-invoke', '/invoke', '', `${path}/`, path === '/pre-stop' ? '/initialize' : '/pre-stop'])
      await expectUnknown(await ask(proxy, method, path, controlPath))
    await expectUnknown(await ask(proxy, method === 'GET' ? 'POST' : 'GET', path, path))
    await expectUnknown(await ask(proxy, method, `${path}?a=b`, path))
    expect((await models()).status).toBe(200)
  })

  test('/initialize of the platform is 200, with any body', async () => {
    const headers = { 'x-fc-control-path': '/initialize', 'x-fc-request-id': '1-abc', 'content-type': 'application/octet-stream' }
    const response = await fetch(`${proxy.origin}/initialize`, { method: 'POST', headers, body: 'anything' })
    expect([response.status, await response.text(), response.headers.get('x-request-id')]).toEqual([200, '', '1-abc'])
    expect((await models()).status).toBe(200)
    expect(proxy.logs.filter(({ route }) => route === '/initialize')).toMatchObject([{ status: 200, requestId: '1-abc' }])
  })

  test('/pre-stop of the platform ends generations without a client, and new requests are rejected', async () => {
    const before = await connect({ origin: proxy.origin, cutAfter: 3 }, { behaviour: { chunks: 10_000, chunkDelayMs: 5 } })
    expect(before.events.length).toBeGreaterThanOrEqual(3)
    await eventually(() => expect(proxy.logs.some(({ cancelled }) => cancelled === true)).toBe(true))
    expect(proxy.simulator.openRequests).toBe(1)
    expect((await ask(proxy, 'GET', '/pre-stop', '/pre-stop')).status).toBe(200)
    await eventually(() => expect(proxy.simulator).toMatchObject({ openRequests: 0, abortedRequests: 1 }))
    const late = await models()
    expect([late.status, await late.json()]).toEqual([503, failure('shutting_down', null, 'server_error')])
    expect((await fetch(`${proxy.origin}/health/live`)).status).toBe(200)
    expect(proxy.logs).toContainEqual(expect.objectContaining({ msg: 'draining', hook: 'pre-stop' }))
  })

  test('/pre-stop does not affect a running stream', async () => {
    const stream = connect({ origin: proxy.origin }, { behaviour: { chunks: 20, hold: { afterChunks: 2 } } })
    await expect.poll(() => proxy.simulator.openRequests).toBe(1)
    expect((await ask(proxy, 'GET', '/pre-stop', '/pre-stop')).status).toBe(200)
    proxy.simulator.release()
    expect((await stream).events.at(-1)?.data).toBe('[DONE]')
  })
})
