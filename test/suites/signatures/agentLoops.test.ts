import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { DROPS, KEEPS, PLACEHOLDER, REWRITES, runAgent, STEPS, signaturesIn } from './agent.js'

let proxies: [ProxyUnderTest, ProxyUnderTest]
beforeAll(async () => {
  proxies = [await startProxy(), await startProxy()]
})
beforeEach(() => {
  for (const { simulator } of proxies) simulator.reset()
})
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())))

const statuses = (): unknown[] => [...new Set(proxies.flatMap(({ simulator }) => simulator.requests.map(({ status }) => status)))]

const CALL_FORMS = [false, true].flatMap((isStream) =>
  (
    [
      ['one call per step', 1, undefined],
      ['parallel calls in one delta', 3, 'one-delta'],
      ['parallel calls in one chunk each', 3, 'one-per-chunk'],
      ['parallel calls with split arguments', 2, 'split-arguments'],
    ] as const
  ).map(
    ([name, parallel, placement]) =>
      [`${name}, ${isStream ? 'streamed' : 'in JSON'}`, { isStream, parallel, ...(placement ? { placement } : {}) }] as const,
  ),
)

describe.each(['gemini-3.8-flash', 'gemini-3.1-pro-preview'])('ten tool call steps with %s', (model) => {
  describe.each([KEEPS, DROPS, REWRITES])('and a client that $name', (client) => {
    test.each(CALL_FORMS)('are never refused: %s', async (_, way) => {
      const run = await runAgent({ model, client, ...way, proxies: [proxies[0]] })
      expect(run.steps).toBe(STEPS)
      expect(run.answer).toContain('is fine')
      expect(statuses()).toEqual([200])
      expect(new Set(run.ids).size).toBe(STEPS * way.parallel)
      expect(run.ids.every((id) => id.length > 0 && id.length <= 40)).toBe(true)
      const signatures = signaturesIn(proxies[0])
      expect(signatures).toHaveLength(STEPS)
      expect(signatures.every((signature) => (signature === PLACEHOLDER) === (client === REWRITES))).toBe(true)
    })
  })

  test.each([KEEPS, DROPS, REWRITES])('are never refused if the turns reach different instances: a client that $name', async (client) => {
    const run = await runAgent({ model, client, isStream: true, parallel: 2, proxies })
    expect(run.steps).toBe(STEPS)
    expect(statuses()).toEqual([200])
    // The last request reached the first instance. It has stored the signatures of every other step
    // only, because the requests alternate between two instances.
    const lost = signaturesIn(proxies[0]).filter((signature) => signature === PLACEHOLDER).length
    expect(lost).toBe(client === KEEPS ? 0 : client === DROPS ? STEPS / 2 : STEPS)
  })
})
