import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { EXPECTED_ERRORS, LASTING } from '../repairs/failures/expected.js'

/** The JSON object that the script every_parameter.py prints. */
interface Seen {
  readonly known: readonly string[]
  readonly unset: readonly string[]
  readonly unknown: readonly string[]
  readonly every: readonly number[]
  readonly every_stream: readonly number[]
  readonly nulls: readonly number[]
  readonly nulls_stream: readonly number[]
  readonly failures: Readonly<Record<string, unknown>>
}

let proxy: ProxyUnderTest
let seen: Seen
beforeAll(async () => {
  proxy = await startProxy({}, { keepRequests: 1_000 })
  const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: 'gemini-3.8-flash', LASTING: JSON.stringify(LASTING) }
  // The cast is safe: the script prints this object.
  seen = (await runPython('test/suites/sdk/python/every_parameter.py', env)) as Seen
}, 180_000) // time limit in ms: the first run installs the Python SDK
afterAll(() => proxy.close())

describe('the Python SDK', () => {
  test('has no parameter that is not set here, and all that are', () => {
    expect(seen.known.length).toBeGreaterThan(35)
    expect(seen).toMatchObject({ unset: [], unknown: [] })
  })

  test('may set every parameter at once, in JSON and as a stream', () => {
    expect(seen).toMatchObject({ every: [0, 1], every_stream: [0, 1] })
  })

  test('may set every optional parameter to None, in JSON and as a stream', () => {
    expect(seen).toMatchObject({ nulls: [0], nulls_stream: [0] })
  })

  test.each(LASTING)('raises %s as documented', (error) => {
    expect(seen.failures[error]).toEqual([EXPECTED_ERRORS[error].status, EXPECTED_ERRORS[error].code])
  })

  test.each(LASTING)('makes exactly one call for %s, with its default retries', (error) => {
    const calls = proxy.simulator.requests.filter(({ body }) => JSON.stringify(body).includes(`simulate:{\\"error\\":\\"${error}\\"}`))
    expect(calls).toHaveLength(1)
  })
})
