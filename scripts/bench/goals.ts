/**
 * Measurements of one server in one round. `lone`: one request at a time. `paced`: a stream with a
 * chunk every 20 ms. `burst`: a stream with 10 chunks per write. `crowd`: 1,000 streams at a time.
 * `left`: a client that disconnects. `cold`: from process start to first chat.
 */
export interface BenchFigures {
  /** CPU time per small request, 64 at a time; the first three quarters are the warm-up. */
  requestCpuUs?: number
  /** Memory of the server after the small requests. */
  residentMegabytes?: number
  /** Connections opened to the upstream, divided by the number of concurrent requests. */
  connectionShare?: number
  loneCpuUs?: number
  loneP50Ms?: number
  burstCpuUs?: number
  pacedCpuUs?: number
  resumableCpuUs?: number
  firstP50Ms?: number
  firstP99Ms?: number
  /** Time from the client's disconnect to the end of the upstream call; 1,000 ms means never. */
  leftMidStreamMs?: number
  leftBeforeFirstMs?: number
  leftWithoutStreamMs?: number
  oneMegabyteP50Ms?: number
  eightMegabytesCpuMs?: number
  eightMegabytesPeak?: number
  /** The longest pause of the event loop, during a request of 20 MB. */
  blockedMs?: number
  crowdDelayMs?: number
  crowdPeak?: number
  /** CPU time of a small request on the native API, divided by that on the compatible API. */
  requestShare?: number
  pacedShare?: number
  burstShare?: number
  coldShareMs?: number
  coldMs?: number
}

export type FigureName = keyof BenchFigures

/** A goal for a figure of the proxy, mostly relative to a bare `node:http` pipe. */
export interface Goal {
  readonly en: string
  readonly zh: string
  readonly unit: 'x' | 'ms' | 'MB' | ''
  readonly goal: number
  /** A more ambitious value than `goal`, for information only. */
  readonly moonshot?: number
  /** True to use the minimum, not the median: other processes distort this figure. */
  readonly usesMinimum?: true
  /** Computes the value. `ours` is the proxy on the compatible API, `native` on the native API. */
  readonly compute: (ours: BenchFigures, pipe: BenchFigures, native: BenchFigures) => number
}

type Of = Goal['compute']
const own =
  (name: FigureName): Of =>
  (ours) =>
    ours[name] ?? Number.NaN
const ratio =
  (name: FigureName, ofPipe = name): Of =>
  (ours, pipe) =>
    (ours[name] ?? Number.NaN) / (pipe[ofPipe] ?? Number.NaN)
const added =
  (name: FigureName): Of =>
  (ours, pipe) =>
    (ours[name] ?? Number.NaN) - (pipe[name] ?? Number.NaN)
const ofNative =
  (name: FigureName): Of =>
  (_ours, _pipe, native) =>
    native[name] ?? Number.NaN

/** All goals by name. `make bench` prints them; docs/benchmarks.md shows them. */
export const GOALS = {
  request: {
    en: 'CPU for a small request, warmed up, 64 at a time',
    zh: '小请求的 CPU，已预热，64 个并发',
    unit: 'x',
    goal: 2.1,
    moonshot: 1.8,
    compute: ratio('requestCpuUs'),
  },
  lone: { en: 'CPU for a single request', zh: '单个请求的 CPU', unit: 'x', goal: 2, compute: ratio('loneCpuUs') },
  loneAdded: {
    en: 'Latency added to a single request, p50',
    zh: '单个请求增加的延迟 p50',
    unit: 'ms',
    goal: 0.15,
    compute: added('loneP50Ms'),
  },
  paced: {
    en: 'CPU per chunk of a paced stream, 200 streams',
    zh: '匀速流每个数据块 CPU，200 路流',
    unit: 'x',
    goal: 1.5,
    moonshot: 1.2,
    compute: ratio('pacedCpuUs'),
  },
  resumable: {
    en: 'CPU per chunk of a paced resumable stream, 200 streams',
    zh: '同上，可续传的流',
    unit: 'x',
    goal: 2,
    compute: ratio('resumableCpuUs', 'pacedCpuUs'),
  },
  burst: { en: 'CPU per chunk of a burst', zh: '突发流每个数据块 CPU', unit: 'x', goal: 3.2, moonshot: 2.5, compute: ratio('burstCpuUs') },
  nativeRequest: {
    en: 'The native API relative to the compatible API: CPU for a small request',
    zh: '原生 API 与兼容 API 相比：小请求的 CPU',
    unit: 'x',
    goal: 1.1,
    compute: ofNative('requestShare'),
  },
  nativePaced: {
    en: 'The native API relative to the compatible API: CPU per chunk of a paced stream',
    zh: '同上，匀速流每个数据块',
    unit: 'x',
    goal: 1.1,
    compute: ofNative('pacedShare'),
  },
  nativeBurst: {
    en: 'The native API relative to the compatible API: CPU per chunk of a burst',
    zh: '同上，突发流每个数据块',
    unit: 'x',
    goal: 1.1,
    compute: ofNative('burstShare'),
  },
  large: { en: 'CPU for a body of 8 MB', zh: '8 MB 请求体的 CPU', unit: 'x', goal: 2.5, compute: ratio('eightMegabytesCpuMs') },
  largePeak: {
    en: 'Peak memory with bodies of 8 MB',
    zh: '8 MB 请求体的内存峰值',
    unit: 'MB',
    goal: 160,
    moonshot: 150,
    compute: own('eightMegabytesPeak'),
  },
  medium: {
    en: 'Latency added to a body of 1 MB, p50',
    zh: '1 MB 请求体增加的延迟 p50',
    unit: 'ms',
    goal: 2.5,
    compute: added('oneMegabyteP50Ms'),
  },
  blocked: {
    en: 'Event loop blocked by one body of 20 MB',
    zh: '一个 20 MB 请求体阻塞事件循环的时间',
    unit: 'ms',
    goal: 15,
    compute: own('blockedMs'),
  },
  resident: {
    en: 'Memory after the requests',
    zh: '请求之后的内存',
    unit: 'MB',
    goal: 135,
    moonshot: 120,
    compute: own('residentMegabytes'),
  },
  first: {
    en: 'Latency added to the first chunk of 200 streams, p50 (minimum)',
    zh: '200 路流：首块增加的延迟 p50（最小值）',
    unit: 'ms',
    goal: 0.5,
    usesMinimum: true,
    compute: added('firstP50Ms'),
  },
  firstTail: {
    en: 'Latency added to the first chunk of 200 streams, p99 (minimum)',
    zh: '同上，p99（最小值）',
    unit: 'ms',
    goal: 10,
    usesMinimum: true,
    compute: added('firstP99Ms'),
  },
  crowd: {
    en: '1,000 streams on one core, delay of a chunk, p50',
    zh: '单核 1,000 路流，数据块的延迟 p50',
    unit: 'x',
    goal: 1.3,
    compute: ratio('crowdDelayMs'),
  },
  crowdPeak: { en: '1,000 streams on one core, peak memory', zh: '同上，内存峰值', unit: 'MB', goal: 160, compute: own('crowdPeak') },
  leftMidStream: {
    en: 'Client disconnects → upstream closed, mid-stream',
    zh: '客户端断开 → 上游关闭，流式输出中',
    unit: 'ms',
    goal: 2,
    compute: own('leftMidStreamMs'),
  },
  leftBeforeFirst: {
    en: 'Client disconnects → upstream closed, before the first byte',
    zh: '同上，首字节之前',
    unit: 'ms',
    goal: 2,
    compute: own('leftBeforeFirstMs'),
  },
  leftWithoutStream: {
    en: 'Client disconnects → upstream closed, without a stream',
    zh: '同上，非流式',
    unit: 'ms',
    goal: 2,
    compute: own('leftWithoutStreamMs'),
  },
  coldShare: {
    en: 'From cold start to first chat, 0.35 CPU',
    zh: '冷启动到首次对话，0.35 CPU',
    unit: 'x',
    goal: 2.2,
    moonshot: 1.8,
    compute: ratio('coldShareMs'),
  },
  cold: { en: 'From cold start to first chat, a whole CPU', zh: '同上，整个 CPU', unit: 'x', goal: 2.2, compute: ratio('coldMs') },
  connections: {
    en: 'Upstream connections per concurrent request',
    zh: '每个并发请求占用的上游连接数',
    unit: '',
    goal: 1,
    compute: own('connectionShare'),
  },
} as const satisfies Record<string, Goal>

export type GoalName = keyof typeof GOALS

/**
 * Limits of the regression test test/tools/load/costs.test.ts: twice the goals, so that it detects
 * a factor of two and ignores noise.
 */
export const REGRESSION_LIMITS = { request: 2 * GOALS.request.goal, paced: 2 * GOALS.paced.goal, burst: 2 * GOALS.burst.goal } as const

/** Limits of costs.test.ts for the native API: its CPU time divided by the compatible API's. */
export const NATIVE_REGRESSION_LIMITS = {
  request: 2 * GOALS.nativeRequest.goal,
  paced: 2 * GOALS.nativePaced.goal,
  burst: 2 * GOALS.nativeBurst.goal,
} as const
