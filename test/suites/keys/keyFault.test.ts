import { describe, expect, test } from 'vitest'
import type { KeyFault } from '../../../src/upstream/failures/keyFault.js'
import { keyFaultOf, toApiError, toApiErrorFromStatus } from '../../../src/upstream/failures/rules.js'
import { ERROR_NAMES, type ErrorName, errorOf } from '../../doubles/simulator/errors.js'
import type { GoogleError } from '../../doubles/simulator/index.js'

const faultOf = (error: GoogleError): KeyFault | undefined =>
  keyFaultOf(toApiError({ details: [], ...error }, { requestedModel: 'm', redact: (text) => text }))

const KEY: KeyFault = { kind: 'key', isOutOfCredit: false }
const OUT_OF_CREDIT: KeyFault = { kind: 'key', isOutOfCredit: true }
const ACCESS: KeyFault = { kind: 'access' }

const FAULTS: Partial<Record<ErrorName, KeyFault>> = {
  'missing-authorization': ACCESS,
  'invalid-authorization': ACCESS,
  'multiple-credentials': ACCESS,
  unregistered: ACCESS,
  invalid: KEY,
  'invalid-long': KEY,
  'key-not-found': KEY,
  expired: KEY,
  'token-type': KEY,
  leaked: KEY,
  denied: KEY,
  disabled: KEY,
  prepaid: OUT_OF_CREDIT,
  'no-credit': OUT_OF_CREDIT,
  'quota-minute': { kind: 'quota', quota: 'minute', waitSeconds: 41 },
  'quota-paid': { kind: 'quota', quota: 'minute', waitSeconds: 48 },
  'quota-second': { kind: 'quota', quota: 'minute', waitSeconds: 2 },
  'quota-text-only': { kind: 'quota', quota: 'minute', waitSeconds: 8 },
  'quota-bare': { kind: 'quota', quota: 'minute', waitSeconds: undefined },
  'quota-day': { kind: 'quota', quota: 'day', waitSeconds: 75_788 },
  'quota-zero': { kind: 'quota', quota: 'zero', waitSeconds: 12 },
}

describe('an error of Gemini', () => {
  test.each(ERROR_NAMES)('%s is related to the key only if another key may succeed', (name) => {
    expect(faultOf(errorOf(name))).toEqual(FAULTS[name])
  })

  test('a long wait without a named quota is a cooldown of that length', () => {
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded. Please retry in 2h0m5s.' }
    expect(faultOf(error)).toEqual({ kind: 'quota', quota: 'long', waitSeconds: 7_205 })
  })

  test.each([
    ['a cache of another project', { code: 403, status: 'PERMISSION_DENIED', message: 'CachedContent not found (or permission denied)' }],
    [
      'a model that the project cannot access',
      { code: 403, status: 'PERMISSION_DENIED', message: 'You do not have permission to access it.' },
    ],
  ])('%s lets the request try another key, and disables no key', (_what, error) => {
    expect(faultOf(error)).toEqual(ACCESS)
  })

  test.each([
    ['Invalid value "Please pass a valid API key" at tools[0].', 400],
    ['Function "API key expired" is not declared. Your project has been denied access.', 403],
    ['Unsupported file: "Your API key was reported as leaked".', 403],
  ])('text from a caller does not disable a key: %s', (message, code) => {
    expect(faultOf({ code, status: 'INVALID_ARGUMENT', message })).not.toEqual(KEY)
  })

  test.each(['API_KEY_INVALID', 'API_KEY_SERVICE_BLOCKED', 'CONSUMER_SUSPENDED', 'BILLING_DISABLED'])(
    'the reason %s disables the key',
    (reason) => {
      expect(faultOf({ code: 403, status: 'PERMISSION_DENIED', message: 'No.', details: [{ reason }] })).toEqual(KEY)
    },
  )

  test.each([401, 402, 403, 429, 503])('an HTML error page with status %i is unrelated to the key', (status) => {
    expect(keyFaultOf(toApiErrorFromStatus(status, { requestedModel: 'm', redact: (text) => text }))).toBeUndefined()
  })

  test.each([undefined, new Error('x'), 'x'])('an error that Gemini did not report is unrelated to the key', (error) => {
    expect(keyFaultOf(error)).toBeUndefined()
  })
})
