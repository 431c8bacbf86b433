import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { chat, PLAIN, parseStream, post, streamed } from '../../support/calls.js'
import { type Certificate, makeCertificate } from '../../support/certificate.js'
import { type ConnectProxy, startConnectProxy } from '../../support/connectProxy.js'
import { credentialIn } from '../../support/geminiWire.js'
import { GEMINI_KEY, startProxy, TOKEN } from '../../support/proxy.js'
import { type Relay, startRelay } from '../../support/relay.js'

// Node.js reads NODE_EXTRA_CA_CERTS only at its start: these tests need the built server in a
// separate process.
let folder: string
let certificate: Certificate
let simulator: Simulator
let gemini: Relay
beforeAll(async () => {
  certificate = makeCertificate('gemini.test', 'localhost')
  folder = mkdtempSync(join(tmpdir(), 'gemini-proxy-'))
  writeFileSync(join(folder, 'ca.pem'), certificate.cert)
  simulator = await startSimulator()
  gemini = await startRelay(Number(new URL(simulator.origin).port), certificate)
})
afterAll(async () => {
  await gemini.close()
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  simulator.reset()
})

async function start(
  host: string,
  env: Record<string, string>,
  refusal?: string,
  ownCertificate?: Certificate,
): Promise<[ConnectProxy, { baseUrl: string }, Bundle]> {
  const forward = await startConnectProxy(gemini.port, refusal, ownCertificate)
  closing.push(() => forward.close())
  const bundle = await startBundle({
    GEMINI_API_KEY: GEMINI_KEY,
    GEMINI_BASE_URL: `https://${host}:${gemini.port}/v1beta/openai`,
    AUTH_TOKEN: TOKEN,
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    ...PLAIN,
    ...env,
    HTTPS_PROXY: forward.url.replace('http://', env.HTTPS_PROXY ?? 'http://'),
  })
  closing.push(() => bundle.stop())
  return [forward, { baseUrl: `${bundle.address}/v1` }, bundle]
}

describe('HTTPS_PROXY', () => {
  test('tunnels requests to Gemini through CONNECT, and sees neither key nor prompt', async () => {
    // The host name of Gemini does not exist, so the proxy can reach it only through the forward
    // proxy.
    const [forward, proxy] = await start('gemini.test', {})
    expect(await (await post(proxy, chat({}))).json()).toMatchObject({ object: 'chat.completion' })
    expect(parseStream(await (await post(proxy, streamed({ chunks: 5 }))).text())).toMatchObject({ dones: 1, errors: [] })
    expect(simulator.requests.map(credentialIn)).toEqual([GEMINI_KEY, GEMINI_KEY])
    // The proxy sends both requests through one tunnel.
    expect(forward.targets).toEqual([`gemini.test:${gemini.port}`])
    expect(forward.credentials).toEqual([undefined])
    expect(forward.heard().length).toBeGreaterThan(500)
    expect(forward.heard()).not.toMatch(new RegExp(`${GEMINI_KEY}|simulate|${TOKEN}`))
  })

  test('may be a TLS proxy', async () => {
    const [forward, proxy] = await start('gemini.test', {}, undefined, certificate)
    for (const body of [chat({}), streamed({})]) expect((await post(proxy, body)).status).toBe(200)
    expect(forward.targets).toEqual([`gemini.test:${gemini.port}`])
  })

  test('is not used with TLS if its certificate is for another name', async () => {
    const [forward, proxy] = await start('gemini.test', {}, undefined, makeCertificate('other.test'))
    expect((await post(proxy, chat({}))).status).toBe(502)
    expect(forward.targets).toEqual([])
  })

  test('sends the user of its URL as credentials, and the password is not logged', async () => {
    const [forward, proxy, bundle] = await start('gemini.test', { HTTPS_PROXY: 'http://operator:pass%40word@' })
    expect((await post(proxy, chat({}))).status).toBe(200)
    expect(forward.credentials).toEqual([`Basic ${Buffer.from('operator:pass@word').toString('base64')}`])
    expect(bundle.output()).not.toMatch(/pass(@|%40)word/)
  })

  test.each(['example.com, localhost', '*', 'LOCALHOST', '*.test localhost', '.localhost,localhost:1,*host'])(
    'is not used for hosts in NO_PROXY: %s',
    async (NO_PROXY) => {
      const [forward, proxy] = await start('localhost', { NO_PROXY })
      expect((await post(proxy, chat({}))).status).toBe(200)
      expect(forward.targets).toEqual([])
    },
  )

  test('is not used if NO_PROXY lists host and port', async () => {
    const [forward, proxy] = await start('localhost', { NO_PROXY: `localhost:${gemini.port}` })
    expect((await post(proxy, chat({}))).status).toBe(200)
    expect(forward.targets).toEqual([])
  })

  test.each(['localhost,example.com,test.example', 'gemini.test:1', 'gemini', 'x.gemini.test', '.gemini.test', ''])(
    'is used for hosts that are not in NO_PROXY: %s',
    async (NO_PROXY) => {
      const [forward, proxy] = await start('gemini.test', { NO_PROXY })
      expect((await post(proxy, chat({}))).status).toBe(200)
      expect(forward.targets).toHaveLength(1)
    },
  )

  test('that refuses the tunnel is a 502 with an OpenAI-style error', async () => {
    const [, proxy, bundle] = await start(
      'gemini.test',
      { HTTPS_PROXY: 'http://operator:pass%40word@' },
      '407 Proxy Authentication Required',
    )
    for (const body of [chat({}), streamed({})]) {
      const response = await post(proxy, body)
      expect(response.status).toBe(502)
      expect(await response.json()).toMatchObject({ error: { code: 'upstream_error', type: 'server_error' } })
    }
    expect(bundle.output()).not.toMatch(/pass(@|%40)word/)
    expect(simulator.totalRequests).toBe(0)
  })

  test('is not used for an upstream with plain HTTP', async () => {
    const forward = await startConnectProxy(gemini.port)
    closing.push(() => forward.close())
    const proxy = await startProxy({ HTTPS_PROXY: forward.url })
    closing.push(() => proxy.close())
    expect((await post(proxy, chat({}))).status).toBe(200)
    expect(forward.targets).toEqual([])
  })
})

describe('TLS to Gemini', () => {
  test('fails with an untrusted certificate', async () => {
    const proxy = await startProxy({ GEMINI_BASE_URL: `https://localhost:${gemini.port}/v1beta/openai`, ...PLAIN })
    closing.push(() => proxy.close())
    const response = await post(proxy, chat({}))
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }])
    expect(simulator.totalRequests).toBe(0)
  })

  test('fails with a certificate for another name', async () => {
    const other = await startRelay(Number(new URL(simulator.origin).port), makeCertificate('other.test'))
    closing.push(() => other.close())
    const [, proxy] = await start('localhost', { NO_PROXY: '*', GEMINI_BASE_URL: `https://localhost:${other.port}/v1beta/openai` })
    expect((await post(proxy, chat({}))).status).toBe(502)
    expect(simulator.totalRequests).toBe(0)
  })
})
