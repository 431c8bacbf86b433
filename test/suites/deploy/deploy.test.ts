import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readDeployRequest, SECRET_NAMES } from '../../../scripts/deploy/request.js'
import { makeTemplates } from '../../../scripts/deploy/templates.js'
import { SETTINGS, type Setting } from '../../../src/config/settings.js'
import { type Cloud, makeCloud, type Step } from './cloud.js'

const SECRETS = {
  GEMINI_API_KEY: 'AQ.canary-gemini-key-1,AQ.canary-gemini-key-2',
  AUTH_TOKEN: 'alice:canary-token-alice',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-access-key-secret',
}
const FULL = { ...SECRETS, ALIBABA_CLOUD_ACCOUNT_ID: '1234567890', ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-canary-id' }
const CANARY = /canary-(gemini|token|access)/
const PASSED_ON = ['GEMINI_API_KEY', 'AUTH_TOKEN', 'REGION', 'FC_TIMEOUT', 'FC_MEMORY', 'FC_RUNTIME', 'CUSTOM_DOMAIN']
const { ALIBABA_CLOUD_ACCESS_KEY_SECRET: _, ...SECRETS_OF_PROXY } = SECRETS
const ENTRIES = Object.entries<Setting<unknown>>(SETTINGS)
const NOT_DEPLOYED = ['HOST', 'PORT', 'HTTPS_PROXY', 'NO_PROXY', 'FC_FUNCTION_NAME', 'FC_FUNCTION_MEMORY_SIZE']
const DEPLOYABLE = ENTRIES.flatMap(([, { names, defaultText }]) =>
  NOT_DEPLOYED.includes(names[0]) ? [] : [[names[0], defaultText] as const],
)
/** Valid values of the settings that have no default. */
const SAMPLES: Readonly<Record<string, string>> = {
  ...SECRETS_OF_PROXY,
  EXTRA_MODELS: 'gemini-x',
  SAFETY_SETTINGS: 'HARM_CATEGORY_HARASSMENT=BLOCK_NONE',
  MODEL_ALIASES: 'gpt-*=gemini-3.8-flash',
  MODEL_FALLBACKS: 'gemini-3.8-flash>gemini-3.5-flash',
  MAX_INFLIGHT_BODY_BYTES: '100000000',
  RATE_LIMIT_RPM: '60',
  REDIS_URL: 'redis://:canary-redis@redis.example:6379',
  METRICS_TOKEN: 'canary-metrics',
  ADMIN_TOKEN: 'canary-admin-token',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example:4318',
  REQUEST_TIMEOUT_MS: '300000',
}

let cloud: Cloud
beforeEach(() => {
  cloud = makeCloud()
})
afterEach(() => cloud.remove())

const names = (steps: readonly Step[]): string[] => steps.map((step) => ('make' in step ? `make ${step.make}` : step.component))
const given = (steps: readonly Step[], component = 'fc3') =>
  steps.flatMap((step) => ('component' in step && step.component === component ? [step] : []))

describe('make deploy', () => {
  test('checks, packages, and deploys s.yaml with the secrets of the environment', async () => {
    const { code, steps, stdout } = await cloud.deploy(FULL)
    expect(code, stdout).toBe(0)
    expect(names(steps)).toEqual(['make check', 'make package', 'fc3'])
    const [{ props, credential } = { props: undefined, credential: undefined }] = given(steps)
    expect(props).toMatchObject({ region: 'ap-northeast-1', runtime: 'custom.debian11', timeout: 600, code: './dist/gemini-proxy.zip' })
    expect(props?.environmentVariables).toMatchObject({ GEMINI_API_KEY: SECRETS.GEMINI_API_KEY, AUTH_TOKEN: SECRETS.AUTH_TOKEN })
    expect(credential).toMatchObject({
      AccountID: '1234567890',
      AccessKeyID: 'LTAI-canary-id',
      AccessKeySecret: SECRETS.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    })
    expect(stdout).toContain('https://gemini-proxy-abcdefgh.ap-northeast-1.fcapp.run/v1')
  })

  test('prints no secret and leaves no file with one, even if the deployment fails', async () => {
    const env = { ...FULL, REFUSED_RUNTIME: 'custom.debian11', REFUSAL: `AccessDenied for ${SECRETS.ALIBABA_CLOUD_ACCESS_KEY_SECRET}` }
    const { code, steps, stdout, stderr } = await cloud.deploy(env)
    expect(code).toBe(1)
    expect(names(steps)).toEqual(['make check', 'make package', 'fc3'])
    expect(stdout + stderr).toContain('"GEMINI_API_KEY":"***"')
    expect(stdout + stderr).not.toMatch(CANARY)
    expect(cloud.leftovers().filter((file) => CANARY.test(file) || file.includes('/tmp/gemini-proxy'))).toEqual([])
    for (const step of steps) if ('make' in step) expect(JSON.stringify(step.environment)).not.toMatch(CANARY)
  })

  test('generates a token if none is set, and prints it once', async () => {
    const { AUTH_TOKEN: _, ...rest } = FULL
    const { code, steps, stdout, stderr } = await cloud.deploy(rest)
    expect(code, stdout).toBe(0)
    const token = given(steps)[0]?.props.environmentVariables.AUTH_TOKEN ?? ''
    expect(token).toMatch(/^sk-[\w-]{32}$/)
    expect((stdout + stderr).split(token)).toHaveLength(2)
    expect(cloud.leftovers().filter((file) => file.includes(token))).toEqual([])
  })

  test.each([
    "InvalidArgument: code: 400, runtime 'custom.debian11' is not supported request id: x",
    'InvalidArgument: Layer acs:fc:ap-northeast-1:official:layers/Nodejs22/versions/3 does not exist, layer not found',
  ])('falls back to the older runtime if Function Compute responds: %s', async (REFUSAL) => {
    const { code, steps, stdout } = await cloud.deploy({ ...FULL, REFUSED_RUNTIME: 'custom.debian11', REFUSAL })
    expect(code, stdout).toBe(0)
    expect(given(steps).map(({ props }) => [props.runtime, props.layers, props.environmentVariables.PATH?.split(':')[0]])).toEqual([
      ['custom.debian11', ['acs:fc:ap-northeast-1:official:layers/Nodejs22/versions/3'], '/opt/nodejs22/bin'],
      ['custom.debian10', [], '/var/fc/lang/nodejs20/bin'],
    ])
    expect(stdout).toContain('refuses custom.debian11')
  })

  test('does not fall back if FC_RUNTIME is set', async () => {
    const env = { FC_RUNTIME: 'custom.debian11', REFUSED_RUNTIME: 'custom.debian11', REFUSAL: "runtime 'custom.debian11' is not supported" }
    const { code, steps } = await cloud.deploy({ ...FULL, ...env })
    expect(code).toBe(1)
    expect(given(steps)).toHaveLength(1)
  })

  test('starts with the older runtime in regions without the newer one, with the given memory and timeout', async () => {
    const { code, steps, stdout } = await cloud.deploy({ ...FULL, REGION: 'ap-southeast-1', FC_MEMORY: '256', FC_TIMEOUT: '120' })
    expect(code, stdout).toBe(0)
    expect(given(steps).map(({ props }) => props)).toEqual([
      expect.objectContaining({ region: 'ap-southeast-1', runtime: 'custom.debian10', layers: [], memorySize: 256, timeout: 120 }),
    ])
  })

  test('deploys the custom domain after the function', async () => {
    const { code, steps, stdout } = await cloud.deploy({ ...FULL, CUSTOM_DOMAIN: 'api.example.com', CUSTOM_DOMAIN_CERT_ID: '77-cn' })
    expect(code, stdout).toBe(0)
    expect(names(steps)).toEqual(['make check', 'make package', 'fc3', 'fc3-domain'])
    expect(given(steps, 'fc3-domain')[0]?.props).toMatchObject({ domainName: 'api.example.com', certConfig: { certId: '77-cn' } })
  })

  test('uses the credentials that Serverless Devs has stored', async () => {
    const { ALIBABA_CLOUD_ACCOUNT_ID: _1, ALIBABA_CLOUD_ACCESS_KEY_ID: _2, ALIBABA_CLOUD_ACCESS_KEY_SECRET: _3, ...rest } = FULL
    mkdirSync(join(cloud.home, '.s'), { recursive: true })
    writeFileSync(
      join(cloud.home, '.s/access.yaml'),
      'work:\n  AccountID: "42"\n  AccessKeyID: stored-id\n  AccessKeySecret: stored-secret\n',
    )
    const { code, steps, stdout } = await cloud.deploy({ ...rest, FC_ACCESS: 'work' })
    expect(code, stdout).toBe(0)
    expect(given(steps)[0]?.credential).toMatchObject({ AccountID: '42', AccessKeyID: 'stored-id' })
  })

  test.each(['check', 'package'])('does not deploy if make %s fails', async (FAILED_TARGET) => {
    const { code, steps } = await cloud.deploy({ ...FULL, FAILED_TARGET })
    expect(code).toBe(1)
    expect(given(steps)).toEqual([])
    expect(names(steps).at(-1)).toBe(`make ${FAILED_TARGET}`)
  })

  test('reports a missing Gemini key and does nothing', async () => {
    const { code, steps, stderr } = await cloud.deploy({ ...FULL, GEMINI_API_KEY: '' })
    expect(code).toBe(2)
    expect(steps).toEqual([])
    expect(stderr).toMatch(/GEMINI_API_KEY is not set/)
    expect(stderr).not.toMatch(CANARY)
  })

  test('does not deploy an invalid configuration', async () => {
    const { code, steps, stderr } = await cloud.deploy({ ...FULL, REQUEST_TIMEOUT_MS: '900000' })
    expect(code).toBe(1)
    expect(given(steps)).toEqual([])
    expect(stderr).toMatch(/timeout: 600 s is not above REQUEST_TIMEOUT_MS=900000[\s\S]*\ndeploy: failed: .*nothing was deployed/)
  })

  test('deploys every setting that is set in the shell', async () => {
    const values = Object.fromEntries(DEPLOYABLE.map(([name, fallback]) => [name, SAMPLES[name] ?? fallback]))
    // Fails for a new setting without a default until SAMPLES has a value for it.
    expect(Object.entries(values).filter(([, value]) => !value)).toEqual([])
    const { code, steps, stdout, stderr } = await cloud.deploy({ ...values, ...FULL })
    expect(code, stdout + stderr).toBe(0)
    expect(given(steps)[0]?.props.environmentVariables).toMatchObject({ ...values, ...SECRETS_OF_PROXY })
    expect(stdout).toMatch(/also deployed from this shell: .*RATE_LIMIT_RPM/)
    expect(stdout + stderr).not.toMatch(/canary/)
  })

  test('does not deploy settings of this machine only, and reports this at the end', async () => {
    const { code, steps, stdout } = await cloud.deploy({ ...FULL, NO_PROXY: 'localhost', PORT: '9123' })
    expect(code, stdout).toBe(0)
    expect(Object.keys(given(steps)[0]?.props.environmentVariables ?? {})).not.toEqual(expect.arrayContaining(['NO_PROXY']))
    const end = stdout.slice(stdout.lastIndexOf('s deploy -t'))
    expect(end).toContain('NO_PROXY is used on this machine only')
    expect(end).toContain('PORT is not deployed')
  })

  test.each([
    ['getaddrinfo ENOTFOUND api.devsapp.cn', /could not reach .* HTTPS_PROXY/],
    ['NoPermission: the user is not authorised', /docs\/deploy\.md/],
  ])('explains the next step in its last line after: %s', async (REFUSAL, advice) => {
    const { code, stdout, stderr } = await cloud.deploy({ ...FULL, REFUSED_RUNTIME: 'custom.debian11', REFUSAL })
    expect(code).toBe(1)
    expect(stdout + stderr).toContain(REFUSAL)
    const last = stderr.trim().split('\n').at(-1)
    expect(last).toMatch(/^deploy: failed: /)
    expect(last).toMatch(advice)
  })

  test('does not check for updates of Serverless Devs', async () => {
    const { stdout, stderr } = await cloud.deploy(FULL)
    expect(stdout + stderr).not.toMatch(/update/i)
    expect(cloud.leftovers().filter((file) => file.includes('update-notifier'))).toEqual([])
  })
})

test('the masked secrets are the secret settings and the access key', () => {
  const isSecret = ([, { names, read }]: (typeof ENTRIES)[number]): boolean => {
    const sample = SAMPLES[names[0]] ?? FULL[names[0] as keyof typeof FULL]
    return sample !== undefined && JSON.stringify(read(sample)).includes('[redacted]')
  }
  const secrets = ENTRIES.filter(isSecret).map(([, { names }]) => names[0])
  expect([...SECRET_NAMES].sort()).toEqual([...secrets, 'AccessKeySecret', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'].sort())
})

test('the password in a URL is masked, but common words are not', () => {
  const request = readDeployRequest(
    { ...FULL, ...SAMPLES, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:canary-otlp@traces.example:4318' },
    [],
  )
  expect(request).toMatchObject({ secrets: expect.arrayContaining(['canary-otlp', 'canary-redis', 'canary-token-alice']) })
  const odd = readDeployRequest({ ...FULL, REDIS_URL: 'redis://canary-user@redis', AUTH_TOKEN: 'a:one1,b:two2://x' }, [])
  expect(odd).toMatchObject({ secrets: expect.arrayContaining(['canary-user', 'one1']) })
  expect(request).toMatchObject({ secrets: expect.not.arrayContaining(['https']) })
  expect(request).toMatchObject({ secrets: expect.not.arrayContaining(['4318']) })
})

test('the templates are in a folder without .env, because Serverless Devs would deploy its values', () => {
  const { folder } = makeTemplates([])
  expect(readdirSync(folder).sort()).toEqual(['dist', 's.domain.yaml', 's.yaml'])
  rmSync(folder, { recursive: true })
})

describe('the deployment request', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['no Gemini key', { GEMINI_API_KEY: '' }, /GEMINI_API_KEY is not set.*aistudio/],
    ['no access key', { ALIBABA_CLOUD_ACCESS_KEY_ID: '' }, /set ALIBABA_CLOUD_ACCESS_KEY_ID, or store them once with: npx s config add/],
    ['a region in mainland China', { REGION: 'cn-hangzhou' }, /cn-hangzhou is in mainland China or Hong Kong/],
    ['Hong Kong', { REGION: 'cn-hongkong' }, /Gemini refuses every request/],
    ['an unknown region', { REGION: 'tokyo' }, /Supported regions: ap-northeast-1/],
    ['another size', { FC_MEMORY: '1024' }, /FC_MEMORY must be 512 or 256/],
    ['another runtime', { FC_RUNTIME: 'nodejs20' }, /FC_RUNTIME must be/],
    ['a timeout that is not a number', { FC_TIMEOUT: '10m' }, /FC_TIMEOUT must be a whole number/],
    ['a placeholder as a token', { AUTH_TOKEN: 'changeme' }, /AUTH_TOKEN contains a well-known placeholder/],
    ['a key with a space', { GEMINI_API_KEY: 'AIza canary-gemini' }, /GEMINI_API_KEY contains a key with a space/],
    ['a setting that is invalid', { RATE_LIMIT_RPM: 'sixty' }, /RATE_LIMIT_RPM must be a whole number/],
    ['no instance limit', { FC_MAX_INSTANCES: '0' }, /FC_MAX_INSTANCES must be/],
    ['a domain without certificate', { CUSTOM_DOMAIN: 'a.example.com' }, /CUSTOM_DOMAIN needs CUSTOM_DOMAIN_CERT_ID/],
    [
      'a domain in a region without custom domains',
      { CUSTOM_DOMAIN: 'a.b.cc', CUSTOM_DOMAIN_CERT_ID: '1', REGION: 'me-central-1' },
      /me-central-1/,
    ],
  ])('with %s is rejected before anything is done', (_name, env, words) => {
    const refused = JSON.stringify(readDeployRequest({ HOME: cloud.home, ...FULL, ...env }, PASSED_ON))
    expect(refused).toMatch(words)
    expect(refused).not.toMatch(CANARY)
  })

  test('contains only the values that s.yaml reads', () => {
    const request = readDeployRequest({ HOME: cloud.home, ...FULL, REGION: 'us-west-1', OTHER: 'x' }, PASSED_ON)
    expect(request).toMatchObject({ region: 'us-west-1', runtime: 'custom.debian11', mayFallBack: true, hasDomain: false, warnings: [] })
    expect(request).toHaveProperty('variables.AccountID', '1234567890')
    expect(request).not.toHaveProperty('variables.OTHER')
  })
})
