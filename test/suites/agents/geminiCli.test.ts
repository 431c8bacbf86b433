import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MODEL } from '../frameworks/weather.js'
import { KEYS } from '../keys/keys.js'
import { geminiCliTools, openGemini, resultOf } from './geminiCli.js'
import { expectSigned } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'
import { BROKEN_STREAMS, ERRORS_IN_STREAMS, expectDone, LIMITED_KEYS, OVERLOADED_MODEL, prepareTask, TASK_STEPS } from './task.js'
import type { AgentWorkspace } from './workspace.js'

// gemini-cli sends `streamGenerateContent?alt=sse` with the key in `x-goog-api-key`. Each request
// contains the whole conversation, with thought signatures in their parts.
let rotation: ProxyRotation
let workspace: AgentWorkspace<unknown>
beforeAll(async () => {
  // The proxies do not retry, so every fault reaches gemini-cli.
  rotation = await startProxyRotation(5, { GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0' })
})
beforeEach(() => {
  rotation.simulator.reset()
  for (const { logs } of rotation.proxies) logs.length = 0
  workspace = openGemini(rotation.origin, MODEL)
})
afterEach(() => workspace.close())
afterAll(() => rotation.close())

describe('gemini-cli', () => {
  test('completes ten steps with proxies that share no state: reads, edits and runs', async () => {
    const run = workspace.run(prepareTask(rotation, workspace, geminiCliTools(workspace)))
    await expectDone(rotation, workspace, run, () => resultOf(run).response)
    expectSigned(rotation.simulator, TASK_STEPS)
    expect(resultOf(run).stats?.tools).toMatchObject({ totalCalls: 12, totalFail: 0 })
  })

  test.each([
    ['streams that break', BROKEN_STREAMS],
    ['errors in streams', ERRORS_IN_STREAMS],
    ['an overloaded model', OVERLOADED_MODEL],
  ])('continues, and repeats no step, after %s', async (_what, faults) => {
    const run = workspace.run(prepareTask(rotation, workspace, geminiCliTools(workspace), faults))
    await expectDone(rotation, workspace, run, () => resultOf(run).response)
    expect(rotation.simulator.requests).toHaveLength(TASK_STEPS + 1 + faults.length)
    expect(resultOf(run).stats?.tools.totalCalls).toBe(12)
  })

  test('is not affected by rate-limited keys', async () => {
    const run = workspace.run(prepareTask(rotation, workspace, geminiCliTools(workspace), LIMITED_KEYS))
    await expectDone(rotation, workspace, run, () => resultOf(run).response)
    expect(rotation.simulator.requests.filter(({ status }) => status === 429)).toHaveLength(LIMITED_KEYS.length)
    const answered = rotation.proxies
      .flatMap(({ logs }) => logs)
      .flatMap(({ operation, status }) => (operation === undefined ? [] : [status]))
    expect(answered).toEqual(Array.from({ length: TASK_STEPS + 1 }, () => 200))
  })
})
