import type { GoalName } from './goals.js'

/**
 * Why a goal was missed, from a profile. Written by hand and kept by `make bench WRITE=1`; shown
 * only beside a goal that the last full run has missed.
 */
export const REASONS: Partial<Record<GoalName, { readonly en: string; readonly zh: string }>> = {
  request: {
    en: 'Rounds differ, from 1.83 to 2.23. A run on another machine reached 1.83 x.',
    zh: '各轮在 1.83 到 2.23 之间。在另一台机器上为 1.83 x。',
  },
  lone: {
    en: 'Rounds differ, from 2.45 to 3.06; no profile explains it. A run on another machine reached 1.61 x.',
    zh: '各轮在 2.45 到 3.06 之间，尚无性能剖析能解释。在另一台机器上为 1.61 x。',
  },
  loneAdded: {
    en: 'Rounds differ, from 0.43 to 0.50 ms. A run on another machine reached 0.15 ms.',
    zh: '各轮在 0.43 到 0.50 毫秒之间。在另一台机器上为 0.15 毫秒。',
  },
  nativeRequest: {
    en: 'Encoding and decoding take 11 µs more in a loop of their own; rounds differ by more than the rest, from 1.04 to 1.16.',
    zh: '单独循环测量时，编码和解码多用 11 微秒；其余小于各轮之间的差异（1.04 到 1.16）。',
  },
  nativeBurst: {
    en: "Google's own API repeats the token counts in every event, which is half as large again: by a profile of reading such events alone, parsing their JSON takes 40 %.",
    zh: '原生接口在每个事件中都重复 token 统计，事件大一半：单独剖析事件的读取，解析 JSON 占 40 %。',
  },
  paced: {
    en: "By a profile, 23 % are the kernel's writes, which the pipe has as well, 9 % reading and checking the event, 8 % serialising the chunk, 8 % garbage collection, 4 % repairs. The rest is spread over reads, timers and promises of Node.js.",
    zh: '性能剖析：23 % 是内核写操作（裸管道同样有），9 % 是读取和校验事件，8 % 是序列化数据块，8 % 是垃圾回收，4 % 是修复，其余分散在 Node.js 的读操作、定时器和 Promise 中。',
  },
  medium: {
    en: 'The body is read, scanned, and its copy sent on; the pipe passes on each piece at once. A run on another machine added 3.2 ms.',
    zh: '请求体要完整读入并扫描后才转发，而裸管道收到一段就转发一段。在另一台机器上增加 3.2 毫秒。',
  },
  blocked: {
    en: 'Scanning and parsing alone take 8 ms. Reading 20 MB stops the event loop of the pipe as well: for 10 ms, on a busy machine.',
    zh: '扫描和解析本身用 8 毫秒。读取 20 MB 时裸管道的事件循环也会停顿：在繁忙的机器上为 10 毫秒。',
  },
  resident: {
    en: 'The process has 80 MB after its start. V8 lets the heap grow where memory is free. Smaller semi-spaces saved 10 MB, but a start took 15 % longer.',
    zh: '进程启动后占 80 MB。内存充足时 V8 会让堆增长。减小 semi-space 可省 10 MB，但启动会慢 15 %。',
  },
  first: {
    en: '200 streams begin within 100 ms and then send 10,000 chunks a second: on this machine more than one core can do at that moment, so they queue. 100 streams wait for 8 ms.',
    zh: '200 路流在 100 毫秒内开始，随后每秒发送 10,000 个数据块：在这台机器上此刻超出一个核心的能力，因此要排队。100 路流时等待 8 毫秒。',
  },
  firstTail: {
    en: 'As for the p50: the streams queue for the core.',
    zh: '与 p50 的原因相同：流在排队等待核心。',
  },
  coldShare: {
    en: 'A start takes 150 ms of CPU, that of the pipe 45. By a profile, 42 % are reading 2.3 MB of code with its cache, 18 % the initialization of modules, 13 % garbage collection.',
    zh: '一次启动用 150 毫秒 CPU，裸管道为 45 毫秒。性能剖析：42 % 是读取 2.3 MB 代码及其缓存，18 % 是模块初始化，13 % 是垃圾回收。',
  },
  cold: {
    en: 'As with a share of a core. Of what the build could leave out, each module saves less than 5 ms (`make bench-cold`).',
    zh: '与受限核心的情况相同。构建还能去掉的模块，每个节省不到 5 毫秒（`make bench-cold`）。',
  },
}
