import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorResponse } from '../../../src/contract/types.js'
import { post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, startScriptedGemini } from '../../support/scriptedGemini.js'
import { requireShared } from './shared.js'

/** One recorded error of the native API; only the fields read here. */
interface Recording {
  readonly response: { readonly status: number; readonly body: object }
}

const shared = requireShared('recordings/native')
const FOLDER = join(shared, 'recordings/native')
const NAMES = readdirSync(FOLDER).filter((name) => /(?:^|-)err-\d/.test(name) && !name.startsWith('cached-contents'))
const isOfEmbeddings = (name: string): boolean => name.startsWith('embed-')

/**
 * Expected status and code for clients, by a part of the recording's name; the first match applies.
 */
const EXPECTED: readonly (readonly [name: string, status: number, code: string])[] = [
  ['err-400-api-key-invalid', 502, 'upstream_auth_error'],
  ['err-400-', 400, 'invalid_request'],
  ['err-403-', 502, 'upstream_auth_error'],
  ['err-404-', 404, 'model_not_found'],
  ['err-429-', 429, 'rate_limit_exceeded'],
  ['err-500-', 502, 'upstream_error'],
  ['err-503-', 503, 'upstream_overloaded'],
]

let gemini: ScriptedGemini
let proxy: ProxyUnderTest
let answer: ScriptedAnswer | undefined
beforeAll(async () => {
  gemini = await startScriptedGemini(() => answer)
  proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', RETIRED_MODELS: 'error' })
})
afterAll(async () => {
  await proxy.close()
  await gemini.close()
})

const ask = (name: string, stream: boolean): Promise<Response> => {
  if (!isOfEmbeddings(name)) return post(proxy, { model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'hi' }], stream })
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  return fetch(`${proxy.baseUrl}/embeddings`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'gemini-embedding-001', input: 'hi' }),
  })
}

describe("Google's recorded errors of the native API", () => {
  test('exist', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(15)
  })

  test.each(NAMES.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    '%s becomes the same error as on the compatible API, with stream: %s',
    async (name, stream) => {
      const { status, body } = (JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recording).response
      answer = { status, body }
      const response = await ask(name, stream)
      const { error } = (await response.json()) as ErrorResponse
      const [, ...expected] = EXPECTED.find(([part]) => name.includes(part)) ?? []
      expect([response.status, error.code]).toEqual(expected)
    },
  )
})
