import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorResponse } from '../../../../src/contract/types.js'
import { makeModelLookup } from '../../../../src/upstream/models/lookup.js'
import type { UpstreamResponse } from '../../../../src/upstream/wire/upstreamCall.js'
import { chat, post } from '../../../support/calls.js'
import { ONE_KEY } from '../../../support/oneKey.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { isOnNative } from '../../../support/upstreamApi.js'

const NEW = 'gemini-4-flash'

let proxy: ProxyUnderTest
beforeEach(async () => {
  proxy = await startProxy({}, { models: { [NEW]: 'alive' } })
})
afterEach(() => proxy.close())

const lookups = (): string[] => proxy.simulator.requests.filter(({ method }) => method === 'GET').map(({ path }) => path)
const retrieve = (id: string): Promise<Response> =>
  fetch(`${proxy.baseUrl}/models/${id}`, { headers: { authorization: `Bearer ${TOKEN}` } })

describe('a model that is not listed', () => {
  test('is looked up once at Google, and then served', async () => {
    for (let turn = 0; turn < 3; turn += 1) expect((await post(proxy, chat({}, { model: NEW }))).status).toBe(200)
    expect((await post(proxy, chat({}, { model: `models/${NEW}`, stream: true }))).status).toBe(200)
    expect(lookups()).toEqual([`/v1beta/${isOnNative ? '' : 'openai/'}models/${NEW}`])
  })

  test('is looked up once for concurrent requests', async () => {
    proxy.simulator.next({ path: '/models', latencyMs: 30 })
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(proxy, chat({}, { model: NEW }))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(lookups()).toHaveLength(1)
  })

  test('is described with the result of the same look-up', async () => {
    expect(await (await retrieve(NEW)).json()).toMatchObject({ id: NEW, object: 'model', owned_by: 'google' })
    expect((await post(proxy, chat({}, { model: NEW }))).status).toBe(200)
    expect(lookups()).toHaveLength(1)
  })

  test('is a 404 when Google does not know it, and is not looked up again', async () => {
    for (const answer of [
      () => post(proxy, chat({}, { model: 'gemini-99' })),
      () => retrieve('gemini-99'),
      () => post(proxy, chat({}, { model: 'gemini-99', stream: true })),
    ]) {
      const response = await answer()
      expect(response.status).toBe(404)
      expect(((await response.json()) as ErrorResponse).error).toMatchObject({
        code: 'model_not_found',
        param: 'model',
        type: 'invalid_request_error',
      })
    }
    expect(proxy.simulator.requests.map(({ method }) => method)).toEqual(['GET'])
  })

  test.each(['gpt-4o', 'gemini-../models', 'llama-3', `gemini-${'x'.repeat(100)}`])(
    'with the foreign name %s is a 404 without a look-up',
    async (model) => {
      expect((await post(proxy, chat({}, { model }))).status).toBe(404)
      expect(proxy.simulator.totalRequests).toBe(0)
    },
  )

  test('is served when the look-up fails, as the request itself shows whether the model exists', async () => {
    proxy.simulator.next({ path: '/models', error: 'unavailable' })
    expect((await post(proxy, chat({}, { model: NEW }))).status).toBe(200)
  })

  test('is not a 404 because of an HTML page of a front end', async () => {
    proxy.simulator.next({ path: '/models', error: 'not-found', errorForm: 'html' })
    expect((await post(proxy, chat({}, { model: NEW }))).status).toBe(200)
  })

  test.each(['reset', 'cut'] as const)('is an upstream error if the response to the look-up breaks off: %s', async (kind) => {
    proxy.simulator.next({ path: '/models', fault: { kind, when: { afterBytes: 10 } } })
    const response = await post(proxy, chat({}, { model: NEW }))
    expect(response.status).toBe(502)
    expect(((await response.json()) as ErrorResponse).error.code).toBe('upstream_error')
  })
})

describe('the cache of look-ups', () => {
  const words = (status: number): string =>
    status === 404 ? '[{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}]' : '{}'
  const answer = (status: number): UpstreamResponse => {
    const body = [Buffer.from(words(status))]
    return {
      status,
      headers: {},
      retryAfterSeconds: undefined,
      next: async () => body.shift(),
      dump: () => undefined,
      destroy: () => undefined,
    }
  }
  const signal = new AbortController().signal

  /** Makes a lookup with its own clock, whose requests all get a response with this status. */
  const scripted = (status: number) => {
    const clock = { now: 0 }
    const asked: string[] = []
    const get = async (path: string): Promise<UpstreamResponse> => {
      asked.push(path)
      return answer(status)
    }
    return { clock, asked, lookup: makeModelLookup({ client: { get }, keys: ONE_KEY, redact: (text) => text, elapsed: () => clock.now }) }
  }

  test.each([
    [200, true, 3_600_000],
    [404, false, 300_000],
  ])('stores a result with status %i until it expires', async (status, exists, milliseconds) => {
    const { clock, asked, lookup } = scripted(status)
    expect(await lookup.exists('gemini-4', signal)).toBe(exists)
    clock.now = milliseconds - 1
    expect(await lookup.exists('gemini-4', signal)).toBe(exists)
    expect(asked).toHaveLength(1)
    clock.now = milliseconds
    expect(await lookup.exists('gemini-4', signal)).toBe(exists)
    expect(asked).toHaveLength(2)
  })

  test('stores the newest thousand names', async () => {
    const { asked, lookup } = scripted(404)
    for (let name = 0; name <= 1_000; name += 1) await lookup.exists(`gemini-${name}`, signal)
    await lookup.exists('gemini-1000', signal)
    await lookup.exists('gemini-1', signal)
    expect(asked).toHaveLength(1_001)
    await lookup.exists('gemini-0', signal)
    expect(asked).toHaveLength(1_002)
  })

  test('serves waiting requests even if the client that started the look-up disconnects', async () => {
    const { promise, resolve } = makeGate()
    const lookup = makeModelLookup({ client: { get: () => promise }, keys: ONE_KEY, redact: (text) => text, elapsed: () => 0 })
    const gone = new AbortController()
    const leaving = lookup.exists('gemini-4', gone.signal)
    const staying = lookup.exists('gemini-4', signal)
    gone.abort(new Error('gone'))
    await expect(leaving).rejects.toThrow('gone')
    resolve(answer(200))
    expect(await staying).toBe(true)
  })
})

function makeGate(): { readonly promise: Promise<UpstreamResponse>; readonly resolve: (response: UpstreamResponse) => void } {
  let resolve: (response: UpstreamResponse) => void = () => undefined
  const promise = new Promise<UpstreamResponse>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
