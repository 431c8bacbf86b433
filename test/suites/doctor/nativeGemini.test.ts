import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { API_NAMES } from '../../../src/doctor/geminiChecks.js'
import type { ErrorName } from '../../doubles/simulator/errors.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
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

/** Runs the doctor on an environment that calls the simulator through the native API. */
const examineHere = (env: Record<string, string> = {}): Promise<DoctorOutcome> =>
  examine({
    env: { GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN, GEMINI_BASE_URL: simulator.baseUrl, GEMINI_UPSTREAM: 'native', ...env },
    limits: PATIENT,
  })
const ANSWER = ':streamGenerateContent'
const modelMessage = ({ results }: DoctorOutcome) => results.find(({ id }) => id === 'model')?.message

describe("on Google's own API, the doctor", () => {
  test('passes every check with three calls, and reports the API in use', async () => {
    const report = await examineHere()
    expect(report.code, report.output).toBe(0)
    expect(idsWith('ok', report)).toHaveLength(14)
    expect(simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1beta/models',
      expect.stringMatching(/^GET \/v1beta\/models\?/),
      expect.stringMatching(/^POST \/v1beta\/models\/gemini-3\.8-flash:streamGenerateContent\?alt=sse$/),
    ])
    expect(modelMessage(report)?.en).toContain(API_NAMES.native.en)
    expect(modelMessage(report)?.zh).toContain(API_NAMES.native.zh)
  })

  test('tests each further key with one generated token', async () => {
    const report = await examineHere({ GEMINI_API_KEY: `${KEY},AIzaSyDoctor-second-key-0002` })
    expect(idsWith('ok', report)).toHaveLength(14)
    const brief = simulator.requests.filter(({ path }) => path.endsWith(':generateContent')).map(({ body }) => body)
    expect(brief).toEqual([expect.objectContaining({ generationConfig: expect.objectContaining({ maxOutputTokens: 1 }) })])
  })

  test.each<[fault: string, state: ErrorName, Omit<Diagnosis, 'check'>]>([
    ['not valid', 'invalid-long', { cause: [/Key 1 \(…0001\) is not valid/, /密钥 1（…0001）：无效/], step: [/apikey/, /apikey/] }],
    ['leaked', 'leaked', { cause: [/reported as leaked/, /已泄露/], step: [/new key.*Find where/, /创建新密钥.*查出/] }],
    [
      'rejected because of its type, for any header',
      'token-type',
      {
        cause: [/not valid|refused by Google/, /无效|被 Google 拒绝/],
        step: [/^(?!.*GEMINI_AUTH_HEADER).*apikey/, /^(?!.*GEMINI_AUTH_HEADER).*apikey/],
      },
    ],
  ])('reports a key that is %s', async (_fault, state, diagnosis) => {
    simulator.settings.keys = { [KEY]: state }
    expectDiagnosis(await examineHere(), { check: 'keys', ...diagnosis })
  })

  test.each<[error: ErrorName, Diagnosis]>([
    ['region', { check: 'region', cause: [/refuses requests from the region/, /拒绝来自.*地区/], step: [/REGION=/, /REGION=/] }],
    ['quota-minute', { check: 'quota', cause: [/this minute.*41 s/, /当前分钟.*41 秒/], step: [/Wait a minute/, /等待一分钟/] }],
    ['unavailable', { check: 'model', cause: [/overloaded/, /过载/], step: [/MODEL_FALLBACKS/, /MODEL_FALLBACKS/] }],
  ])('reports why Gemini does not answer: %s', async (error, diagnosis) => {
    simulator.next({ error, path: ANSWER, repeat: 100 })
    expectDiagnosis(await examineHere(), diagnosis)
  })

  test('reports an error within the stream', async () => {
    simulator.next({ ...HEALTHY, errorMidStream: { name: 'unavailable', afterChunks: 3 }, path: ANSWER })
    expectDiagnosis(await examineHere(), { check: 'model', cause: [/overloaded/, /过载/], step: [/MODEL_FALLBACKS/, /MODEL_FALLBACKS/] })
  })

  test('reports a model that Google does not know', async () => {
    simulator.settings.models = { 'gemini-3.8-flash': 'missing' }
    expectDiagnosis(await examineHere(), {
      check: 'model',
      cause: [/does not exist at Google/, /在 Google 不存在/],
      step: [/MODEL_ALIASES/, /MODEL_ALIASES/],
    })
  })

  test('reports a relay that buffers', async () => {
    const relay = await startGateway(simulator.origin, { isBuffering: true })
    const report = await examineHere({ GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, relay.origin) })
    await relay.close()
    expectDiagnosis(report, {
      check: 'streaming',
      cause: [/arrived at once.*buffers/, /一次性到达.*缓冲/],
      step: [/relay at GEMINI_BASE_URL/, /GEMINI_BASE_URL 的中转服务/],
    })
  })
})
