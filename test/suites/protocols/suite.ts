import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { ANSWER_CASES } from './cases.answers.js'
import { FAILURE_CASES } from './cases.failures.js'
import { OTHER_CASES } from './cases.other.js'
import type { Sdk, SdkUnderTest } from './sdk.js'

/** What every SDK of Anthropic's and Google's protocols must be able to do. */
const CASES = [...ANSWER_CASES, ...FAILURE_CASES, ...OTHER_CASES]

/**
 * Defines the tests of one or more SDKs.
 *
 * @param env - environment variables of the proxy, in addition to the defaults of the tests
 */
export function describeSdks(sdks: readonly SdkUnderTest[], env: Readonly<Record<string, string>> = {}): void {
  const start = (): Promise<ProxyUnderTest> => startProxy({ MAX_RETRIES: '0', ...env })
  const isNative = isOnNative || env.GEMINI_UPSTREAM === 'native'
  describe.each(sdks)('$name', ({ name, lacks, make }) => {
    let sdk: Sdk
    let proxy: ProxyUnderTest
    const others: ProxyUnderTest[] = []
    beforeAll(async () => {
      sdk = await make()
      proxy = await start()
    })
    beforeEach(() => proxy.simulator.reset())
    afterEach(async () => {
      for (const each of others.splice(0)) await each.close()
    })
    afterAll(async () => {
      await sdk?.close?.()
      await proxy?.close()
    })

    const another = async (): Promise<ProxyUnderTest> => {
      const other = await start()
      others.push(other)
      return other
    }

    test('has the version of its name, and only lacks capabilities that a case needs', () => {
      const needed = new Set(CASES.flatMap(({ needs = [] }) => needs))
      expect(name).toContain(` ${sdk.version.split('.', 1)[0]}`)
      for (const [capability, reason] of Object.entries(lacks)) {
        expect(needed).toContain(capability)
        expect(reason).toMatch(/^.{10}/)
      }
    })

    const own = CASES.filter(({ needs }) => needs === undefined || lacks[needs] === undefined)
    test.each(own.map((each) => [each.title, each] as const))('%s', async (_title, { run }) => {
      await expect(run({ sdk, proxy, isNative, another })).resolves.toBeUndefined()
    })
  })
}
