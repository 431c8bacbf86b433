import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CANARIES } from '../../doubles/functionCompute/canaries.js'
import { type DeployedFunction, deploy } from '../../doubles/functionCompute/function.js'
import { faultsOf, PROMPT_CANARY, upstreamSecrets, watchUpstream } from '../../doubles/functionCompute/leaks.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, MODEL, post } from '../../support/calls.js'
import { failure } from '../../support/contractHook.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'

const MEBIBYTE = 1024 * 1024

let simulator: Simulator
let deployed: DeployedFunction
let foundUpstream: () => string[]
beforeAll(async () => {
  simulator = await startSimulator()
  deployed = await deploy({ env: { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, GEMINI_BASE_URL: simulator.baseUrl, MAX_RETRIES: '0' } })
  foundUpstream = watchUpstream(simulator, upstreamSecrets(TOKEN))
})
afterAll(async () => {
  await deployed.close()
  await simulator.close()
})

const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${deployed.origin}${path}`, init)
const last = () => deployed.invocations.at(-1)

describe('requests that the platform itself rejects, in its own format', () => {
  test.each([
    ['headers above 8 KB', '/health/live', { headers: { 'x-long': 'x'.repeat(8 * 1024) } }, 400, 'InvalidArgument'],
    ['a path above 4 KB', `/health/live?${'x'.repeat(4 * 1024)}`, {}, 400, 'InvalidArgument'],
    ['a method that the trigger does not allow', '/health/live', { method: 'PUT' }, 405, 'MethodNotAllowed'],
    ['a body above 32 MB', '/v1/embeddings', { method: 'POST', body: Buffer.alloc(32 * MEBIBYTE + 1) }, 400, 'EntityTooLarge'],
  ])('%s', async (_, path, init, status, errorCode) => {
    const response = await get(path, init).catch((error: Error) => error)
    // A client that is still sending may only see a closed connection instead of the refusal.
    if (response instanceof Error) expect(errorCode).toBe('EntityTooLarge')
    else expect([response.status, await response.json()]).toMatchObject([status, { errorCode, errorMessage: expect.any(String) }])
    expect(last()).toMatchObject({ ending: 'refused', status, instance: undefined })
  })
})

describe('what the platform adds and removes', () => {
  test('its request id is in the response, in the log and in x-request-id', async () => {
    const response = await get('/v1/models', { headers: { authorization: `Bearer ${TOKEN}`, 'x-fc-request-id': 'of-the-caller' } })
    const id = response.headers.get('x-fc-request-id')
    expect([response.status, id, response.headers.get('x-request-id')]).toEqual([200, last()?.requestId, id])
    expect(response.headers.get('content-disposition')).toBe('attachment')
    await expect.poll(() => deployed.logs).toContainEqual(expect.objectContaining({ requestId: id, operation: 'listModels', status: 200 }))
  })

  test('a caller who sends headers of the platform is treated like any other', async () => {
    for (const [method, path] of [['GET', '/pre-stop'] as const, ['POST', '/initialize'] as const]) {
      const response = await get(path, { method, headers: { 'x-fc-control-path': path } })
      expect([response.status, await response.json()]).toEqual([404, failure('unknown_url')])
    }
    const headers = { 'x-fc-function-timeout': '0.001', 'x-forwarded-for': '203.0.113.9' }
    expect((await post(deployed, chat({ latencyMs: 50 }), { headers })).status).toBe(200)
  })

  test('a response never has more than 8 KB of headers', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 900 }, (_, place) => [`parameter_${place}_${'x'.repeat(60)}`, place]))
    const response = await post(deployed, chat({}, unknown), { headers: { origin: 'https://example.org' } })
    expect([response.status, last()?.ending]).toEqual([200, 'answered'])
    expect(deployed.findings).toEqual([])
  })

  test('HEAD, OPTIONS and a wrong method reach the proxy', async () => {
    expect((await get('/health/live', { method: 'HEAD' })).status).toBe(200)
    const preflight = { origin: 'https://example.org', 'access-control-request-method': 'POST' }
    const allowed = await get('/v1/chat/completions', { method: 'OPTIONS', headers: preflight })
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect((await get('/v1/chat/completions', { method: 'DELETE' })).status).toBe(405)
  })
})

test('a chunked stream is forwarded at once, and any other response only when it is complete', async () => {
  await (await post(deployed, chat({}))).text()
  expect(last()?.isStreamed).toBe(false)
  await (await post(deployed, chat({}, { stream: true }))).text()
  expect(last()?.isStreamed).toBe(true)
})

test('the simulated platform detects streams without chunks, and secrets and long headers in responses', async () => {
  // Replaces the proxy by a server with faults that the simulated platform must find.
  const patch = () => `const { createServer } = require('node:http')
    createServer((request, response) => {
      const text = 'data: ' + request.headers['x-fc-access-key-secret'] + '\\n\\n'
      const headers = request.url === '/long' ? { 'x-long': 'x'.repeat(9000) } : {}
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': text.length, ...headers })
      response.end(text)
    }).listen(process.env.FC_CUSTOM_LISTEN_PORT)`
  const wrong = await deploy({
    patch,
    env: { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN },
    spec: { healthCheck: undefined, hasPreStop: false },
  })
  await (await fetch(`${wrong.origin}/stream`)).text()
  const long = await fetch(`${wrong.origin}/long`)
  expect([long.status, await long.json()]).toMatchObject([502, { errorCode: 'BadResponse' }])
  expect(wrong.findings).toEqual([
    'GET /stream streams without chunked encoding: Function Compute buffers the response',
    'GET /stream returned the secret test-fc-secret...',
    'GET /long returned more than 8 KB of headers',
  ])
  expect(await faultsOf(wrong, () => [])).toContain('GET /stream (answered) does not have exactly one log line')
  await wrong.close()
})

test('a body just below 32 MB is accepted, and a chunked body that grows beyond is rejected', async () => {
  const padded = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'x' }], padding: '' })
  const body = padded.replace('"padding":""', `"padding":"${'x'.repeat(32 * MEBIBYTE - padded.length)}"`)
  expect(body).toHaveLength(32 * MEBIBYTE)
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const response = await get('/v1/chat/completions', { method: 'POST', headers, body })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"finish_reason":"stop"')])
  const status = await new Promise((resolve) => {
    const outgoing = request(`${deployed.origin}/v1/chat/completions`, { method: 'POST', headers }, (answer) => resolve(answer.statusCode))
    outgoing.on('error', () => resolve('cut'))
    outgoing.write(body)
    outgoing.end('xx')
  })
  expect([400, 'cut']).toContain(status)
  await expect.poll(() => last()?.status).toBe(400)
  expect(deployed.fleet.instances).toHaveLength(1)
})

test('at the end, no secret has leaked, and each request is in the log exactly once', async () => {
  await (await post(deployed, { model: MODEL, messages: [{ role: 'user', content: PROMPT_CANARY }] })).text()
  await post(deployed, { model: 'no-such-model', messages: [{ role: 'user', content: PROMPT_CANARY }] })
  await post(deployed, { model: MODEL, messages: [{ role: PROMPT_CANARY, content: 1 }] })
  expect(simulator.requests.some(({ body }) => JSON.stringify(body).includes(PROMPT_CANARY))).toBe(true)
  expect(await faultsOf(deployed, foundUpstream)).toEqual([])
  expect(CANARIES.length).toBeGreaterThan(5)
})
