import { describe, expect, test } from 'vitest'
import { readDeployment } from '../../../scripts/bench/capacity/deployment.js'
import type { CapacityFigures } from '../../../scripts/bench/capacity/figures.js'
import {
  ASSUMPTIONS,
  computeConcurrency,
  computeGeminiPrice,
  computeLimits,
  computePlan,
  correctOutliers,
  FUNCTION_COMPUTE,
  priceComputeUnits,
} from '../../../scripts/bench/capacity/plan.js'
import { drawCharts, renderDocuments, renderSections } from '../../../scripts/bench/capacity/report.js'
import { estimateSize } from '../../../scripts/bench/capacity/streams.js'
import { EN_TEXTS } from '../../../scripts/bench/capacity/texts.js'
import { drawLineChart } from '../../../scripts/bench/lineChart.js'
import { ROOT, read } from './markdown.js'

const figures = JSON.parse(read('docs/capacity.json')) as CapacityFigures

test('a smaller size never has more streams than a larger one', () => {
  const size = (megabytes: number, vcpu: number, streams: number, isLeast = false) => ({
    ...{ megabytes, vcpu, streams, isLeast },
    ...{ peakMegabytes: 90, isMeasured: true },
  })
  const corrected = correctOutliers([size(256, 0.25, 800, true), size(512, 0.25, 200), size(512, 0.5, 400), size(1024, 1, 1600, true)])
  expect(corrected.map(({ streams, isLeast }) => [streams, isLeast])).toEqual([
    [200, false],
    [200, false],
    [400, false],
    [1600, true],
  ])
})

describe('the plan for Function Compute', () => {
  const size = { megabytes: 512, vcpu: 0.5 }

  test('is based on the assumptions below', () => {
    expect(ASSUMPTIONS).toMatchObject({ secondsPerStream: 10, busiestHour: 0.1, headroom: 0.7, daysPerMonth: 30 })
  })

  test('for many requests has the instances of the busiest hour, and a tiered price', () => {
    // 86,400 streams of 10 s a day are 10 at a time on average. The busiest hour has a tenth of
    // them: 24 at a time, and 39 with 3 standard deviations.
    expect(computePlan(86_400, size, 5)).toMatchObject({ peakStreams: 39, peakInstances: 8, instanceHours: 48 })
    // Compute units (CU) of 30 days: 2 instances with 0.5 + 0.5 * 0.15 CU per second each, and 75
    // CU per 10,000 requests.
    const cus = (2 * 86_400 * 0.575 + 8.64 * 75) * 30
    expect(computePlan(86_400, size, 5).usdPerMonth).toBeCloseTo(cus * 0.00002, 6)
  })

  test('for few requests is billed only while one is running', () => {
    const { instanceHours, peakInstances } = computePlan(864, size, 50)
    expect(peakInstances).toBe(1)
    expect(instanceHours).toBeCloseTo(24 * (1 - Math.exp(-0.1)), 9)
  })

  test.each([
    [0, 0],
    [100e6, 2_000],
    [500e6, 8_800],
    [600e6, 10_200],
  ])('%d CU per month cost $%d', (cus, usd) => {
    expect(priceComputeUnits(cus)).toBeCloseTo(usd, 6)
  })

  test.each([
    [5, 1],
    [100, 70],
    [99, 60],
    [1_600, FUNCTION_COMPUTE.concurrency],
  ])('an instance with a capacity of %d streams gets the concurrency %d', (streams, concurrency) => {
    expect(computeConcurrency(streams)).toBe(concurrency)
  })

  test('lists the limits in the order in which traffic reaches them', () => {
    const chunk = { plainUs: 1, withoutUs: 1, withUs: 1, redisUs: 100 }
    const redis = { toolRequest: { withoutUs: 1, withUs: 1, redisUs: 1 }, resumableChunk: chunk, bytesPerChunk: 1 }
    const limits = computeLimits(10, 50, redis)
    expect(limits.map(({ requestsPerDay }) => requestsPerDay)).toEqual(limits.map((limit) => limit.requestsPerDay).sort((a, b) => a - b))
    const at = (kind: string) => limits.find((limit) => limit.kind === kind)?.requestsPerDay
    // 500 streams of 10 s are 50 requests per second, and the busiest hour has a tenth of a day's
    // requests.
    expect(at('maxInstances')).toBeCloseTo(1_800_000, 3)
    expect(at('geminiSpend')).toBeCloseTo((10 / computeGeminiPrice() / 600) * 36_000, 3)
    // Redis keeps up with 10,000 chunks per second: 2,500 streams with 4 chunks per second.
    expect(at('redisCpu')).toBeCloseTo(9_000_000, 3)
    expect(computeLimits(10, 50, undefined).some(({ kind }) => kind === 'redisCpu')).toBe(false)
  })

  test('warns if s.yaml allows more streams than were measured', () => {
    const few = figures.sizes.map((each) => ({ ...each, streams: 25 }))
    const { deployed } = renderSections({ ...figures, sizes: few }, EN_TEXTS)
    expect(deployed?.match(/too many/g)).toHaveLength(2)
    const many = figures.sizes.map((each) => ({ ...each, streams: 400 }))
    expect(renderSections({ ...figures, sizes: many }, EN_TEXTS).deployed).not.toContain('too many')
  })
})

test.each([
  ['CPU', { megabytes: 1_024, vcpu: 0.1 }, 100, false],
  ['memory', { megabytes: 128, vcpu: 1 }, 100, false],
  ['neither', { megabytes: 1_024, vcpu: 1 }, 400, true],
])('without measurements under limits, streams are computed, bounded by %s', (_, size, streams, isLeast) => {
  const point = { cpuUsPerChunk: 100, addedMs: { p50: 0, p95: 0 } }
  const curve = [
    { ...point, streams: 1, peakMegabytes: 100 },
    { ...point, streams: 1_001, peakMegabytes: 200 },
  ]
  // 0.1 vCPU is enough for 250 streams, and the 28 MB that an idle process leaves for 280. With
  // headroom subtracted, both numbers are more than 100 and less than 200.
  expect(estimateSize(size, curve, [100, 200, 400])).toMatchObject({ ...size, streams, isLeast, isMeasured: false })
})

test('s.yaml deploys measured sizes only', () => {
  const { args, sizes } = readDeployment()
  expect(args.at(-1)).toBe('/code/start.cjs')
  for (const { megabytes, vcpu } of sizes)
    expect(figures.sizes).toEqual(expect.arrayContaining([expect.objectContaining({ megabytes, vcpu })]))
})

test('docs/capacity.md, its translation and its charts match docs/capacity.json and the assumptions', () => {
  const files = Object.entries(renderDocuments(ROOT, figures))
  expect(files).toHaveLength(8)
  for (const [file, text] of files) expect([file, read(file)]).toEqual([file, text])
})

describe('a chart', () => {
  test('has each point of each line within its borders', () => {
    const svg = drawLineChart({
      title: 'A < B',
      x: 'x',
      lines: [
        {
          name: 'one',
          points: [
            [1, 0],
            [10, 50],
            [100, 100],
          ],
        },
      ],
    })
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])
    expect(dots).toEqual([
      [56, 276],
      [334, 170],
      [612, 64],
    ])
    expect(svg).toContain('A &lt; B')
  })

  test('can be drawn for zeros only, or for one point', () => {
    for (const points of [
      [[1, 0]],
      [
        [1, 0],
        [2, 0],
      ],
    ] as [number, number][][])
      expect(drawLineChart({ title: 't', x: 'x', lines: [{ name: 'n', points }] })).not.toMatch(/NaN|Infinity/)
  })

  test('is drawn for each curve in both languages', () => {
    expect(Object.keys(drawCharts(figures, EN_TEXTS))).toEqual(['capacity-cpu', 'capacity-memory', 'capacity-bodies'])
  })
})
