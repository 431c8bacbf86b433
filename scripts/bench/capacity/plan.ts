import { costOf } from '../../../src/usage/cost.js'
import { PRICES_AS_OF } from '../../../src/usage/prices.js'
import type { Pace } from '../../../test/tools/load/pace.js'
import type { RedisFigure, SizeFigure } from './figures.js'

/**
 * The assumptions of the plan. Change them to your own traffic; `make capacity PLAN=1 WRITE=1` then
 * recomputes the plan from the last measured figures.
 */
export const ASSUMPTIONS = {
  secondsPerStream: 10,
  promptTokens: 1_000,
  tokensPerAnswer: 800,
  tokensPerChunk: 20,
  /** Share of a day's requests that arrive in its busiest hour. */
  busiestHour: 0.1,
  /** Share of the measured maximum number of streams that the plan assigns to an instance. */
  headroom: 0.7,
  model: 'gemini-3.8-flash',
  daysPerMonth: 30,
} as const

/** An instance keeps up with its load if a share `part` of the chunks is at most `lateMs` late. */
export const LATENESS_LIMIT = { part: 0.99, lateMs: 250 } as const

/**
 * Prices and limits of Function Compute, as read on 2026-11-29: international site, pay as you go,
 * without outbound traffic and logs. A discount of 20 % ended on 2025-08-27.
 *
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/product-overview/pay-as-you-go-billing-method-1
 */
export const FUNCTION_COMPUTE = {
  /** Prices of a compute unit (CU) in US dollars; each applies up to `upTo` CUs in a month. */
  tiers: [
    { upTo: 100e6, usd: 0.00002 },
    { upTo: 500e6, usd: 0.000017 },
    { upTo: Number.POSITIVE_INFINITY, usd: 0.000014 },
  ],
  cuPerVcpuSecond: 1,
  cuPerGigabyteSecond: 0.15,
  cuPerTenThousandRequests: 75,
  /** The largest `instanceConcurrency` that Function Compute allows. */
  concurrency: 200,
  /** Default quota of instances per region outside mainland China. Alibaba names 100 and 300. */
  instances: 100,
} as const

/**
 * Google's spending limit of a project per ten minutes, in US dollars, by tier. Limits of requests
 * and tokens are shown in Google AI Studio only.
 *
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
const GEMINI_SPEND = [
  { tier: 1, usd: 10 },
  { tier: 2, usd: 50 },
  { tier: 3, usd: 200 },
] as const

/** Numbers of requests per day; each is a column in the table of the plan. */
export const DAILY_REQUESTS = [1_000, 100_000, 10_000_000] as const

const SECONDS_PER_DAY = 86_400
const SECONDS_PER_HOUR = 3_600

/** Returns the number of chunks per second in one stream, from {@link ASSUMPTIONS}. */
export const chunksPerSecond = (): number => ASSUMPTIONS.tokensPerAnswer / ASSUMPTIONS.tokensPerChunk / ASSUMPTIONS.secondsPerStream

/** Interval and number of the chunks of a measured stream, from {@link ASSUMPTIONS}. */
export const PACE: Pace = {
  gapMs: Math.round(1_000 / chunksPerSecond()),
  chunks: ASSUMPTIONS.tokensPerAnswer / ASSUMPTIONS.tokensPerChunk,
}

/** Returns the planned `instanceConcurrency`: `streams` less a reserve, rounded down to tens. */
export const computeConcurrency = (streams: number): number =>
  Math.max(1, Math.min(FUNCTION_COMPUTE.concurrency, Math.floor((streams * ASSUMPTIONS.headroom) / 10) * 10))

/** The plan for one instance size and one number of requests per day. */
export interface CapacityPlan {
  /** Concurrent streams in the busiest hour: the mean plus three standard deviations. */
  readonly peakStreams: number
  readonly peakInstances: number
  /** Billed instance hours per day. */
  readonly instanceHours: number
  readonly usdPerMonth: number
}

/**
 * Computes the number of instances and their price. Assumes that requests are independent: with a
 * mean of `mean` concurrent streams, no stream runs for a share `exp(-mean)` of the time, which is
 * not billed. Also assumes that a new instance starts only when all others are full.
 *
 * @param concurrency - `instanceConcurrency`, the maximum number of streams per instance
 */
export function computePlan(requestsPerDay: number, size: Pick<SizeFigure, 'megabytes' | 'vcpu'>, concurrency: number): CapacityPlan {
  const busiest = streamsAt((requestsPerDay * ASSUMPTIONS.busiestHour) / SECONDS_PER_HOUR)
  const peakStreams = Math.ceil(busiest + 3 * Math.sqrt(busiest))
  const mean = streamsAt(requestsPerDay / SECONDS_PER_DAY)
  const instances = Math.max(1 - Math.exp(-mean), mean / concurrency)
  const { cuPerVcpuSecond, cuPerGigabyteSecond, cuPerTenThousandRequests } = FUNCTION_COMPUTE
  const perSecond = size.vcpu * cuPerVcpuSecond + (size.megabytes / 1_024) * cuPerGigabyteSecond
  const perDay = instances * SECONDS_PER_DAY * perSecond + (requestsPerDay / 10_000) * cuPerTenThousandRequests
  return {
    peakStreams,
    peakInstances: Math.ceil(peakStreams / concurrency),
    instanceHours: instances * 24,
    usdPerMonth: priceComputeUnits(perDay * ASSUMPTIONS.daysPerMonth),
  }
}

const streamsAt = (requestsPerSecond: number): number => requestsPerSecond * ASSUMPTIONS.secondsPerStream

/** Returns the price of a month's compute units in US dollars, summed over the price tiers. */
export function priceComputeUnits(cus: number): number {
  let [sum, from] = [0, 0]
  for (const { upTo, usd } of FUNCTION_COMPUTE.tiers) {
    sum += Math.max(0, Math.min(cus, upTo) - from) * usd
    from = upTo
  }
  return sum
}

/** Returns Google's price of one request, in US dollars. @throws if the model has no known price */
export function computeGeminiPrice(): number {
  const { model, promptTokens, tokensPerAnswer } = ASSUMPTIONS
  const cost = costOf(model, { prompt: promptTokens, cached: 0, completion: tokensPerAnswer }, Date.parse(PRICES_AS_OF))
  if (cost === undefined) throw new Error(`the price of ${model} is unknown`)
  return cost.amount
}

/** A limit of Function Compute, Gemini or Redis, and the traffic that reaches it. */
export interface Limit {
  readonly kind: 'maxInstances' | 'regionInstances' | 'geminiSpend' | 'redisCpu'
  /** Value of the limit: instances, US dollars in ten minutes, or chunks per second. */
  readonly value: number
  /** Tier of the Google project, for its spending limit; undefined for other limits. */
  readonly tier?: number
  /** Requests per day at which the busiest hour reaches the limit. */
  readonly requestsPerDay: number
}

/** Returns the limits of all services, in the order in which growing traffic reaches them. */
export function computeLimits(maxInstances: number, concurrency: number, redis: RedisFigure | undefined): Limit[] {
  const ofStreams = (streams: number): number => ofRequests(streams / ASSUMPTIONS.secondsPerStream)
  const limits: Limit[] = [
    { kind: 'maxInstances', value: maxInstances, requestsPerDay: ofStreams(maxInstances * concurrency) },
    { kind: 'regionInstances', value: FUNCTION_COMPUTE.instances, requestsPerDay: ofStreams(FUNCTION_COMPUTE.instances * concurrency) },
    ...GEMINI_SPEND.map(
      ({ tier, usd }): Limit => ({ kind: 'geminiSpend', value: usd, tier, requestsPerDay: ofRequests(usd / computeGeminiPrice() / 600) }),
    ),
  ]
  if (redis !== undefined) {
    const value = redisChunksPerSecond(redis)
    limits.push({ kind: 'redisCpu', value, requestsPerDay: ofStreams(value / chunksPerSecond()) })
  }
  return limits.sort((one, other) => one.requestsPerDay - other.requestsPerDay)
}

/** Returns how many chunks of resumable streams one core of Redis can store per second. */
const redisChunksPerSecond = ({ resumableChunk }: RedisFigure): number => 1e6 / resumableChunk.redisUs

const ofRequests = (perSecond: number): number => (perSecond * SECONDS_PER_HOUR) / ASSUMPTIONS.busiestHour

/**
 * Corrects outliers: a larger instance cannot serve fewer streams than a smaller one. If the
 * figures say so, other processes disturbed the measurement: both sizes get the smaller number.
 */
export const correctOutliers = (sizes: readonly SizeFigure[]): SizeFigure[] =>
  sizes.map((size) => {
    const larger = sizes.filter(({ megabytes, vcpu }) => megabytes >= size.megabytes && vcpu >= size.vcpu)
    const streams = Math.min(...larger.map((each) => each.streams))
    return { ...size, streams, isLeast: size.isLeast && streams === size.streams }
  })
