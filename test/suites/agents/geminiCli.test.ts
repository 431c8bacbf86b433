import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MODEL } from '../frameworks/weather.js'
import { KEYS } from '../keys/keys.js'
import type { Desk } from './desk.js'
import { geminiTools, openGemini, resultOf } from './geminiCli.js'
import { expectSigned } from './loop.js'
import { type Rota, startRota } from './rota.js'
import { BROKEN_STREAMS, ERRORS_IN_STREAMS, expectDone, LIMITED_KEYS, prepareTask, TASK_STEPS, UNAVAILABLE } from './task.js'

// Sends `streamGenerateContent?alt=sse` with the key in `x-goog-api-key`, and the whole
// conversation, thought signatures in their parts, with each request.
let rota: Rota
let desk: Desk<unknown>
beforeAll(async () => {
  // Without retries of the proxy, every fault reaches the client.
  rota = await startRota(5, { GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0' })
})
beforeEach(() => {
  rota.simulator.reset()
  for (const { logs } of rota.proxies) logs.length = 0
  desk = openGemini(rota.origin, MODEL)
})
afterEach(() => desk.close())
afterAll(() => rota.close())

describe('gemini-cli', () => {
  test('works through ten steps at proxies that share nothing: reads, edits and runs', async () => {
    const run = desk.run(prepareTask(rota, desk, geminiTools(desk)))
    await expectDone(rota, desk, run, () => resultOf(run).response)
    expectSigned(rota.simulator, TASK_STEPS)
    expect(resultOf(run).stats?.tools).toMatchObject({ totalCalls: 12, totalFail: 0 })
  })

  test.each([
    ['streams that break', BROKEN_STREAMS],
    ['errors in streams', ERRORS_IN_STREAMS],
    ['an overloaded model', UNAVAILABLE],
  ])('goes on by itself, and does nothing twice, after %s', async (_what, faults) => {
    const run = desk.run(prepareTask(rota, desk, geminiTools(desk), faults))
    await expectDone(rota, desk, run, () => resultOf(run).response)
    expect(rota.simulator.requests).toHaveLength(TASK_STEPS + 1 + faults.length)
    expect(resultOf(run).stats?.tools.totalCalls).toBe(12)
  })

  test('notices nothing of keys that are limited', async () => {
    const run = desk.run(prepareTask(rota, desk, geminiTools(desk), LIMITED_KEYS))
    await expectDone(rota, desk, run, () => resultOf(run).response)
    expect(rota.simulator.requests.filter(({ status }) => status === 429)).toHaveLength(LIMITED_KEYS.length)
    const answered = rota.proxies.flatMap(({ logs }) => logs).flatMap(({ operation, status }) => (operation === undefined ? [] : [status]))
    expect(answered).toEqual(Array.from({ length: TASK_STEPS + 1 }, () => 200))
  })
})
