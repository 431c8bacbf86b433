import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeployedFunction, deploy } from '../../doubles/functionCompute/function.js'
import { freePort } from '../../doubles/functionCompute/ports.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { chat, eventually, MODEL, post, startReading, streamed } from '../../support/calls.js'
import { GEMINI_KEY, type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { replaceInServer } from '../../support/serverCopy.js'
import { type ReceivedSpan, type Receiver, startReceiver } from './receiver.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const DIST = fileURLToPath(new URL('../../../dist', import.meta.url))

let receiver: Receiver
let proxy: ProxyUnderTest
const closing: (() => unknown)[] = []
beforeAll(async () => {
  receiver = await startReceiver()
  return () => receiver.stop()
})
beforeEach(() => {
  receiver.spans.length = 0
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Starts a proxy that is closed after the test. */
async function start(env: Record<string, string> = {}): Promise<ProxyUnderTest> {
  proxy = await startProxy({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, AUTH_TOKEN: `web:${TOKEN}`, ...env })
  closing.push(() => proxy.close())
  return proxy
}

/** Stops the proxy, so that it sends all recorded spans, and waits until `count` have arrived. */
async function spansOf(count: number): Promise<ReceivedSpan[]> {
  await proxy.drain()
  await eventually(() => expect(receiver.spans).toHaveLength(count))
  return [...receiver.spans].sort((one, other) => one.startMs - other.startMs || (one.kind === 'server' ? -1 : 1))
}

const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<Response> =>
  fetch(`${proxy.origin}${path}`, { headers })

describe('a chat is a span, and its upstream call another', () => {
  test.each([
    ['whole', chat({})],
    ['streamed', streamed({ chunks: 3 }, { stream_options: { include_usage: true } })],
  ])('%s', async (_, body) => {
    await start()
    const response = await post(proxy, body)
    const text = await response.text()
    const [request, call] = await spansOf(2)
    const [line] = proxy.logs.filter(({ operation }) => operation === 'createChatCompletion')

    expect(request).toMatchObject({ name: 'POST /v1/chat/completions', kind: 'server', status: 'unset', parentSpanId: '' })
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'gemini_proxy.request_id': response.headers.get('x-request-id'),
      'gemini_proxy.operation': 'createChatCompletion',
      'gemini_proxy.requested_model': MODEL,
      'enduser.id': 'web',
    })
    expect(request?.resource).toMatchObject({ 'service.name': 'gemini-proxy', 'service.version': '0.0.0-test' })
    expect((request?.endMs ?? 0) - (request?.startMs ?? 0)).toBeCloseTo(Number(line?.durationMs), 0)

    expect(call).toMatchObject({ name: `chat ${MODEL}`, kind: 'client', status: 'unset', parentSpanId: request?.spanId })
    expect(call?.traceId).toBe(request?.traceId)
    expect(call?.startMs).toBeGreaterThanOrEqual(request?.startMs ?? Number.NaN)
    expect(call?.endMs).toBe(request?.endMs)
    const [, prompt, completion] = /"prompt_tokens":(\d+),"completion_tokens":(\d+)/.exec(text) ?? []
    expect(call?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.model': MODEL,
      'gen_ai.usage.input_tokens': Number(prompt),
      'gen_ai.usage.output_tokens': Number(completion),
      'server.address': '127.0.0.1',
    })
    expect('gen_ai.response.time_to_first_chunk' in (call?.attributes ?? {})).toBe(text.startsWith('data:'))
  })

  test('in the trace of the client if it sends one', async () => {
    await start()
    await (await post(proxy, chat({}), { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } })).text()
    const [request, call] = await spansOf(2)
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: PARENT })
    expect(call).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId })
    expect(JSON.stringify(proxy.simulator.requests)).not.toContain(TRACE)
  })

  test.each([`00-${TRACE}-${PARENT}-00`])('unless the client does not sample its trace', async (traceparent) => {
    await start()
    await (await post(proxy, chat({}), { headers: { traceparent } })).text()
    await (await get('/v1/models')).text()
    expect((await spansOf(1)).map(({ name }) => name)).toEqual(['GET /v1/models'])
  })

  test.each(['', 'x', `00-${'0'.repeat(32)}-${PARENT}-01`, `ff-${TRACE}-${PARENT}-01`, 'a'.repeat(5_000)])(
    'in a new trace if the client sends an invalid one: %s',
    async (traceparent) => {
      await start()
      await (await post(proxy, chat({}), { headers: { traceparent } })).text()
      const [request] = await spansOf(2)
      expect(request?.parentSpanId).toBe('')
      expect(request?.traceId).toMatch(/^(?!0af7)[0-9a-f]{32}$/)
    },
  )

  test('with the serving model and the failed attempts', async () => {
    await start({ MODEL_ALIASES: 'gpt-4o=gemini-3.8-flash' })
    await (await post(proxy, chat({ error: 'unavailable', times: 1, key: 'once' }, { model: 'gpt-4o' }))).text()
    const [request, call] = await spansOf(2)
    expect(request?.attributes).toMatchObject({ 'gemini_proxy.requested_model': 'gpt-4o' })
    expect(call).toMatchObject({ name: 'chat gemini-3.8-flash', attributes: { 'http.request.resend_count': 1 } })
  })
})

describe('other requests', () => {
  test('embeddings have a span of their upstream call, too', async () => {
    await start()
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ model: 'gemini-embedding-001', input: 'x' })
    await (await fetch(`${proxy.baseUrl}/embeddings`, { method: 'POST', headers, body })).text()
    const [, call] = await spansOf(2)
    expect(call).toMatchObject({ name: 'embeddings gemini-embedding-001', attributes: { 'gen_ai.operation.name': 'embeddings' } })
  })

  test('a list of models, a wrong token and an unknown path have no upstream call', async () => {
    await start()
    for (const response of [get('/v1/models'), get('/v1/models', {}), get('/private/path?key=secret')]) await (await response).text()
    const spans = await spansOf(3)
    expect(spans.map(({ name, attributes }) => [name, attributes['http.response.status_code'], attributes['error.type']])).toEqual(
      expect.arrayContaining([
        ['GET /v1/models', 200, undefined],
        ['GET /v1/models', 401, undefined],
        ['GET', 404, 'unknown_url'],
      ]),
    )
    expect(JSON.stringify(spans)).not.toMatch(/private|secret/)
  })

  test('a failure of Gemini is an error in both spans', async () => {
    await start({ MAX_RETRIES: '0' })
    await (await post(proxy, chat({ error: 'unavailable' }))).text()
    const spans = await spansOf(2)
    expect(spans.map(({ status, attributes }) => [status, attributes['error.type']])).toEqual(
      Array(2).fill(['error', 'upstream_overloaded']),
    )
  })

  test('a client that disconnects is not an error', async () => {
    await start()
    const leaving = new AbortController()
    const open = await startReading(post(proxy, streamed({ chunks: 2, chunkDelayMs: 60_000 }), { signal: leaving.signal }))
    await open.until(/data:/)
    leaving.abort()
    await eventually(() => expect(proxy.logs.some(({ status }) => status === 499)).toBe(true))
    const [request] = await spansOf(2)
    expect(request).toMatchObject({ status: 'unset', attributes: { 'http.response.status_code': 499, 'gemini_proxy.cancelled': true } })
  })

  test('a generation that continues without its client has its tokens in the same trace', async () => {
    await start()
    const leaving = new AbortController()
    const headers = { 'x-stream-resume': 'true' }
    const open = await startReading(post(proxy, streamed({ chunks: 3, chunkDelayMs: 100 }), { signal: leaving.signal, headers }))
    await open.until(/data:/)
    leaving.abort()
    await eventually(() => expect(proxy.logs.some(({ background }) => background === true)).toBe(true))
    const [request, call] = await spansOf(2)
    expect(call).toMatchObject({ kind: 'client', traceId: request?.traceId, parentSpanId: request?.spanId })
    expect(call?.endMs).toBeGreaterThan(request?.endMs ?? Number.NaN)
    expect(Number(call?.attributes['gen_ai.usage.output_tokens'])).toBeGreaterThan(0)
  })
})

test('spans contain no prompt, answer, token or key', async () => {
  await start()
  const response = await post(proxy, chat({ text: 'Confidential answer' }, { user: 'private@example.com' }))
  expect(await response.text()).toContain('Confidential')
  const spans = JSON.stringify(await spansOf(2))
  for (const secret of [TOKEN, GEMINI_KEY, 'Hello', 'Confidential', 'private@']) expect(spans).not.toContain(secret)
})

describe('a trace receiver that fails', () => {
  test('is reported once, and requests are answered', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    for (let count = 0; count < 3; count += 1) expect((await post(proxy, chat({}))).status).toBe(200)
    await proxy.drain()
    await eventually(() => expect(proxy.logs.filter(({ msg }) => String(msg).startsWith('Traces could not'))).toHaveLength(1))
  })

  test('is reported with the reason on Function Compute, too', async () => {
    const refusing = createServer((_, response) => response.writeHead(401).end()).listen(0, '127.0.0.1')
    closing.push(() => refusing.close().closeAllConnections())
    await new Promise((resolve) => refusing.once('listening', resolve))
    // The cast is safe: a listening TCP server has a port.
    const { port } = refusing.address() as AddressInfo
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, FC_FUNCTION_NAME: 'gemini-proxy' })
    expect((await post(proxy, chat({}))).status).toBe(200)
    await eventually(() => expect(proxy.logs).toContainEqual(expect.objectContaining({ cause: 'Unauthorized' })))
  })

  test('delays neither the shutdown nor responses on Function Compute', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    closing.push(() => silent.close().closeAllConnections())
    await new Promise((resolve) => silent.once('listening', resolve))
    // The cast is safe: a listening TCP server has a port.
    const { port } = silent.address() as AddressInfo
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, FC_FUNCTION_NAME: 'gemini-proxy' })
    expect(await (await post(proxy, chat({ text: 'whole' }))).text()).toContain('whole')
    expect(await (await post(proxy, streamed({ chunks: 2 }))).text()).toMatch(/\[DONE\]\n\n$/)
    await proxy.drain()
  })
})

describe('on Function Compute, which freezes an idle instance', () => {
  let simulator: Simulator
  let deployed: DeployedFunction
  beforeEach(async () => {
    simulator = await startSimulator()
    const env = { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, GEMINI_BASE_URL: simulator.baseUrl }
    // The patched function waits for the receiver for a minute, not for a second as usual, because
    // a busy machine may stall.
    const tracingPatch = (code: string): string => replaceInServer(code, /(?<=\.setTimeout\)\()[\w$]+(?=,void 0,\{ref:!1\}\))/, '6e4')
    deployed = await deploy({ env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }, tracingPatch })
    closing.push(
      () => simulator.close(),
      () => deployed.close(),
    )
  })

  test.each([
    ['a JSON answer', chat({}), {}],
    ['a stream', streamed({ chunks: 2 }), {}],
    ['a resumable stream', streamed({ chunks: 2 }), { 'x-stream-resume': 'true' }],
    ['a refused request', { model: MODEL }, {}],
  ])('the spans of %s are sent before the freeze', async (_, body, headers) => {
    await (await post(deployed, body, { headers })).text()
    await expect.poll(() => deployed.fleet.instances[0]?.isFrozen()).toBe(true)
    await eventually(() => expect(receiver.spans.some(({ name }) => name === 'POST /v1/chat/completions')).toBe(true))
    const wantsCall = 'messages' in body
    await eventually(() => expect(receiver.spans.some(({ kind }) => kind === 'client')).toBe(wantsCall))
    expect(deployed.fleet.instances[0]?.isFrozen()).toBe(true)
  })
})

describe('OpenTelemetry is loaded', () => {
  const env = { GEMINI_API_KEY: 'AIza-none', AUTH_TOKEN: TOKEN }
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'traces-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    cpSync(join(DIST, 'server.cjs'), join(folder, 'server.cjs'))
  })

  test('only if OTEL_EXPORTER_OTLP_ENDPOINT is set', async () => {
    const bundle = await startBundle(env, join(folder, 'server.cjs'))
    expect((await fetch(`${bundle.address}/health/live`)).status).toBe(200)
    expect(await bundle.stop()).toEqual({ code: 0, signal: null })
  })

  test('from a separate file, without which the server does not start', async () => {
    await expect(startBundle({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }, join(folder, 'server.cjs'))).rejects.toThrow(
      'tracing.cjs',
    )
  })

  test('in the built server', async () => {
    const bundle = await startBundle({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })
    await (await fetch(`${bundle.address}/health`)).text()
    await bundle.stop()
    await eventually(() => expect(receiver.spans.map(({ name }) => name)).toEqual(['GET /health']))
  })
})
