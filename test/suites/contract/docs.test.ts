import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const ASSETS = ['docs.css', 'docs.js', 'swagger-ui-bundle.js', 'swagger-ui.css']
const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')

const empty = mkdtempSync(join(tmpdir(), 'docs-'))
let proxy: RunningProxy
let bare: RunningProxy
beforeAll(async () => {
  proxy = await startProxy()
  bare = await startProxy({}, {}, { docsFolder: empty })
})
afterAll(async () => {
  await proxy.close()
  await bare.close()
  rmSync(empty, { recursive: true, force: true })
})

const ask = (path: string, headers: Record<string, string> = {}, origin = proxy.origin) => call(origin, { path, token: null, headers })

describe('the docs page', () => {
  test('is HTML with a strict CSP, and needs no token', async () => {
    const { status, headers, text } = await ask('/docs')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    expect(text).toBe(read('src/consolePage/docs/index.html'))
  })

  test('loads the files in the contract by relative paths, and has no inline script or style', async () => {
    const { text } = await ask('/docs')
    const loaded = [...text.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, address]) => address)
    expect(loaded.sort()).toEqual([expect.stringMatching(/^data:image\/svg/), ...ASSETS.map((name) => `docs/${name}`)])
    expect(text).not.toMatch(/<style|<script(?! src)| on\w+=| style=/)
  })

  test.each(ASSETS)('has its file %s', async (name) => {
    const { status, headers, text } = await ask(`/docs/${name}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(`text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(text).toBe(read(`${name.startsWith('docs.') ? 'dist/docs' : 'node_modules/swagger-ui-dist'}/${name}`))
  })

  test.each([
    '/docs/index.html',
    '/docs/LICENSE',
    '/docs/DOCS.JS',
    '/docs/docs.js%00',
    '/docs/docs.js;x',
    '/docs/..%2fserver.cjs',
    '/docs/%2e%2e%2fserver.cjs',
    '/docs/../dist/server.cjs',
    '/docs/..%5cserver.cjs',
    '/docs//docs.js',
    '//docs',
    '/docs/__proto__',
  ])('has no %s', async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('unknown_url'))
  })
})

describe.each(['/docs', '/docs/swagger-ui.css', '/openapi.json'])('a conditional request for %s', (path) => {
  test.each([
    ['is right', (etag: string) => etag],
    ['with the right ETag', (etag: string) => `W/${etag}`],
    ['with the ETag that a compressing proxy changes to a weak one', (etag: string) => `"another", ${etag}`],
    ['with the right ETag among others', () => '*'],
  ])('%s: 304 without a body', async (_, known) => {
    const { headers } = await ask(path)
    const again = await ask(path, { 'if-none-match': known(String(headers.etag)) })
    expect(again).toMatchObject({ status: 304, text: '' })
    expect(again.headers.etag).toBe(headers.etag)
    expect(again.headers['content-type']).toBeUndefined()
  })

  test('with an outdated ETag returns the content', async () => {
    const fresh = await ask(path)
    const again = await ask(path, { 'if-none-match': '"another", W/"older"' })
    expect([again.status, again.text]).toEqual([200, fresh.text])
  })

  test('can be a HEAD request', async () => {
    const head = await call(proxy.origin, { method: 'HEAD', path, token: null })
    const get = await ask(path)
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers).toMatchObject({ etag: get.headers.etag, 'content-length': String(Buffer.byteLength(get.text)) })
    const known = { 'if-none-match': String(get.headers.etag) }
    expect(await call(proxy.origin, { method: 'HEAD', path, token: null, headers: known })).toMatchObject({ status: 304, text: '' })
  })
})

describe('a server without the files of the docs page', () => {
  test('returns a plain page with a link to the contract, under the same CSP', async () => {
    const { status, text, headers } = await ask('/docs', {}, bare.origin)
    expect([status, headers['content-security-policy']]).toEqual([200, POLICY])
    expect(text).toContain('<a href="openapi.json">')
    expect(text).toContain('were not deployed')
    expect((await ask('/openapi.json', {}, bare.origin)).status).toBe(200)
  })

  test('responds 404 until the files exist', async () => {
    expect((await ask('/docs/docs.js', {}, bare.origin)).json).toEqual(failure('unknown_url'))
    writeFileSync(join(empty, 'docs.js'), 'first')
    expect((await ask('/docs/docs.js', {}, bare.origin)).text).toBe('first')
    writeFileSync(join(empty, 'docs.js'), 'second')
    // The server read docs.js only once, so it still sends the first text.
    expect((await ask('/docs/docs.js', {}, bare.origin)).text).toBe('first')
  })
})

test('the contract is serialized once', async () => {
  let times = 0
  const publishedContract = {
    toJSON: () => {
      times += 1
      return { openapi: '3.1.1', info: {}, paths: {} }
    },
  }
  const counted = await startProxy({}, {}, { readPublishedContract: async () => publishedContract })
  try {
    const answers = await Promise.all([1, 2, 3].map(() => ask('/openapi.json', {}, counted.origin)))
    expect(answers.map(({ json }) => json)).toEqual(Array(3).fill({ openapi: '3.1.1', info: {}, paths: {} }))
    expect(times).toBe(1)
  } finally {
    await counted.close()
  }
})
