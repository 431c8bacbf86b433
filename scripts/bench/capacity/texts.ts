import { PRICES_AS_OF } from '../../../src/usage/prices.js'
import type { MeasurementInfo } from './figures.js'
import { ASSUMPTIONS, computeGeminiPrice, DAILY_REQUESTS, FUNCTION_COMPUTE, LATENESS_LIMIT, PACE } from './plan.js'

interface SizeWords {
  readonly megabytes: number
  readonly vcpu: number
  readonly concurrency: number
  readonly streams: number
  readonly most: number
}

interface LimitWords {
  readonly value: string
  readonly tier: number
  readonly concurrency: number
}

interface ChartWords {
  readonly title: string
  readonly x: string
}

/** The texts of the measured sections of docs/capacity.md, in one language. */
export interface CapacityTexts {
  readonly taken: (taken: MeasurementInfo) => string
  readonly streams: readonly string[]
  readonly bodies: readonly string[]
  readonly names: readonly string[]
  readonly redis: readonly string[]
  readonly toolRequest: string
  readonly resumableChunk: string
  readonly redisMemory: (bytes: string) => string
  readonly noRedis: string
  readonly sizes: readonly string[]
  readonly computed: string
  readonly assumptions: () => string
  readonly plan: readonly string[]
  readonly asDeployed: string
  readonly agrees: (words: SizeWords) => string
  readonly disagrees: (words: SizeWords) => string
  readonly notMeasured: (megabytes: number, vcpu: number) => string
  readonly limits: readonly string[]
  readonly maxInstances: (words: LimitWords) => string
  readonly regionInstances: (words: LimitWords) => string
  readonly geminiSpend: (words: LimitWords) => string
  readonly redisCpu: (words: LimitWords) => string
  readonly gemini: () => string
  readonly charts: {
    readonly cpu: ChartWords & { readonly line: string }
    readonly memory: ChartWords & { readonly line: string }
    readonly body: ChartWords & { readonly memory: string; readonly cpu: string }
  }
}

const daily = DAILY_REQUESTS.map((requests) => requests.toLocaleString('en'))
const percent = (part: number): string => `${Math.round(part * 100)} %`
const perRequest = (): string => computeGeminiPrice().toFixed(4)
const perDay = (): string[] => DAILY_REQUESTS.map((requests) => `$${Math.round(requests * computeGeminiPrice()).toLocaleString('en')}`)

export const EN_TEXTS: CapacityTexts = {
  taken: ({ day, node, cpu, cores, load }) =>
    `Measured on ${day}: Node.js ${node}, ${cores} cores (${cpu}), load ${load.toFixed(1)} before the run.`,
  streams: ['Streams', 'CPU per chunk, µs', 'Peak memory, MB', 'Latency added to the first chunk, ms: p50 / p95'],
  bodies: ['Body, KB', 'CPU per request, ms', 'Peak memory, MB'],
  names: ['Setting', 'Names', 'CPU per request, µs'],
  redis: ['CPU, µs', 'Not resumable', 'Without Redis', 'With Redis', 'Redis itself'],
  toolRequest: 'A request with a tool call',
  resumableChunk: 'A chunk of a resumable stream',
  redisMemory: (bytes) => `Redis stores ${bytes} bytes for each chunk of a resumable stream.`,
  noRedis: 'Not measured: `redis-server` was not installed.',
  sizes: ['Size', 'Streams', 'Peak memory, MB', '`instanceConcurrency` for text', 'Bodies in flight, MB'],
  computed: 'computed',
  assumptions: () =>
    `Assumed: a stream lasts ${ASSUMPTIONS.secondsPerStream} s and has ${ASSUMPTIONS.tokensPerAnswer} tokens in chunks of ${ASSUMPTIONS.tokensPerChunk} ` +
    `(one every ${PACE.gapMs} ms), a prompt has ${ASSUMPTIONS.promptTokens.toLocaleString('en')} tokens, the busiest hour has ${percent(ASSUMPTIONS.busiestHour)} of a day's requests, ` +
    `an instance gets ${percent(ASSUMPTIONS.headroom)} of the streams that it kept up with, at most ${FUNCTION_COMPUTE.concurrency}; ` +
    `it keeps up if ${percent(LATENESS_LIMIT.part)} of the chunks are at most ${LATENESS_LIMIT.lateMs} ms late.`,
  plan: ['Size', '`instanceConcurrency`', ...daily.map((requests) => `${requests} requests a day`)],
  asDeployed: 's.yaml',
  agrees: ({ megabytes, vcpu, concurrency, streams, most }) =>
    `${megabytes} MB, ${vcpu} vCPU: ${concurrency} in s.yaml agrees with the ${streams} measured streams, which allow ${most}.`,
  disagrees: ({ megabytes, vcpu, concurrency, streams, most }) =>
    `${megabytes} MB, ${vcpu} vCPU: ${concurrency} in s.yaml is **too many** for the ${streams} measured streams, which allow ${most}.`,
  notMeasured: (megabytes, vcpu) => `${megabytes} MB, ${vcpu} vCPU: not measured.`,
  limits: ['Limit', 'Reached at this number of requests a day'],
  maxInstances: ({ value, concurrency }) => `\`FC_MAX_INSTANCES\`: ${value} instances of ${concurrency} streams`,
  regionInstances: ({ value, concurrency }) => `Function Compute: ${value} instances of ${concurrency} streams in a region`,
  geminiSpend: ({ value, tier }) => `Gemini: $${value} in 10 minutes for a project of tier ${tier}`,
  redisCpu: ({ value }) => `Redis: one core, ${value} chunks of resumable streams in a second`,
  gemini: () =>
    `For comparison, \`${ASSUMPTIONS.model}\` costs $${perRequest()} for each such request (prices of ${PRICES_AS_OF}): ${perDay().join(', ')} **a day** for ${daily.join(', ')} requests.`,
  charts: {
    cpu: { title: 'CPU time per chunk', x: 'concurrent streams', line: 'µs per chunk' },
    memory: { title: 'Peak memory', x: 'concurrent streams', line: 'MB' },
    body: { title: 'Requests with one image', x: 'body, KB', memory: 'peak memory, MB', cpu: 'CPU per request, ms' },
  },
}

export const ZH_TEXTS: CapacityTexts = {
  taken: ({ day, node, cpu, cores, load }) => `测量于 ${day}：Node.js ${node}，${cores} 核（${cpu}），开始前负载 ${load.toFixed(1)}。`,
  streams: ['并发流', '每个数据块的 CPU（微秒）', '内存峰值（MB）', '首个数据块增加的延迟（毫秒）：p50 / p95'],
  bodies: ['请求体（KB）', '每个请求的 CPU（毫秒）', '内存峰值（MB）'],
  names: ['设置', '名称数', '每个请求的 CPU（微秒）'],
  redis: ['CPU（微秒）', '不可续传', '无 Redis', '有 Redis', 'Redis 自身'],
  toolRequest: '含工具调用的请求',
  resumableChunk: '可续传流的数据块',
  redisMemory: (bytes) => `可续传流的每个数据块在 Redis 中占 ${bytes} 字节。`,
  noRedis: '未测量：没有安装 `redis-server`。',
  sizes: ['规格', '流', '内存峰值（MB）', '纯文本的 `instanceConcurrency`', '处理中的请求体（MB）'],
  computed: '推算',
  assumptions: () =>
    `假设：一个流持续 ${ASSUMPTIONS.secondsPerStream} 秒，共 ${ASSUMPTIONS.tokensPerAnswer} 个 token，每个数据块 ${ASSUMPTIONS.tokensPerChunk} 个` +
    `（每 ${PACE.gapMs} 毫秒一块）；提示词 ${ASSUMPTIONS.promptTokens.toLocaleString('en')} 个 token；最忙的一小时占全天请求的 ${percent(ASSUMPTIONS.busiestHour)}；` +
    `分给实例的流为其可承受数的 ${percent(ASSUMPTIONS.headroom)}，最多 ${FUNCTION_COMPUTE.concurrency}；` +
    `${percent(LATENESS_LIMIT.part)} 的数据块延迟不超过 ${LATENESS_LIMIT.lateMs} 毫秒即为可承受。`,
  plan: ['规格', '`instanceConcurrency`', ...daily.map((requests) => `每天 ${requests} 个请求`)],
  asDeployed: 's.yaml',
  agrees: ({ megabytes, vcpu, concurrency, streams, most }) =>
    `${megabytes} MB、${vcpu} vCPU：s.yaml 中的 ${concurrency} 与测得的 ${streams} 个流相符（可设为 ${most}）。`,
  disagrees: ({ megabytes, vcpu, concurrency, streams, most }) =>
    `${megabytes} MB、${vcpu} vCPU：s.yaml 中的 ${concurrency} **过大**，测得的 ${streams} 个流只允许 ${most}。`,
  notMeasured: (megabytes, vcpu) => `${megabytes} MB、${vcpu} vCPU：未测量。`,
  limits: ['限制', '每天达到该限制的请求数'],
  maxInstances: ({ value, concurrency }) => `\`FC_MAX_INSTANCES\`：${value} 个实例，每个 ${concurrency} 个流`,
  regionInstances: ({ value, concurrency }) => `函数计算：一个地域 ${value} 个实例，每个 ${concurrency} 个流`,
  geminiSpend: ({ value, tier }) => `Gemini：第 ${tier} 级项目 10 分钟内最多消费 $${value}`,
  redisCpu: ({ value }) => `Redis：单核，每秒 ${value} 个可续传流的数据块`,
  gemini: () =>
    `作为对比，\`${ASSUMPTIONS.model}\` 处理一个这样的请求需要 $${perRequest()}（${PRICES_AS_OF} 的价格）：每天 ${daily.join('、')} 个请求分别为**每天** ${perDay().join('、')}。`,
  charts: {
    cpu: { title: '每个数据块的 CPU 时间', x: '并发流', line: '微秒' },
    memory: { title: '内存峰值', x: '并发流', line: 'MB' },
    body: { title: '含一张图片的请求', x: '请求体（KB）', memory: '内存峰值（MB）', cpu: '每个请求的 CPU（毫秒）' },
  },
}
