import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { exchangeText } from './socket.js'

// Codex tries a WebSocket first. After a 426 it continues with POST requests without a delay.
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

describe('a request to open a WebSocket at /v1/responses', () => {
  test.each<[what: string, path: string, token: string | null, headers: Record<string, string>]>([
    ['with a token', '/v1/responses', TOKEN, {}],
    ['without a token', '/v1/responses', null, {}],
    ['with a wrong token', '/v1/responses', 'wrong-token-1234', {}],
    ['with a query', '/v1/responses?model=x', TOKEN, {}],
    ['with other capitalization', '/v1/responses', TOKEN, { upgrade: 'WebSocket', connection: 'upgrade' }],
    ['with other connection options', '/v1/responses', TOKEN, { connection: 'keep-alive, Upgrade' }],
    ['as Codex does', '/v1/responses', TOKEN, { 'openai-beta': 'responses_websockets=2026-02-06' }],
  ])('is 426 without an upgrade: %s', async (_, path, token, headers) => {
    const answer = await call(proxy.origin, { path, token, headers: { ...UPGRADE, ...headers } })
    expect([answer.status, answer.json]).toEqual([426, failure('websocket_unsupported')])
    expect([answer.headers.connection, answer.headers.upgrade, answer.headers['x-should-retry']]).toEqual(['close', undefined, 'false'])
  })

  test('closes the connection, and a pipelined request is not read', async () => {
    const lines = ['GET /v1/responses HTTP/1.1', 'host: x', ...Object.entries(UPGRADE).map(([name, value]) => `${name}: ${value}`)]
    const next = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'
    const answer = await exchangeText(proxy.origin, `${lines.join('\r\n')}\r\n\r\n${next}`)
    expect(answer.status).toBe(426)
    expect(answer.text).not.toContain('HTTP/1.1 200')
  })

  test('does not reach Gemini', () => {
    expect(proxy.simulator.requests).toEqual([])
  })
})

describe('other requests are not affected', () => {
  test.each<[what: string, ask: Parameters<typeof call>[1], status: number]>([
    ['a plain GET', { path: '/v1/responses' }, 405],
    ['a HEAD with the upgrade headers', { method: 'HEAD', path: '/v1/responses', headers: UPGRADE }, 405],
    ['another protocol', { path: '/v1/responses', headers: { connection: 'Upgrade', upgrade: 'h2c' } }, 405],
    ['another path', { path: '/v1/chat/completions', headers: UPGRADE }, 405],
    ['an unknown path', { path: '/v1/realtime', headers: UPGRADE }, 404],
    ['a subpath', { path: '/v1/responses/resp_1', headers: UPGRADE }, 404],
    ['the list of models', { path: '/v1/models', headers: UPGRADE }, 200],
    ['a subpath, without a token', { path: '/v1/responses/resp_1', headers: UPGRADE, token: null }, 401],
  ])('%s', async (_, ask, status) => {
    expect((await call(proxy.origin, ask)).status).toBe(status)
  })

  test('a POST with the upgrade headers is answered', async () => {
    const { connection: _, ...headers } = UPGRADE
    const answer = await call(proxy.origin, { path: '/v1/responses', headers, body: { model: 'gemini-3.8-flash', input: 'hi' } })
    expect(answer.status).toBe(200)
  })
})
