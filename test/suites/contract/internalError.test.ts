import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHAT_FORMAT } from '../../../src/sse/chatFormat.js'
import { toStreamResult } from '../../../src/sse/encode.js'
import { eventually } from '../../support/calls.js'
import { call, chat, failure } from '../../support/contractHook.js'
import { type BareApp, startApp } from './app.js'

const SECRET_WORDS = 'canary-of-the-exception'
let bare: BareApp

beforeAll(async () => {
  bare = await startApp({
    createChatCompletion: async ({ body }) => {
      const failing = new TypeError(SECRET_WORDS)
      if (body.stream !== true) throw failing
      // biome-ignore lint/correctness/useYield: this stream must fail before its first event
      const events = (async function* () {
        throw failing
      })()
      return toStreamResult(events, CHAT_FORMAT)
    },
    listModels: async () => {
      throw 'canary-of-the-exception, and not even an Error'
    },
    getLiveness: async () => {
      throw Object.assign(new Error(SECRET_WORDS), { statusCode: 418, code: 'E_TEAPOT' })
    },
    getMetrics: async () => JSON.parse('canary-of-the-exception'),
    getOpenApi: async () => {
      throw Object.assign(new Error(SECRET_WORDS), { statusCode: 400, code: 'FST_ERR_CTP_BODY_TOO_LARGE' })
    },
    getHealth: async () => ({ json: { status: 1n } }) as never,
  })
})
afterAll(() => bare.close())

describe('an unexpected exception', () => {
  test.each([
    ['of an operation', { body: chat('hello') }],
    ['that is not an Error', { path: '/v1/models' }],
    ['with a statusCode property', { path: '/health/live' }],
    ['that is a SyntaxError, like that of an invalid body', { path: '/metrics' }],
    ['with the error code of an invalid body', { path: '/openapi.json' }],
    ['while the response is serialized', { path: '/health' }],
  ])('%s is 500 internal_error without details', async (_what, ask) => {
    const answer = await call(bare.origin, { ...ask, headers: { origin: 'https://app.example' } })
    expect(answer.status).toBe(500)
    expect(answer.json).toEqual(failure('internal_error', null, 'server_error'))
    expect(JSON.stringify(answer)).not.toMatch(/canary|TypeError|\.ts|at /)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
  })

  test('is logged with its stack and the request id that the client received', async () => {
    const { headers } = await call(bare.origin, { body: chat('hello') })
    const line = await eventually(() => {
      const found = bare.logs.find(({ requestId }) => requestId === headers['x-request-id'])
      expect(found).toBeDefined()
      return found
    })
    expect(line).toMatchObject({ status: 500, errorCode: 'internal_error', errorType: 'server_error' })
    expect(line?.cause).toMatch(/TypeError: canary-of-the-exception\n\s+at /)
  })

  test('in a stream that has started is one error event without details', async () => {
    const answer = await call(bare.origin, { body: chat('hello', { stream: true }) })
    expect(answer.events).toEqual([{ error: expect.objectContaining({ type: 'server_error' }) }])
    expect(answer.text).not.toContain('canary')
  })
})
