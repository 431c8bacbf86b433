import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { post, startReading, streamed } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { call, chat, failure, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { answerOf, base64Of, imagePart, inBothForms, MEBIBYTE, MODEL, startDrawing } from '../media/answers.js'
import { open } from './socket.js'

const TIMEOUT = failure('upstream_timeout', null, 'server_error')
const SILENT = simulate({ fault: { kind: 'stall', when: 'before-headers' } })
const SILENT_LATER = simulate({ text: 'one two three four five', chunks: 5, fault: { kind: 'stall', when: { afterChunks: 4 } } })

let hasty: RunningProxy
/** A proxy whose deadline passes only when a test advances the stopped clock. */
let unhurried: RunningProxy
let patient: RunningProxy
/** A proxy on Function Compute: only there, it trusts the header x-fc-function-timeout. */
let onPlatform: RunningProxy
let hastyOnPlatform: RunningProxy

beforeAll(async () => {
  hasty = await startProxy({ REQUEST_TIMEOUT_MS: '90' })
  unhurried = await startProxy({ REQUEST_TIMEOUT_MS: '3000' })
  patient = await startProxy()
  hastyOnPlatform = await startProxy({ REQUEST_TIMEOUT_MS: '90', FC_FUNCTION_NAME: 'gemini-proxy' })
  onPlatform = await startProxy({ FC_FUNCTION_NAME: 'gemini-proxy' })
})
afterEach(startClock)
afterAll(() => Promise.all([hasty, unhurried, patient, onPlatform, hastyOnPlatform].map((proxy) => proxy.close())))

async function timed<T>(work: Promise<T>): Promise<{ readonly answer: T; readonly ms: number }> {
  const startedAt = performance.now()
  const answer = await work
  return { answer, ms: performance.now() - startedAt }
}

describe('after REQUEST_TIMEOUT_MS', () => {
  test.each([
    ['a chat', {}],
    ['a stream without a first event', { stream: true }],
  ])('%s is 504 upstream_timeout', async (_what, rest) => {
    const { answer, ms } = await timed(call(hasty.origin, { body: chat(SILENT, rest) }))
    expect(answer.status).toBe(504)
    expect(answer.json).toEqual(TIMEOUT)
    expect(ms).toBeGreaterThanOrEqual(85)
    expect(ms).toBeLessThan(15_000)
  })

  test('a stream that has started ends with one error event, without [DONE]', async () => {
    stopClock()
    const answer = await startReading(post(unhurried, chat(SILENT_LATER, { stream: true })))
    await answer.until(/"content":"[^"]/)
    await advanceClock(3_000)
    expect(await answer.rest()).toMatchObject({ errors: [{ code: 'upstream_timeout', param: null, type: 'server_error' }], dones: 0 })
  })

  test('the upstream call is aborted', async () => {
    const { origin, simulator } = unhurried
    const before = simulator.totalRequests
    stopClock()
    const answer = call(origin, { body: chat(SILENT) })
    await waitWithStoppedClock(() => simulator.totalRequests === before + 1)
    const aborted = simulator.abortedRequests
    await advanceClock(3_000)
    expect((await answer).status).toBe(504)
    await expect.poll(() => simulator.abortedRequests).toBe(aborted + 1)
  })

  test('a request whose body never ends is aborted', async () => {
    const connection = await open(hasty.origin)
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"model":`,
    )
    expect(await connection.closed()).toMatch(/^(HTTP\/1\.1 504 .*upstream_timeout.*|)$/s)
    await expect.poll(() => hasty.logs.at(-1)).toMatchObject({ status: 504, errorCode: 'upstream_timeout', msg: 'failed' })
  })

  test('the connection can serve another request', async () => {
    const body = JSON.stringify(chat(SILENT))
    const connection = await open(onPlatform.origin)
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-fc-function-timeout: 0.2\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await connection.until(/upstream_timeout/)
    connection.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await connection.until(/\{"status":"ok"\}/)).toMatch(/ 504 .* 200 /s)
    connection.destroy()
  })

  test('an answer in time is not affected', async () => {
    stopClock()
    expect(await call(unhurried.origin, { body: chat('hello') })).toMatchObject({ status: 200 })
    await advanceClock(3_000)
    expect(await call(unhurried.origin, { body: chat('hello') })).toMatchObject({ status: 200 })
  })
})

const LARGE = base64Of(16 * MEBIBYTE)
const DRAW = { contents: [{ role: 'user', parts: [{ text: 'Draw.' }] }] }

test.each([
  ['a chat with an image', '/v1/chat/completions', { ...chat('Draw.'), model: MODEL }, imagePart(LARGE)],
  ['an image', '/v1/images/generations', { model: MODEL, prompt: 'Draw.' }, imagePart(LARGE)],
  ["an answer in Google's format", `/v1beta/models/${MODEL}:generateContent`, DRAW, imagePart(LARGE)],
  ['a chat with a long text', '/v1/chat/completions', chat('Write.'), { text: LARGE }],
])('%s that the client does not read ends after REQUEST_TIMEOUT_MS, and is not logged as a success', async (_what, path, asked, part) => {
  const drawing = await startDrawing({ REQUEST_TIMEOUT_MS: '3000', MAX_EVENT_BYTES: '100000000' })
  drawing.answer = inBothForms(answerOf(part))
  stopClock()
  const { hostname, port } = new URL(drawing.proxy.origin)
  const socket = connect(Number(port), hostname)
  const body = JSON.stringify(asked)
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
  await advanceClock(3_000)
  const lines = () => drawing.proxy.logs.filter(({ method }) => method === 'POST')
  await waitWithStoppedClock(() => lines().length > 0)
  expect(lines()).toMatchObject([{ status: 499, cancelled: true, errorCode: 'upstream_timeout' }])
  socket.destroy()
  startClock()
  await drawing.close()
})

describe('with x-fc-function-timeout', () => {
  test('a request ends before the platform would end it', async () => {
    const { origin, simulator } = onPlatform
    const before = simulator.totalRequests
    stopClock()
    const asked = call(origin, { body: chat(SILENT), headers: { 'x-fc-function-timeout': '6' } })
    await waitWithStoppedClock(() => simulator.totalRequests === before + 1)
    await advanceClock(3_000)
    const { status, json } = await asked
    expect([status, json]).toEqual([504, TIMEOUT])
  })

  test('a stream ends with an error event before the platform would cut it', async () => {
    stopClock()
    const answer = await startReading(post(onPlatform, chat(SILENT_LATER, { stream: true }), { headers: { 'x-fc-function-timeout': '6' } }))
    await answer.until(/"content":"[^"]/)
    await advanceClock(3_000)
    expect(await answer.rest()).toMatchObject({ errors: [{ code: 'upstream_timeout', param: null, type: 'server_error' }], dones: 0 })
  })

  test('a longer time does not extend REQUEST_TIMEOUT_MS', async () => {
    const { answer, ms } = await timed(call(hastyOnPlatform.origin, { body: chat(SILENT), headers: { 'x-fc-function-timeout': '3600' } }))
    expect(answer.status).toBe(504)
    expect(ms).toBeLessThan(15_000)
  })

  test.each(['0', '-1', '', 'NaN', 'Infinity', 'soon', '0x10', '1e9', '99999999999'])('an invalid value is ignored: %j', async (value) => {
    const answer = await call(onPlatform.origin, { body: chat(simulate({ latencyMs: 30 })), headers: { 'x-fc-function-timeout': value } })
    expect(answer.status).toBe(200)
  })
})

test('a silent Gemini is 504 after UPSTREAM_IDLE_TIMEOUT_MS', async () => {
  const impatient = await startProxy({ UPSTREAM_IDLE_TIMEOUT_MS: '60' })
  const answer = await call(impatient.origin, { body: chat(SILENT) })
  await impatient.close()
  expect(answer.status).toBe(504)
  expect(answer.json).toEqual(TIMEOUT)
})

test('a quiet stream gets heartbeats', async () => {
  const lively = await startProxy({ HEARTBEAT_INTERVAL_MS: '10', FIRST_EVENT_PATIENCE_MS: '0' })
  const answer = await startReading(post(lively, streamed({ text: 'late', hold: 'after-headers' })))
  await answer.until(/^: keep-alive\n\n: keep-alive\n\n/)
  lively.simulator.release()
  expect(await answer.rest()).toMatchObject({ content: 'late', dones: 1 })
  await lively.close()
})
