import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { ModelResponse, ResponseStreamEvent } from '../../../src/contract/types.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, startScriptedGemini } from '../../support/scriptedGemini.js'

let gemini: ScriptedGemini
let proxy: ProxyUnderTest
const start = async (upstream: string, answer: ScriptedAnswer, env: Record<string, string> = {}): Promise<void> => {
  gemini = await startScriptedGemini(() => answer)
  proxy = await startProxy({ GEMINI_UPSTREAM: upstream, GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0', ...env })
}
afterEach(async () => {
  await proxy.close()
  await gemini.close()
})

const streamOf = (events: readonly object[]): ScriptedAnswer => ({
  headers: { 'content-type': 'text/event-stream' },
  body: '',
  pieces: events.map((event) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)),
})
const native = (...parts: readonly object[]): object => ({ candidates: [{ index: 0, content: { role: 'model', parts } }] })
const BROKEN = { error: { code: 500, status: 'INTERNAL', message: 'Internal error.' } }

const ask = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  call(proxy.origin, { path: '/v1/responses', headers, body: { model: 'gemini-3.5-flash', input: 'Hi', ...body } })
// The cast is safe: `call` has validated the events.
const eventsIn = ({ events }: Answer): readonly ResponseStreamEvent[] => events as ResponseStreamEvent[]
const failedIn = (answer: Answer): ModelResponse => {
  const last = eventsIn(answer).at(-1)
  if (last?.type !== 'response.failed') throw new Error(`the stream ends with ${last?.type}`)
  return last.response
}
const finished = (answer: Answer): unknown[] =>
  eventsIn(answer).flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []))

test.each([
  ['{"input":"*** Begin Patch\\n+ café', '*** Begin Patch\n+ café'],
  ['{"input":"one\\', 'one'],
  ['{"input":"one\\u00', 'one'],
  ['{"input":"one\\\\', 'one\\'],
  ['{"inp', ''],
  ['{"input":"one"', 'one'],
  ['{"input":"one" ', 'one'],
])('the input of a custom tool that was cut off is the part that arrived: %s', async (written, input) => {
  const cut = { name: 'apply_patch', arguments: written }
  const choice = { index: 0, finish_reason: 'length' }
  const message = { role: 'assistant', tool_calls: [{ index: 0, id: 'a', type: 'function', function: cut }] }
  const tools = [{ type: 'custom', name: 'apply_patch' }]
  const item = { type: 'custom_tool_call', status: 'incomplete', input }
  await start('compat', { body: { choices: [{ ...choice, message }] } })
  expect(((await ask({ tools })).json as ModelResponse).output).toEqual([expect.objectContaining(item)])
  await gemini.close()
  await proxy.close()
  await start('compat', streamOf([{ choices: [{ ...choice, delta: message }] }]))
  const answer = await ask({ tools, stream: true })
  expect(finished(answer)).toEqual([expect.objectContaining(item)])
})

describe.each(['compat', 'native'])('a failure after the response has begun (%s)', (upstream) => {
  const quota = [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] }]
  const tooLong = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'
  test.each([
    [{ code: 400, status: 'INVALID_ARGUMENT', message: tooLong }, 'context_length_exceeded'],
    [{ code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Exceeded.', details: quota }, 'insufficient_quota'],
    [{ code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Exceeded.' }, 'rate_limit_exceeded'],
  ])('has an error code that Codex knows: %j', async (error, code) => {
    const pieces = {
      async *[Symbol.asyncIterator]() {
        await sleep(200) // lets the response begin before the error arrives
        yield Buffer.from(JSON.stringify({ error }))
      },
    }
    await start(upstream, { status: error.code, body: '', pieces }, { FIRST_EVENT_PATIENCE_MS: '0' })
    for (const headers of [{}, { 'x-stream-resume': 'true' }])
      expect(failedIn(await ask({ stream: true }, headers)).error).toMatchObject({ code, reason: code })
  })
})

describe('a failed response', () => {
  test.each([{}, { 'x-stream-resume': 'true' }])('contains the complete image that arrived before (%j)', async (headers) => {
    const data = `iVBORw0KGgo${'A'.repeat(300_001)}`
    await start('native', streamOf([native({ inlineData: { mimeType: 'image/png', data } }), BROKEN]))
    const answer = await ask({ model: 'gemini-3.1-flash-image', stream: true, tools: [{ type: 'image_generation' }] }, headers)
    expect(finished(answer)).toEqual([expect.objectContaining({ type: 'image_generation_call', result: data })])
    expect(failedIn(answer).output).toEqual(finished(answer))
  })

  test('contains the whole output, even if the client does not read for 30 seconds', async () => {
    const data = `iVBORw0KGgo${'A'.repeat(16_000_001)}`
    const image = streamOf([native({ inlineData: { mimeType: 'image/png', data } }), BROKEN])
    await start('native', image, { MAX_EVENT_BYTES: '100000000' })
    const { hostname, port } = new URL(proxy.origin)
    const socket = connect(Number(port), hostname)
    const body = JSON.stringify({ model: 'gemini-3.1-flash-image', input: 'Draw.', stream: true, tools: [{ type: 'image_generation' }] })
    stopClock()
    socket.write(
      `POST /v1/responses HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    let length = 0
    let tail = ''
    let hasPaused = false
    socket.on('data', (bytes) => {
      length += bytes.length
      tail = (tail + bytes.toString('latin1')).slice(-100)
      if (hasPaused || length <= data.length) return
      hasPaused = true
      socket.pause()
    })
    await waitWithStoppedClock(() => socket.isPaused())
    for (let second = 0; second < 30; second += 1) await advanceClock(1_000)
    startClock()
    socket.resume()
    await once(socket, 'close')
    expect([length > data.length * 2, tail]).toEqual([true, expect.stringMatching(/\n\n\r\n0\r\n\r\n$/)])
  })

  test('has its output in the order of its indexes, and is not stored', async () => {
    const search = { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] }, id: 't' } }
    const called = { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'QUJD' }
    await start('native', streamOf([native(search), native({ text: 'Looking. ' }), native(called), BROKEN]))
    const tools = [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }]
    const answer = await ask({ stream: true, tools, include: ['web_search_call.action.sources'] })
    const started = eventsIn(answer).flatMap((event) => (event.type === 'response.output_item.added' ? [event.item.id] : []))
    const { output, store, id } = failedIn(answer)
    expect(started.length).toBeGreaterThan(2)
    expect(output.map((item) => item.id)).toEqual(started)
    expect(store).toBe(false)
    expect((await call(proxy.origin, { path: `/v1/responses/${id}` })).status).toBe(404)
  })

  test.each([
    ['before the response begins', '60000', {}],
    ['later', '0', {}],
    ['later, in a resumable stream', '0', { 'x-stream-resume': 'true' }],
  ])('reports the parameter name that the client used: %s', async (_when, patience, headers) => {
    const refusal = { code: 400, status: 'INVALID_ARGUMENT', message: '* GenerateContentRequest.contents[0].parts[0].text: bad' }
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      await released
      yield Buffer.from(JSON.stringify({ error: refusal }))
    }
    await start('native', { status: 400, body: '', pieces: pieces() }, { FIRST_EVENT_PATIENCE_MS: patience })
    const hasBegun = patience === '0'
    if (!hasBegun) release()
    const response = await fetch(`${proxy.origin}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gemini-3.5-flash', input: 'Hi', stream: true }),
    })
    release()
    const text = await response.text()
    expect([response.status, hasBegun]).toEqual(hasBegun ? [200, true] : [400, false])
    expect(text).toMatch(hasBegun ? /response\.failed.*"param":"input"/ : /"param":\s*"input"/)
  })
})
