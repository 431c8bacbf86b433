import { describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../../src/config/load.js'
import { Secret } from '../../../src/config/secret.js'
import { type Config, SETTINGS } from '../../../src/config/settings.js'

type Env = Readonly<Record<string, string | undefined>>

const NEEDED: Env = { GEMINI_API_KEY: 'key' }
const load = (env: Env): Config => loadConfig({ ...NEEDED, ...env })

function problemsOf(env: Env): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const DEFAULTS: Partial<Config> = {
  authTokens: undefined,
  isAnonymousAllowed: false,
  geminiBaseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  geminiUpstream: 'auto',
  geminiAuthHeader: 'authorization',
  httpsProxy: undefined,
  noProxy: undefined,
  host: '0.0.0.0',
  port: 9000,
  extraModels: [],
  areModelsRefreshed: false,
  modelAliases: [],
  safetySettings: [],
  maxContinuations: 8,
  isRemoteMediaFetched: true,
  bodyLimitBytes: 33_554_432,
  maxBodyValues: 200_000,
  maxBodyDepth: 1_000,
  requestTimeoutMs: 600_000,
  upstreamIdleTimeoutMs: 180_000,
  heartbeatIntervalMs: 10_000,
  firstEventPatienceMs: 15_000,
  corsOrigins: ['*'],
  metricsToken: undefined,
  shutdownGraceMs: 10_000,
  maxEventBytes: 16_777_216,
  logLevel: 'info',
}

describe('without any setting but a key', () => {
  test.each(Object.entries(DEFAULTS))('the default of %s is %j', (field, value) => {
    expect(load({})[field as keyof Config]).toEqual(value)
  })

  test('every default is valid', () => {
    expect(() => load({})).not.toThrow()
  })
})

describe('an empty or blank value', () => {
  const names = Object.values(SETTINGS).flatMap((setting) => [...setting.names])

  test.each(['', '   ', '\t\n'])('counts as unset, for every variable: %j', (blank) => {
    const env = Object.fromEntries(names.filter((name) => name !== 'GEMINI_API_KEY').map((name) => [name, blank]))
    expect(JSON.stringify(load(env))).toBe(JSON.stringify(load({})))
  })

  test('of GEMINI_API_KEY is reported as a missing key', () => {
    expect(problemsOf({ GEMINI_API_KEY: ' ' })).toEqual([expect.stringMatching(/^GEMINI_API_KEY is not set/)])
  })
})

describe('a value', () => {
  test.each<[string, string, keyof Config, unknown]>([
    ['GEMINI_BASE_URL', 'http://127.0.0.1:1/v1beta/openai///', 'geminiBaseUrl', 'http://127.0.0.1:1/v1beta/openai'],
    ['GEMINI_AUTH_HEADER', 'x-goog-api-key', 'geminiAuthHeader', 'x-goog-api-key'],
    ['GEMINI_UPSTREAM', 'native', 'geminiUpstream', 'native'],
    ['GEMINI_UPSTREAM', 'compat', 'geminiUpstream', 'compat'],
    ['MODELS_REFRESH', 'true', 'areModelsRefreshed', true],
    ['MAX_CONTINUATIONS', '0', 'maxContinuations', 0],
    ['MAX_CONTINUATIONS', '64', 'maxContinuations', 64],
    [
      'SAFETY_SETTINGS',
      'BLOCK_ONLY_HIGH',
      'safetySettings',
      [
        { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_ONLY_HIGH' },
        { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_ONLY_HIGH' },
        { category: 'HARM_CATEGORY_SEXUALLY_EXPLICIT', threshold: 'BLOCK_ONLY_HIGH' },
        { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', threshold: 'BLOCK_ONLY_HIGH' },
      ],
    ],
    [
      'SAFETY_SETTINGS',
      'HARM_CATEGORY_HATE_SPEECH=OFF, HARM_CATEGORY_DANGEROUS_CONTENT = BLOCK_LOW_AND_ABOVE ,',
      'safetySettings',
      [
        { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'OFF' },
        { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', threshold: 'BLOCK_LOW_AND_ABOVE' },
      ],
    ],
    ['ALLOW_ANONYMOUS', 'true', 'isAnonymousAllowed', true],
    ['HTTPS_PROXY', 'http://proxy:3128', 'httpsProxy', 'http://proxy:3128'],
    ['https_proxy', 'http://proxy:3128', 'httpsProxy', 'http://proxy:3128'],
    ['NO_PROXY', 'localhost,.example', 'noProxy', 'localhost,.example'],
    ['no_proxy', '*', 'noProxy', '*'],
    ['HOST', '::1', 'host', '::1'],
    ['PORT', '0', 'port', 0],
    ['PORT', ' 65535 ', 'port', 65_535],
    ['EXTRA_MODELS', ' a, b ,,c,', 'extraModels', ['a', 'b', 'c']],
    ['BODY_LIMIT_BYTES', '1024', 'bodyLimitBytes', 1024],
    ['MAX_BODY_VALUES', '1000', 'maxBodyValues', 1_000],
    ['MAX_BODY_DEPTH', '16', 'maxBodyDepth', 16],
    ['REQUEST_TIMEOUT_MS', '1', 'requestTimeoutMs', 1],
    ['UPSTREAM_IDLE_TIMEOUT_MS', '2147483647', 'upstreamIdleTimeoutMs', 2_147_483_647],
    ['HEARTBEAT_INTERVAL_MS', '1', 'heartbeatIntervalMs', 1],
    ['FIRST_EVENT_PATIENCE_MS', '0', 'firstEventPatienceMs', 0],
    ['CORS_ORIGINS', 'https://a.example,https://b.example', 'corsOrigins', ['https://a.example', 'https://b.example']],
    ['CORS_ORIGINS', 'HTTP://Localhost:3000, null,app://x', 'corsOrigins', ['http://localhost:3000', 'null', 'app://x']],
    ['SHUTDOWN_GRACE_MS', '0', 'shutdownGraceMs', 0],
    ['MAX_EVENT_BYTES', '1024', 'maxEventBytes', 1024],
    ['LOG_LEVEL', 'silent', 'logLevel', 'silent'],
    ['LOG_FORMAT', 'pretty', 'logFormat', 'pretty'],
    ['MODEL_FALLBACKS', 'models/a > models/b>c', 'modelFallbacks', new Map(Object.entries({ a: 'b', b: 'c' }))],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318/', 'otlpEndpoint', new Secret('http://localhost:4318')],
    [
      'MODEL_ALIASES',
      'gpt-4o=gemini-3.5-flash, gpt-* = b ',
      'modelAliases',
      [
        { requested: 'gpt-4o', served: 'gemini-3.5-flash' },
        { requested: 'gpt-*', served: 'b' },
      ],
    ],
  ])('%s=%s is read', (name, text, field, value) => {
    expect(load({ [name]: text })[field]).toEqual(value)
  })

  test.each([
    ['ALLOW_ANONYMOUS', ['yes', '1', 'TRUE', 'on']],
    ['GEMINI_BASE_URL', ['localhost', 'ftp://x', '/v1', 'https://', 'not a url']],
    ['GEMINI_BASE_URL', ['https://a.example/v1?key=x', 'https://a.example/v1?', 'https://a.example/v1#x', 'https://u:p@a.example/v1']],
    ['GEMINI_AUTH_HEADER', ['cookie', 'Authorization']],
    ['GEMINI_UPSTREAM', ['openai', 'Native', 'auto,native']],
    ['MODELS_REFRESH', ['on', 'hourly', '1']],
    ['MAX_CONTINUATIONS', ['-1', '65', '1.5', 'x']],
    [
      'SAFETY_SETTINGS',
      [
        'BLOCK_EVERYTHING',
        'off',
        'OFF,OFF',
        'HARASSMENT=OFF',
        'HARM_CATEGORY_CIVIC_INTEGRITY=OFF',
        'HARM_CATEGORY_HARASSMENT',
        'HARM_CATEGORY_HARASSMENT=',
        'HARM_CATEGORY_HARASSMENT=HARM_BLOCK_THRESHOLD_UNSPECIFIED',
        'HARM_CATEGORY_HARASSMENT=OFF=OFF',
        'HARM_CATEGORY_HARASSMENT=OFF,HARM_CATEGORY_HARASSMENT=OFF',
        'HARM_CATEGORY_HARASSMENT=OFF,BLOCK_NONE',
      ],
    ],
    ['HTTPS_PROXY', ['proxy:3128', 'socks5://proxy:1080', 'http://user:50%off@proxy:3128']],
    ['REDIS_URL', ['localhost:6379', 'redis://:50%off@redis', 'redis://100%:x@redis', 'redis://u%:41x@redis']],
    ['PORT', ['-1', '65536', '80.5', '0x50', 'http', '9e3']],
    ['MODEL_ALIASES', ['a', 'a=', '=b', 'a=b=c', 'a=b*', 'a=b,c']],
    ['BODY_LIMIT_BYTES', ['0', '1023', '-1', '1e6', '32MB', '2147483648', 'NaN', 'Infinity']],
    ['MAX_BODY_VALUES', ['0', '999', '2e5', '2147483648']],
    ['MAX_BODY_DEPTH', ['0', '15', '1001', 'x']],
    ['REQUEST_TIMEOUT_MS', ['0', '-1', '1.5', '10s', '2147483648']],
    ['UPSTREAM_IDLE_TIMEOUT_MS', ['0', 'x']],
    ['HEARTBEAT_INTERVAL_MS', ['0', 'x']],
    ['FIRST_EVENT_PATIENCE_MS', ['-1', 'x']],
    ['SHUTDOWN_GRACE_MS', ['-1', 'x', '2147483647']],
    ['MODEL_FALLBACKS', ['a', 'a>', 'a>a', 'a>b,a>c', 'a>b c>d', 'models/a>a', 'a>models/']],
    ['MAX_EVENT_BYTES', ['1023', 'x']],
    ['LOG_LEVEL', ['loud', 'INFO']],
    ['LOG_FORMAT', ['text', 'JSON']],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      ['localhost:4318', 'grpc://localhost:4317', 'http://a.example/otlp?token=x', 'http://a.example/#x', 'http://u:%@a.example'],
    ],
    ['CORS_ORIGINS', ['app.example.com', 'https://a.example/', 'https://a.example,b', 'https://a.example/path', '//a.example']],
    [
      'CORS_ORIGINS',
      ['https://*.example.com', 'app://*', 'https://a.example:443', 'http://a.example:80', 'https://[::1', 'https://ä.example'],
    ],
    ['GEMINI_API_KEY', [',', ' , ', 'a b', 'schlüssel', 'a\u0000b']],
    ['AUTH_TOKEN', ['a:one,b:one', 'one,b:one']],
    ['AUTH_TOKEN', [',', 'name:', 'a,name:', 'a b', 'name:a b', 'tökén']],
  ])('%s rejects invalid values, with its name in the message', (name, values) => {
    for (const value of values)
      expect([value, problemsOf({ ...NEEDED, [name]: value })]).toEqual([value, [expect.stringMatching(`^${name} `)]])
  })
})

test('SAFETY_SETTINGS: a problem names every invalid entry, and no valid one', () => {
  const text = 'HARM_CATEGORY_HARASSMENT=OFF,LOUD,HARM_CATEGORY_HATE_SPEECH=LOW,HARM_CATEGORY_HARASSMENT=BLOCK_NONE'
  expect(problemsOf({ ...NEEDED, SAFETY_SETTINGS: text })).toEqual([
    expect.stringMatching(/; invalid: "LOUD", "HARM_CATEGORY_HATE_SPEECH=LOW", "HARM_CATEGORY_HARASSMENT=BLOCK_NONE"\.$/),
  ])
})

describe('PORT', () => {
  test.each<[Env, number]>([
    [{ PORT: '1', FC_CUSTOM_LISTEN_PORT: '2', FC_SERVER_PORT: '3' }, 1],
    [{ FC_CUSTOM_LISTEN_PORT: '2', FC_SERVER_PORT: '3' }, 2],
    [{ FC_SERVER_PORT: '3' }, 3],
    [{ PORT: '', FC_SERVER_PORT: '3' }, 3],
    [{}, 9000],
  ])('%j listens on %d', (env, port) => {
    expect(load(env).port).toBe(port)
  })

  test('a problem names the variable that was set', () => {
    expect(problemsOf({ ...NEEDED, FC_SERVER_PORT: 'x' })).toEqual([expect.stringMatching(/^FC_SERVER_PORT /)])
  })
})

describe('GEMINI_API_KEY', () => {
  test('accepts several keys, and ignores duplicates', () => {
    expect(load({ GEMINI_API_KEY: ' a,b , a,' }).geminiApiKeys.map((key) => key.reveal())).toEqual(['a', 'b'])
  })

  const AIZA = `AIza${'SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY'}`
  const refusalOf = (text: string): string => {
    const problems = problemsOf({ GEMINI_API_KEY: text })
    expect(problems).toHaveLength(1)
    return problems[0] ?? ''
  }

  test.each<[kind: string, says: RegExp, values: readonly string[]]>([
    ['quotes', /quotation mark/, [`"${AIZA}"`, `'${AIZA}'`, `“${AIZA}”`, `‘${AIZA}’`, `「${AIZA}」`, `\`${AIZA}\``, `"${AIZA}`, '""']],
    [
      'a shortened key',
      /shortened or masked/,
      ['...', '…', 'AIza...', 'AIza…', 'AIzaSy…BWY', 'sk-…', 'sk-...', 'AIza****', '********', '••••'],
    ],
    [
      'a placeholder',
      /placeholder/,
      ['your-gemini-key', 'your_api_key', 'YOUR_API_KEY', 'YOUR-KEY', 'yourkey', '<your key>', '<key>', '[key]', '{{key}}'],
    ],
    [
      'a placeholder',
      /placeholder/,
      ['$GEMINI_API_KEY', `\${GEMINI_API_KEY}`, '%GEMINI_API_KEY%', '$(cat key)', 'GEMINI_API_KEY', 'google_api_key'],
    ],
    [
      'a placeholder',
      /placeholder/,
      ['PASTE_YOUR_KEY_HERE', 'insert-your-gemini-key', 'API_KEY_HERE', 'replace-me', 'replace_this', 'change-me', 'changeme'],
    ],
    [
      'a placeholder',
      /placeholder/,
      ['xxx', 'XXXXXXXX', 'xxxx-xxxx', '---', '___', 'AIza', 'AIzaSy', 'AIzaSyXXXXXXXXXX', 'AQ.', 'AQ.xxxx', 'sk-xxxx'],
    ],
    ['a placeholder', /placeholder/, ['placeholder', 'example', 'TODO', 'tbd', 'none', 'null', 'undefined', 'sk-123456']],
    ['the name of a variable', /name of a variable/, [`GEMINI_API_KEY=${AIZA}`, `export GEMINI_API_KEY=${AIZA}`, `GOOGLE_API_KEY=${AIZA}`]],
    ['a URL', /URL/, ['https://aistudio.google.com/apikey']],
    [
      'a key of another provider',
      /OpenAI or Anthropic/,
      ['sk-proj-canaryAbc123', 'sk-svcacct-canary', 'sk-admin-canary', 'sk-ant-api03-canary'],
    ],
    ['a key of another provider', /begins with `sk-`/, ['sk-canaryAbc123canaryAbc123canaryAbc123canaryAbc']],
  ])('that is %s is refused with %s, without quoting the key', (_kind, says, values) => {
    for (const value of values) {
      expect([value, refusalOf(value)]).toEqual([value, expect.stringMatching(says)])
      const secret = /canary\w*|SyD-\S{6}/.exec(value)?.[0]
      if (secret !== undefined) expect(refusalOf(value)).not.toContain(secret)
      expect(refusalOf(`${AIZA},${value}`)).toMatch(says)
    }
  })

  test('that is one of several is reported by its position', () => {
    expect(refusalOf(`${AIZA}, ...,other`)).toMatch(/\(Key 2 of 3\.\)$/)
  })

  test.each([
    AIZA,
    'AQ.Ab8RN6JxxxK-3_your-Zz.a',
    'AQ.Ab8RN6LkeyHere-1_x',
    'ya29.a0AfH6SMBx-x_x',
    'g2:0123456789abcdef+/==',
    'simulated',
    'a-key',
    'key',
    'k',
    'x',
    'test',
    'dummy-gemini-key',
    'example-of-a-test',
    'SECRETKEYXYZ',
  ])('%s is accepted', (key) => {
    expect(load({ GEMINI_API_KEY: key }).geminiApiKeys[0]?.reveal()).toBe(key)
  })

  test('may begin with `sk-` for a relay', () => {
    const relay = { GEMINI_API_KEY: 'sk-0123456789abcdef', GEMINI_BASE_URL: 'https://relay.example/v1' }
    expect(load(relay).geminiApiKeys[0]?.reveal()).toBe(relay.GEMINI_API_KEY)
    expect(problemsOf({ ...relay, GEMINI_BASE_URL: 'https://GENERATIVELANGUAGE.googleapis.com/v1beta/openai/' })).toEqual([
      expect.stringMatching(/^GEMINI_API_KEY .*GEMINI_BASE_URL/),
    ])
  })
})

describe('AUTH_TOKEN', () => {
  const tokensOf = (text: string): unknown => load({ AUTH_TOKEN: text }).authTokens?.map(({ name, token }) => [name, token.reveal()])

  test.each([
    ['one', [[undefined, 'one']]],
    ['ann:one', [['ann', 'one']]],
    ['ann:one:two', [['ann', 'one:two']]],
    [':one', [[undefined, 'one']]],
    [
      'a,b,ann:c',
      [
        [undefined, 'a'],
        [undefined, 'b'],
        ['ann', 'c'],
      ],
    ],
    ['x', [[undefined, 'x']]],
    ['changeme2', [[undefined, 'changeme2']]],
    ['CHANGEME', [[undefined, 'CHANGEME']]],
  ])('%s is read', (text, tokens) => {
    expect(tokensOf(text)).toEqual(tokens)
  })

  test.each(['changeme', 'your-auth-token', 'your_auth_token', 'your-api-key', 'sk-123456'])(
    '%s is refused as a placeholder, with or without a name',
    (token) => {
      for (const text of [token, `ann:${token}`, `good,${token}`])
        expect(problemsOf({ ...NEEDED, AUTH_TOKEN: text })).toEqual([expect.stringMatching(/^AUTH_TOKEN .*placeholder/)])
    },
  )
})

describe.each(['METRICS_TOKEN', 'ADMIN_TOKEN'])('%s', (name) => {
  test.each(['changeme', 'your-auth-token', 'your_auth_token', 'your-api-key', 'sk-123456'])('%s is refused as a placeholder', (token) => {
    expect(problemsOf({ ...NEEDED, [name]: token })).toEqual([expect.stringMatching(`^${name} .*placeholder`)])
  })

  test.each(['two words', 'tökén'])('%s is refused, as no client can send it', (token) => {
    expect(problemsOf({ ...NEEDED, [name]: token })).toEqual([expect.stringMatching(`^${name} `)])
  })

  test.each(['x', 'changeme2', 'scraper:token'])('%s is read', (token) => {
    expect(problemsOf({ ...NEEDED, [name]: token })).toEqual([])
  })
})

describe('ADMIN_TOKEN', () => {
  test.each(['canary-token', 'ann:canary-token', 'other,ann:canary-token'])(
    'is refused if it is also a caller token: AUTH_TOKEN=%s',
    (tokens) => {
      const problems = problemsOf({ ...NEEDED, AUTH_TOKEN: tokens, ADMIN_TOKEN: 'canary-token' })
      expect(problems).toEqual([expect.stringMatching(/^ADMIN_TOKEN /)])
      expect(problems[0]).not.toContain('canary')
    },
  )

  test('may be any other token, also that of the metrics', () => {
    const env = { ...NEEDED, AUTH_TOKEN: 'ann:one,admin:two', ADMIN_TOKEN: 'admin:two', METRICS_TOKEN: 'admin:two' }
    expect(problemsOf(env)).toEqual([])
  })
})

describe('on Function Compute', () => {
  const FC: Env = { ...NEEDED, FC_FUNCTION_NAME: 'f' }

  test.each<[string, Env]>([
    ['no AUTH_TOKEN', FC],
    ['an empty AUTH_TOKEN', { ...FC, AUTH_TOKEN: ' ' }],
    ['ALLOW_ANONYMOUS=false', { ...FC, ALLOW_ANONYMOUS: 'false' }],
  ])('the configuration is rejected with %s', (_what, env) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^AUTH_TOKEN .*ALLOW_ANONYMOUS=true/)])
  })

  test.each<[string, Env]>([
    ['AUTH_TOKEN', { ...FC, AUTH_TOKEN: 'token' }],
    ['ALLOW_ANONYMOUS=true', { ...FC, ALLOW_ANONYMOUS: 'true' }],
  ])('the configuration is accepted with %s', (_what, env) => {
    expect(problemsOf(env)).toEqual([])
  })
})

test('all problems are reported together, one per line', () => {
  const env = { PORT: 'x', LOG_LEVEL: 'x', AUTH_TOKEN: 'changeme', FC_FUNCTION_NAME: 'f' }
  const problems = problemsOf(env)
  expect(problems.map((problem) => problem.split(' ', 1)[0]).sort()).toEqual(['AUTH_TOKEN', 'GEMINI_API_KEY', 'LOG_LEVEL', 'PORT'])
  expect(() => loadConfig(env)).toThrow(problems.map((problem) => `\n  - ${problem}`).join(''))
})

describe('the declarations', () => {
  test.each(Object.entries(SETTINGS))('%s has its own variable name and a description', (_field, { names, meaning }) => {
    expect(meaning).toMatch(/\.$/)
    const all = Object.values(SETTINGS).flatMap((setting) => [...setting.names])
    for (const name of names) expect(all.filter((each) => each === name)).toHaveLength(1)
  })
})
