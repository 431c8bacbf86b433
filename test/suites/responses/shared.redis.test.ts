import { Redis as Client } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { type Answer as Answered, call, failure } from '../../support/contractHook.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { type Instances, startInstances } from '../resume/suite.js'
import { asking, callOf, lastSent, openai, outputsOf, STRICT, WEATHER } from './asking.js'
import { begin, OTHER, restOf } from './broken.js'

/** Simulator behaviour: the stream pauses in the middle until the test releases it. */
const HELD = { chunks: 40, hold: { afterChunks: 15 } }
const ENDLESS = { chunks: 10_000, chunkDelayMs: 15 }

let server: RedisServer
let at: Instances
beforeAll(async () => {
  server = await startRedis()
  at = await startInstances(2, { REDIS_URL: server.url })
})
beforeEach(() => at.simulator.reset())
afterAll(async () => {
  await at.close()
  await server.stop()
})

const get = ({ origin }: ProxyUnderTest, id: string, token?: string): Promise<Answered> =>
  call(origin, { path: `/v1/responses/${id}`, ...(token === undefined ? {} : { token }) })
const drop = ({ origin }: ProxyUnderTest, id: string): Promise<Answered> => call(origin, { method: 'DELETE', path: `/v1/responses/${id}` })
/** Returns the values of all strings in Redis, and errors for keys of other types. */
async function readRedis(): Promise<(string | null)[]> {
  const client = new Client(server.url)
  const texts = await Promise.all((await client.keys('*')).map((key) => client.get(key).catch(String)))
  client.disconnect()
  return texts
}

/** Returns the id of the first output message in a stream of the Responses API. */
const outputIdIn = (events: readonly object[]): string => /"(msg_\w+)"/.exec(JSON.stringify(events))?.[1] ?? ''
const GONE = failure('response_not_found')

describe('a stream of a response that broke on one instance', () => {
  test.each([false, true])('continues on another instance with the missed and the live events (by Last-Event-ID: %s)', async (byHeader) => {
    const before = await begin(at.first.origin, HELD, { cutAfter: 8 })
    const after = await restOf(at.last.origin, before, { byHeader, onOpen: () => at.simulator.release() })
    const numbers = [...before.events, ...after.events].map(({ sequence_number: number }) => number)
    expect(before.events.length).toBeLessThan(30)
    expect(numbers).toEqual(numbers.map((_, place) => place))
    expect(after.events.filter(({ type }) => type === 'response.completed')).toHaveLength(1)
    expect(after.events.at(-1)?.type).toBe('response.completed')
    expect(at.simulator).toMatchObject({ totalRequests: 1, abortedRequests: 0 })
  })

  test('continues after any event with exactly the following ones', async () => {
    const whole = await begin(at.first.origin, { text: 'one two three' })
    for (const [place] of whole.events.entries()) {
      const after = await restOf(at.last.origin, { ...whole, events: whole.events.slice(0, place + 1) })
      expect(after.events).toEqual(whole.events.slice(place + 1))
    }
  })

  test('is not found with another token, on any instance and any path', async () => {
    const { id } = await begin(at.first.origin, ENDLESS, { cutAfter: 3 })
    for (const { origin } of [at.first, at.last]) {
      for (const query of ['', '?stream=true', '?stream=true&starting_after=1'])
        expect(await call(origin, { path: `/v1/responses/${id}${query}`, token: OTHER })).toMatchObject({ status: 404, json: GONE })
      expect((await call(origin, { method: 'DELETE', path: `/v1/responses/${id}`, token: OTHER })).status).toBe(404)
    }
    expect((await drop(at.last, id)).status).toBe(200)
  })
})

test('items of many answers are found on another instance, and none is missing in the prompt', async () => {
  const ids: string[] = []
  for (let turn = 0; turn < 260; turn += 1) {
    const { output } = await openai(at.first).responses.create(asking({ text: `answer ${turn}` }))
    ids.push(...output.flatMap(({ type, id }) => (type === 'message' && id !== undefined ? [id] : [])))
  }
  const input = [...ids.map((id) => ({ type: 'item_reference' as const, id })), { role: 'user' as const, content: 'Hi' }]
  await openai(at.last).responses.create({ model: STRICT, input })
  expect(JSON.stringify(lastSent(at).messages).match(/answer \d+/g)).toEqual(ids.map((_, turn) => `answer ${turn}`))
})

describe('a response whose end a client has read', () => {
  test('is complete on another instance at this moment: the stream and the object', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      let atOnce: Promise<Answered[]> | undefined
      const whole = await begin(
        at.first.origin,
        { text: `turn ${turn}` },
        {
          onEvent: ({ type }, id) => {
            if (type === 'response.completed') atOnce = Promise.all(['?stream=true', ''].map((query) => get(at.last, `${id}${query}`)))
          },
        },
      )
      const [events, object] = (await atOnce) ?? []
      expect(events?.events).toEqual(whole.events)
      expect(object?.json).toMatchObject({ id: whole.id, status: 'completed' })
    }
  })

  test('can be continued on another instance at this moment, whether it was a stream or not', async () => {
    const [one, other] = [openai(at.first), openai(at.last)]
    for (let turn = 0; turn < 5; turn += 1) {
      const first = await one.responses.create(asking({ toolCalls: [callOf('Oslo')] }, { tools: [WEATHER] }))
      const next = { model: STRICT, tools: [WEATHER], previous_response_id: first.id, input: outputsOf(first) }
      let id = ''
      for await (const event of await other.responses.create({ ...next, stream: true }))
        if (event.type === 'response.completed') id = event.response.id
      expect((await one.responses.create({ model: STRICT, previous_response_id: id, input: 'And now?' })).status).toBe('completed')
      expect(lastSent(at.first).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
    }
  })

  test('belongs to its token on all instances', async () => {
    const { id } = await openai(at.first).responses.create(asking({ text: 'mine' }))
    expect((await get(at.last, id)).status).toBe(200)
    expect(await get(at.last, id, OTHER)).toMatchObject({ status: 404, json: GONE })
    const theirs = openai(at.last, OTHER).responses.create(asking({}, { previous_response_id: id }))
    await expect(theirs).rejects.toMatchObject({ status: 404, code: 'previous_response_not_found' })
  })
})

describe('DELETE at one instance', () => {
  test.each(['first', 'last'] as const)('deletes on both instances at once: %s', async (where) => {
    const { id } = await begin(at.first.origin, { text: 'one two' })
    for (const instance of [at.first, at.last]) expect((await get(instance, id)).status).toBe(200)
    expect((await drop(at[where], id)).json).toMatchObject({ id, deleted: true })
    for (const { origin } of [at.first, at.last]) {
      for (const query of ['', '?stream=true', '?stream=true&starting_after=1'])
        expect(await call(origin, { path: `/v1/responses/${id}${query}` })).toMatchObject({ status: 404, json: GONE })
      const next = openai({ baseUrl: `${origin}/v1` }).responses.create(asking({}, { previous_response_id: id }))
      await expect(next).rejects.toMatchObject({ status: 404, code: 'previous_response_not_found' })
      expect((await call(origin, { method: 'DELETE', path: `/v1/responses/${id}` })).status).toBe(404)
    }
  })

  test('deletes the items on all instances, too', async () => {
    const made = await openai(at.first).responses.create(asking({ text: 'x' }))
    const reference = [{ type: 'item_reference' as const, id: made.output[0]?.id ?? '' }]
    expect((await drop(at.last, made.id)).status).toBe(200)
    for (const instance of [at.first, at.last])
      await expect(openai(instance).responses.create({ model: STRICT, input: reference })).rejects.toMatchObject({ code: 'item_not_found' })
  })

  test('ends a generation that runs on another instance, and nothing of it is stored', async () => {
    const { id } = await begin(at.first.origin, ENDLESS, { cutAfter: 5 })
    expect((await drop(at.last, id)).status).toBe(200)
    expect(await get(at.first, id)).toMatchObject({ status: 404, json: GONE })
    await expect.poll(() => at.simulator.openRequests).toBe(0)
    for (const instance of [at.first, at.last]) expect((await get(instance, id)).status).toBe(404)
  })

  test('of an answer that is still being read prevents storing it', async () => {
    let deleted: Promise<Answered> | undefined
    const { id, events } = await begin(at.first.origin, HELD, {
      onEvent: (_, id) => {
        deleted ??= drop(at.last, id).finally(() => at.simulator.release())
      },
    })
    expect((await deleted)?.status).toBe(200)
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { store: false } })
    const reference = [{ type: 'item_reference' as const, id: outputIdIn(events) }]
    for (const instance of [at.first, at.last]) {
      expect((await get(instance, id)).status).toBe(404)
      await expect(openai(instance).responses.create({ model: STRICT, input: reference })).rejects.toMatchObject({ code: 'item_not_found' })
    }
    expect((await readRedis()).filter((text) => text?.includes(id))).toEqual([])
  })
})

test('a stream expires after its time to live on both instances; a stored response lasts longer', async () => {
  const short = await startInstances(2, { REDIS_URL: server.url, STREAM_RESUME_TTL_SECONDS: '20' })
  try {
    stopClock()
    const [stored, unstored] = [await begin(short.first.origin, {}), await begin(short.first.origin, {}, { store: false })]
    for (const { origin } of [short.first, short.last]) expect((await restOf(origin, unstored)).status).toBe(200)
    // A stream expires after its time to live plus the length of its producer's lease.
    await advanceClock(30_000, server)
    for (const instance of [short.first, short.last]) {
      await expect.poll(async () => (await get(instance, unstored.id)).json).toEqual(GONE)
      expect((await restOf(instance.origin, stored)).status).toBe(404)
      expect((await get(instance, stored.id)).status).toBe(200)
    }
  } finally {
    startClock()
    await short.close()
  }
})

test('secrets in the tools of an item are not stored', async () => {
  const mcp = { type: 'mcp', server_label: 'marker-tool', server_url: 'https://mcp.example/?key=secret-1', authorization: 'secret-2' }
  const item = {
    type: 'additional_tools',
    tools: [
      mcp,
      { type: 'shell', environment: { network_policy: { domain_secrets: ['secret-3'] } } },
      { type: 'namespace', name: 'n', tools: [{ ...mcp, authorization: 'secret-4' }] },
    ],
  }
  const body = { model: STRICT, input: [item, { role: 'user', content: 'Hi' }] }
  expect((await call(at.first.origin, { path: '/v1/responses', body })).status).toBe(200)
  const stored = (await readRedis()).filter((text) => text?.includes('marker-tool'))
  expect(stored).toEqual([expect.stringContaining('"server_url":"https://mcp.example"')])
  expect(stored[0]).not.toContain('secret-')
})
