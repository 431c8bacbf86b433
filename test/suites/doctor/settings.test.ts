import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Trouble } from '../../../src/doctor/check.js'
import { checkRuntime } from '../../../src/doctor/settingsChecks.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Diagnosis, type DoctorOutcome, examine, expectDiagnosis, HEALTHY, idsWith, KEY, OPERATOR_TOKEN } from './diagnosis.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ behaviour: HEALTHY })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const examineHere = (env: Record<string, string>): Promise<DoctorOutcome> =>
  examine({ env: { GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN, GEMINI_BASE_URL: simulator.baseUrl, ...env } })

describe('the doctor', () => {
  test('lists every invalid setting, without a call to Gemini', async () => {
    const report = await examineHere({ GEMINI_API_KEY: '', PORT: '99999', HTTPS_PROXY: 'socks5://127.0.0.1:1080' })
    expectDiagnosis(report, {
      check: 'settings',
      cause: [/GEMINI_API_KEY is not set[\s\S]*HTTPS_PROXY must be[\s\S]*PORT must be/, /GEMINI_API_KEY[\s\S]*HTTPS_PROXY[\s\S]*PORT/],
      step: [/\.env/, /\.env/],
    })
    expect(idsWith('skipped', report)).toHaveLength(13)
    expect(simulator.totalRequests).toBe(0)
  })

  test.each<[env: Record<string, string>, cause: RegExp]>([
    [{ GEMINI_API_KEY: `"${KEY}"` }, /GEMINI_API_KEY 含有引号/],
    [{ GEMINI_API_KEY: 'your-gemini-key' }, /GEMINI_API_KEY 是占位符/],
    [{ GEMINI_API_KEY: `${KEY},...` }, /GEMINI_API_KEY 含有被截短或遮盖的密钥.*第 2 个密钥，共 2 个/],
    [{ GEMINI_API_KEY: 'sk-proj-1234567890' }, /OpenAI 或 Anthropic 的密钥/],
    [{ GEMINI_API_KEY: '' }, /未设置 GEMINI_API_KEY/],
    [{ PORT: 'x', RATE_LIMIT_RPM: '0' }, /PORT 必须是 0 到 65535[\s\S]*RATE_LIMIT_RPM 必须是 1 到 \d+ 的整数/],
    [{ REDIS_URL: 'localhost:6379' }, /REDIS_URL 必须是以 redis:\/\/ 或 rediss:\/\/ 开头的 URL/],
    [{ AUTH_TOKEN: 'changeme' }, /AUTH_TOKEN 含有常见的占位符/],
    [{ CORS_ORIGINS: 'example.com' }, /"example\.com" 不是来源/],
    [{ LOG_FORMAT: 'xml' }, /LOG_FORMAT 必须是/],
    [{ MODEL_ALIASES: 'x' }, /MODEL_ALIASES 必须是/],
    [{ SAFETY_SETTINGS: 'OFF,LOUD' }, /SAFETY_SETTINGS 必须是一个阈值（OFF, [\s\S]*无效："OFF", "LOUD"。/],
  ])('explains in Chinese why the server does not start with %o', async (env, cause) => {
    expectDiagnosis(await examineHere(env), { check: 'settings', cause: [/does not start/, cause], step: [/\.env/, /\.env/] })
  })

  test.each<[name: string, env: Record<string, string>, Diagnosis]>([
    [
      'no token',
      { AUTH_TOKEN: '' },
      { check: 'token', status: 'warning', cause: [/AUTH_TOKEN is not set/, /未设置 AUTH_TOKEN/], step: [/openssl rand/, /openssl rand/] },
    ],
    [
      'a guessable token',
      { AUTH_TOKEN: `${OPERATOR_TOKEN},web:secret` },
      { check: 'token', status: 'warning', cause: [/1 of 2 tokens/, /1 个令牌（共 2 个）/], step: [/openssl rand/, /openssl rand/] },
    ],
    [
      'an alias of a retired model',
      { MODEL_ALIASES: 'gpt-4=gemini-2.0-flash' },
      {
        check: 'models',
        status: 'warning',
        cause: [/MODEL_ALIASES names gemini-2\.0-flash.*retired/, /gemini-2\.0-flash 已被 Google 停用/],
        step: [/such as gemini-3\.8-flash/, /例如 gemini-3\.8-flash/],
      },
    ],
    [
      'a fallback that is retired',
      { MODEL_FALLBACKS: 'gemini-3.8-flash>gemini-1.5-pro' },
      {
        check: 'models',
        status: 'warning',
        cause: [/MODEL_FALLBACKS names gemini-1\.5-pro/, /MODEL_FALLBACKS 中的 gemini-1\.5-pro/],
        step: [/current models/, /现有模型/],
      },
    ],
    [
      'an alias of an alias',
      { MODEL_ALIASES: 'gpt-4=fast,fast=gemini-3.8-flash' },
      {
        check: 'models',
        cause: [/MODEL_ALIASES names fast, which Google does not list/, /fast 不在 Google 的模型列表中/],
        step: [/not another alias/, /不能指向另一个别名/],
      },
    ],
    [
      'an extra model that does not exist',
      { EXTRA_MODELS: 'gemini-9-flash' },
      {
        check: 'models',
        cause: [/EXTRA_MODELS names gemini-9-flash/, /EXTRA_MODELS 中的 gemini-9-flash/],
        step: [/current models/, /现有模型/],
      },
    ],
    [
      'a body limit above the memory of the function',
      { FC_FUNCTION_MEMORY_SIZE: '256' },
      {
        check: 'runtime',
        status: 'warning',
        cause: [/BODY_LIMIT_BYTES allows 32 MB.*suffices for 16 MB/, /32 MB.*只够 16 MB/],
        step: [/BODY_LIMIT_BYTES=16777216 or less/, /BODY_LIMIT_BYTES=16777216/],
      },
    ],
    [
      'a body limit above that of Function Compute',
      { FC_FUNCTION_NAME: 'gemini-proxy', FC_FUNCTION_MEMORY_SIZE: '1024', BODY_LIMIT_BYTES: '67108864' },
      {
        check: 'runtime',
        status: 'warning',
        cause: [/above the limit of Function Compute/, /超过了函数计算的上限/],
        step: [/33554432/, /33554432/],
      },
    ],
  ])('reports %s', async (_name, env, diagnosis) => {
    expectDiagnosis(await examineHere(env), diagnosis)
  })

  test('accepts models that only Google knows', async () => {
    const report = await examineHere({ EXTRA_MODELS: 'gemini-3-pro-image,gemini-embedding-2' })
    expect(idsWith('ok', report)).toContain('models')
  })

  test('reports a Node.js that is too old', () => {
    const config = { bodyLimitBytes: 1024, maxInflightBodyBytes: undefined, functionMegabytes: undefined, functionName: undefined }
    const check = (): unknown => checkRuntime(config, 'v18.20.4')
    expect(check).toThrow(Trouble)
    expect(check).toThrow(/v18\.20\.4 is too old/)
  })
})
