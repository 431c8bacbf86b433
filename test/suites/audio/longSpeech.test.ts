import { afterEach, expect, test } from 'vitest'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { expectWave, post, speak, startNative, TTS } from './asking.js'

// The longest text that the contract allows. The simulator's speech of it lasts eleven minutes.
const LONGEST = 'x'.repeat(32_768)
const CAPACITY = 8 * 1_048_576

let proxy: ProxyUnderTest
afterEach(() => proxy.close())

test('the longest speech is a WAV file with all samples', async () => {
  proxy = await startNative()
  const { status, bytes } = await speak(proxy, LONGEST)
  expect(status).toBe(200)
  await expectWave(bytes, LONGEST.length)
})

test('a second long speech is rejected if there is memory for only one', async () => {
  proxy = await startNative({ MAX_INFLIGHT_BODY_BYTES: String(CAPACITY) })
  proxy.simulator.next({ hold: 'before-headers' })
  const first = post(proxy, '/audio/speech', { model: TTS, voice: 'Kore', input: 'x'.repeat(900) })
  await expect.poll(() => proxy.simulator.requests.length).toBe(1)
  const second = await speak(proxy, 'x'.repeat(900))
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
  expect((await speak(proxy, 'Hello.')).status).toBe(200)
  proxy.simulator.release()
  expect((await first).status).toBe(200)
  expect((await speak(proxy, 'x'.repeat(900))).status).toBe(200)
})
