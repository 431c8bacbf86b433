import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiError, apiError, ERRORS, type ErrorName } from '../../../src/contract/errors.js'
import { toFailureBody, toStatus } from '../../../src/contract/protocol.js'
import { protocolOf } from '../../../src/http/dispatch/protocol.js'
import { call, makeExpectedError } from '../../support/contractHook.js'
import { problemOf } from '../../support/contractSchemas.js'
import { REQUEST_ID, type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { exchangeText } from './socket.js'

const VERSION = { 'anthropic-version': '2023-06-01' }
let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

describe('the protocol of a request', () => {
  test.each([
    ['/v1/messages', 'anthropic'],
    ['/v1/messages?beta=true', 'anthropic'],
    ['/v1/messages/batches/x', 'anthropic'],
    ['/v1/mess%61ges', 'anthropic'],
    ['http://host/v1/messages', 'anthropic'],
    ['/v1/messagesx', 'openai'],
    ['/v1beta', 'google'],
    ['/v1beta/models', 'google'],
    ['/v1beta/models/gemini-3.5-flash:generateContent?key=x', 'google'],
    ['/v1beta/openai/chat/completions', 'openai'],
    ['/v1beta1/models', 'openai'],
    ['/v1/models/gemini-3.5-flash:streamGenerateContent?alt=sse', 'google'],
    ['/v1/models/gemini-3.5-flash%3AcountTokens', 'google'],
    ['/v1/models/models/gemini-3.5-flash:embedContent', 'google'],
    ['/v1/models/llama3:8b', 'openai'],
    ['/v1/models/ft:gpt-4o', 'openai'],
    ['/v1/models', 'openai'],
    ['/v1/chat/completions', 'openai'],
    ['/', 'openai'],
  ])('to %s is %s', (url, protocol) => {
    for (const isUnknown of [false, true]) expect(protocolOf({ url, headers: {}, isUnknown })).toBe(protocol)
  })

  test.each([
    ['/v1/models', false, 'anthropic'],
    ['/v1/models/claude-x', false, 'anthropic'],
    ['/messages', true, 'anthropic'],
    ['/v1/complete', true, 'anthropic'],
    ['/v1/chat/completions', false, 'openai'],
    ['/v1beta/models', true, 'google'],
  ])('to %s with the header anthropic-version, unknown: %s, is %s', (url, isUnknown, protocol) => {
    expect(protocolOf({ url, headers: VERSION, isUnknown })).toBe(protocol)
  })
})

describe('a failure', () => {
  const NAMES = Object.keys(ERRORS) as ErrorName[]
  const make = (name: ErrorName): ApiError => apiError(name, 'It failed.')
  const bodyOf = (protocol: 'anthropic' | 'google', failure: ApiError): object => toFailureBody(protocol, failure, 'req_1')

  test.each(NAMES)('%s has a body in each API that matches the contract', (name) => {
    const failure = make(name)
    expect(problemOf({ $ref: '#/components/schemas/AnthropicErrorResponse' }, bodyOf('anthropic', failure))).toBeUndefined()
    expect(problemOf({ $ref: '#/components/schemas/GoogleErrorResponse' }, bodyOf('google', failure))).toBeUndefined()
    expect(bodyOf('google', failure)).toMatchObject({ error: { code: failure.status } })
  })

  test.each<[ErrorName, number, string]>([
    ['invalid_type', 400, 'invalid_request_error'],
    ['invalid_api_key', 401, 'authentication_error'],
    ['model_not_found', 404, 'not_found_error'],
    ['method_not_allowed', 405, 'invalid_request_error'],
    ['request_too_large', 413, 'request_too_large'],
    ['unsupported_media_type', 415, 'invalid_request_error'],
    ['rate_limit_exceeded', 429, 'rate_limit_error'],
    ['insufficient_quota', 429, 'billing_error'],
    ['internal_error', 500, 'api_error'],
    ['upstream_error', 502, 'api_error'],
    ['upstream_auth_error', 502, 'api_error'],
    ['upstream_overloaded', 529, 'overloaded_error'],
    ['server_overloaded', 529, 'overloaded_error'],
    ['store_unavailable', 529, 'overloaded_error'],
    ['shutting_down', 529, 'overloaded_error'],
    ['upstream_timeout', 504, 'timeout_error'],
  ])("%s is %i %s in Anthropic's format", (name, status, type) => {
    expect(toStatus('anthropic', make(name))).toBe(status)
    expect(bodyOf('anthropic', make(name))).toMatchObject({ type: 'error', error: { type, message: 'It failed.' }, request_id: 'req_1' })
  })

  test.each<[ErrorName, number, string]>([
    ['invalid_value', 400, 'INVALID_ARGUMENT'],
    ['missing_api_key', 401, 'UNAUTHENTICATED'],
    ['unknown_url', 404, 'NOT_FOUND'],
    ['rate_limit_exceeded', 429, 'RESOURCE_EXHAUSTED'],
    ['internal_error', 500, 'INTERNAL'],
    ['upstream_error', 502, 'UNAVAILABLE'],
    ['upstream_region_unsupported', 502, 'FAILED_PRECONDITION'],
    ['upstream_overloaded', 503, 'UNAVAILABLE'],
    ['upstream_timeout', 504, 'DEADLINE_EXCEEDED'],
  ])("%s is %i %s in Google's format", (name, status, expected) => {
    expect(toStatus('google', make(name))).toBe(status)
    expect(bodyOf('google', make(name))).toMatchObject({ error: { code: status, status: expected } })
  })

  test('has the wrong parameter and the retry delay in the format of each API', () => {
    const failure = apiError('rate_limit_exceeded', 'Wait.', { param: 'messages[0]', retryAfterSeconds: 7 })
    expect(bodyOf('anthropic', failure)).toMatchObject({ error: { details: { error_code: 'rate_limit_exceeded', param: 'messages[0]' } } })
    expect(bodyOf('google', failure)).toMatchObject({
      error: { details: [{ reason: 'RATE_LIMIT_EXCEEDED' }, { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }] },
    })
  })
})

describe('an error before the operation has the format of its API', () => {
  test.each([
    ['an unknown path below /v1/messages', 'POST', '/v1/messages/unknown', {}, 'anthropic', 404, 'unknown_url'],
    ['an unknown path of an Anthropic client', 'POST', '/nowhere', VERSION, 'anthropic', 404, 'unknown_url'],
    ['an unknown path below /v1beta', 'GET', '/v1beta/nowhere', {}, 'google', 404, 'unknown_url'],
    ['a malformed URL below /v1beta', 'GET', '/v1beta/models/%zz', {}, 'google', 404, 'unknown_url'],
    ['a malformed URL below /v1/messages', 'POST', '/v1/messages/%FF', {}, 'anthropic', 404, 'unknown_url'],
    ['a missing token of an Anthropic client', 'GET', '/v1/models', VERSION, 'anthropic', 401, null],
    ['a wrong method of an Anthropic client', 'DELETE', '/v1/models', VERSION, 'anthropic', 405, 'method_not_allowed'],
    ['a missing token of an OpenAI client', 'GET', '/v1/models', {}, 'openai', 401, null],
  ] as const)('%s', async (_what, method, path, headers, protocol, status, code) => {
    const answer = await call(proxy.origin, { method, path, token: null, headers })
    expect([answer.status, answer.json]).toEqual([status, makeExpectedError(protocol, status, code)])
    expect(answer.headers['request-id']).toBe(protocol === 'anthropic' ? answer.headers['x-request-id'] : undefined)
    if (protocol === 'anthropic') expect(answer.json).toMatchObject({ request_id: answer.headers['request-id'] })
  })

  test('a 401 has x-should-retry: false for Anthropic clients only', async () => {
    const answers = [VERSION, {}].map((headers) => call(proxy.origin, { path: '/v1/models', token: 'wrong', headers }))
    const [anthropic, openai] = await Promise.all(answers)
    expect(anthropic?.headers).toMatchObject({ 'x-should-retry': 'false', 'request-id': expect.stringMatching(REQUEST_ID) })
    expect(openai?.headers).not.toHaveProperty('x-should-retry')
  })

  test.each([
    ['POST /v1/messages', 'anthropic'],
    ['POST /v1beta/models/x:generateContent', 'google'],
    ['POST /v1/chat/completions', 'openai'],
  ] as const)('invalid HTTP after %s is rejected in the format of %s', async (line, protocol) => {
    const answer = await exchangeText(proxy.origin, `${line} HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n`)
    expect([answer.status, answer.json]).toEqual([400, makeExpectedError(protocol, 400, 'invalid_value')])
    expect(answer.headers['request-id']).toBe(protocol === 'anthropic' ? answer.headers['x-request-id'] : undefined)
  })
})

test("the query parameter `key` is accepted for Google's paths, and never logged", async () => {
  for (const key of [TOKEN, 'wrong-canary', 'a-canary&key=b-canary'])
    await call(proxy.origin, { path: `/v1beta/nowhere?key=${key}`, token: null })
  expect(JSON.stringify(proxy.logs)).not.toMatch(new RegExp(`${TOKEN}|-canary`))
})
