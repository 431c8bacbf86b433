import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { isOnFunctionCompute, type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const rootFor = (accept: string | undefined, method = 'GET') =>
  call(proxy.origin, { method, path: '/', token: null, headers: accept === undefined ? {} : { accept } })

describe('GET /', () => {
  test.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'text/*',
    'application/json, text/html;q=0.9',
    'application/json, text/html;q=0.5, */*',
    'text/html;q=0, */*',
    'text/html;q=canary',
    'text/html2',
    'text/plain',
    `${'text/plain,'.repeat(700)}*/*`,
  ])('lists the paths of the server for Accept: %.60s', async (accept) => {
    const { status, json } = await rootFor(accept)
    expect(status).toBe(200)
    expect(json).toEqual({
      name: 'Gemini Proxy',
      version: '0.0.0-test',
      base_url: '/v1',
      docs: '/docs',
      openapi: '/openapi.json',
      health: '/health',
    })
  })

  test('lists paths that exist', async () => {
    const { base_url: base, docs, openapi, health } = (await rootFor('*/*')).json as Record<string, string>
    for (const path of [`${base}/models`, `${docs}`, `${openapi}`, `${health}`])
      expect((await call(proxy.origin, { path })).status).toBe(200)
  })

  test.each([BROWSER, 'text/html', 'TEXT/HTML', 'text/html;charset=utf-8', 'text/html;q=0.9, application/json;q=0.8', ' text/html ; q=1 '])(
    'redirects a browser to a page for Accept: %s',
    async (accept) => {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, text } = await rootFor(accept, method)
        expect([status, headers.location, text]).toEqual([302, isOnFunctionCompute ? '/docs' : '/console', ''])
      }
      expect((await fetch(proxy.origin, { headers: { accept } })).headers.get('content-type')).toMatch(/^text\/html/)
    },
  )

  test.each<[env: Record<string, string>, page: string]>([
    [{}, '/console'],
    [{ FC_FUNCTION_NAME: 'f' }, '/docs'],
    [{ FC_FUNCTION_NAME: 'f', ADMIN_TOKEN: 'of-the-admin' }, '/console'],
  ])('with %j redirects a browser to %s, which exists', async (env, page) => {
    const own = await startProxy(env)
    try {
      const { headers } = await call(own.origin, { path: '/', token: null, headers: { accept: BROWSER } })
      if (!isOnFunctionCompute || 'FC_FUNCTION_NAME' in env) expect(headers.location).toBe(page)
      expect((await call(own.origin, { path: String(headers.location), token: null })).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test('does not repeat anything from the request', async () => {
    for (const accept of ['*/*', 'text/html']) {
      const answer = await call(proxy.origin, {
        path: '/?canary=1',
        token: 'canary',
        headers: { accept, 'x-forwarded-host': 'canary.example' },
      })
      expect(JSON.stringify(answer)).not.toContain('canary')
    }
  })
})

describe('GET /favicon.ico', () => {
  test('is an icon without scripts, sent again only if it has changed', async () => {
    const { status, headers, text } = await call(proxy.origin, { path: '/favicon.ico', token: null })
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml'])
    expect(text).toMatch(/^<svg /)
    expect(text).not.toMatch(/script|href|\bon\w+=/)
    const again = await call(proxy.origin, { path: '/favicon.ico', token: null, headers: { 'if-none-match': String(headers.etag) } })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})
