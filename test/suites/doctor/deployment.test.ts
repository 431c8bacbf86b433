import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { toCallerHeaders } from '../../doubles/functionCompute/headers.js'
import type { ErrorName } from '../../doubles/simulator/errors.js'
import { makeCertificate } from '../../support/certificate.js'
import { type ProxyUnderTest as Running, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort, startRelay } from '../../support/relay.js'
import { type Diagnosis, type DoctorOutcome, examine, expectDiagnosis, HEALTHY, idsWith, PATIENT } from './diagnosis.js'
import { type GatewayFaults, startGateway } from './gateway.js'

let proxy: Running
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' }, { behaviour: HEALTHY })
})
afterAll(() => proxy.close())

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  proxy.simulator.reset()
})

const examineTarget = async (target: string, token: string | undefined = TOKEN, limits = PATIENT): Promise<DoctorOutcome> => {
  const report = await examine({ target, token, limits })
  expect(report.output).not.toContain(TOKEN)
  return report
}

async function behind(faults: GatewayFaults, token = TOKEN): Promise<DoctorOutcome> {
  const gateway = await startGateway(proxy.origin, faults)
  closing.push(() => gateway.close())
  return examineTarget(gateway.origin, token)
}

async function deployed(env: Record<string, string>): Promise<Running> {
  const other = await startProxy({ MAX_RETRIES: '0', ...env }, { behaviour: HEALTHY })
  closing.push(() => other.close())
  return other
}

const respond =
  (
    status: number,
    type: string,
    text: string,
    isFor: (request: IncomingMessage) => boolean = () => true,
  ): NonNullable<GatewayFaults['refuse']> =>
  (request: IncomingMessage, response: ServerResponse) => {
    if (!isFor(request)) return false
    request.resume()
    response.writeHead(status, { 'content-type': type, connection: 'close' }).end(text)
    return true
  }

const PAGE = '<html><h1>nginx</h1></html>'

describe('for a deployment without faults, the doctor', () => {
  test('passes every check with one call of a model', async () => {
    const report = await examineTarget(`${proxy.origin}/v1/chat/completions`)
    expect(report.code, report.output).toBe(0)
    expect(idsWith('ok', report)).toHaveLength(14)
    expect(proxy.simulator.requests.map(({ path }) => path)).toEqual(['/v1beta/openai/chat/completions'])
  })
})

describe('the doctor detects a problem with the key, region or quota of a deployment:', () => {
  test.each<[fault: string, error: ErrorName, Diagnosis]>([
    [
      'a wrong key',
      'invalid-long',
      {
        check: 'keys',
        cause: [/rejects the GEMINI_API_KEY.*upstream_auth_error/, /拒绝了该部署的 GEMINI_API_KEY/],
        step: [/Set a valid one/, /创建有效的密钥/],
      },
    ],
    [
      'a leaked key',
      'leaked',
      { check: 'keys', cause: [/upstream_auth_error/, /upstream_auth_error/], step: [/Set a valid one/, /创建有效的密钥/] },
    ],
    [
      'a blocked region',
      'region',
      {
        check: 'region',
        cause: [/not available in the region/, /不向该部署所在的地区/],
        step: [/REGION=us-west-1 make deploy/, /REGION=us-west-1 make deploy/],
      },
    ],
    [
      'the daily quota',
      'quota-day',
      { check: 'quota', cause: [/insufficient_quota/, /insufficient_quota/], step: [/midnight Pacific/, /太平洋时间零点/] },
    ],
    ['used-up credit', 'no-credit', { check: 'quota', cause: [/insufficient_quota/, /insufficient_quota/], step: [/top up/, /充值/] }],
    ['the quota per minute', 'quota-minute', { check: 'quota', cause: [/per minute/, /每分钟/], step: [/Wait a minute/, /等待一分钟/] }],
    ['overload', 'unavailable', { check: 'model', cause: [/overloaded/, /过载/], step: [/MODEL_FALLBACKS/, /MODEL_FALLBACKS/] }],
  ])('%s', async (_fault, error, diagnosis) => {
    proxy.simulator.settings.behaviour = { error }
    const report = await examineTarget(proxy.origin)
    expectDiagnosis(report, diagnosis)
    expect(idsWith('ok', report)).toEqual(['target', 'domain', 'clock', 'token', 'models', 'cors', 'body'])
  })

  test('Gemini cannot be reached', async () => {
    const { port, close } = await listenOnFreePort(createServer())
    await close()
    const { origin } = await deployed({ GEMINI_BASE_URL: `http://127.0.0.1:${port}` })
    expectDiagnosis(await examineTarget(origin), {
      check: 'connection',
      cause: [/upstream_error: The connection to Gemini failed/, /upstream_error/],
      step: [/HTTPS_PROXY/, /HTTPS_PROXY/],
    })
  })

  test('a server at GEMINI_BASE_URL that is not Gemini', async () => {
    const notFound = 'HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'
    const { port, close } = await listenOnFreePort(createServer((socket) => void socket.once('data', () => socket.end(notFound))))
    const { origin } = await deployed({ GEMINI_BASE_URL: `http://127.0.0.1:${port}` })
    expectDiagnosis(await examineTarget(origin), {
      check: 'connection',
      cause: [/upstream_error: The response did not come from Gemini/, /upstream_error/],
      step: [/GEMINI_BASE_URL/, /GEMINI_BASE_URL/],
    })
    await close()
  })

  test('a limit of Gemini, even if RATE_LIMIT_RPM is set and not reached', async () => {
    const limited = await deployed({ RATE_LIMIT_RPM: '1000' })
    limited.simulator.settings.behaviour = { error: 'quota-minute' }
    const report = await examineTarget(limited.origin)
    expectDiagnosis(report, {
      check: 'quota',
      cause: [/limit of the Gemini keys/, /Gemini 密钥的限额/],
      step: [/Wait a minute/, /等待一分钟/],
    })
    expect(report.output).not.toContain('rate limit of the deployment')
  })

  test('RATE_LIMIT_RPM is reached', async () => {
    const { origin } = await deployed({ RATE_LIMIT_RPM: '1' })
    const report = await examineTarget(origin)
    expect(idsWith('failed', report)).toEqual(['quota'])
    expectDiagnosis(report, {
      check: 'quota',
      cause: [/RATE_LIMIT_RPM/, /RATE_LIMIT_RPM/],
      step: [/raise RATE_LIMIT_RPM/, /调高 RATE_LIMIT_RPM/],
    })
  })

  test('no response', async () => {
    proxy.simulator.settings.behaviour = { hold: 'before-headers' }
    const report = await examineTarget(proxy.origin, TOKEN, { ...PATIENT, answerMs: 1_500 })
    expectDiagnosis(report, {
      check: 'model',
      cause: [/did not answer in time/, /未在规定时间内响应/],
      step: [/make doctor/, /make doctor/],
    })
  })

  test('an unknown model', async () => {
    const report = await examine({ target: proxy.origin, token: TOKEN, model: 'gpt-17' })
    expectDiagnosis(report, {
      check: 'model',
      cause: [/model_not_found/, /model_not_found/],
      step: [/MODEL=gemini-3\.8-flash/, /MODEL=gemini-3\.8-flash/],
    })
  })

  test('an alias of a retired model (a warning)', async () => {
    const { origin } = await deployed({ MODEL_ALIASES: 'gpt-4=gemini-1.5-pro' })
    expectDiagnosis(await examineTarget(origin), {
      check: 'models',
      status: 'warning',
      cause: [/gpt-4 is mapped to/, /gpt-4 指向/],
      step: [/MODEL_ALIASES/, /MODEL_ALIASES/],
    })
  })
})

describe('the doctor detects a problem with the token:', () => {
  const step = [/without the name before the colon/, /不含冒号前的名称/] as const

  test('wrong', async () => {
    const report = await examineTarget(proxy.origin, 'doctor-wrong-token')
    expectDiagnosis(report, { check: 'token', cause: [/rejects TOKEN: it is not one of the tokens/, /拒绝了 TOKEN/], step })
    expect(report.output).not.toContain('doctor-wrong-token')
  })

  test('missing', async () => {
    const report = await examine({ target: proxy.origin })
    expectDiagnosis(report, { check: 'token', cause: [/requires a token, but no TOKEN is set/, /要求令牌，但没有提供/], step })
    expect(report.output).toMatch(/make doctor TARGET=\.\.\. TOKEN=\.\.\..*GEMINI_PROXY_TOKEN/)
  })

  test('not required, so that anyone can use the deployment', async () => {
    const { origin } = await deployed({ AUTH_TOKEN: '' })
    expectDiagnosis(await examineTarget(origin), {
      check: 'token',
      cause: [/anyone can use it at your cost/, /任何人都可以使用/],
      step: [/Set AUTH_TOKEN/, /设置 AUTH_TOKEN/],
    })
  })

  test('rejected by a gateway', async () => {
    const refuse = respond(401, 'text/html', PAGE, ({ url }) => url?.startsWith('/v1') === true)
    expectDiagnosis(await behind({ refuse }), {
      check: 'token',
      cause: [/gateway.*401/, /网关.*401/],
      step: [/header Authorization/, /Authorization 请求头/],
    })
  })
})

describe('the doctor detects how a gateway changes the traffic of a deployment:', () => {
  test('it compresses, and so buffers', async () => {
    expectDiagnosis(await behind({ compression: 'collected' }), {
      check: 'streaming',
      cause: [/arrived at once.*compresses it \(gzip\)/, /一次性到达.*压缩（gzip）/],
      step: [/compression/, /压缩/],
    })
  })

  test('it compresses without buffering, which is accepted', async () => {
    const report = await behind({ compression: 'flushed' })
    expect(idsWith('failed', report), report.output).toEqual([])
  })

  test('it buffers', async () => {
    const report = await behind({ isBuffering: true })
    expectDiagnosis(report, {
      check: 'streaming',
      cause: [/arrived at once.*buffers/, /一次性到达.*缓冲/],
      step: [/docs\/nginx\.conf/, /docs\/nginx\.conf/],
    })
  })

  test('it truncates streams', async () => {
    proxy.simulator.settings.behaviour = { chunks: 10, chunkDelayMs: 20, text: '' }
    const report = await behind({ pieces: 1 })
    expect(idsWith('failed', report), report.output).toEqual(['model'])
  })

  test.each<[what: string, faults: GatewayFaults, cause: Diagnosis['cause']]>([
    [
      'adds a second Access-Control-Allow-Origin',
      { headers: { 'access-control-allow-origin': ['*', '*'] } },
      [/2 values of Access-Control-Allow-Origin/, /2 个 Access-Control-Allow-Origin/],
    ],
    ['merges two values', { headers: { 'access-control-allow-origin': '*, https://doctor.example' } }, [/2 values/, /2 个/]],
    [
      'refuses preflight requests',
      { refuse: respond(405, 'text/html', PAGE, ({ method }) => method === 'OPTIONS') },
      [/preflight request is refused \(HTTP 405\)/, /预检请求被拒绝（HTTP 405）/],
    ],
    [
      'answers preflight requests itself',
      { refuse: respond(204, 'text/plain', '', ({ method }) => method === 'OPTIONS') },
      [/CORS headers.*differ/, /不一致/],
    ],
  ])('it %s', async (_what, faults, cause) => {
    expectDiagnosis(await behind(faults), { check: 'cors', cause, step: [/CORS_ORIGINS/, /CORS_ORIGINS/] })
  })

  test('it allows 1 MB', async () => {
    const refuse = respond(413, 'text/html', PAGE, ({ headers }) => Number(headers['content-length'] ?? 0) > 1_048_576)
    expectDiagnosis(await behind({ refuse }), {
      check: 'body',
      cause: [/refuses requests of 2 MB \(HTTP 413\)/, /拒绝 2 MB 的请求（HTTP 413）/],
      step: [/client_max_body_size 32m/, /client_max_body_size 32m/],
    })
  })

  test('it redirects', async () => {
    const refuse: GatewayFaults['refuse'] = (_, response) => {
      response.writeHead(308, { location: 'https://api.example.com/health?token=x' }).end()
      return true
    }
    expectDiagnosis(await behind({ refuse }), {
      check: 'target',
      cause: [/redirects to https:\/\/api\.example\.com \(HTTP 308\)/, /重定向到 https:\/\/api\.example\.com/],
      step: [/TARGET=https:\/\/api\.example\.com here/, /TARGET=https:\/\/api\.example\.com/],
    })
  })

  test('it is the default domain of Function Compute (a warning)', async () => {
    const headers = toCallerHeaders({}, 'id') as Record<string, string>
    expectDiagnosis(await behind({ headers }), {
      check: 'domain',
      status: 'warning',
      cause: [/Browsers download the pages/, /浏览器会下载/],
      step: [/CUSTOM_DOMAIN/, /CUSTOM_DOMAIN/],
    })
  })

  test('it fails while the model is answering', async () => {
    const refuse = respond(504, 'text/html', PAGE, ({ method, headers }) => method === 'POST' && Number(headers['content-length']) < 1_000)
    expectDiagnosis(await behind({ refuse }), {
      check: 'model',
      cause: [/HTTP 504, not from the proxy/, /HTTP 504，并非来自代理/],
      step: [/timeouts/, /超时时间/],
    })
  })

  test("its clock differs from this machine's", async () => {
    expectDiagnosis(await behind({ headers: { date: new Date(Date.now() + 7_300_000).toUTCString() } }), {
      check: 'clock',
      cause: [/2 h slow/, /慢了 2 小时/],
      step: [/NTP/, /NTP/],
    })
  })
})

describe('the doctor detects why a deployment is unusable:', () => {
  const expectTarget = (report: DoctorOutcome, diagnosis: Omit<Diagnosis, 'check'>): void => {
    expectDiagnosis(report, { check: 'target', ...diagnosis })
    expect(idsWith('skipped', report)).toHaveLength(13)
  }
  const startPage = async (status: number, type: string, text: string): Promise<string> => {
    const { port, close } = await listenOnFreePort(
      createHttpServer((_, response) => response.writeHead(status, { 'content-type': type }).end(text)),
    )
    closing.push(close)
    return `http://127.0.0.1:${port}`
  }

  test('a closed port', async () => {
    const { port, close } = await listenOnFreePort(createServer())
    await close()
    expectTarget(await examineTarget(`http://127.0.0.1:${port}`), {
      cause: [/No server listens/, /没有服务在监听/],
      step: [/Start the server/, /启动服务/],
    })
  })

  test('an unknown host name', async () => {
    expectTarget(await examineTarget('https://deployment.invalid'), {
      cause: [/does not (?:resolve|respond)/, /解析|DNS/],
      step: [/DNS|network/, /DNS|网络/],
    })
  })

  test('a host that does not answer', async () => {
    const { port, close } = await listenOnFreePort(createServer())
    closing.push(close)
    expectTarget(await examineTarget(`http://127.0.0.1:${port}`, TOKEN, { ...PATIENT, stepMs: 200 }), {
      cause: [/does not respond/, /没有响应/],
      step: [/firewall/, /防火墙/],
    })
  })

  test('an untrusted certificate', async () => {
    const relay = await startRelay(Number(new URL(proxy.origin).port), makeCertificate('localhost'))
    closing.push(() => relay.close())
    expectTarget(await examineTarget(`https://localhost:${relay.port}`), {
      cause: [/certificate of TARGET/, /TARGET 的证书/],
      step: [/NODE_EXTRA_CA_CERTS/, /NODE_EXTRA_CA_CERTS/],
    })
  })

  test('another server', async () => {
    expectTarget(await examineTarget(await startPage(200, 'text/html', PAGE)), {
      cause: [/is not Gemini Proxy.*text\/html/, /其他服务/],
      step: [/without \/v1/, /不含 \/v1/],
    })
  })

  test.each<[code: string, status: number, Omit<Diagnosis, 'check'>]>([
    ['CAExited', 412, { cause: [/exited at its start/, /启动时退出/], step: [/make doctor/, /make doctor/] }],
    ['FunctionNotFound', 404, { cause: [/does not exist/, /不存在/], step: [/region in TARGET/, /TARGET 中的地址和地域/] }],
    [
      'ResourceExhausted',
      429,
      { cause: [/FC_MAX_INSTANCES/, /FC_MAX_INSTANCES/], step: [/raise FC_MAX_INSTANCES/, /调高 FC_MAX_INSTANCES/] },
    ],
  ])('%s of Function Compute', async (errorCode, status, diagnosis) => {
    const origin = await startPage(status, 'application/json', JSON.stringify({ errorCode, errorMessage: 'x' }))
    expectTarget(await examineTarget(origin), diagnosis)
  })
})

test('a small BODY_LIMIT_BYTES (a warning)', async () => {
  const { origin } = await deployed({ BODY_LIMIT_BYTES: '1048576' })
  expectDiagnosis(await examineTarget(origin), {
    check: 'body',
    status: 'warning',
    cause: [/BODY_LIMIT_BYTES.*below 2 MB/, /BODY_LIMIT_BYTES 小于 2 MB/],
    step: [/Raise BODY_LIMIT_BYTES/, /调高 BODY_LIMIT_BYTES/],
  })
})

test('control characters of a deployment are not written to the terminal', async () => {
  const { port, close } = await listenOnFreePort(
    createHttpServer((_, response) => response.end(JSON.stringify({ status: 'ok', version: '1\u001b]0;x\u0007\n  ✓ forged', auth: true }))),
  )
  closing.push(close)
  const { output } = await examine({ target: `http://127.0.0.1:${port}`, isJson: false })
  expect(output.replaceAll('\n', '')).toMatch(/^\P{C}*$/u)
  expect(output).not.toMatch(/^ {2}✓ forged/m)
})
