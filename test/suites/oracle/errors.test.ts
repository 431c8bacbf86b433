import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { makeOracle, readOfficial } from './officialSchema.js'
import { requireShared } from './shared.js'

const shared = requireShared('recordings/compat and openai/openapi.json')

/** One recorded error; only the fields read here. */
interface Recording {
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(shared, path), 'utf8'))
const NAMES = readdirSync(join(shared, 'recordings/compat'))
  .filter((name) => name.startsWith('err-') && name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

const problemOf = makeOracle(readOfficial(join(shared, 'openai/openapi.json')))
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
afterAll(() => proxy.close())

describe("Google's recorded errors", () => {
  test('exist', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(10)
  })

  test.each(NAMES.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    "%s becomes OpenAI's official error, with stream: %s",
    async (name, stream) => {
      const { response: recorded } = readJson(`recordings/compat/${name}.json`) as Recording
      proxy.simulator.reset()
      const { 'content-type': type = 'application/json; charset=UTF-8' } = recorded.headers
      const rawBody = JSON.stringify(recorded.body, null, 2)
      proxy.simulator.settings.behaviour = { rawBody, status: recorded.status, headers: { 'content-type': type } }
      const response = await post(proxy, { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'Hello' }], stream })
      const body: unknown = await response.json()
      expect(problemOf('ErrorResponse', body)).toBeUndefined()
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(proxy.simulator.totalRequests).toBeGreaterThan(0)
      expect(JSON.stringify(body)).not.toMatch(/AIza|AQ\.|projects?\/\d/)
    },
  )
})

describe('the official schema', () => {
  const error = { message: 'm', type: 't', param: null, code: null }

  test('accepts an error whose optional members are null', () => {
    expect(problemOf('ErrorResponse', { error })).toBeUndefined()
  })

  test.each([
    ["Google's own object", { error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }],
    ["Google's array", [{ error }]],
    ['an error without param', { error: { message: 'm', type: 't', code: null } }],
    ['an error whose message is null', { error: { ...error, message: null } }],
    ['a bare error', error],
  ])('refuses %s', (_, broken) => {
    expect(problemOf('ErrorResponse', broken)).toBeDefined()
  })
})
