import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

const SHARED = process.env.SHARED ?? ''

/** One recorded error; only the fields read here. */
interface Recording {
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(SHARED, path), 'utf8'))
const NAMES = readdirSync(join(SHARED, 'recordings/compat'))
  .filter((name) => name.startsWith('err-') && name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

/** The official schema uses `nullable` of OpenAPI 3.0; current validators expect a type list. */
function translated(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translated)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, ...rest } = node as Record<string, unknown>
  const members = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, translated(value)]))
  return nullable === true ? { anyOf: [members, { type: 'null' }] } : members
}

/** The schemas that one schema refers to, by name. */
function schemasFrom(name: string, all: Record<string, unknown>, found: Record<string, unknown> = {}): Record<string, unknown> {
  if (name in found) return found
  found[name] = translated(all[name])
  for (const [, other = ''] of JSON.stringify(found[name]).matchAll(/#\/components\/schemas\/(\w+)"/g)) schemasFrom(other, all, found)
  return found
}

function makeValidator(): (value: unknown) => string[] {
  const { components } = readJson('openai/openapi.json') as { components: { schemas: Record<string, unknown> } }
  const schemas = schemasFrom('ErrorResponse', components.schemas)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  const validate = ajv.compile({ $ref: '#/components/schemas/ErrorResponse', components: { schemas } })
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`))
}

const problemsOf = makeValidator()
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
afterAll(() => proxy.close())

describe("Google's recorded errors", () => {
  test('are there', () => {
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
      expect(problemsOf(body)).toEqual([])
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(proxy.simulator.totalRequests).toBeGreaterThan(0)
      expect(JSON.stringify(body)).not.toMatch(/AIza|AQ\.|projects?\/\d/)
    },
  )
})

describe('the official schema', () => {
  const error = { message: 'm', type: 't', param: null, code: null }

  test('takes an error whose optional members are null', () => {
    expect(problemsOf({ error })).toEqual([])
  })

  test.each([
    ["Google's own object", { error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }],
    ["Google's array", [{ error }]],
    ['an error without param', { error: { message: 'm', type: 't', code: null } }],
    ['an error whose message is null', { error: { ...error, message: null } }],
    ['a bare error', error],
  ])('refuses %s', (_, broken) => {
    expect(problemsOf(broken)).not.toEqual([])
  })
})
