import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { chat, PLAIN } from '../../support/calls.js'
import { ADMIN_TOKEN } from '../../support/canaries.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

// Preloaded code that throws if Ajv compiles a validator: only Ajv creates a function with these
// two arguments. The contract check of the tests, which is also preloaded, may compile its own.
const refusing = join(mkdtempSync(join(tmpdir(), 'validators-')), 'refusing.cjs')
writeFileSync(
  refusing,
  `globalThis.Function = new Proxy(Function, {
  construct(target, args) {
    if (args[0] === 'self' && args[1] === 'scope' && !new Error().stack.includes('test-hook')) throw new Error('a validator is compiled')
    return Reflect.construct(target, args)
  },
})`,
)
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const { paths } = JSON.parse(readFileSync(`${ROOT}/generated/openapi.json`, 'utf8')) as { paths: Record<string, Record<string, object>> }
/** The paths whose POST takes forms, and no JSON. */
const FORMS_ONLY = new Set(
  Object.entries(paths).flatMap(([path, { post }]) => {
    const content = (post as { requestBody?: { content: object } } | undefined)?.requestBody?.content ?? {}
    return 'multipart/form-data' in content && !('application/json' in content) ? [path] : []
  }),
)
const emptyForm = (): FormData => {
  const form = new FormData()
  form.append('unknown', 'x')
  return form
}
const REQUESTS = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
)

/** Bodies that violate the contract, each in a different respect. */
const BROKEN: readonly [what: string, path: string, body: object][] = [
  ['nothing', '/v1/chat/completions', {}],
  ['no messages', '/v1/chat/completions', chat({}, { messages: [] })],
  ['an unknown role', '/v1/chat/completions', chat({}, { messages: [{ role: 'robot', content: 'x' }] })],
  ['no role', '/v1/chat/completions', chat({}, { messages: [{ content: 'x' }] })],
  ['content of a wrong type', '/v1/chat/completions', chat({}, { messages: [{ role: 'user', content: 5 }] })],
  ['an unknown part', '/v1/chat/completions', chat({}, { messages: [{ role: 'user', content: [{ type: 'song' }] }] })],
  [
    'a picture without a URL',
    '/v1/chat/completions',
    chat({}, { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }),
  ],
  ['too hot', '/v1/chat/completions', chat({}, { temperature: 9 })],
  ['too many', '/v1/chat/completions', chat({}, { n: 99 })],
  ['a tool without function', '/v1/chat/completions', chat({}, { tools: [{ type: 'function' }] })],
  ['an invalid tool name', '/v1/chat/completions', chat({}, { tools: [{ type: 'function', function: { name: 5 } }] })],
  ['an unknown tool_choice', '/v1/chat/completions', chat({}, { tool_choice: 'maybe' })],
  ['a stream flag of a wrong type', '/v1/chat/completions', chat({}, { stream: 'yes' })],
  ['a response_format without a schema', '/v1/chat/completions', chat({}, { response_format: { type: 'json_schema' } })],
  ['too many stop sequences', '/v1/chat/completions', chat({}, { stop: Array.from({ length: 20 }, String) })],
  ['no input', '/v1/embeddings', { model: 'gemini-embedding-001' }],
  ['an empty input', '/v1/embeddings', { model: 'gemini-embedding-001', input: [] }],
  ['invalid dimensions', '/v1/embeddings', { model: 'gemini-embedding-001', input: 'x', dimensions: 0 }],
]

let simulator: Simulator
let bundle: Bundle
let source: ProxyUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  const env = {
    GEMINI_API_KEY: 'simulated',
    GEMINI_BASE_URL: simulator.baseUrl,
    AUTH_TOKEN: TOKEN,
    ADMIN_TOKEN,
    ...PLAIN,
    NODE_OPTIONS: `--require ${refusing}`,
  }
  bundle = await startBundle(env)
  source = await startProxy()
})
afterAll(async () => {
  await bundle.stop()
  await source.close()
  await simulator.close()
  rmSync(dirname(refusing), { recursive: true })
})

/** Sends a request; an operation that takes only forms gets one without any valid field. */
const ask = async (origin: string, method: string, path: string, body?: object) => {
  const token = path.startsWith('/console/api/') ? ADMIN_TOKEN : TOKEN
  const isForm = body !== undefined && FORMS_ONLY.has(path)
  const answer = await fetch(origin + path.replace(/\{\w+\}/g, 'gemini-2.5-flash'), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: isForm ? emptyForm() : JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.text() }
}

test('the test detects a validator that is compiled at runtime', () => {
  const compile = `new (require('ajv').default)().compile({ type: 'object' })`
  const { status, stderr } = spawnSync(process.execPath, ['--require', refusing, '-e', compile], { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toContain('a validator is compiled')
  expect(status).toBe(1)
})

describe('dist/server.cjs has every validator precompiled', () => {
  test.each(REQUESTS)('%s %s', async (method, path) => {
    const { status } = await ask(bundle.address, method, path, method === 'POST' ? {} : undefined)
    expect([200, 400, 404, 501]).toContain(status)
  })

  test('serves a chat and embeddings', async () => {
    expect(await ask(bundle.address, 'POST', '/v1/chat/completions', chat({ text: 'Hi.' }))).toMatchObject({ status: 200 })
    expect(await ask(bundle.address, 'POST', '/v1/embeddings', { model: 'gemini-embedding-001', input: 'x' })).toMatchObject({
      status: 200,
    })
  })
})

test.each(BROKEN)('the bundle refuses %s with the same message as the source', async (_what, path, body) => {
  const refusal = await ask(bundle.address, 'POST', path, body)
  expect(refusal.status).toBe(400)
  expect(refusal).toEqual(await ask(source.origin, 'POST', path, body))
})

describe('what the bundle leaves out is not needed', () => {
  test('for the metrics of Node.js', async () => {
    expect((await ask(bundle.address, 'GET', '/metrics')).body).toMatch(/^process_cpu_seconds_total [\d.]+$/m)
  })

  test('for the served contract', async () => {
    const served = JSON.parse((await ask(bundle.address, 'GET', '/openapi.json')).body)
    expect(served).toEqual(JSON.parse(readFileSync(`${ROOT}/generated/openapi-3.1.json`, 'utf8')))
  })
})
