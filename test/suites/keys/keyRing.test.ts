import { beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/config/secret.js'
import { type ApiError, apiError, ClientDisconnected } from '../../../src/contract/errors.js'
import { toApiError } from '../../../src/upstream/failures/rules.js'
import { type KeyLease, KeyRing } from '../../../src/upstream/keys/ring.js'
import { type ErrorName, errorOf } from '../../doubles/simulator/errors.js'

const NOBODY: ReadonlySet<number> = new Set()
/** 21 hours before midnight in Pacific time. */
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
const lend = (ring: KeyRing, model = 'm', tried = NOBODY): KeyLease => {
  const held = ring.lease(model, tried)
  if (held === undefined) throw new Error('no key is left')
  return held
}
/** Makes the next key fail. */
const fail = (ring: KeyRing, name: ErrorName, model = 'm'): number => {
  const lease = lend(ring, model)
  expect(ring.settle(lease, failure(name))).toBe(true)
  return lease.position
}
/** Positions of the next keys, all of which succeed. */
const next = (ring: KeyRing, count: number, model = 'm'): number[] =>
  Array.from({ length: count }, () => {
    const lease = lend(ring, model)
    ring.settle(lease)
    return lease.position
  })
const exhausted = (ring: KeyRing, model = 'm') => {
  expect(ring.lease(model, NOBODY)).toBeUndefined()
  const { status, code, retryAfterSeconds, isRetryable } = ring.exhaustionError(model) ?? {}
  return { status, code, retryAfterSeconds, isRetryable }
}

describe('keys take turns', () => {
  test('from the first to the last and again', () => {
    expect(next(three(), 7)).toEqual([1, 2, 3, 1, 2, 3, 1])
  })

  test('with each model on its own', () => {
    const ring = three()
    expect([...next(ring, 2, 'a'), ...next(ring, 2, 'b'), ...next(ring, 2, 'a')]).toEqual([1, 2, 1, 2, 3, 1])
  })

  test('without those that a request has tried', () => {
    const ring = three()
    expect(lend(ring, 'm', new Set([1])).position).toBe(2)
    expect(lend(ring, 'm', new Set([3])).position).toBe(1)
    expect(ring.lease('m', new Set([1, 2, 3]))).toBeUndefined()
    expect(ring.exhaustionError('m')).toBeUndefined()
  })

  test('but a held one is had again, out of turn, while nothing speaks against it', () => {
    const ring = three()
    const held = lend(ring)
    expect(ring.lease('m', NOBODY, held)).toBe(held)
    ring.settle(held, failure('quota-minute'))
    expect(ring.lease('m', NOBODY, held)?.position).toBe(2)
    expect(ring.lease('other', NOBODY, held)?.position).toBe(1)
  })

  test('with a thousand models remembered: the newest, and those with a cooldown', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'quota-minute', 'limited')
    lend(ring, 'idle')
    for (let name = 0; name < 998; name += 1) lend(ring, `model-${name}`)
    expect(next(ring, 1, 'idle')).toEqual([2])
    for (let name = 0; name < 1_000; name += 1) lend(ring, `model-${name}`)
    expect(next(ring, 2, 'limited')).toEqual([2, 2])
    lend(ring, 'idle')
    for (let name = 0; name < 2_000; name += 1) lend(ring, `other-${name}`)
    // It begins anew.
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

  test('for the longer of two times that Gemini named', () => {
    const ring = three()
    const [one, other] = [lend(ring), lend(ring, 'm', new Set([2, 3]))]
    ring.settle(one, failure('quota-minute'))
    ring.settle(other, failure('quota-second'))
    now += 40_000
    expect(next(ring, 2)).toEqual([2, 3])
  })

  test.each<[string, ErrorName[], object]>([
    [
      'the shortest wait, where all are limited by the minute',
      ['quota-minute', 'quota-text-only', 'quota-bare'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 8, isRetryable: true },
    ],
    [
      'the shortest wait, where one is not limited for the day',
      ['quota-day', 'quota-minute', 'quota-zero'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 41, isRetryable: true },
    ],
    [
      'the next day, where all are limited for this one',
      ['quota-day', 'quota-zero', 'quota-day'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: TO_MIDNIGHT_SECONDS, isRetryable: false },
    ],
    [
      'the wait for those that are of use',
      ['leaked', 'quota-minute', 'invalid'],
      { status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 41, isRetryable: true },
    ],
    [
      'the next day, where the others are of no use',
      ['prepaid', 'quota-day', 'invalid'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: TO_MIDNIGHT_SECONDS, isRetryable: false },
    ],
    [
      'the fault of the operator, where all are of no use',
      ['invalid', 'leaked', 'prepaid'],
      { status: 502, code: 'upstream_auth_error', retryAfterSeconds: undefined, isRetryable: false },
    ],
    [
      'spent credit, where all are unpaid',
      ['prepaid', 'no-credit', 'prepaid'],
      { status: 429, code: 'insufficient_quota', retryAfterSeconds: undefined, isRetryable: false },
    ],
  ])('and when none is left, reports %s', (_what, names, expected) => {
    const ring = three()
    for (const name of names) fail(ring, name)
    expect(exhausted(ring)).toEqual(expected)
  })

  test('and reports the rest of a wait, in whole seconds', () => {
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

  test('is reported without its last characters where it is short', () => {
    const ring = ringOf('short', 'key-two-2222')
    fail(ring, 'invalid')
    expect(events).toEqual([expect.stringMatching(/^disabled 1 : /)])
  })

  test('is tried again by one request, and enabled once that is answered', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    fail(ring, 'invalid')
    now += 600_000
    expect(next(ring, 1)).toEqual([2])
    const trial = lend(ring)
    expect(trial.position).toBe(1)
    expect(next(ring, 3)).toEqual([2, 2, 2])
    expect(ring.lease('m', NOBODY, trial)).toBe(trial)
    ring.settle(trial)
    expect(events.slice(1)).toEqual(['enabled 1 1111'])
    expect(next(ring, 2).sort()).toEqual([1, 2])
  })

  test('is disabled again by a trial that fails, without another report', () => {
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
    ['a failure of Gemini', apiError('upstream_overloaded')],
    ['a client that has left', new ClientDisconnected()],
  ])('is tried again after a minute where a trial ends without a verdict: %s', (_what, error) => {
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

  test('is not back because of a request that had begun before', () => {
    const ring = ringOf('key-one-1111', 'key-two-2222')
    const [early, late] = [lend(ring, 'a'), lend(ring, 'b')]
    ring.settle(early, failure('leaked'))
    ring.settle(late)
    expect(next(ring, 2, 'c')).toEqual([2, 2])
    expect(events).toHaveLength(1)
  })
})

describe('what is no fault of a key', () => {
  test.each<ErrorName>(['region', 'free-tier-region', 'invalid-argument', 'unavailable', 'internal', 'not-found', 'deadline'])(
    'withholds none: %s',
    (name) => {
      const ring = three()
      expect(ring.settle(lend(ring), failure(name))).toBe(false)
      expect(next(ring, 3)).toEqual([2, 3, 1])
    },
  )

  test('but may be closed to it sends the request on, and withholds none', () => {
    const ring = three()
    expect(ring.settle(lend(ring), failure('multiple-credentials'))).toBe(true)
    expect(next(ring, 3)).toEqual([2, 3, 1])
    expect(events).toEqual([])
  })
})

describe('one key', () => {
  test.each<ErrorName>(['quota-minute', 'quota-day', 'invalid', 'prepaid'])('is always lent, whatever Gemini says: %s', (name) => {
    const ring = ringOf('the-only-key')
    for (let count = 0; count < 3; count += 1) expect(ring.settle(lend(ring), failure(name))).toBe(false)
    expect(next(ring, 1)).toEqual([1])
    expect(events).toEqual([])
  })
})

test('outcomes are counted by the position of the key, in few words', () => {
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
  test('name each key by its position and end, and nothing else at the start', () => {
    expect(ringOf('key-one-1111', 'short').states()).toEqual([
      { position: 1, end: '1111', disabledUntil: undefined, cooldowns: [] },
      { position: 2, end: '', disabledUntil: undefined, cooldowns: [] },
    ])
  })

  test('have the cooldown of each model with its end, and the last failure', () => {
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

  test('say until when a key is disabled, and that it was enabled again', () => {
    const ring = three()
    fail(ring, 'leaked')
    expect(ring.states()[0]).toMatchObject({ disabledUntil: START + 600_000, lastError: { code: 'upstream_auth_error' } })
    now += 600_000
    next(ring, 3)
    expect(ring.states()[0]).toMatchObject({ disabledUntil: undefined, lastOkAt: now, lastError: { at: START } })
  })

  test('have the last failure of a single key, which gets no cooldown', () => {
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
    ['a bug of ours', new TypeError('x')],
  ])('do not record that %s', (_what, error) => {
    const ring = three()
    ring.settle(lend(ring), error)
    expect(ring.states()[0]).toEqual({ position: 1, end: '1111', disabledUntil: undefined, cooldowns: [] })
  })
})
