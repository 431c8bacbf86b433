import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/config/secret.js'
import type { Blame } from '../../../src/upstream/failures/blame.js'
import { blameOf, toApiError, toApiErrorFromStatus } from '../../../src/upstream/failures/rules.js'
import { ERROR_NAMES, type ErrorName, errorOf } from '../../doubles/simulator/errors.js'
import type { GoogleError } from '../../doubles/simulator/index.js'

const blame = (error: GoogleError): Blame | undefined =>
  blameOf(toApiError({ details: [], ...error }, { askedModel: 'm', key: new Secret('key-of-the-test') }))

const KEY: Blame = { of: 'key', isUnpaid: false }
const UNPAID: Blame = { of: 'key', isUnpaid: true }
const ACCESS: Blame = { of: 'access' }

const BLAMED: Partial<Record<ErrorName, Blame>> = {
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
  prepaid: UNPAID,
  'no-credit': UNPAID,
  'quota-minute': { of: 'quota', quota: 'minute', waitSeconds: 41 },
  'quota-paid': { of: 'quota', quota: 'minute', waitSeconds: 48 },
  'quota-second': { of: 'quota', quota: 'minute', waitSeconds: 2 },
  'quota-text-only': { of: 'quota', quota: 'minute', waitSeconds: 8 },
  'quota-bare': { of: 'quota', quota: 'minute', waitSeconds: undefined },
  'quota-day': { of: 'quota', quota: 'day', waitSeconds: 75_788 },
  'quota-zero': { of: 'quota', quota: 'zero', waitSeconds: 12 },
}

describe('of what Gemini says', () => {
  test.each(ERROR_NAMES)('%s blames the key as far as it has to', (name) => {
    expect(blame(errorOf(name))).toEqual(BLAMED[name])
  })

  test('a long wait without a named quota lasts as long as it says', () => {
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded. Please retry in 2h0m5s.' }
    expect(blame(error)).toEqual({ of: 'quota', quota: 'long', waitSeconds: 7_205 })
  })

  test.each([
    ['a cache of another project', { code: 403, status: 'PERMISSION_DENIED', message: 'CachedContent not found (or permission denied)' }],
    [
      'a model that is closed to the project',
      { code: 403, status: 'PERMISSION_DENIED', message: 'You do not have permission to access it.' },
    ],
  ])('%s sends the request on, and sets nothing aside', (_what, error) => {
    expect(blame(error)).toEqual(ACCESS)
  })

  test.each([
    ['Invalid value "Please pass a valid API key" at tools[0].', 400],
    ['Function "API key expired" is not declared. Your project has been denied access.', 403],
    ['Unsupported file: "Your API key was reported as leaked".', 403],
  ])('words that a caller has sent do not set a key aside: %s', (message, code) => {
    expect(blame({ code, status: 'INVALID_ARGUMENT', message })).not.toEqual(KEY)
  })

  test.each(['API_KEY_INVALID', 'API_KEY_SERVICE_BLOCKED', 'CONSUMER_SUSPENDED', 'BILLING_DISABLED'])(
    'the reason %s blames the key',
    (reason) => {
      expect(blame({ code: 403, status: 'PERMISSION_DENIED', message: 'No.', details: [{ reason }] })).toEqual(KEY)
    },
  )

  test.each([401, 402, 403, 429, 503])('a page of a front end with status %i blames no key', (status) => {
    expect(blameOf(toApiErrorFromStatus(status, { askedModel: 'm', key: new Secret('key-of-the-test') }))).toBeUndefined()
  })

  test.each([undefined, new Error('x'), 'x'])('nothing that is not a failure of Gemini blames a key', (error) => {
    expect(blameOf(error)).toBeUndefined()
  })
})
