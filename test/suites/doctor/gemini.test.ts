import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { API_NAMES } from '../../../src/doctor/geminiChecks.js'
import type { ErrorName } from '../../doubles/simulator/errors.js'
import { type Behaviour, type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { UPSTREAM_ENV } from '../../support/upstreamApi.js'
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
import { startGateway } from './gateway.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ behaviour: HEALTHY })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

/** Runs the doctor on an environment whose Gemini is the simulator. */
const examineHere = (env: Record<string, string> = {}, limits = PATIENT): Promise<DoctorOutcome> =>
  examine({ env: { ...UPSTREAM_ENV, GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN, GEMINI_BASE_URL: simulator.baseUrl, ...env }, limits })

describe('without faults, the doctor', () => {
  test('passes every check with three calls', async () => {
    const report = await examineHere()
    expect(report.code, report.output).toBe(0)
    expect(idsWith('ok', report)).toHaveLength(14)
    expect(simulator.requests.map(({ method, path }) => `${method} ${path.replace(/^.*openai/, '')}`)).toEqual([
      'GET /models',
      'GET /models',
      'POST /chat/completions',
    ])
    expect(report.output).not.toContain(KEY)
    expect(report.results.find(({ id }) => id === 'model')?.message.en).toContain(API_NAMES.compat.en)
  })

  test('tests each further key with one generated token', async () => {
    const report = await examineHere({ GEMINI_API_KEY: `${KEY},AIzaSyDoctor-second-key-0002` })
    expect(idsWith('ok', report)).toHaveLength(14)
    const bodies = simulator.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)
    expect(bodies).toEqual([expect.objectContaining({ stream: true }), expect.objectContaining({ max_tokens: 1 })])
    expect(report.results.find(({ id }) => id === 'keys')?.message.en).toBe('Key 1 (…0001) is accepted.\nKey 2 (…0002) is accepted.')
  })

  test('accepts a model that reports its thoughts only as a token count', async () => {
    simulator.settings.behaviour = { ...HEALTHY, thinkingTokens: 30 }
    const report = await examineHere({ THOUGHTS: 'off' })
    expect(idsWith('ok', report)).toContain('thinking')
  })
})

const NEW_KEY = [/aistudio\.google\.com\/apikey/, /aistudio\.google\.com\/apikey/] as const
const restricted = (reason: string): Behaviour => ({
  error: { code: 403, status: 'PERMISSION_DENIED', message: 'Requests are blocked.', details: [{ reason }] },
})

describe('the doctor detects a problem with a key:', () => {
  test.each<[fault: string, state: ErrorName, Omit<Diagnosis, 'check'>]>([
    ['not valid', 'invalid-long', { cause: [/Key 1 \(…0001\) is not valid/, /密钥 1（…0001）：无效/], step: NEW_KEY }],
    ['not found', 'key-not-found', { cause: [/not valid/, /无效/], step: NEW_KEY }],
    ['leaked', 'leaked', { cause: [/reported as leaked/, /已泄露/], step: [/new key.*Find where/, /创建新密钥.*查出/] }],
    ['expired', 'expired', { cause: [/expired/, /已过期/], step: NEW_KEY }],
    ['of a suspended project', 'denied', { cause: [/denied or suspended/, /拒绝访问或停用/], step: [/support of Google/, /Google 支持/] }],
    [
      'of a project without the API',
      'disabled',
      {
        cause: [/the Gemini API is not enabled/, /未启用 Gemini API/],
        step: [/Enable "Generative Language API"/, /启用“Generative Language API”/],
      },
    ],
    [
      'of another type, such as an access token',
      'token-type',
      { cause: [/GEMINI_AUTH_HEADER/, /GEMINI_AUTH_HEADER/], step: [/x-goog-api-key/, /x-goog-api-key/] },
    ],
  ])('%s', async (_fault, state, diagnosis) => {
    simulator.settings.keys = { [KEY]: state }
    const report = await examineHere()
    expectDiagnosis(report, { check: 'keys', ...diagnosis })
    expect(idsWith('skipped', report)).toEqual(['region', 'quota', 'model', 'thinking', 'streaming'])
  })

  test.each<[reason: string, Omit<Diagnosis, 'check'>]>([
    ['API_KEY_IP_ADDRESS_BLOCKED', { cause: [/IP addresses/, /IP 地址/], step: [/IP address/, /出口 IP/] }],
    ['API_KEY_HTTP_REFERRER_BLOCKED', { cause: [/referrers/, /引荐来源/], step: [/referrer restriction/, /引荐来源限制/] }],
    [
      'API_KEY_SERVICE_BLOCKED',
      {
        cause: [/not allowed to use the Gemini API/, /不允许使用 Gemini API/],
        step: [/"Generative Language API" to the API restrictions/, /“Generative Language API”加入该密钥的 API 限制/],
      },
    ],
    [
      'SERVICE_DISABLED',
      {
        cause: [/^Key 1 \(…0001\) is unusable: the Gemini API is not enabled in its project\.$/, /未启用 Gemini API/],
        step: [/Enable "Generative Language API"/, /启用“Generative Language API”/],
      },
    ],
    [
      'CONSUMER_SUSPENDED',
      { cause: [/^Key 1 \(…0001\) is unusable: Google has/, /拒绝访问或停用/], step: [/another project/, /其他项目/] },
    ],
    ['BILLING_DISABLED', { cause: [/is unusable: billing is off/, /未启用结算/], step: [/Enable billing/, /启用结算/] }],
  ])('restricted by %s', async (reason, diagnosis) => {
    simulator.settings.behaviour = restricted(reason)
    expectDiagnosis(await examineHere(), { check: 'keys', ...diagnosis })
  })

  test('only one of two keys, and which one', async () => {
    simulator.settings.keys = { [KEY]: 'expired' }
    const report = await examineHere({ GEMINI_API_KEY: `${KEY},AIzaSyDoctor-second-key-0002` })
    expectDiagnosis(report, {
      check: 'keys',
      cause: [/^Key 1 \(…0001\) is expired\.\nKey 2 \(…0002\) is accepted\.$/, /密钥 2（…0002）：可用/],
      step: NEW_KEY,
    })
    expect(idsWith('skipped', report)).toEqual([])
  })
})

describe('the doctor detects why Gemini does not answer:', () => {
  test.each<[fault: string, error: ErrorName, Diagnosis]>([
    [
      'a blocked region',
      'region',
      { check: 'region', cause: [/refuses requests from the region/, /拒绝来自.*地区/], step: [/REGION=us-west-1/, /REGION=us-west-1/] },
    ],
    [
      'a region without free tier',
      'free-tier-region',
      { check: 'region', cause: [/no free tier/, /免费层级/], step: [/Enable billing/, /启用结算/] },
    ],
    [
      'the quota per minute',
      'quota-minute',
      { check: 'quota', cause: [/this minute.*41 s/, /当前分钟.*41 秒/], step: [/Wait a minute/, /等待一分钟/] },
    ],
    ['the daily quota', 'quota-day', { check: 'quota', cause: [/this day/, /当日配额/], step: [/midnight Pacific/, /太平洋时间零点/] }],
    ['a quota of 0', 'quota-zero', { check: 'quota', cause: [/limit 0/, /limit: 0/], step: [/Enable billing/, /启用结算/] }],
    ['used-up credit', 'no-credit', { check: 'quota', cause: [/out of credit/, /余额不足/], step: [/Top up/, /充值/] }],
    ['used-up prepaid credit', 'prepaid', { check: 'quota', cause: [/out of credit/, /余额不足/], step: [/Top up/, /充值/] }],
    ['overload', 'unavailable', { check: 'model', cause: [/overloaded/, /过载/], step: [/MODEL_FALLBACKS/, /MODEL_FALLBACKS/] }],
    ['an internal error', 'internal', { check: 'model', cause: [/HTTP 500/, /HTTP 500/], step: [/Retry/, /重试/] }],
    ['a deadline', 'deadline', { check: 'model', cause: [/did not respond in time/, /未在规定时间内/], step: [/Retry/, /重试/] }],
  ])('%s', async (_fault, error, diagnosis) => {
    simulator.next({ error, path: '/chat', repeat: 100 })
    expectDiagnosis(await examineHere(), diagnosis)
  })

  test('a region that is refused even for the list of models', async () => {
    simulator.settings.behaviour = { error: 'region' }
    const report = await examineHere()
    expectDiagnosis(report, { check: 'region', cause: [/region/, /地区/], step: [/REGION=/, /REGION=/] })
    expect(idsWith('skipped', report)).toContain('keys')
  })

  test('the quota of one of two keys (a warning)', async () => {
    simulator.next({ error: 'quota-day', path: '/chat' })
    const report = await examineHere({ GEMINI_API_KEY: `${KEY},AIzaSyDoctor-second-key-0002` })
    expectDiagnosis(report, {
      check: 'quota',
      status: 'warning',
      cause: [/^Key 1 \(…0001\): .*this day/, /密钥 1/],
      step: [/midnight/, /零点/],
    })
    expect(idsWith('ok', report)).toContain('streaming')
  })

  test.each<['retired' | 'missing', Pick<Diagnosis, 'cause'>]>([
    ['retired', { cause: [/gemini-3\.8-flash is retired/, /已被 Google 停用/] }],
    ['missing', { cause: [/does not exist at Google/, /在 Google 不存在/] }],
  ])('a %s model', async (state, { cause }) => {
    simulator.settings.models = { 'gemini-3.8-flash': state }
    // The next step must not suggest the model that Gemini has just refused.
    const step: Diagnosis['step'] = [/^(?!.*MODEL=gemini-3\.8-flash).*MODEL_ALIASES/, /^(?!.*MODEL=gemini-3\.8-flash).*MODEL_ALIASES/]
    expectDiagnosis(await examineHere(), { check: 'model', cause, step })
  })

  test('a relay that generates the answer itself', async () => {
    const relay = await startGateway(simulator.origin, {
      refuse: ({ url }, response) => {
        if (!url?.includes('/chat/')) return false
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>502</html>')
        return true
      },
    })
    const report = await examineHere({ GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, relay.origin) })
    await relay.close()
    expectDiagnosis(report, { check: 'model', cause: [/from a server in between.*502/, /中间的服务器.*502/], step: [/relay/, /中转服务/] })
  })

  test('no response', async () => {
    simulator.next({ hold: 'before-headers', path: '/chat' })
    const report = await examineHere({}, { ...PATIENT, answerMs: 200 })
    expectDiagnosis(report, {
      check: 'model',
      cause: [/sent no data for too long/, /长时间没有发送数据/],
      step: [/HTTPS_PROXY/, /HTTPS_PROXY/],
    })
  })

  test('an answer that ends early', async () => {
    simulator.next({ ...HEALTHY, fault: { kind: 'reset', when: { afterChunks: 3 } }, path: '/chat' })
    expectDiagnosis(await examineHere(), { check: 'model', cause: [/lost in the middle/, /中途断开/], step: [/network/, /网络/] })
  })

  test('an error within the stream', async () => {
    simulator.next({ ...HEALTHY, errorMidStream: { name: 'unavailable', afterChunks: 3 }, path: '/chat' })
    expectDiagnosis(await examineHere(), { check: 'model', cause: [/overloaded/, /过载/], step: [/MODEL_FALLBACKS/, /MODEL_FALLBACKS/] })
  })

  test('a relay that buffers', async () => {
    const relay = await startGateway(simulator.origin, { isBuffering: true })
    const report = await examineHere({ GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, relay.origin) })
    await relay.close()
    expectDiagnosis(report, {
      check: 'streaming',
      cause: [/arrived at once.*buffers/, /一次性到达.*缓冲/],
      step: [/relay at GEMINI_BASE_URL/, /GEMINI_BASE_URL 的中转服务/],
    })
  })

  test('missing thoughts (a warning)', async () => {
    simulator.settings.behaviour = { chunks: 10, chunkDelayMs: 20, usage: { total_tokens: 3, prompt_tokens: 1, completion_tokens: 2 } }
    expectDiagnosis(await examineHere({ THOUGHTS: 'off' }), {
      check: 'thinking',
      status: 'warning',
      cause: [/without thinking/, /未经思考/],
      step: [/THOUGHTS/, /THOUGHTS/],
    })
  })

  test('a relay that drops the stream: an empty answer', async () => {
    simulator.next({ rawBody: 'data: [DONE]\n\n', path: '/chat' })
    expectDiagnosis(await examineHere(), { check: 'model', cause: [/empty answer/, /空回答/], step: [/another model/, /其他模型/] })
  })
})

describe('the doctor detects a wrong clock:', () => {
  const shifted = (ms: number): Behaviour => ({ ...HEALTHY, headers: { date: new Date(Date.now() + ms).toUTCString() } })

  test.each<[string, number, Omit<Diagnosis, 'check'>]>([
    ['slow by hours', 3 * 3_600_000, { cause: [/3 h slow/, /慢了 3 小时/], step: [/NTP/, /NTP/] }],
    ['fast by minutes', -1_200_000, { cause: [/1\d\d\d s fast/, /快了 1\d\d\d 秒/], step: [/NTP/, /NTP/] }],
    ['fast by two minutes (a warning)', -120_000, { status: 'warning', cause: [/s fast/, /秒/], step: [/NTP/, /NTP/] }],
  ])('%s', async (_name, ms, diagnosis) => {
    // The clock check sends a request without a key. The simulator refuses it with the real `Date`,
    // which this relay replaces.
    simulator.settings.behaviour = shifted(ms)
    const relay = await startGateway(simulator.origin, { headers: { date: new Date(Date.now() + ms).toUTCString() } })
    const report = await examineHere({ GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, relay.origin) })
    await relay.close()
    expectDiagnosis(report, { check: 'clock', ...diagnosis })
  })
})
