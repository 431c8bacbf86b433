import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { brokenValue, matchingValue, resolved, type Schema } from './arbitraries.js'

// Number of generated requests per test. `make fuzz` raises it if Schemathesis is unavailable.
const RUNS = Number(process.env.FUZZ_RUNS ?? '250')
const LIMIT_MS = 600_000 + RUNS * 100

const DOCUMENT = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8')) as Schema
const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(DOCUMENT, 'contract.json')

interface Case {
  readonly path: string
  readonly schema: string
  /** The models that the generated requests name: all are available. */
  readonly models: readonly string[]
  /** Codes of refusals that no schema can express. */
  readonly refusals: readonly string[]
  /**
   * Fixed members that replace generated ones in most bodies: the proxy refuses nearly all
   * generated values of these members, so that it would not process the rest.
   */
  readonly usually?: Readonly<Record<string, unknown>>
}

const CASES: readonly Case[] = [
  {
    path: '/v1/chat/completions',
    schema: '#/components/schemas/ChatCompletionRequest',
    models: ['gemini-3.8-flash', 'models/gemini-2.5-flash'],
    refusals: ['invalid_value', 'unsupported_value', 'invalid_request', 'string_too_short', 'missing_required_parameter', 'file_not_found'],
  },
  {
    path: '/v1/responses',
    schema: '#/components/schemas/ResponseRequest',
    models: ['gemini-3.8-flash', 'models/gemini-2.5-flash'],
    refusals: [
      'invalid_value',
      'invalid_type',
      'unsupported_value',
      'invalid_request',
      'missing_required_parameter',
      'empty_array',
      'previous_response_not_found',
      'item_not_found',
      'file_not_found',
    ],
    // Generated items and tools are rarely valid, because their required members depend on their
    // type.
    usually: { input: 'hello', background: null, conversation: null, prompt: null, previous_response_id: null, include: [], tools: [] },
  },
  {
    path: '/v1/embeddings',
    schema: '#/components/schemas/EmbeddingRequest',
    models: ['gemini-embedding-001', 'models/gemini-embedding-2'],
    refusals: ['unsupported_value'],
  },
]

const codeOf = ({ json }: Answer): unknown => (json as { error?: { code?: unknown } } | undefined)?.error?.code

let proxy: RunningProxy
beforeAll(async () => {
  // The proxy must not download media from generated URLs.
  proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
})
afterAll(() => proxy.close())

describe.each(CASES)('POST $path', ({ path, schema, models, refusals, usually }) => {
  const isFitting = ajv.compile({ $ref: `contract.json${schema}` })
  const bodies = fc
    .tuple(
      matchingValue(resolved(schema, DOCUMENT), DOCUMENT),
      fc.constantFrom(...models),
      fc.constantFrom(usually, usually, usually, undefined),
    )
    .map(([body, model, usual]) => ({ ...(body as object), ...usual, model }))
    // Removes what JSON cannot express, such as `undefined`.
    .map((body) => JSON.parse(JSON.stringify(body)) as unknown)

  test('a request that matches the contract is served, or refused for a known reason', {
    timeout: LIMIT_MS,
  }, async () => {
    let served = 0
    let sent = 0
    const property = fc.asyncProperty(bodies, async (body) => {
      expect(isFitting(body), JSON.stringify(isFitting.errors)).toBe(true)
      const answer = await call(proxy.origin, { path, body })
      sent += 1
      if (answer.status === 200) served += 1
      else {
        const code = String(codeOf(answer))
        expect([answer.status, refusals]).toEqual([code.endsWith('_not_found') ? 404 : 400, expect.arrayContaining([code])])
      }
    })
    await fc.assert(property, { seed: 20261124, numRuns: RUNS })
    expect(served / sent).toBeGreaterThan(0.3)
  })

  test('a request that violates the contract is refused with 400', { timeout: LIMIT_MS }, async () => {
    const broken = bodies
      .chain(brokenValue)
      .map((body) => JSON.parse(JSON.stringify(body ?? null)) as unknown)
      .filter((body) => !isFitting(body))
    const property = fc.asyncProperty(broken, async (body) => {
      const answer = await call(proxy.origin, { path, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
      expect(answer.status).toBe(400)
    })
    await fc.assert(property, { seed: 20261124, numRuns: RUNS })
    expect(proxy.logs.filter(({ status }) => Number(status) >= 500)).toEqual([])
  })
})
