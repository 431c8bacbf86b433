import { createServer as createHttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { makeCertificate } from '../../support/certificate.js'
import { startConnectProxy } from '../../support/connectProxy.js'
import { listenOnFreePort, startRelay } from '../../support/relay.js'
import {
  type Diagnosis,
  type DoctorOutcome,
  examine,
  expectDiagnosis,
  HEALTHY,
  idsWith,
  KEY,
  OPERATOR_TOKEN,
  PATIENT,
} from './diagnosis.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ behaviour: HEALTHY })
})
afterAll(() => simulator.close())

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const SETTINGS = { GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN }
const examineWith = (env: Record<string, string>, limits = PATIENT): Promise<DoctorOutcome> =>
  examine({ env: { ...SETTINGS, ...env }, limits })

/** Starts a TCP server that calls `onConnection` for each connection. @returns its port */
async function startServer(onConnection: (socket: Socket) => void): Promise<number> {
  const { port, close } = await listenOnFreePort(createServer(onConnection))
  closing.push(close)
  return port
}

/** Starts an HTTP server that sends the same response to every request. @returns its origin */
async function startPage(status: number, headers: Record<string, string>, text = ''): Promise<string> {
  const { port, close } = await listenOnFreePort(createHttpServer((_, response) => response.writeHead(status, headers).end(text)))
  closing.push(close)
  return `http://127.0.0.1:${port}`
}

async function deadPort(): Promise<number> {
  const { port, close } = await listenOnFreePort(createServer())
  await close()
  return port
}

const HINT = [/HTTPS_PROXY/, /HTTPS_PROXY/] as const
const BASE_URL = [/GEMINI_BASE_URL=https:/, /GEMINI_BASE_URL=https:/] as const

describe('the doctor detects why Gemini cannot be reached:', () => {
  const expectConnection = (report: DoctorOutcome, diagnosis: Omit<Diagnosis, 'check'>): void => {
    expectDiagnosis(report, { check: 'connection', ...diagnosis })
    expect(idsWith('skipped', report)).toEqual(['clock', 'keys', 'region', 'quota', 'model', 'thinking', 'streaming'])
  }

  test('an unknown host name', async () => {
    const report = await examineWith({ GEMINI_BASE_URL: 'https://gemini.invalid/v1beta/openai' })
    expectConnection(report, { cause: [/gemini\.invalid.* does not resolve/, /无法解析 gemini\.invalid/], step: HINT })
  })

  test('a closed port', async () => {
    const report = await examineWith({ GEMINI_BASE_URL: `http://127.0.0.1:${await deadPort()}/v1beta/openai` })
    expectConnection(report, { cause: [/refuses the connection/, /拒绝连接/], step: [/firewall/, /防火墙/] })
  })

  test('a host that does not answer', async () => {
    const port = await startServer(() => undefined)
    const report = await examineWith({ GEMINI_BASE_URL: `http://127.0.0.1:${port}/v1beta/openai` }, { ...PATIENT, stepMs: 200 })
    expectConnection(report, { cause: [/does not respond: a firewall/, /没有响应：数据包/], step: [/port 443/, /443 端口/] })
  })

  test('a firewall that resets connections', async () => {
    const port = await startServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const report = await examineWith({ GEMINI_BASE_URL: `https://127.0.0.1:${port}/v1beta/openai` })
    expectConnection(report, { cause: [/blocks Google/, /屏蔽 Google/], step: HINT })
  })

  test('a forward proxy whose tunnel has no server behind it', async () => {
    const nowhere = await startServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const forward = await startConnectProxy(nowhere)
    closing.push(() => forward.close())
    const report = await examineWith({ HTTPS_PROXY: forward.url })
    const step = [/^The proxy of HTTPS_PROXY/, /^HTTPS_PROXY 的代理/] as const
    expectConnection(report, { cause: [/cut off before a response/, /收到响应前被切断/], step })
  })

  test('TLS inspection', async () => {
    const relay = await startRelay(Number(new URL(simulator.origin).port), makeCertificate('localhost'))
    closing.push(() => relay.close())
    const report = await examineWith({ GEMINI_BASE_URL: `https://localhost:${relay.port}/v1beta/openai` })
    expectConnection(report, {
      cause: [/not trusted: a proxy in between inspects TLS/, /不受信任.*解密 TLS/],
      step: [/NODE_EXTRA_CA_CERTS/, /NODE_EXTRA_CA_CERTS/],
    })
  })

  test('a port without TLS', async () => {
    const report = await examineWith({ GEMINI_BASE_URL: simulator.baseUrl.replace('http:', 'https:') })
    expectConnection(report, { cause: [/does not speak TLS/, /不使用 TLS/], step: [/https:\/\/ or http:\/\//, /协议/] })
  })

  test('a path without an API', async () => {
    const report = await examineWith({ GEMINI_BASE_URL: `${simulator.origin}/v1` })
    expectConnection(report, { cause: [/no API at the path of GEMINI_BASE_URL.*404/, /没有接口.*404/], step: BASE_URL })
  })

  test('a path other than that of the OpenAI-compatible API', async () => {
    const relay = await startRelay(Number(new URL(simulator.origin).port))
    closing.push(() => relay.close())
    const forward = await startConnectProxy(relay.port)
    closing.push(() => forward.close())
    const report = await examineWith({ GEMINI_BASE_URL: 'https://generativelanguage.googleapis.com/v1beta', HTTPS_PROXY: forward.url })
    expect(idsWith('failed', report), report.output).toEqual(['connection'])
  })

  test('a redirect', async () => {
    const origin = await startPage(301, { location: 'https://example.com/v1beta/openai/models?key=secret' })
    const report = await examineWith({ GEMINI_BASE_URL: `${origin}/v1beta/openai` })
    expectConnection(report, {
      cause: [/redirected to https:\/\/example\.com \(HTTP 301\)/, /重定向到 https:\/\/example\.com（HTTP 301）/],
      step: BASE_URL,
    })
    expect(report.output).not.toContain('secret')
  })

  test('a login page of a network (captive portal)', async () => {
    const origin = await startPage(200, { 'content-type': 'text/html' }, '<h1>Welcome to the hotel</h1>')
    const report = await examineWith({ GEMINI_BASE_URL: `${origin}/v1beta/openai` })
    expectConnection(report, { cause: [/is not the Gemini API.*HTTP 200, text\/html/, /其他服务.*HTTP 200，text\/html/], step: BASE_URL })
  })

  test('a page that never ends', async () => {
    const server = createHttpServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).write('x'.repeat(100_000)))
    const { port, close } = await listenOnFreePort(server)
    closing.push(close)
    const report = await examineWith({ GEMINI_BASE_URL: `http://127.0.0.1:${port}/v1beta/openai` }, { ...PATIENT, stepMs: 5_000 })
    expectConnection(report, { cause: [/is not the Gemini API.*HTTP 200, text\/html/, /其他服务.*HTTP 200，text\/html/], step: BASE_URL })
  })
})

describe('the doctor detects a problem with the forward proxy:', () => {
  const expectProxy = (report: DoctorOutcome, diagnosis: Omit<Diagnosis, 'check'>): void =>
    expectDiagnosis(report, { check: 'proxy', ...diagnosis })
  const through = (proxy: string, limits = PATIENT): Promise<DoctorOutcome> =>
    examineWith({ GEMINI_BASE_URL: 'https://gemini.test/v1beta/openai', HTTPS_PROXY: proxy }, limits)

  test.each<[status: string, proxy: string, Omit<Diagnosis, 'check'>]>([
    [
      '407 Proxy Authentication Required',
      'http://',
      { cause: [/requires a user and password/, /要求用户名和密码/], step: [/user:password/, /用户:密码/] },
    ],
    [
      '407 Proxy Authentication Required',
      'http://operator:doctor-pass@',
      { cause: [/requires a different user/, /要求其他用户名/], step: [/%40/, /%40/] },
    ],
    ['403 Forbidden', 'http://', { cause: [/refuses a tunnel.*403/, /拒绝建立.*403/], step: [/Allow CONNECT/, /允许对.*CONNECT/] }],
    [
      '502 Bad Gateway',
      'http://',
      { cause: [/refuses a tunnel.*502/, /拒绝建立.*502/], step: [/unable to reach Google/, /无法访问 Google/] },
    ],
  ])('%s (%s)', async (refusal, prefix, diagnosis) => {
    const forward = await startConnectProxy(1, refusal)
    closing.push(() => forward.close())
    const report = await through(forward.url.replace('http://', prefix))
    expectProxy(report, diagnosis)
    expect(report.output).not.toContain('doctor-pass')
  })

  test('a closed port', async () => {
    expectProxy(await through(`http://127.0.0.1:${await deadPort()}`), {
      cause: [/no server listens/, /没有服务在监听/],
      step: [/Start the proxy/, /启动代理/],
    })
  })

  test('a host that does not answer', async () => {
    const port = await startServer(() => undefined)
    expectProxy(await through(`http://127.0.0.1:${port}`, { ...PATIENT, stepMs: 200 }), {
      cause: [/does not respond/, /没有响应/],
      step: [/correct HTTPS_PROXY/, /改正 HTTPS_PROXY/],
    })
  })

  test('a server that is not an HTTP proxy', async () => {
    const port = await startServer((socket) => socket.once('data', () => socket.end('\u0005\u0000 this is SOCKS')))
    expectProxy(await through(`http://127.0.0.1:${port}`), {
      cause: [/not an HTTP proxy/, /不是 HTTP 代理/],
      step: [/SOCKS is not supported/, /不支持 SOCKS/],
    })
  })

  test('an unsupported variable (a warning)', async () => {
    const report = await examineWith({ GEMINI_BASE_URL: simulator.baseUrl, ALL_PROXY: 'socks5://127.0.0.1:1080' })
    expectProxy(report, {
      status: 'warning',
      cause: [/ALL_PROXY is set/, /设置了 ALL_PROXY/],
      step: [/set HTTPS_PROXY/, /设置 HTTPS_PROXY/],
    })
  })
})

describe('the doctor detects a problem with Redis:', () => {
  const withRedis = (url: string, limits = PATIENT): Promise<DoctorOutcome> =>
    examineWith({ GEMINI_BASE_URL: simulator.baseUrl, REDIS_URL: url }, limits)

  test('a closed port', async () => {
    const report = await withRedis(`redis://:doctor-pass@127.0.0.1:${await deadPort()}`)
    expectDiagnosis(report, { check: 'redis', cause: [/no server listens/, /没有服务在监听/], step: [/Start Redis/, /启动 Redis/] })
    expect(report.output).not.toContain('doctor-pass')
  })

  test('a host that does not answer', async () => {
    const port = await startServer(() => undefined)
    const report = await withRedis(`redis://127.0.0.1:${port}`, { ...PATIENT, stepMs: 2_000 })
    expectDiagnosis(report, { check: 'redis', cause: [/does not respond/, /没有响应/], step: [/firewall/, /防火墙/] })
  })

  test('another server', async () => {
    const port = await startServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const report = await withRedis(`redis://127.0.0.1:${port}`)
    expectDiagnosis(report, {
      check: 'redis',
      cause: [/sent a response that is not from a Redis server/, /不是 Redis 协议/],
      step: [/host and port/, /主机和端口/],
    })
  })

  test('an unknown host name', async () => {
    const report = await withRedis('redis://redis.invalid:6379')
    expectDiagnosis(report, { check: 'redis', cause: [/does not resolve/, /无法解析/], step: [/VPC/, /VPC/] })
  })
})
