import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ApiError, apiError } from '../../../src/contract/errors.js'
import type { RequestLog } from '../../../src/contract/requestLog.js'
import { emptyAnswer } from '../../../src/upstream/answer/choice.js'
import { makeModelRetirement } from '../../../src/upstream/models/retirement.js'
import { type AttemptOptions, makeAttempts } from '../../../src/upstream/retries.js'
import { ONE_KEY } from '../../support/oneKey.js'

const withCode = (code: string): Error => Object.assign(new Error(code), { code })
const lost = (): ApiError => apiError('upstream_error', 'x', { cause: withCode('ECONNRESET') })
const refused = (): ApiError => apiError('upstream_error', 'x', { cause: withCode('ECONNREFUSED') })
const broken = (): ApiError => apiError('upstream_error', 'x')
const overloaded = (): ApiError => apiError('upstream_overloaded')
const notFound = (): ApiError => apiError('model_not_found', 'x')

/**
 * The conditions of one upstream call: what each attempt throws, the settings, the abort signal.
 */
interface Run {
  readonly failures: readonly (() => unknown)[]
  readonly maxRetries?: number
  readonly fallbacks?: Readonly<Record<string, string>>
  readonly random?: number
  readonly deadlineMs?: number
  readonly served?: string
  readonly signal?: AbortSignal
}

interface Outcome {
  /** The model of each attempt, with the milliseconds since the attempt before it. */
  readonly asked: readonly (readonly [model: string, afterMs: number])[]
  readonly repeats: number
  readonly failure: unknown
}

// Vitest's fake timers do not replace `node:timers/promises`. This mock calls the global
// setTimeout(), which they do replace.
vi.mock('node:timers/promises', () => ({
  setTimeout: (delayMs: number, value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        clearTimeout(timer)
        reject(new DOMException('The operation was aborted', 'AbortError'))
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', abort)
        resolve(value)
      }, delayMs)
      signal.addEventListener('abort', abort, { once: true })
    }),
}))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function run({
  failures,
  maxRetries = 2,
  fallbacks = {},
  random = 0,
  deadlineMs = 600_000,
  served = 'a',
  signal,
}: Run): Promise<Outcome> {
  const asked: [string, number][] = []
  let failure: unknown
  let before = performance.now()
  const requestLog: RequestLog = {}
  const options: AttemptOptions = {
    servedModel: served,
    requestedModel: served,
    signal: signal ?? new AbortController().signal,
    deadlineAt: before + deadlineMs,
    requestLog,
  }
  const retirement = makeModelRetirement({ retiredModels: 'replacement', elapsed: () => 0 })
  const attempts = makeAttempts({
    retirement,
    keys: ONE_KEY,
    maxRetries,
    fallbacks: new Map(Object.entries(fallbacks)),
    random: () => random,
  })
  const running = attempts
    .run(options, async ({ model }) => {
      asked.push([model, performance.now() - before])
      before = performance.now()
      const make = failures[asked.length - 1]
      if (make !== undefined) throw make()
    })
    .catch((error: unknown) => {
      failure = error
    })
  await vi.advanceTimersByTimeAsync(120_000)
  await running
  expect(vi.getTimerCount()).toBe(0)
  return { asked, repeats: requestLog.repeats ?? 0, failure }
}

describe('a temporary failure', () => {
  test.each([
    ['an error of Gemini, 500 or 502', broken],
    ['an overload', overloaded],
    ['a 504', () => apiError('upstream_timeout', 'x')],
    ['a refused connection', refused],
    [
      'a connection that could not be made in time',
      () => apiError('upstream_timeout', 'x', { cause: withCode('UND_ERR_CONNECT_TIMEOUT') }),
    ],
  ])('is retried after increasing delays: %s', async (_, fails) => {
    expect(await run({ failures: [fails, fails], random: 0 })).toMatchObject({
      asked: [
        ['a', 0],
        ['a', 125],
        ['a', 250],
      ],
      repeats: 2,
      failure: undefined,
    })
  })

  test.each([
    [0, [125, 250, 500]],
    [0.5, [187.5, 375, 750]],
    [0.999999, [250, 500, 1000]],
  ])('is retried after half of the delay plus a random half: %d', async (random, waits) => {
    const { asked } = await run({ failures: Array(3).fill(broken), maxRetries: 3, random })
    for (const [place, wait] of waits.entries()) expect(asked[place + 1]?.[1]).toBeCloseTo(wait, -1)
    expect(asked).toHaveLength(4)
  })

  test.each([0, 1, 2, 5])('is retried exactly MAX_RETRIES times: %d', async (maxRetries) => {
    const { asked, repeats, failure } = await run({ failures: Array(20).fill(overloaded), maxRetries })
    expect([asked.length, repeats]).toEqual([maxRetries + 1, maxRetries])
    expect(failure).toMatchObject({ status: 503, code: 'upstream_overloaded' })
  })

  test('throws the error of the last attempt', async () => {
    const last = broken()
    expect((await run({ failures: [overloaded, broken, () => last] })).failure).toBe(last)
  })

  test('is not retried beyond the deadline', async () => {
    expect(await run({ failures: [broken, broken], deadlineMs: 300, random: 0 })).toMatchObject({
      asked: [
        ['a', 0],
        ['a', 125],
      ],
      failure: { status: 502 },
    })
  })

  test('is not retried at all if the delay would exceed the deadline', async () => {
    expect(
      await run({ failures: [() => apiError('rate_limit_exceeded', 'x', { retryAfterSeconds: 5 })], deadlineMs: 4_900 }),
    ).toMatchObject({
      asked: [['a', 0]],
      repeats: 0,
      failure: { status: 429, retryAfterSeconds: 5 },
    })
  })
})

describe('a rate limit', () => {
  test.each([1, 2, 10])('is waited for as long as Gemini demands: %d s', async (seconds) => {
    expect(
      await run({ failures: [() => apiError('rate_limit_exceeded', 'x', { retryAfterSeconds: seconds })], random: 0.9 }),
    ).toMatchObject({
      asked: [
        ['a', 0],
        ['a', seconds * 1000],
      ],
      failure: undefined,
    })
  })

  test.each([11, 41, 300])('is left to the client to wait for if it takes longer: %d s', async (seconds) => {
    const { asked, failure } = await run({
      failures: [() => apiError('rate_limit_exceeded', 'x', { retryAfterSeconds: seconds })],
      fallbacks: { a: 'b' },
    })
    expect(asked).toEqual([['a', 0]])
    expect(failure).toMatchObject({ status: 429, retryAfterSeconds: seconds })
  })

  test('without a known end is not retried', async () => {
    expect((await run({ failures: [() => apiError('rate_limit_exceeded', 'x')] })).asked).toHaveLength(1)
  })
})

describe('a lasting failure', () => {
  test.each([
    ['a used-up quota', () => apiError('insufficient_quota', 'x')],
    ['an invalid request', () => apiError('invalid_request', 'x')],
    ['wrong credentials', () => apiError('upstream_error', 'x', { isRetryable: false })],
    ['a timeout before the headers', () => apiError('upstream_timeout', 'x', { cause: withCode('UND_ERR_HEADERS_TIMEOUT') })],
    ['a timeout within the answer', () => apiError('upstream_timeout', 'x', { cause: withCode('UND_ERR_BODY_TIMEOUT') })],
    ['an internal bug', () => new TypeError('x')],
  ])('is thrown at once: %s', async (_, fails) => {
    const { asked, repeats } = await run({ failures: [fails], maxRetries: 5, fallbacks: { a: 'b' } })
    expect([asked, repeats]).toEqual([[['a', 0]], 0])
  })
})

describe('a connection that is lost', () => {
  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('is replaced once and at once, in addition to MAX_RETRIES: %s', async (code) => {
    const fails = () => apiError('upstream_error', 'x', { cause: new Error('fetch failed', { cause: withCode(code) }) })
    expect(await run({ failures: [fails], maxRetries: 0 })).toMatchObject({
      asked: [
        ['a', 0],
        ['a', 0],
      ],
      repeats: 1,
      failure: undefined,
    })
    expect((await run({ failures: Array(9).fill(fails), maxRetries: 0 })).asked).toHaveLength(2)
    expect((await run({ failures: Array(9).fill(fails), maxRetries: 2 })).asked.map(([, wait]) => wait)).toEqual([0, 0, 125, 250])
  })
})

describe('an unusable answer', () => {
  test('is requested once more and at once, in addition to MAX_RETRIES', async () => {
    expect(await run({ failures: Array(9).fill(emptyAnswer), maxRetries: 5 })).toMatchObject({
      asked: [
        ['a', 0],
        ['a', 0],
      ],
      failure: { code: 'upstream_error' },
    })
  })

  test('is requested once more even after retries and a reconnection', async () => {
    const { asked } = await run({ failures: [lost, broken, emptyAnswer, broken], maxRetries: 2 })
    expect(asked.map(([, wait]) => wait)).toEqual([0, 0, 125, 0, 250])
  })
})

describe('MODEL_FALLBACKS', () => {
  const models = ({ asked }: Outcome): string => asked.map(([model]) => model).join('')

  test('fall back to the next model after the retries, at once and with its own retries', async () => {
    const outcome = await run({ failures: Array(3).fill(overloaded), fallbacks: { a: 'b', b: 'c' }, maxRetries: 1 })
    expect(outcome).toMatchObject({ failure: undefined, repeats: 3 })
    expect(outcome.asked).toEqual([
      ['a', 0],
      ['a', 125],
      ['b', 0],
      ['b', 125],
    ])
  })

  test('end with the chain, and with the error of the requested model', async () => {
    const first = overloaded()
    const outcome = await run({
      failures: [() => first, ...Array(9).fill(overloaded)],
      fallbacks: { a: 'b', b: 'c' },
      maxRetries: 0,
    })
    expect(models(outcome)).toBe('abc')
    expect(outcome.failure).toBe(first)
  })

  test('may form a ring: each model is tried once', async () => {
    expect(models(await run({ failures: Array(9).fill(overloaded), fallbacks: { a: 'b', b: 'a' }, maxRetries: 0 }))).toBe('ab')
    expect(models(await run({ failures: Array(9).fill(overloaded), fallbacks: { a: 'a' }, maxRetries: 1 }))).toBe('aa')
    expect(models(await run({ failures: Array(9).fill(overloaded), fallbacks: { a: 'b', b: 'c', c: 'b' }, maxRetries: 0 }))).toBe('abc')
  })

  test.each([
    ['does not exist', notFound],
    ['refuses the content', () => apiError('invalid_request', 'x')],
    ['has no quota', () => apiError('insufficient_quota', 'x')],
  ])('do not replace the overload error with their own failure: one that %s', async (_, fails) => {
    const outcome = await run({ failures: [overloaded, fails], fallbacks: { a: 'b' }, maxRetries: 0 })
    expect([models(outcome), outcome.failure]).toEqual(['ab', expect.objectContaining({ code: 'upstream_overloaded' })])
  })

  test('are not used for other failures', async () => {
    expect(models(await run({ failures: Array(9).fill(broken), fallbacks: { a: 'b' }, maxRetries: 1 }))).toBe('aa')
  })

  test('are used if no time is left for another retry', async () => {
    const outcome = await run({ failures: [overloaded], fallbacks: { a: 'b' }, deadlineMs: 50 })
    expect(outcome.asked).toEqual([
      ['a', 0],
      ['b', 0],
    ])
  })

  test('are replaced if they are retired', async () => {
    const outcome = await run({ failures: [overloaded, notFound], fallbacks: { a: 'gemini-2.0-flash' }, maxRetries: 0 })
    expect(outcome.asked.map(([model]) => model)).toEqual(['a', 'gemini-2.0-flash', expect.stringMatching(/^gemini-(?!2\.0-flash$)/)])
    expect(outcome.failure).toBeUndefined()
  })
})

describe('an aborted signal', () => {
  test('ends a retry delay at once, with its reason and without another attempt', async () => {
    const controller = new AbortController()
    const reason = new Error('gone')
    setTimeout(() => controller.abort(reason), 50)
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const outcome = await run({ failures: [broken], signal: controller.signal, random: 0 })
    expect(outcome).toMatchObject({ asked: [['a', 0]], repeats: 0 })
    expect(outcome.failure).toBe(reason)
    expect(removed).not.toHaveBeenCalled() // the signal itself removes a listener that was added with `once`
  })

  test('during an attempt ends the loop, whatever the attempt throws', async () => {
    const controller = new AbortController()
    const failure = overloaded()
    const fails = () => {
      controller.abort(new Error('gone'))
      return failure
    }
    const outcome = await run({ failures: [fails], fallbacks: { a: 'b' }, signal: controller.signal })
    expect(outcome.asked).toHaveLength(1)
    expect(outcome.failure).toBe(failure)
  })

  test('has no listener left after a delay', async () => {
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    await run({ failures: [broken, broken], signal: controller.signal })
    expect(added.mock.calls.map(([, listener]) => listener)).toEqual(removed.mock.calls.map(([, listener]) => listener))
    expect(added).toHaveBeenCalledTimes(2)
  })
})
