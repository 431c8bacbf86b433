import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, call } from '../../support/contractHook.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { KEYS, keyStates, keysUsed } from '../keys/keys.js'
import { ask, prompt, reasonOf, startNativeProxy } from './google.js'

const METHODS = ['generateContent', 'streamGenerateContent?alt=sse', 'streamGenerateContent', 'countTokens'] as const
let proxy: ProxyUnderTest
beforeEach(async () => {
  proxy = await startNativeProxy({ GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
  return () => proxy.close()
})

const send = (method: string): Promise<Answer> => ask(proxy, method, prompt('hello there'))

describe('the keys of the operator', () => {
  test.each(METHODS)('rotate: %s', async (method) => {
    for (let turn = 0; turn < 4; turn += 1) expect((await send(method)).status).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 1])
  })

  test.each(METHODS)('that are rate-limited are skipped, and the next one answers: %s', async (method) => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'valid', 'valid')
    for (let turn = 0; turn < 3; turn += 1) expect((await send(method)).status).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 2])
  })

  test.each(METHODS)('that are rejected are not used again: %s', async (method) => {
    proxy.simulator.settings.keys = keyStates('leaked', 'invalid', 'valid')
    for (let turn = 0; turn < 2; turn += 1) expect((await send(method)).status).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 3])
  })

  test('rotate for the list of models, and the next one answers', async () => {
    proxy.simulator.settings.keys = keyStates('leaked', 'valid', 'valid')
    expect((await call(proxy.origin, { path: '/v1beta/models' })).status).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2])
  })

  test("that are all rate-limited are 429 with the retry delay, in Google's format", async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'quota-minute', 'quota-minute')
    const answer = await send('generateContent')
    expect([answer.status, reasonOf(answer)]).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    expect(answer.json).toMatchObject({
      error: { status: 'RESOURCE_EXHAUSTED', details: [{}, { retryDelay: expect.stringMatching(/^\d+s$/) }] },
    })
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
  })

  test.each([
    ['leaked', 502, 'UPSTREAM_AUTH_ERROR'],
    ['region', 502, 'UPSTREAM_REGION_UNSUPPORTED'],
  ] as const)('that are all invalid are an error of the proxy: %s', async (state, status, reason) => {
    proxy.simulator.settings.keys = keyStates(state, state, state)
    const answer = await send('generateContent')
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason])
    expect(answer.json).toMatchObject({ error: { status: 'FAILED_PRECONDITION' } })
  })

  test('are never shown', async () => {
    proxy.simulator.settings.keys = keyStates('leaked', 'invalid', 'disabled')
    const answers = await Promise.all(METHODS.map(send))
    expect(JSON.stringify([answers, proxy.logs])).not.toMatch(/canary|-key-/)
  })
})

describe('a stream that ends with an error about its key', () => {
  let two: ProxyUnderTest
  beforeAll(async () => {
    two = await startNativeProxy({ GEMINI_API_KEY: KEYS.slice(0, 2).join(','), MAX_RETRIES: '0' })
  })
  afterAll(() => two.close())

  test('disables the key for the following requests', async () => {
    const name = { code: 403, status: 'PERMISSION_DENIED', message: 'Your API key was reported as leaked. Please use another API key.' }
    two.simulator.next({ chunks: 4, errorMidStream: { name, afterChunks: 2 } })
    await ask(two, 'streamGenerateContent?alt=sse', prompt('hello there'))
    for (let turn = 0; turn < 2; turn += 1) await ask(two, 'generateContent', prompt('hello'))
    expect(keysUsed(two.simulator)).toEqual([1, 2, 2])
  })
})
