import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer as Answered, call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { asking, callOf, eventsOf, lastSent, openai, outputsOf, prompt, STRICT, WEATHER } from './asking.js'
import { begin } from './broken.js'

const OTHER = 'another-token-77aa'
const UNKNOWN_ID = `resp_${'0'.repeat(32)}`

let proxy: ProxyUnderTest
let off: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `${TOKEN},${OTHER}` })
  off = await startProxy({ STREAM_RESUME: 'off' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  await proxy.close()
  await off.close()
})

const get = (id: string, query = '', token = TOKEN): Promise<Answered> => call(proxy.origin, { path: `/v1/responses/${id}${query}`, token })
const numbersOf = ({ events }: Answered): unknown[] =>
  (events as { sequence_number: number }[]).map(({ sequence_number }) => sequence_number)
/** Requests a resumable stream and reads it to its end. */
const resumable = (text: string, more: object = {}): Promise<Answered> =>
  call(proxy.origin, {
    path: '/v1/responses',
    headers: { 'x-stream-resume': 'true' },
    body: { ...asking({ text }), stream: true, ...more },
  })
const idOf = ({ events: [first] }: Answered): string => (first as { response: { id: string } }).response.id

describe('a response', () => {
  test.each([undefined, null, true])('is stored if store is %s, for its caller only, until it is deleted', async (store) => {
    const made = await call(proxy.origin, { path: '/v1/responses', body: { ...asking({ text: 'kept' }), store } })
    const { id } = made.json as { id: string }
    expect(made.json).toMatchObject({ store: true })
    expect((await get(id)).json).toEqual(made.json)
    expect((await get(id, '', OTHER)).json).toEqual(failure('response_not_found'))
    expect((await call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${id}`, token: OTHER })).status).toBe(404)
    const deleted = await call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${id}` })
    expect(deleted.json).toEqual({ id, object: 'response', deleted: true })
    for (const method of ['GET', 'DELETE']) {
      const gone = await call(proxy.origin, { method, path: `/v1/responses/${id}` })
      expect([gone.status, gone.json, gone.headers['x-should-retry']]).toEqual([404, failure('response_not_found'), 'false'])
    }
  })

  test('can be deleted by a client that sends an empty body with the type JSON', async () => {
    const { id } = await openai(proxy).responses.create(asking({ text: 'x' }))
    const headers = { 'content-type': 'application/json' }
    expect((await call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${id}`, headers })).status).toBe(200)
  })

  test('is not stored if store is false or STREAM_RESUME is off', async () => {
    const unstored = await openai(proxy).responses.create(asking({ text: 'x' }, { store: false }))
    const nowhere = await openai(off).responses.create(asking({ text: 'x' }, { store: true }))
    expect([unstored, nowhere]).toMatchObject([{ store: false }, { store: false }])
    expect((await get(unstored.id)).status).toBe(404)
    await expect(openai(off).responses.retrieve(nowhere.id)).rejects.toMatchObject({ status: 404, code: 'response_not_found' })
  })

  test.each([UNKNOWN_ID, 'resp_1', 'x', 'msg_1', 'chatcmpl-00000000000000000000000000000000'])(
    'with an unknown id is 404: %s',
    async (id) => {
      for (const query of ['', '?stream=true', '?stream=true&starting_after=3'])
        expect((await get(id, query)).json).toEqual(failure('response_not_found'))
      expect((await call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${id}` })).json).toEqual(failure('response_not_found'))
    },
  )

  test('can be continued by previous_response_id, with its whole conversation', async () => {
    const client = openai(proxy)
    const first = await client.responses.create(asking({ toolCalls: [callOf('Oslo')] }, { tools: [WEATHER] }))
    const second = await client.responses.create({
      model: STRICT,
      tools: [WEATHER],
      previous_response_id: first.id,
      input: outputsOf(first),
    })
    const third = await client.responses.create({ model: STRICT, previous_response_id: second.id, input: 'And now?' })
    expect([second.previous_response_id, third.previous_response_id]).toEqual([first.id, second.id])
    expect(lastSent(proxy).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
  })

  test('that is not stored cannot be continued', async () => {
    const body = { ...asking({}), previous_response_id: UNKNOWN_ID }
    const answer = await call(proxy.origin, { path: '/v1/responses', body })
    expect([answer.status, answer.json]).toEqual([404, failure('previous_response_not_found', 'previous_response_id')])
    const mine = await openai(proxy).responses.create(asking({ text: 'mine' }))
    const theirs = openai(proxy, OTHER).responses.create(asking({}, { previous_response_id: mine.id }))
    await expect(theirs).rejects.toMatchObject({ status: 404, code: 'previous_response_not_found' })
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('has items that its caller can refer to by id', async () => {
    const client = openai(proxy)
    const first = await client.responses.create(asking({ toolCalls: [callOf('Oslo')] }, { tools: [WEATHER] }))
    const references = first.output.map(({ id }) => ({ type: 'item_reference' as const, id: id ?? '' }))
    const input = [{ role: 'user' as const, content: prompt({ text: 'x' }) }, ...references, ...outputsOf(first)]
    const next = { model: STRICT, tools: [WEATHER], input }
    expect((await client.responses.create(next)).status).toBe('completed')
    await expect(openai(proxy, OTHER).responses.create(next)).rejects.toMatchObject({
      status: 404,
      code: 'item_not_found',
      param: 'input[2]',
    })
  })
})

describe('a stream of a response', () => {
  test('can be resumed after any event, by starting_after and by Last-Event-ID', async () => {
    const whole = await resumable('one two three')
    const id = idOf(whole)
    const count = whole.events.length
    expect(whole.text).toContain(`\nid: ${id}:0\n\n`)
    for (const after of [0, 1, 4, count - 2]) {
      const rest = await get(id, `?stream=true&starting_after=${after}`)
      expect(numbersOf(rest)).toEqual(Array.from({ length: count - after - 1 }, (_, index) => after + 1 + index))
      expect(whole.text.endsWith(rest.text)).toBe(true)
      const again = await call(proxy.origin, { path: '/v1/responses', headers: { 'last-event-id': `${id}:${after}` }, body: asking({}) })
      expect(again.text).toBe(rest.text)
    }
    expect((await get(id, '?stream=true')).text).toBe(whole.text)
    expect((await get(id, `?stream=true&starting_after=${count}`)).status).toBe(404)
    expect((await get(id, '?stream=true', OTHER)).status).toBe(404)
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('continues after its client disconnects, and can be resumed by the SDK', async () => {
    const client = openai(proxy)
    const seen: number[] = []
    let id = ''
    const request = { ...asking({ chunks: 40, chunkDelayMs: 15 }), stream: true as const }
    for await (const event of await client.responses.create(request, { headers: { 'x-stream-resume': 'true' } })) {
      if (event.type === 'response.created') id = event.response.id
      seen.push(event.sequence_number)
      if (seen.length === 8) break
    }
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: seen.at(-1) ?? 0 }))
      seen.push(event.sequence_number)
    expect(seen.length).toBeGreaterThan(45)
    expect(seen).toEqual(seen.map((_, index) => index))
    expect(await client.responses.retrieve(id)).toMatchObject({ id, status: 'completed' })
    expect(proxy.simulator).toMatchObject({ totalRequests: 1, abortedRequests: 0 })
  })

  test('can be retrieved as an object, even if store is false, until it is deleted', async () => {
    const id = idOf(await resumable('short', { store: false }))
    expect((await get(id)).json).toMatchObject({ id, status: 'completed', store: false })
    expect((await call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${id}` })).status).toBe(200)
    for (const query of ['', '?stream=true']) expect((await get(id, query)).status).toBe(404)
    const failed = idOf(
      await resumable('x', asking({ deltas: ['a', 'b'], chunkDelayMs: 20, fault: { kind: 'reset', when: { afterChunks: 4 } } })),
    )
    expect((await get(failed)).json).toMatchObject({ status: 'failed', error: { reason: 'upstream_error' } })
  })

  test('that is deleted while a client reads it is not stored, nor are its items', async () => {
    let removed: Promise<Answered> | undefined
    const { id, events } = await begin(
      proxy.origin,
      { chunks: 40, hold: { afterChunks: 15 } },
      {
        onEvent: (_, response) => {
          removed ??= call(proxy.origin, { method: 'DELETE', path: `/v1/responses/${response}` }).finally(() => proxy.simulator.release())
        },
      },
    )
    expect((await removed)?.status).toBe(200)
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { id, store: false } })
    const item = /"(msg_\w+)"/.exec(JSON.stringify(events))?.[1] ?? ''
    const input = [{ type: 'item_reference', id: item }]
    expect((await call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, input } })).json).toEqual(
      failure('item_not_found', 'input[0]'),
    )
  })

  test('that was not requested as resumable has no ids and cannot be resumed', async () => {
    const events = await eventsOf(openai(proxy), asking({ text: 'x' }))
    const id = 'response' in (events[0] ?? {}) ? (events[0] as { response: { id: string } }).response.id : ''
    expect((await get(id)).status).toBe(200)
    expect((await get(id, '?stream=true')).status).toBe(404)
  })
})
