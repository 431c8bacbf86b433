import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call, chat } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const HOUR_MS = 3_600_000
const LIST = /\/models(?:\?|$)/
const NEW = 'gemini-9-ultra'
/**
 * Names that Google may list and that the proxy must not add: those models do not chat, or the name
 * is not valid in a request.
 */
const UNSUITABLE = [
  'gemini-9-flash-tts',
  'gemini-9-flash-preview-tts',
  'gemini-9-live-preview',
  'gemini-9-flash-native-audio-latest',
  'gemini-9-streaming-preview',
  'gemini-9-transcribe',
  'gemini-9-flash-image',
  'gemini-9-images',
  'gemini-nano-banana-9',
  'gemini-9-computer-use-preview',
  'gemini-embedding-9',
  'learnlm-9',
  'gemini-9-<script>',
]
const LISTED = Object.fromEntries([NEW, 'gemini-10-flash-preview', ...UNSUITABLE].map((id) => [id, 'alive' as const]))

let proxy: RunningProxy
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(async () => {
  vi.useRealTimers()
  await proxy.close()
})

const startWith = async (env: Record<string, string>): Promise<void> => {
  proxy = await startProxy(env, { models: LISTED })
}
const list = async (): Promise<{ id: string }[]> =>
  ((await call(proxy.origin, { path: '/v1/models' })).json as { data: { id: string }[] }).data
const ids = async (): Promise<string[]> => (await list()).map(({ id }) => id)
const calls = (): number => proxy.simulator.requests.filter(({ path }) => LIST.test(path)).length
const answers = (): number => proxy.simulator.requests.filter(({ path, finished }) => LIST.test(path) && finished).length
const warnings = (): unknown[] => proxy.logs.filter(({ msg }) => String(msg).startsWith('Gemini did not list its models'))
const passAnHour = (): void => void vi.advanceTimersByTime(HOUR_MS)

describe.each(['compat', 'native'])('with MODELS_REFRESH=true and GEMINI_UPSTREAM=%s', (GEMINI_UPSTREAM) => {
  const start = (env: Record<string, string> = {}): Promise<void> => startWith({ MODELS_REFRESH: 'true', GEMINI_UPSTREAM, ...env })

  test('chat models that Google lists are added, each once, without details', async () => {
    await start({ EXTRA_MODELS: 'gemini-10-flash-preview', MODEL_ALIASES: 'gpt-4o=gemini-3.8-flash' })
    const before = await list()
    await eventually(async () => expect(await ids()).toContain(NEW))
    const after = await list()
    expect(after.filter(({ id }) => id !== NEW)).toEqual(before)
    expect(after.find(({ id }) => id === NEW)).toEqual({
      id: NEW,
      object: 'model',
      created: expect.any(Number),
      owned_by: 'google',
      context_window: null,
      max_output_tokens: null,
      thinking_levels: [],
      retired: false,
      replacement: null,
    })
    expect((await call(proxy.origin, { path: `/v1/models/${NEW}` })).json).toEqual(after.find(({ id }) => id === NEW))
    expect((await call(proxy.origin, { body: { ...chat('hello'), model: NEW } })).status).toBe(200)
  })

  test('the first list request starts a request to Google in the background, then at most one per hour', async () => {
    await start()
    await call(proxy.origin, { path: '/health' })
    await call(proxy.origin, { body: chat('hello') })
    expect(calls()).toBe(0)
    proxy.simulator.next({ path: '/models', hold: 'before-headers' })
    expect(await ids()).not.toContain(NEW)
    await eventually(() => expect(calls()).toBe(1))
    expect(await ids()).not.toContain(NEW)
    proxy.simulator.release()
    await eventually(async () => expect(await ids()).toContain(NEW))
    vi.advanceTimersByTime(HOUR_MS - 1_000)
    await ids()
    expect(calls()).toBe(1)
    vi.advanceTimersByTime(1_000)
    await ids()
    await eventually(() => expect(calls()).toBe(2))
  })

  test('a failed refresh changes no model and no request, and is logged once until a refresh succeeds', async () => {
    await start({ MAX_RETRIES: '0' })
    await ids()
    await eventually(async () => expect(await ids()).toContain(NEW))
    for (let hour = 0; hour < 3; hour += 1) {
      proxy.simulator.next({ path: '/models', error: 'unavailable' })
      passAnHour()
      expect(await ids()).toContain(NEW)
      await eventually(() => expect(answers()).toBe(2 + hour))
    }
    await eventually(() =>
      expect(warnings()).toEqual([expect.objectContaining({ level: 40, cause: expect.stringContaining('high demand') })]),
    )
    expect((await call(proxy.origin, { body: chat('hello') })).status).toBe(200)
    proxy.simulator.settings.models = { ...LISTED, 'gemini-11-flash': 'alive' }
    passAnHour()
    await eventually(async () => expect(await ids()).toContain('gemini-11-flash'))
    expect(await ids()).toContain(NEW)
    proxy.simulator.next({ path: '/models', error: 'unavailable' })
    passAnHour()
    await ids()
    await eventually(() => expect(warnings()).toHaveLength(2))
  })

  test('a key that Google rejects is replaced by the next one', async () => {
    await start({ GEMINI_API_KEY: 'leaked-key,good-key' })
    proxy.simulator.settings.keys = { 'leaked-key': 'leaked' }
    await eventually(async () => expect(await ids()).toContain(NEW))
    expect(warnings()).toEqual([])
  })

  test('a running refresh is aborted at shutdown, without a warning', async () => {
    await start()
    proxy.simulator.next({ path: '/models', hold: 'before-headers' })
    await ids()
    await eventually(() => expect(calls()).toBe(1))
    await proxy.drain()
    await eventually(() => expect(proxy.simulator.openRequests).toBe(0))
    expect(warnings()).toEqual([])
  })
})

test("without MODELS_REFRESH, Google's list of models is not requested", async () => {
  await startWith({ MODELS_REFRESH: '' })
  const before = await ids()
  passAnHour()
  expect(await ids()).toEqual(before)
  expect(calls()).toBe(0)
})
