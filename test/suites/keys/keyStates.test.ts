import { afterEach, describe, expect, test } from 'vitest'
import { chat, eventually, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

interface UpstreamHealth {
  readonly last_ok: number | null
  readonly last_error: { readonly code: string; readonly at: number } | null
}

let proxy: ProxyUnderTest
afterEach(() => proxy.close())

async function healthOf({ origin }: ProxyUnderTest): Promise<UpstreamHealth> {
  const response = await fetch(`${origin}/health`)
  const { upstream } = (await response.json()) as { upstream: UpstreamHealth }
  return upstream
}

async function ask(behaviour: object): Promise<number> {
  const response = await post(proxy, chat(behaviour))
  await response.text()
  return response.status
}

const secondsNow = (): number => Math.floor(Date.now() / 1000)

describe('/health shows', () => {
  test('when Gemini last answered', async () => {
    proxy = await startProxy()
    const before = secondsNow()
    expect(await ask({ text: 'Hello' })).toBe(200)
    const { last_ok: lastOk, last_error: lastError } = await healthOf(proxy)
    expect(lastOk).toBeGreaterThanOrEqual(before)
    expect(lastOk).toBeLessThanOrEqual(secondsNow())
    expect(lastError).toBeNull()
  })

  test.each([
    ['a wrong key', 'invalid', 'upstream_auth_error'],
    ['a blocked region', 'region', 'upstream_region_unsupported'],
    ['an exhausted quota', 'quota-day', 'insufficient_quota'],
  ])('%s after a request', async (_what, error, code) => {
    proxy = await startProxy({ MAX_RETRIES: '0' })
    expect(await ask({ error })).toBeGreaterThanOrEqual(429)
    const { last_ok: lastOk, last_error: lastError } = await healthOf(proxy)
    expect(lastOk).toBeNull()
    expect(lastError).toEqual({ code, at: expect.any(Number) })
    expect(lastError?.at).toBeLessThanOrEqual(secondsNow())
  })

  test('an unreachable upstream', async () => {
    proxy = await startProxy({ GEMINI_BASE_URL: 'http://127.0.0.1:9/v1beta/openai', MAX_RETRIES: '0' })
    expect(await ask({})).toBe(502)
    expect(await healthOf(proxy)).toEqual({ last_ok: null, last_error: { code: 'upstream_error', at: expect.any(Number) } })
  })

  test('the last error as well as a later success', async () => {
    proxy = await startProxy({ MAX_RETRIES: '0' })
    await ask({ error: 'unavailable' })
    await ask({ text: 'Hello' })
    expect(await healthOf(proxy)).toEqual({
      last_ok: expect.any(Number),
      last_error: { code: 'upstream_overloaded', at: expect.any(Number) },
    })
  })

  test('no error that a client caused', async () => {
    proxy = await startProxy()
    expect(await ask({ error: 'invalid-argument' })).toBe(400)
    const unknown = await post(proxy, chat({}, { model: 'gemini-no-such-model' }))
    await unknown.text()
    expect((await healthOf(proxy)).last_error).toBeNull()
  })
})

describe('the metric gemini_proxy_keys', () => {
  test('counts keys by state', async () => {
    proxy = await startProxy({ GEMINI_API_KEY: 'first-key-0001,second-key-0002,third-key-0003', METRICS_TOKEN: 'm' })
    proxy.simulator.settings.keys = { 'first-key-0001': 'leaked', 'second-key-0002': 'quota-minute', 'third-key-0003': 'valid' }
    expect(await ask({ text: 'Hello' })).toBe(200)
    await eventually(async () => {
      const response = await fetch(`${proxy.origin}/metrics`, { headers: { authorization: 'Bearer m' } })
      const text = await response.text()
      for (const state of ['ok', 'cooldown', 'disabled']) expect(text).toContain(`gemini_proxy_keys{state="${state}"} 1\n`)
    })
  })
})
