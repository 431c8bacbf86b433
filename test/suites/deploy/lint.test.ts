import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { lintTemplates, VARIANTS } from '../../../scripts/deploy/lint.js'
import { type FunctionProps, findDomainProblems, findFunctionProblems, findTemplateSecrets } from '../../../scripts/deploy/lint.rules.js'
import { resolveTemplate } from '../../../scripts/deploy/preview.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const DOMAIN = VARIANTS['custom domain'] ?? {}

const fromEnv = (names: string): string => `\${env(${names})}`

/** Sets the member of `target` at a path such as `a.b.0.c`; undefined removes it. */
function put(target: object, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  // biome-ignore lint/suspicious/noExplicitAny: a path into JSON of any shape
  const parent = keys.reduce<any>((at, key) => at[key], target)
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

let own: object
let domain: object

beforeAll(async () => {
  own = (await resolveTemplate()).resources.gemini_proxy?.props ?? {}
  domain = (await resolveTemplate(DOMAIN, join(ROOT, 'scripts/deploy/s.domain.yaml'))).resources.gemini_proxy_domain?.props ?? {}
})

describe('the deployed function', () => {
  test('has no problem', () => expect(findFunctionProblems(own)).toEqual([]))

  test('starts a file from the build', () => {
    const file = (own as FunctionProps).customRuntimeConfig.args.at(-1) ?? ''
    expect(existsSync(join(ROOT, 'dist', file.replace('/code/', '')))).toBe(true)
  })

  const broken: [string, string, unknown, RegExp][] = [
    ['a misspelt key', 'memorysize', 512, /additional properties \(memorysize\)/],
    ['a misspelt key in the runtime', 'customRuntimeConfig.porrt', 9000, /porrt/],
    ['a misspelt key in the trigger', 'triggers.0.triggerConfig.method', ['GET'], /\(method\)/],
    ['a missing key', 'timeout', undefined, /'timeout'/],
    ['another name of the function', 'functionName', 'proxy', /functionName.*gemini-proxy/],
    ['a region in mainland China', 'region', 'cn-shanghai', /^region: /],
    ['Hong Kong', 'region', 'cn-hongkong', /^region: /],
    ['an unknown region', 'region', 'us-west-9', /^region: /],
    ['the built-in runtime', 'runtime', 'nodejs20', /^runtime: /],
    ['a runtime without any Node.js', 'runtime', 'custom', /^runtime: /],
    ['a timeout that is a string', 'timeout', '600', /timeout: must be integer/],
    ['a timeout beyond a day', 'timeout', 86_401, /timeout/],
    ['a timeout not above the deadline', 'timeout', 595, /timeout: 595 s is not above REQUEST_TIMEOUT_MS=595000/],
    ['a CPU value between the steps', 'cpu', 0.33, /cpu: 0\.33 is not a multiple/],
    ['too much CPU for the memory', 'cpu', 0.55, /between 1:1 and 1:4/],
    ['too little CPU for the memory', 'cpu', 0.1, /between 1:1 and 1:4/],
    ['memory between the steps', 'memorySize', 500, /memorySize: must be multiple of 64/],
    ['a disk of another size', 'diskSize', 1024, /diskSize/],
    ['a concurrency of one request', 'instanceConcurrency', 1, /instanceConcurrency: must be >= 2/],
    ['too many concurrent requests', 'instanceConcurrency', 51, /512 MB allow at most 50/],
    ['no instance limit', 'concurrencyConfig', undefined, /concurrencyConfig/],
    [
      'retries of asynchronous calls',
      'asyncInvokeConfig.maxAsyncRetryAttempts',
      3,
      /maxAsyncRetryAttempts: must be equal to constant \(0\)/,
    ],
    ['a role', 'role', 'acs:ram::1:role/x', /\(role\)/],
    ['signed calls', 'triggers.0.triggerConfig.authType', 'function', /authType/],
    ['bearer as the authentication of the trigger', 'triggers.0.triggerConfig.authType', 'bearer', /authType/],
    ['a disabled public URL', 'triggers.0.triggerConfig.disableURLInternet', true, /disableURLInternet/],
    ['a method that does not exist', 'triggers.0.triggerConfig.methods', ['ANY'], /methods\.0/],
    ['no OPTIONS', 'triggers.0.triggerConfig.methods', ['GET', 'POST', 'HEAD'], /needs the methods .*OPTIONS/],
    ['no HEAD', 'triggers.0.triggerConfig.methods', ['GET', 'POST', 'OPTIONS'], /needs the methods .*HEAD/],
    ['no POST', 'triggers.0.triggerConfig.methods', ['GET', 'HEAD', 'OPTIONS'], /needs the methods .*POST/],
    ['two triggers', 'triggers.1', {}, /triggers/],
    ['a port other than that of the server', 'customRuntimeConfig.port', 8080, /port: the server listens on 9000, not on 8080/],
    ['a server on another port', 'environmentVariables.PORT', '8080', /port: the server listens on 8080, not on 9000/],
    ['a health check timeout that is too long', 'customRuntimeConfig.healthCheckConfig.timeoutSeconds', 30, /timeoutSeconds: must be <= 3/],
    ['health checks that are too rare', 'customRuntimeConfig.healthCheckConfig.periodSeconds', 121, /periodSeconds/],
    ['a health check that starts too late', 'customRuntimeConfig.healthCheckConfig.initialDelaySeconds', 121, /initialDelaySeconds/],
    ['a health check without a failure threshold', 'customRuntimeConfig.healthCheckConfig.failureThreshold', 0, /failureThreshold/],
    ['a health check that needs a token', 'customRuntimeConfig.healthCheckConfig.httpGetUrl', '/v1/models', /is not a public operation/],
    ['a health check of an unknown path', 'customRuntimeConfig.healthCheckConfig.httpGetUrl', '/healthz', /is not a public operation/],
    ['a shorter preStop timeout than the server needs', 'instanceLifecycleConfig.preStop.timeout', 5, /preStop: 5 s are less/],
    [
      'the layer of another region',
      'layers',
      ['acs:fc:us-west-1:official:layers/Nodejs22/versions/3'],
      /layers: custom\.debian11 in ap-northeast-1/,
    ],
    ['no layer', 'layers', [], /layers: custom\.debian11/],
    ['the older runtime with a layer', 'runtime', 'custom.debian10', /layers: custom\.debian10 in ap-northeast-1 needs \[\]/],
    ['a PATH without Node.js', 'environmentVariables.PATH', '/usr/bin:/opt/nodejs22/bin', /PATH: has to begin with \/opt\/nodejs22\/bin/],
    ['the PATH of the other runtime', 'environmentVariables.PATH', '/var/fc/lang/nodejs20/bin', /PATH: has to begin/],
    ['no PATH', 'environmentVariables.PATH', undefined, /PATH: has to begin/],
    ['a reserved variable', 'environmentVariables.FC_REGION', 'x', /FC_REGION is reserved/],
    ['a misspelt variable', 'environmentVariables.AUTH_TOKENS', 'x', /AUTH_TOKENS is not a setting/],
    ['a variable with a bad name', 'environmentVariables.1X', 'x', /property name/],
    ['a variable that is a number', 'environmentVariables.RATE_LIMIT_RPM', 60, /RATE_LIMIT_RPM: must be string/],
    ['a value that the proxy rejects', 'environmentVariables.LOG_LEVEL', 'loud', /LOG_LEVEL/],
    ['no token', 'environmentVariables.AUTH_TOKEN', undefined, /AUTH_TOKEN is not set/],
    ['no Gemini key', 'environmentVariables.GEMINI_API_KEY', undefined, /GEMINI_API_KEY is not set/],
    ['an environment that is too large', 'environmentVariables.EXTRA_MODELS', 'm'.repeat(4096), /bytes are more than the 4096/],
    ['code that make package does not write', 'code', './dist', /code: has to be/],
    ['a command that is not in the package', 'customRuntimeConfig.args', ['/code/main.js'], /has to start/],
    ['no internet access', 'internetAccess', false, /Gemini cannot be reached/],
    ['an incomplete session affinity', 'sessionAffinity', 'HEADER_FIELD', /needs sessionAffinityConfig/],
  ]
  test.each(broken)('with %s has one', (_name, path, value, words) => {
    const props = structuredClone(own)
    put(props, path, value)
    expect(findFunctionProblems(props).join('\n')).toMatch(words)
  })

  test.each([['x-fc-session'], ['x-id'], ['X_'.repeat(21)]])('with affinity by the header %s has a problem', (affinityHeaderFieldName) => {
    const config = { affinityHeaderFieldName, sessionTTLInSeconds: 900, sessionConcurrencyPerInstance: 20 }
    const props = { ...own, sessionAffinity: 'HEADER_FIELD', sessionAffinityConfig: config }
    expect(findFunctionProblems(props).join()).toMatch(/affinityHeaderFieldName/)
  })

  test('has no problem with the commented-out blocks enabled', async () => {
    const text = await readFile(join(ROOT, 's.yaml'), 'utf8')
    const lines = text.split('\n')
    const at = lines.findIndex((line) => line.includes('# sessionAffinity: HEADER_FIELD'))
    const opened = lines.map((line, index) =>
      index >= at ? line.replace(/^( {6})# (?=sessionAff|internetAccess|vpcConfig| )/, '$1') : line,
    )
    const folder = await mkdtemp(join(tmpdir(), 'opened-'))
    try {
      await writeFile(join(folder, 's.yaml'), opened.join('\n').replace('      internetAccess: true\n', ''))
      const { props } = (await resolveTemplate({}, join(folder, 's.yaml'))).resources.gemini_proxy ?? {}
      expect(props).toMatchObject({ sessionAffinity: 'HEADER_FIELD', internetAccess: false, vpcConfig: { vSwitchIds: ['vsw-...'] } })
      expect(findFunctionProblems(props)).toEqual([])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('the deployed domain', () => {
  const check = (path?: string, value?: unknown): string => {
    const props = structuredClone(domain)
    if (path !== undefined) put(props, path, value)
    return findDomainProblems(props, own as FunctionProps).join('\n')
  }

  test('has no problem', () => expect(check()).toBe(''))

  test.each([
    ['a misspelt key', 'domain', 'x', /\(domain\)/],
    ['plain HTTP', 'protocol', 'HTTP,HTTPS', /protocol/],
    ['TLS 1.0', 'tlsConfig.minVersion', 'TLSv1.0', /minVersion/],
    ['RC4', 'tlsConfig.cipherSuites.0', 'TLS_ECDHE_RSA_WITH_RC4_128_SHA', /cipherSuites\.0/],
    ['no list of ciphers', 'tlsConfig', undefined, /tlsConfig/],
    ['no certificate', 'certConfig', undefined, /certConfig/],
    ['no name', 'domainName', 'auto', /domainName/],
    ['another region', 'region', 'us-west-1', /the function is in ap-northeast-1/],
    ['another function', 'routeConfig.routes.0.functionName', 'x', /instead of/],
    ['another qualifier', 'routeConfig.routes.0.qualifier', 'prod', /qualifier/],
    ['other methods', 'routeConfig.routes.0.methods', ['GET'], /methods differ/],
  ])('with %s has a problem', (_name, path, value, words) => expect(check(path, value)).toMatch(words))

  test('is invalid in a region without custom domains', () => {
    const region = 'me-central-1'
    expect(findDomainProblems({ ...domain, region }, { ...own, region } as FunctionProps).join()).toMatch(
      /cannot be deployed in me-central-1/,
    )
  })
})

describe('the source text of the templates', () => {
  test.each([
    ['a plaintext key', 'GEMINI_API_KEY: abc', /GEMINI_API_KEY: has to be/],
    ['a token with a default', `AUTH_TOKEN: ${fromEnv("'AUTH_TOKEN', 'x'")}`, /AUTH_TOKEN: has to be/],
    ['a token with an empty default', `AUTH_TOKEN: ${fromEnv("'AUTH_TOKEN', ''")}`, /AUTH_TOKEN: has to be/],
    ['a Google key', '# AIzaSyA1234567890123456789012345678901', /contains a secret/],
    ['an Alibaba key', 'description: LTAI5tABCDEFGHIJKLMN', /contains a secret/],
    ['a password', 'REDIS_URL: redis://:secret@10.0.0.1:6379', /contains a secret/],
  ])('with %s is rejected', (_name, text, words) => expect(findTemplateSecrets(`a:\n  ${text}\n`).join()).toMatch(words))

  test('is checked before it is resolved', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'literal-'))
    try {
      const own = join(folder, 's.yaml')
      await writeFile(own, (await readFile(join(ROOT, 's.yaml'), 'utf8')).replace(fromEnv("'GEMINI_API_KEY'"), 'AQ.literal'))
      expect(await lintTemplates({}, { own, domain: join(ROOT, 'scripts/deploy/s.domain.yaml') })).toEqual([
        expect.stringMatching(/GEMINI_API_KEY: has to be/),
      ])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('resolving a template', () => {
  const folder = join(tmpdir(), `lint-canary-${process.pid}`)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each([['GEMINI_API_KEY'], ['AUTH_TOKEN']])('fails without %s, by name', async (name) => {
    await expect(resolveTemplate({ [name]: '' })).rejects.toThrow(new RegExp(`env\\('${name}'\\) not found`))
  })

  test('ignores a .env beside the file', async () => {
    await mkdir(folder, { recursive: true })
    await copyFile(join(ROOT, 's.yaml'), join(folder, 's.yaml'))
    await writeFile(join(folder, '.env'), 'FC_TIMEOUT=77\n')
    expect((await resolveTemplate({}, join(folder, 's.yaml'))).resources.gemini_proxy?.props.timeout).toBe(600)
  })

  test('ignores the environment of the caller', async () => {
    vi.stubEnv('GEMINI_API_KEY', 'canary-key')
    vi.stubEnv('FC_TIMEOUT', '77')
    const seen = JSON.stringify(await resolveTemplate())
    expect(seen).toContain('"timeout":600')
    expect(seen).not.toContain('canary')
  })

  test('leaves no files behind', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'empty-'))
    vi.stubEnv('TMPDIR', empty)
    await resolveTemplate({ GEMINI_API_KEY: 'canary-key' })
    await resolveTemplate({ AUTH_TOKEN: '' }).catch(() => undefined)
    expect(await readdir(empty)).toEqual([])
    await rm(empty, { recursive: true })
  })
})
