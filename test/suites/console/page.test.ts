import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { ADMIN_TOKEN, DATA_PATHS, makePage, PAGE } from './console.js'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const PATHS = ['/console', '/console/app.js', '/console/app.css']

const page = makePage()
const empty = mkdtempSync(join(tmpdir(), 'console-'))
let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy({}, {}, { consoleFolder: page.folder })
})
afterAll(async () => {
  await proxy.close()
  page.remove()
  rmSync(empty, { recursive: true })
})

const open = (path: string, origin = proxy.origin, headers: Record<string, string> = {}) => call(origin, { path, token: null, headers })

describe('the page of the console', () => {
  test('is HTML with a strict CSP, and needs no token', async () => {
    const { status, headers, text } = await open('/console')
    expect([status, text]).toEqual([200, PAGE['index.html']])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
  })

  test.each([
    ['app.js', 'text/javascript'],
    ['app.css', 'text/css'],
  ] as const)('has its file %s', async (name, type) => {
    const { status, headers, text } = await open(`/console/${name}`)
    expect([status, text]).toEqual([200, PAGE[name]])
    expect(headers).toMatchObject({ 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' })
  })

  test.each(PATHS)('%s is 304 for a client that has it, and supports HEAD', async (path) => {
    const { headers, text } = await open(path)
    expect(await open(path, proxy.origin, { 'if-none-match': String(headers.etag) })).toMatchObject({ status: 304, text: '' })
    const head = await call(proxy.origin, { method: 'HEAD', path, token: null })
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': String(Buffer.byteLength(text)) } })
  })

  test.each(['/console/', '/console//', '/docs/'])('%s redirects to the page, so that its relative paths work', async (path) => {
    const { status, headers } = await open(path)
    expect(status).toBe(302)
    expect(new URL(String(headers.location), `https://host/prefix${path}`).pathname).toBe(`/prefix/${path.split('/')[1]}`)
  })

  test.each([
    '/console/index.html',
    '/console/APP.JS',
    '/console/app.js%00',
    '/console/app.js;x',
    '/console/app.mjs',
    '/console/..%2fserver.cjs',
    '/console/%2e%2e%2fserver.cjs',
    '/console/../dist/server.cjs',
    '/console/..%5cserver.cjs',
    '/console/....//app.js',
    '/console/%2Fetc%2Fpasswd',
    '/console//app.js',
    '//console',
    '/Console',
    '/console/__proto__',
    '/console/api',
    '/console/api/',
    '/console/api/settings',
  ])('has no %s', async (path) => {
    const answer = await open(path)
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('unknown_url'))
  })

  test.each(PATHS)('%s accepts no other method', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect(await call(proxy.origin, { method, path, token: null })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD, OPTIONS' },
      })
  })

  test('that was not deployed is a 404 that explains the next step', async () => {
    const bare = await startProxy({}, {}, { consoleFolder: empty })
    try {
      for (const path of PATHS) expect((await open(path, bare.origin)).json).toEqual(failure('unknown_url'))
      const { text } = await open('/console', bare.origin)
      expect(text).toContain('npm run build')
      expect(text).not.toContain(empty)
    } finally {
      await bare.close()
    }
  })
})

describe('on Function Compute', () => {
  const FUNCTION = { FC_FUNCTION_NAME: 'gemini-proxy' }
  const checks = '/console/api/checks/keys'

  test('without ADMIN_TOKEN, the console is a 404', async () => {
    const own = await startProxy(FUNCTION, {}, { consoleFolder: page.folder })
    try {
      for (const path of [...PATHS, ...DATA_PATHS]) {
        expect((await open(path, own.origin)).json).toEqual(failure('unknown_url'))
        expect(JSON.stringify((await open(path, own.origin)).json)).not.toContain('does not offer')
        expect((await call(own.origin, { path, token: ADMIN_TOKEN })).status).toBe(404)
        expect((await call(own.origin, { path, method: 'DELETE' })).status).toBe(404)
      }
      expect((await call(own.origin, { path: checks, method: 'POST' })).status).toBe(404)
      expect((await open('/health', own.origin)).json).toMatchObject({ features: expect.not.arrayContaining(['console']) })
    } finally {
      await own.close()
    }
  })

  test('with ADMIN_TOKEN, the console exists, and its data needs the token', async () => {
    const own = await startProxy({ ...FUNCTION, ADMIN_TOKEN }, {}, { consoleFolder: page.folder })
    try {
      for (const path of PATHS) expect((await open(path, own.origin)).status).toBe(200)
      for (const path of DATA_PATHS) {
        expect((await open(path, own.origin)).status).toBe(401)
        expect((await call(own.origin, { path, token: ADMIN_TOKEN })).status).toBe(200)
      }
      expect((await open('/health', own.origin)).json).toMatchObject({ features: expect.arrayContaining(['console']) })
    } finally {
      await own.close()
    }
  })
})
