import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeployedFunction, deploy, type FunctionOptions } from '../../doubles/functionCompute/function.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, post, streamed } from '../../support/calls.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'

const closing: (() => Promise<unknown>)[] = []
let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
  return () => simulator.close()
})
beforeEach(() => simulator.reset())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function started(options: FunctionOptions = {}): Promise<DeployedFunction> {
  const env = { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, GEMINI_BASE_URL: simulator.baseUrl, THOUGHTS: 'off', ...options.env }
  const deployed = await deploy({ ...options, env })
  closing.push(() => deployed.close())
  return deployed
}

describe('concurrency', () => {
  test('an instance takes the concurrency of s.yaml, then the next one starts, and above the instance limit it is 429', async () => {
    const deployed = await started({ spec: { concurrency: 2, mostInstances: 2 } })
    const held = Array.from({ length: 4 }, () =>
      post(deployed, chat({ latencyMs: 60_000 }), { signal: leaving.signal }).catch(() => undefined),
    )
    await expect.poll(() => simulator.openRequests).toBe(4)
    expect(deployed.fleet.instances.map(({ active }) => active)).toEqual([2, 2])
    const refused = await post(deployed, chat({}))
    expect([refused.status, await refused.json()]).toMatchObject([429, { errorCode: 'ResourceExhausted' }])
    leaving.abort()
    await Promise.all(held)
    await expect.poll(() => simulator.openRequests).toBe(0)
    expect((await post(deployed, chat({}))).status).toBe(200)
    expect(await deployed.unlogged()).toEqual([])
    expect(deployed.fleet.instances).toHaveLength(2)
  })
  const leaving = new AbortController()

  test('one instance of 512 MB serves 50 concurrent streams completely, as s.yaml configures it', async () => {
    const deployed = await started()
    expect(deployed.spec).toMatchObject({ concurrency: 50, memoryMegabytes: 512 })
    const texts = await Promise.all(
      Array.from({ length: 50 }, async (_, place) =>
        (await post(deployed, streamed({ text: `stream ${place}`, chunks: 20, chunkDelayMs: 20 }))).text(),
      ),
    )
    for (const text of texts) expect(text).toMatch(/data: \[DONE\]\n\n$/)
    expect(deployed.fleet.instances).toHaveLength(1)
    expect(deployed.invocations.every(({ isStreamed, status }) => isStreamed && status === 200)).toBe(true)
    expect([await deployed.unlogged(), deployed.findings]).toEqual([[], []])
  })
})

describe('the life cycle of an instance', () => {
  test('starts with its initializer, and has health checks while it runs', async () => {
    const deployed = await started({ spec: { hasInitializer: true }, policy: { healthPeriodMs: 50, freeze: 'never' } })
    await post(deployed, chat({}))
    const routes = () => deployed.logs.flatMap(({ route, status }) => (status === 200 ? [route] : []))
    await expect.poll(() => routes().filter((route) => route === '/health/live').length).toBeGreaterThan(3)
    expect(routes().slice(0, 2)).toEqual(['/initialize', '/health/live'])
    expect(deployed.findings).toEqual([])
  })

  test('ends with its preStop hook, and the next request gets another instance', async () => {
    const deployed = await started()
    expect(deployed.spec.hasPreStop).toBe(true)
    await post(deployed, chat({}))
    const [first] = deployed.fleet.instances
    await expect.poll(() => first?.isFrozen()).toBe(true)
    expect(first && (await deployed.fleet.retire(first))).toBe(200)
    expect(deployed.logs.map(({ msg, hook }) => hook ?? msg)).toContain('pre-stop')
    expect((await post(deployed, chat({}))).status).toBe(200)
    expect(deployed.fleet.instances).not.toContain(first)
  })

  test('may end with SIGKILL while idle, and no client is affected', async () => {
    const deployed = await started({ policy: { idleMs: 50 } })
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await post(deployed, chat({}))).status).toBe(200)
      await expect.poll(() => deployed.fleet.instances).toHaveLength(0)
    }
    expect(await deployed.unlogged()).toEqual([])
  })

  test('does not start without AUTH_TOKEN, and the platform reports it', async () => {
    const deployed = await started({ env: { AUTH_TOKEN: '' } })
    const response = await post(deployed, chat({}))
    expect([response.status, await response.json()]).toMatchObject([412, { errorCode: 'FunctionNotStarted' }])
    expect(deployed.findings).toEqual([expect.stringContaining('AUTH_TOKEN is not set')])
  })

  test('does not start if it listens on the loopback address only', async () => {
    const deployed = await started({ env: { HOST: '127.0.0.1' } })
    expect((await post(deployed, chat({}))).status).toBe(412)
    expect(deployed.findings).toEqual([expect.stringContaining('listens on the loopback only')])
  })
})

describe('the time limit of the function', () => {
  const SILENT = { deltas: ['one ', 'two', ' three'], fault: { kind: 'stall', when: { afterChunks: 2 } } } as const

  test('is preceded by the deadline of the proxy: a stream ends with one error event, and the instance survives', async () => {
    const deployed = await started({ variables: { FC_TIMEOUT: '8' } })
    expect(deployed.spec.timeoutSeconds).toBe(8)
    const text = await (await post(deployed, streamed(SILENT))).text()
    expect(text).toMatch(/"content":"two".*"code":"upstream_timeout".*\n\n$/s)
    expect(text).not.toContain('[DONE]')
    expect(deployed.invocations.map(({ ending }) => ending)).toEqual(['answered'])
    expect(deployed.fleet.instances).toHaveLength(1)
  })

  test('cuts a request that ignores it, and ends the process', async () => {
    // Hides the platform's time limit of 4 s from the server, whose own time limit is 60 s.
    const patch = (server: string): string =>
      server.replace('x-fc-function-timeout', 'x-no-such-header--').replace(/# build=/, '# build=patched')
    const deployed = await started({ patch, spec: { timeoutSeconds: 4 }, env: { REQUEST_TIMEOUT_MS: '60000' } })
    const text = await (await post(deployed, streamed(SILENT))).text().catch(() => 'cut')
    expect(text).toBe('cut')
    expect(deployed.invocations.map(({ ending }) => ending)).toEqual(['timed out'])
    await expect.poll(() => deployed.fleet.instances).toHaveLength(0)
  })
})
