import { beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/config/secret.js'
import { type ApiError, apiError, ClientDisconnected } from '../../../src/contract/errors.js'
import { toApiError } from '../../../src/upstream/failures/rules.js'
import { type KeyLease, KeyRing } from '../../../src/upstream/keys/ring.js'
import { type ErrorName, errorOf } from '../../doubles/simulator/errors.js'

const NO_KEYS: ReadonlySet<number> = new Set()
/** The time at which the clock of each test starts: 21 hours before midnight in Pacific time. */
const START = Date.parse('2026-07-16T10:00:00Z')
const TO_MIDNIGHT_SECONDS = 21 * 3600

let now: number
let events: string[]
let outcomes: string[]
beforeEach(() => {
  now = START
  events = []
  outcomes = []
})

const ringOf = (...keys: string[]): KeyRing =>
  new KeyRing({
    keys: keys.map((key) => new Secret(key)),
    clock: { now: () => now, elapsed: () => now },
    onOutcome: (position, outcome) => outcomes.push(`${position} ${outcome}`),
    onDisabled: ({ position, end }, cause) => events.push(`disabled ${position} ${end}: ${cause}`),
    onEnabled: ({ position, end }) => events.push(`enabled ${position} ${end}`),
  })
const three = (): KeyRing => ringOf('key-one-1111', 'key-two-2222', 'key-three-3333')

const failure = (name: ErrorName): ApiError =>
  toApiError({ details: [], ...errorOf(name) }, { requestedModel: 'm', redact: (text) => text })
const lend = (ring: KeyRing, model = 'm', tried = NO_KEYS): KeyLease => {
  const held = ring.lease(model, tried)
  if (held === undefined) throw new Error('no key is left')
  return held
}
/** Leases the next key, and reports that its call failed. @returns the position of the key */
const fail = (ring: KeyRing, name: ErrorName, model = 'm'): number => {
  const lease = lend(ring, model)
  expect(ring.settle(lease, failure(name))).toBe(true)
  return lease.position
}
/** Leases keys one after the other, for calls that succeed. @returns their positions */
const next = (ring: KeyRing, count: number, model = 'm'): number[] =>
  Array.from({ length: count }, () => {
    const lease = lend(ring, model)
    ring.settle(lease)
    return lease.position
  })
const exhausted = (ring: KeyRing, model = 'm') => {
  expect(ring.lease(model, NO_KEYS)).toBeUndefined()
  const { status, code, retryAfterSeconds, isRetryable } = ring.exhaustionError(model) ?? {}
  return { status, code, retryAfterSeconds, isRetryable }
}

describe('keys are used in rotation', () => {
  test('from the first to the last and again', () => {
    expect(next(three(), 7)).toEqual([1, 2, 3, 1, 2, 3, 1])
  })

  test('separately for each model', () => {
    const ring = three()
    expect([...next(ring, 2, 'a'), ...next(ring, 2, 'b'), ...next(ring, 2, 'a')]).toEqual([1, 2, 1, 2, 3, 1])
  })

  test('without keys that the request has already tried', () => {
    const ring = three()
    expect(lend(ring, 'm', new Set([1])).position).toBe(2)
    expect(lend(ring, 'm', new Set([3])).position).toBe(1)
    expect(ring.lease('m', new Set([1, 2, 3]))).toBeUndefined()
    expect(ring.exhaustionError('m')).toBeUndefined()
  })

  test('but a request may lease its current key again, until the key has a cooldown', () => {
    const ring = three()
    const held = lend(ring)
    expect(ring.lease('m', NO_KEYS, held)).toBe(held)
    ring.settle(held, failure('quota-minute'))
    expect(ring.lease('m', NO_KEYS, held)?.position).toBe(2)
    expect(ring.lease('other', NO_KEYS, held)?.position).toBe(1)
  })

  test('for at most 1,000 remembered models: the newest, and those with a cooldown', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'quota-minute', 'limited')
    lend(ring, 'idle')
    for (let name = 0; name < 998; name += 1) lend(ring, `model-${name}`)
    expect(next(ring, 1, 'idle')).toEqual([2])
    for (let name = 0; name < 1_000; name += 1) lend(ring, `model-${name}`)
    expect(next(ring, 2, 'limited')).toEqual([2, 2])
    lend(ring, 'idle')
    for (let name = 0; name < 2_000; name += 1) lend(ring, `other-${name}`)
    // The ring has forgotten the model, whose rotation starts again at the first key.
    expect(next(ring, 1, 'idle')).toEqual([1])
  })
})

describe('an exhausted quota starts a cooldown of a key for one model', () => {
  test.each<[ErrorName, number]>([
    ['quota-minute', 41],
    ['quota-paid', 48],
    ['quota-second', 2],
    ['quota-text-only', 8],
    ['quota-bare', 30],
    ['quota-day', TO_MIDNIGHT_SECONDS],
    ['quota-zero', TO_MIDNIGHT_SECONDS],
  ])('%s for %i s', (name, seconds) => {
    const ring = three()
    expect(fail(ring, name)).toBe(1)
    now += seconds * 1000 - 1
    expect(next(ring, 4)).toEqual([2, 3, 2, 3])
    expect(next(ring, 1, 'other')).toEqual([1])
    now += 1
    expect(next(ring, 3)).toEqual([1, 2, 3])
    expect(events).toEqual([])
  })

  test('for the longer of two retry delays from Gemini', () => {
    const ring = three()
    const [one, other] = [lend(ring), lend(ring, 'm', new Set([2, 3]))]
    ring.settle(one, failure('quota-minute'))
    ring.settle(other, failure('quota-second'))
    now += 40_000
    expect(next(ring, 2)).toEqual([2, 3])
  })

  test.each<[string, ErrorName[], object]>([
    [
      'the shortest wait, if all have a limit per minute',
      ['quota-minute', 'quota-text-only', 'quota-bare'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 8, isRetryable: true },
    ],
    [
      'the shortest wait, if one has no daily limit',
      ['quota-day', 'quota-minute', 'quota-zero'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 41, isRetryable: true },
    ],
    [
      'the next day, if all have reached the daily limit',
      ['quota-day', 'quota-zero', 'quota-day'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: TO_MIDNIGHT_SECONDS, isRetryable: false },
    ],
    [
      'the wait for the valid keys',
      ['leaked', 'quota-minute', 'invalid'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 41, isRetryable: true },
    ],
    [
      'the next day, if the other keys are invalid',
      ['prepaid', 'quota-day', 'invalid'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: TO_MIDNIGHT_SECONDS, isRetryable: false },
    ],
    [
      'an operator error, if all are invalid',
      ['invalid', 'leaked', 'prepaid'],
      { status: 502, code: 'upstream_auth_error', retryAfterSeconds: undefined, isRetryable: false },
    ],
    [
      'used-up credit, if no key has credit',
      ['prepaid', 'no-credit', 'prepaid'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: undefined, isRetryable: false },
    ],
  ])('and if no key is left, reports %s', (_what, names, expected) => {
    const ring = three()
    for (const name of names) fail(ring, name)
    expect(exhausted(ring)).toEqual(expected)
  })

  test('and reports the remaining wait in whole seconds', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'quota-minute')
    fail(ring, 'quota-minute')
    now += 40_500
    expect(exhausted(ring)).toMatchObject({ retryAfterSeconds: 1 })
  })
})

describe('an unusable key', () => {
  test.each<ErrorName>([
    'invalid',
    'invalid-long',
    'key-not-found',
    'expired',
    'token-type',
    'leaked',
    'denied',
    'disabled',
    'prepaid',
    'no-credit',
  ])('is disabled for all models for ten minutes: %s', (name) => {
    const ring = three()
    fail(ring, name)
    now += 599_999
    expect([...next(ring, 3), ...next(ring, 2, 'other')]).toEqual([2, 3, 2, 2, 3])
    now += 1
    expect(next(ring, 4)).toContain(1)
  })

  test("is reported once, with its position, its last four characters and Gemini's message", () => {
    const ring = three()
    const [one, other] = [lend(ring), lend(ring, 'other')]
    ring.settle(one, failure('leaked'))
    ring.settle(other, failure('leaked'))
    expect(events).toEqual([expect.stringMatching(/^disabled 1 1111: .*reported as leaked/)])
    expect(events.join()).not.toContain('key-one')
  })

  test('is reported without its last characters if it is short', () => {
    const ring = ringOf('short', 'key-two-2222')
    fail(ring, 'invalid')
    expect(events).toEqual([expect.stringMatching(/^disabled 1 : /)])
  })

  test('is tried again by one request, and enabled if that succeeds', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'invalid')
    now += 600_000
    expect(next(ring, 1)).toEqual([2])
    const trial = lend(ring)
    expect(trial.position).toBe(1)
    expect(next(ring, 3)).toEqual([2, 2, 2])
    expect(ring.lease('m', NO_KEYS, trial)).toBe(trial)
    ring.settle(trial)
    expect(events.slice(1)).toEqual(['enabled 1 1111'])
    expect(next(ring, 2).sort()).toEqual([1, 2])
  })

  test('is disabled again if this request fails, without another report', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'invalid')
    now += 600_000
    next(ring, 1)
    ring.settle(lend(ring), failure('invalid'))
    now += 599_999
    expect(next(ring, 2)).toEqual([2, 2])
    expect(events).toHaveLength(1)
  })

  test.each([
    ['an error of Gemini', apiError('upstream_overloaded')],
    ['a client that has disconnected', new ClientDisconnected()],
  ])('is tried again after a minute if the trial ends for another reason: %s', (_what, error) => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'invalid')
    now += 600_000
    next(ring, 1)
    ring.settle(lend(ring), error)
    now += 59_999
    expect(next(ring, 2)).toEqual([2, 2])
    now += 1
    expect(next(ring, 1)).toEqual([1])
  })

  test('is not enabled by a request that started earlier', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    const [early, late] = [lend(ring, 'a'), lend(ring, 'b')]
    ring.settle(early, failure('leaked'))
    ring.settle(late)
    expect(next(ring, 2, 'c')).toEqual([2, 2])
    expect(events).toHaveLength(1)
  })
})

describe('an error unrelated to the key', () => {
  test.each<ErrorName>(['region', 'free-tier-region', 'invalid-argument', 'unavailable', 'internal', 'not-found', 'deadline'])(
    'disables no key: %s',
    (name) => {
      const ring = three()
      expect(ring.settle(lend(ring), failure(name))).toBe(false)
      expect(next(ring, 3)).toEqual([2, 3, 1])
    },
  )

  test('that another key may avoid makes the request try the next key, and disables none', () => {
    const ring = three()
    expect(ring.settle(lend(ring), failure('multiple-credentials'))).toBe(true)
    expect(next(ring, 3)).toEqual([2, 3, 1])
    expect(events).toEqual([])
  })
})

describe('a single key', () => {
  test.each<ErrorName>(['quota-minute', 'quota-day', 'invalid', 'prepaid'])('is always leased, even after an error: %s', (name) => {
    const ring = ringOf('the-only-key')
    for (let count = 0; count < 3; count += 1) expect(ring.settle(lend(ring), failure(name))).toBe(false)
    expect(next(ring, 1)).toEqual([1])
    expect(events).toEqual([])
  })
})

test('outcomes are counted by key position, with a fixed set of names', () => {
  const ring = ringOf('the-only-key')
  ring.settle(lend(ring))
  for (const name of [
    'quota-minute',
    'quota-day',
    'quota-zero',
    'prepaid',
    'leaked',
    'multiple-credentials',
    'unavailable',
    'region',
  ] as const)
    ring.settle(lend(ring), failure(name))
  ring.settle(lend(ring), new ClientDisconnected())
  expect(outcomes.map((outcome) => outcome.replace(/^1 /, ''))).toEqual([
    'answered',
    'rate_limited',
    'quota_used_up',
    'quota_used_up',
    'quota_used_up',
    'key_refused',
    'key_refused',
    'failed',
    'failed',
    'cancelled',
  ])
})

describe('the states of keys', () => {
  test('list each key with its position and last characters, and nothing else at first', () => {
    expect(ringOf('key-one-1111', 'short').states()).toEqual([
      { position: 1, end: '1111', disabledUntil: undefined, cooldowns: [] },
      { position: 2, end: '', disabledUntil: undefined, cooldowns: [] },
    ])
  })

  test('list the cooldown of each model with its end, and the last error', () => {
    const ring = three()
    fail(ring, 'quota-day')
    fail(ring, 'quota-minute')
    now += 1_000
    expect(ring.states()).toMatchObject([
      {
        cooldowns: [{ model: 'm', until: START + TO_MIDNIGHT_SECONDS * 1000, isDaily: true }],
        lastError: { code: 'insufficient_quota', message: expect.stringContaining('429'), at: START },
      },
      { cooldowns: [{ model: 'm', until: expect.any(Number), isDaily: false }], lastError: { code: 'rate_limit_exceeded' } },
      { cooldowns: [] },
    ])
    now = START + TO_MIDNIGHT_SECONDS * 1000
    expect(ring.states().flatMap(({ cooldowns }) => cooldowns)).toEqual([])
  })

  test('include until when a key is disabled, and that it was enabled again', () => {
    const ring = three()
    fail(ring, 'leaked')
    expect(ring.states()[0]).toMatchObject({ disabledUntil: START + 600_000, lastError: { code: 'upstream_auth_error' } })
    now += 600_000
    next(ring, 3)
    expect(ring.states()[0]).toMatchObject({ disabledUntil: undefined, lastOkAt: now, lastError: { at: START } })
  })

  test('include the last error of a single key, which gets no cooldown', () => {
    const ring = ringOf('key-one-1111')
    ring.settle(lend(ring), failure('quota-day'))
    expect(ring.states()).toEqual([
      {
        position: 1,
        end: '1111',
        disabledUntil: undefined,
        cooldowns: [],
        lastError: { code: 'insufficient_quota', message: expect.any(String), at: START },
      },
    ])
    ring.settle(lend(ring))
    expect(ring.states()).toMatchObject([{ lastOkAt: START, lastError: { code: 'insufficient_quota' } }])
  })

  test.each([
    ['the client disconnected', new ClientDisconnected()],
    ['Gemini refused the content', failure('invalid-argument')],
    ['the proxy has a bug', new TypeError('x')],
  ])('do not record that %s', (_what, error) => {
    const ring = three()
    ring.settle(lend(ring), error)
    expect(ring.states()[0]).toEqual({ position: 1, end: '1111', disabledUntil: undefined, cooldowns: [] })
  })
})
