import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { call, chat } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** The seeds that Gemini received, in ascending order. */
const sentSeeds = (): unknown[] =>
  proxy.simulator.requests
    .map(({ body }) => (body as { readonly generationConfig?: { readonly seed?: number } }).generationConfig?.seed)
    .sort((one = 0, other = 0) => one - other)

test.each([
  ['counts up from the seed of the request', 42, [42, 43, 44]],
  ["stays within Google's 32 bits, and differs between choices for seeds beyond safe integers", 2 ** 60, [0, 1, 2]],
  ['is absent if the request has none', null, [undefined, undefined, undefined]],
])('the seed for each of several choices %s', async (_, seed, expected) => {
  for (const stream of [false, true]) {
    proxy.simulator.reset()
    expect((await call(proxy.origin, { body: chat('Hi', { n: 3, seed, stream }) })).status).toBe(200)
    expect(sentSeeds()).toEqual(expected)
  }
})

test('a completion of several prompts uses the same seeds for each prompt', async () => {
  const body = { model: 'gemini-3.5-flash', prompt: ['One', 'Two'], n: 2, seed: 7 }
  expect((await call(proxy.origin, { path: '/v1/completions', body })).status).toBe(200)
  expect(sentSeeds()).toEqual([7, 7, 8, 8])
})
