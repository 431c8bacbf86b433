import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call, chat, OPERATIONS, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { open } from './socket.js'

let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

describe('health', () => {
  test('returns exactly the documented fields, without a token', async () => {
    const { json, headers } = await call(proxy.origin, { path: '/health', token: null })
    const models = await call(proxy.origin, { path: '/v1/models' })
    expect(json).toEqual({
      status: 'ok',
      version: '0.0.0-test',
      models: (models.json as { data: unknown[] }).data.length,
      features: expect.arrayContaining(['chat', 'stream', 'models']),
      auth: true,
      uptime_seconds: expect.any(Number),
      in_flight: 1,
      upstream: { last_ok: null, last_error: null },
    })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test('reports that no token is needed', async () => {
    const open = await startProxy({ AUTH_TOKEN: '' })
    const { json } = await call(open.origin, { path: '/health', token: null })
    await open.close()
    expect(json).toMatchObject({ auth: false })
  })

  test('counts the requests in flight, including itself', async () => {
    const running = call(proxy.origin, { body: chat(simulate({ hold: 'before-headers' })) })
    await eventually(async () => {
      expect((await call(proxy.origin, { path: '/health', token: null })).json).toMatchObject({ in_flight: 2 })
    })
    proxy.simulator.release()
    await running
    await eventually(async () => {
      expect((await call(proxy.origin, { path: '/health', token: null })).json).toMatchObject({ in_flight: 1 })
    })
  })

  test('no longer counts queued requests of a connection after it closes', async () => {
    const connection = await open(proxy.origin)
    const body = JSON.stringify(chat(simulate({ fault: { kind: 'stall', when: 'before-headers' } })))
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    connection.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3))
    const inFlight = async (): Promise<unknown> => (await call(proxy.origin, { path: '/health', token: null })).json
    await eventually(async () => expect(await inFlight()).toMatchObject({ in_flight: 5 }))
    connection.destroy()
    await eventually(async () => expect(await inFlight()).toMatchObject({ in_flight: 1 }))
    expect(proxy.logs.filter(({ cancelled }) => cancelled === true)).toHaveLength(4)
  })

  test('liveness returns only the status', async () => {
    expect((await call(proxy.origin, { path: '/health/live', token: null })).json).toEqual({ status: 'ok' })
  })

  test('does not call Gemini', async () => {
    const before = proxy.simulator.requests.filter(({ method }) => method === 'GET').length
    await call(proxy.origin, { path: '/health', token: null })
    await call(proxy.origin, { path: '/health/live', token: null })
    expect(proxy.simulator.requests.filter(({ method }) => method === 'GET').length).toBe(before)
  })
})

test('the served contract is OpenAPI 3.1 with every operation, and needs no token', async () => {
  const { json } = await call(proxy.origin, { path: '/openapi.json', token: null })
  const document = json as { openapi: string; paths: Record<string, Record<string, { operationId?: string }>> }
  expect(document.openapi).toMatch(/^3\.1\./)
  const ids = Object.values(document.paths).flatMap((item) => Object.values(item).flatMap(({ operationId }) => operationId ?? []))
  expect(ids.sort()).toEqual(OPERATIONS.map(({ operationId }) => operationId).sort())
})

describe('metrics', () => {
  const page = async (): Promise<string> => (await call(proxy.origin, { path: '/metrics' })).text

  test('are in the Prometheus text format, with the documented names', async () => {
    await call(proxy.origin, { body: chat('hello', { stream: true }) })
    const { text, headers } = await call(proxy.origin, { path: '/metrics' })
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    for (const name of [
      'gemini_proxy_requests_total',
      'gemini_proxy_request_duration_seconds',
      'gemini_proxy_time_to_first_byte_seconds',
      'gemini_proxy_requests_in_flight',
      'gemini_proxy_streams_in_flight',
      'process_resident_memory_bytes',
    ])
      expect(text).toMatch(new RegExp(`^# TYPE ${name} `, 'm'))
  })

  test('are counted by operation, status and model', async () => {
    const ask = { body: { ...chat('hello'), model: 'gemini-3.6-flash' } }
    await Promise.all([call(proxy.origin, ask), call(proxy.origin, ask)])
    await eventually(async () => {
      const text = await page()
      expect(requestsIn(text, { operation: 'createChatCompletion', status: '200', model: 'gemini-3.6-flash' })).toBe(2)
      expect(requestsIn(text, { operation: 'getMetrics', status: '200', model: '' })).toBeGreaterThan(0)
    })
  })

  test('return to zero in flight', async () => {
    await eventually(async () => {
      const text = await page()
      // The only request in flight is the GET /metrics that reads this value.
      expect(text).toMatch(/^gemini_proxy_requests_in_flight 1$/m)
      expect(text).toMatch(/^gemini_proxy_streams_in_flight 0$/m)
    })
  })

  test('stay bounded if clients invent names', async () => {
    const lines = (text: string): number => text.split('\n').filter((line) => line.startsWith('gemini_proxy_')).length
    const some = async (from: number, count: number): Promise<void> => {
      const asks = Array.from({ length: count }, (_, at) => from + at).flatMap((at) => [
        { body: { ...chat('hello'), model: `invented-${at}` } },
        { body: { ...chat(simulate({ error: 'not-found' })), model: `gemini-invented-${at}` } },
        { path: `/v1/models/invented-${at}` },
        { path: `/invented/${at}`, token: null },
        { path: '/v1/models', token: `invented-${at}` },
      ])
      await Promise.all(asks.map((ask) => call(proxy.origin, ask)))
    }
    await some(0, 1)
    await call(proxy.origin, { path: '/health', token: null })
    const before = await eventually(async () => {
      const text = await page()
      expect(requestsIn(text, { operation: 'none', status: '404', model: '' })).toBe(1)
      return lines(text)
    })
    for (let from = 1; from < 200; from += 40) await some(from, 40)
    await eventually(async () => expect(requestsIn(await page(), { operation: 'none', status: '404', model: '' })).toBe(201))
    const text = await page()
    expect(text).not.toContain('invented')
    expect(lines(text)).toBe(before)
  })
})

/**
 * Returns the value of the first series of `gemini_proxy_requests_total` with these labels; 0 if
 * there is none.
 */
function requestsIn(text: string, labels: Readonly<Record<string, string>>): number {
  const expected = new Map(Object.entries(labels))
  const line = text.split('\n').find((each) => {
    const [, pairs] = /^gemini_proxy_requests_total\{(.*)\} /.exec(each) ?? []
    const present = new Map([...(pairs ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value]) => [name, value]))
    return pairs !== undefined && [...expected].every(([name, value]) => present.get(name) === value)
  })
  return Number(line?.split(' ').at(-1) ?? 0)
}
