import { afterEach, describe, expect, test, vi } from 'vitest'
import { LoadSampler, SAMPLE_INTERVAL_MS } from '../../../src/console/series.js'

const START = Date.UTC(2026, 10, 28)
const clock = { wall: START, monotonic: 0 }
const load = { streams: 0, inFlight: 0 }
let series: LoadSampler

const makeSeries = (): LoadSampler => {
  Object.assign(clock, { wall: START, monotonic: 0 })
  series = new LoadSampler({
    clock: { now: () => clock.wall, elapsed: () => clock.monotonic },
    streams: () => load.streams,
    inFlight: () => load.inFlight,
  })
  return series
}
afterEach(() => series.stop())

/** Advances the wall clock and the monotonic clock. */
const pass = (ms: number): void => {
  clock.wall += ms
  clock.monotonic += ms
}
/** Advances both clocks by one sample interval, and takes a sample as the sampler's timer does. */
const tick = (): void => {
  pass(SAMPLE_INTERVAL_MS)
  series.sample()
}

/** Computes the nearest-rank percentile by sorting all values, as a reference. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** Generates pseudo-random numbers in [0, 1), which are the same in each run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

describe('a sample of the load', () => {
  test('has the requests of its interval, and the load at its end', () => {
    makeSeries()
    series.add(10, false)
    series.add(30, true)
    series.add(20, false)
    Object.assign(load, { streams: 2, inFlight: 5 })
    tick()
    tick()
    const [first, second] = series.samples()
    expect(first).toMatchObject({ at: START + SAMPLE_INTERVAL_MS, requests: 3, errors: 1, streams: 2, inFlight: 5 })
    expect(first?.latency).toEqual({ p50: 20, p90: 30, p99: 30 })
    expect(first?.rssBytes).toBeGreaterThan(10_000_000)
    expect(first?.loopDelayMs).toBeGreaterThanOrEqual(0)
    expect(second).toMatchObject({ at: START + 2 * SAMPLE_INTERVAL_MS, requests: 0, errors: 0, latency: undefined })
  })

  test.each([
    ['one request', 1, 1000],
    ['two', 2, 1000],
    ['a few', 7, 50],
    ['many', 4_000, 90_000],
    ['many short ones', 3_000, 2],
    ['very long ones', 100, 3_600_000],
  ])('has the same percentiles as a simple computation: %s', (_what, count, longestMs) => {
    makeSeries()
    const random = numbers(count)
    const durations = Array.from({ length: count }, () => Math.max(0.001, Number(random.next().value) ** 3 * longestMs))
    for (const duration of durations) series.add(duration, false)
    tick()
    const { latency } = series.samples()[0] ?? {}
    for (const [name, percentile] of [
      ['p50', 50],
      ['p90', 90],
      ['p99', 99],
    ] as const) {
      const plain = percentileOf(durations, percentile)
      expect(latency?.[name]).toBe(plain)
    }
  })

  test('of 100,000 requests has approximate percentiles, in bounded memory', () => {
    makeSeries()
    const durations = Array.from({ length: 100_000 }, (_, index) => ((index * 7_919) % 100_000) / 100)
    for (const duration of durations) series.add(duration, false)
    tick()
    const { requests, latency } = series.samples()[0] ?? {}
    expect(requests).toBe(100_000)
    // The tolerance of each percentile is ten standard deviations of the sampling error.
    expect(Math.abs((latency?.p50 ?? 0) - 500)).toBeLessThan(80)
    expect(Math.abs((latency?.p90 ?? 0) - 900)).toBeLessThan(50)
    expect(Math.abs((latency?.p99 ?? 0) - 990)).toBeLessThan(16)
  })
})

test('15 minutes of samples are stored, oldest first', () => {
  makeSeries()
  for (let each = 0; each < 500; each += 1) {
    series.add(each + 1, false)
    tick()
  }
  const samples = series.samples()
  expect(samples).toHaveLength(180)
  expect(samples.at(-1)?.at).toBe(clock.wall)
  expect(samples.map(({ at }) => at)).toEqual(Array.from({ length: 180 }, (_, index) => clock.wall - (179 - index) * SAMPLE_INTERVAL_MS))
  expect(samples[0]?.latency?.p50).toBeCloseTo(321, 0)
})

describe('a freeze', () => {
  test.each([
    ['during which both clocks run', (ms: number) => pass(ms)],
    ['during which only the wall clock runs', (ms: number) => (clock.wall += ms)],
  ])('%s leaves a gap, and requests before and after it are in separate samples', (_what, freeze) => {
    makeSeries()
    tick()
    pass(1_000)
    series.add(100, false)
    series.add(200, true)
    freeze(600_000)
    // After the freeze, a request ends before the sampler's timer fires.
    series.add(7, false)
    series.sample()
    tick()
    const samples = series.samples()
    expect(samples.map(({ requests, errors }) => [requests, errors])).toEqual([
      [0, 0],
      [2, 1],
      [1, 0],
      [0, 0],
    ])
    const [before, last, after] = samples
    expect(last?.at).toBe((before?.at ?? 0) + SAMPLE_INTERVAL_MS)
    expect(last?.latency).toEqual({ p50: 100, p90: 200, p99: 200 })
    expect(last?.loopDelayMs).toBeUndefined()
    expect((after?.at ?? 0) - (last?.at ?? 0)).toBeGreaterThan(590_000)
    expect(after?.latency?.p50).toBe(7)
  })

  test('without an earlier request leaves no sample', () => {
    makeSeries()
    tick()
    pass(60_000)
    series.sample()
    tick()
    expect(series.samples().map(({ at }) => at - START)).toEqual([SAMPLE_INTERVAL_MS, 2 * SAMPLE_INTERVAL_MS + 60_000])
  })

  test('longer than 15 minutes removes all earlier samples', () => {
    makeSeries()
    for (let each = 0; each < 20; each += 1) tick()
    pass(3_600_000)
    series.sample()
    expect(series.samples()).toEqual([])
  })
})

test('a timer that fires some seconds late makes one longer sample', () => {
  makeSeries()
  series.add(5, false)
  pass(SAMPLE_INTERVAL_MS + 3_000)
  series.sample()
  expect(series.samples()).toEqual([expect.objectContaining({ at: START + SAMPLE_INTERVAL_MS + 3_000, requests: 1 })])
})

test('a wall clock that is set back leaves no sample in the future', () => {
  makeSeries()
  for (let each = 0; each < 10; each += 1) tick()
  clock.wall -= 3_600_000
  tick()
  tick()
  const samples = series.samples()
  expect(samples).toHaveLength(2)
  expect(Math.max(...samples.map(({ at }) => at))).toBe(clock.wall)
})

test('the timer fires every 5 seconds, and does not keep the process alive', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    makeSeries()
    for (let each = 0; each < 3; each += 1) {
      pass(SAMPLE_INTERVAL_MS)
      vi.advanceTimersByTime(SAMPLE_INTERVAL_MS)
    }
    expect(series.samples()).toHaveLength(3)
    series.stop()
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
