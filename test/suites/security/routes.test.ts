import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toRouteUrl } from '../../../src/http/routes.js'
import { call, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

interface Route {
  readonly method: string
  readonly url: string
  /**
   * The name of the credential that the route requires, or `none`; undefined if the route is not an
   * operation of the contract.
   */
  readonly credential: unknown
}

const routes: Route[] = []
let proxy: ProxyUnderTest

/** Records every route that is registered, by any module or plugin. */
const note = (message: unknown): void => {
  const { fastify } = message as { readonly fastify: { addHook(name: 'onRoute', hook: (route: RouteOptions) => void): void } }
  fastify.addHook('onRoute', ({ method, url, config }) => {
    const { operation } = (config ?? {}) as { operation?: { credential?: unknown } }
    for (const each of [method].flat()) routes.push({ method: each, url, credential: operation?.credential })
  })
}

beforeAll(async () => {
  subscribe('fastify.initialization', note)
  proxy = await startProxy({ METRICS_TOKEN: 'scraper-token', RATE_LIMIT_RPM: '100000' })
  unsubscribe('fastify.initialization', note)
})
afterAll(() => proxy.close())

/**
 * The operations that need no credential. Listed by hand, so that opening another one requires a
 * change of this test.
 */
const OPEN = [
  'GET /',
  'GET /console',
  'GET /console/{asset}',
  'GET /docs',
  'GET /docs/{asset}',
  'GET /favicon.ico',
  'GET /health',
  'GET /health/live',
  'GET /openapi.json',
]

describe('the authentication of routes', () => {
  test('is optional for exactly the operations listed here', () => {
    const open = OPERATIONS.filter(({ isOpen }) => isOpen).map(({ method, path }) => `${method} ${path}`)
    expect(open.sort()).toEqual(OPEN)
  })

  test('is declared for every registered route but the preflight', () => {
    expect(routes.length).toBeGreaterThan(OPERATIONS.length)
    for (const { method, url, credential } of routes) {
      if (method === 'OPTIONS') expect([url, credential]).toEqual(['*', undefined])
      else expect([url, credential]).toEqual([url, expect.stringMatching(/^(none|bearerAuth|metricsToken|adminToken)$/)])
    }
  })

  test('matches the security of the contract for every registered route', () => {
    const expected = new Map(OPERATIONS.map(({ method, path, isOpen }) => [`${method} ${toRouteUrl(path)}`, isOpen]))
    for (const { method, url, credential } of routes.filter((route) => route.method !== 'OPTIONS')) {
      const isOpen = expected.get(`${method === 'HEAD' ? 'GET' : method} ${url}`)
      expect([url, credential === 'none']).toEqual([url, isOpen])
    }
  })

  test.each(OPERATIONS.filter(({ isOpen }) => !isOpen))(
    '$method $path requires a token, with each HTTP method',
    async ({ method, samplePath }) => {
      for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method])
        for (const token of [null, 'wrong', 'Bearer'])
          expect(
            (await call(proxy.origin, { method: each, path: samplePath, token, ...(each === 'POST' ? { body: {} } : {}) })).status,
          ).toBe(401)
    },
  )

  test('a preflight reveals nothing', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' }
    for (const { path } of OPERATIONS) {
      const answer = await call(proxy.origin, { method: 'OPTIONS', path, token: null, headers })
      expect([answer.status, answer.text]).toEqual([204, ''])
    }
  })

  test.each([
    '/docs/../v1/models',
    '/admin',
    '/config',
    '/api/keys',
    '/keys',
    '/debug',
    '/.env',
    '/v1/proxy/x',
    '/logs',
    '/log/stream',
    '/gemini/v1/models',
  ])('%s, which is open in similar products, is a 404', async (path) => {
    expect((await call(proxy.origin, { path, token: null })).status).toBe(404)
  })
})
