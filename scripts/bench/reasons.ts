import type { GoalName } from './goals.js'

/**
 * Reasons for missed goals, found with a profiler and written by hand. The report shows a reason
 * only if the last full run missed its goal.
 */
export const REASONS: Partial<Record<GoalName, { readonly en: string; readonly zh: string }>> = {
  loneAdded: {
    en: 'Rounds differ, from 0.13 to 0.35 ms.',
    zh: '各轮在 0.13 到 0.35 毫秒之间。',
  },
  nativeRequest: {
    en: 'In a loop of their own, encoding takes 4 to 9 µs more and decoding 4 µs more: nearly every member is converted.',
    zh: '单独循环测量时，编码多用 4 到 9 微秒，解码多用 4 微秒：几乎每个字段都要转换。',
  },
  nativeBurst: {
    en: 'As for a paced chunk; without the cost of a network read for each event, the difference weighs more.',
    zh: '与匀速块的原因相同；这里不必为每个事件读一次网络，差异所占比例更大。',
  },
  paced: {
    en: "By a profile, 23 % are the kernel's writes, which the pipe has as well, 9 % reading and checking the event, 8 % serialising the chunk, 8 % garbage collection, 4 % repairs. The rest is spread over reads, timers and promises of Node.js.",
    zh: '性能剖析：23 % 是内核写操作（裸管道同样有），9 % 是读取和校验事件，8 % 是序列化数据块，8 % 是垃圾回收，4 % 是修复，其余分散在 Node.js 的读操作、定时器和 Promise 中。',
  },
  blocked: {
    en: 'Scanning and parsing alone take 8 ms. Reading 20 MB stops the event loop of the pipe as well: for 10 ms, on a busy machine.',
    zh: '扫描和解析本身用 8 毫秒。读取 20 MB 时裸管道的事件循环也会停顿：在繁忙的机器上为 10 毫秒。',
  },
  resident: {
    en: 'The process has 95 MB after its start. V8 lets the heap grow where memory is free. Smaller semi-spaces saved 10 MB, but a start took 15 % longer.',
    zh: '进程启动后占 95 MB。内存充足时 V8 会让堆增长。减小 semi-space 可省 10 MB，但启动会慢 15 %。',
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
    en: 'A start reads 3.2 MB of code with its cache and initializes it. By a profile of an earlier build, reading takes 42 %, the initialization of modules 18 %, garbage collection 13 %.',
    zh: '一次启动要读取 3.2 MB 代码及其缓存并完成初始化。对较早构建的性能剖析：读取占 42 %，模块初始化占 18 %，垃圾回收占 13 %。',
  },
  cold: {
    en: 'As with a share of a core. Of what the build could leave out, each module saves less than 5 ms (`make bench-cold`).',
    zh: '与受限核心的情况相同。构建还能去掉的模块，每个节省不到 5 毫秒（`make bench-cold`）。',
  },
  resumable: {
    en: 'Rounds differ, from 1.81 to 2.20.',
    zh: '各轮在 1.81 到 2.20 之间。',
  },
  nativePaced: {
    en: "Google's own API repeats the token counts in every event, which is half as large again. In a loop of its own, reading such an event takes 4.5 µs instead of 2.7; half of that is parsing its JSON.",
    zh: '原生接口在每个事件中都重复 token 统计，事件大一半。单独循环测量时，读取一个事件用 4.5 微秒，兼容接口为 2.7 微秒；其中一半是解析 JSON。',
  },
  crowdPeak: {
    en: 'Rounds differ, from 153 to 164 MB. Without its code cache, the process has 95 MB after its start, that of the pipe 43.',
    zh: '各轮在 153 到 164 MB 之间。不使用代码缓存时，进程启动后占 95 MB，裸管道为 43 MB。',
  },
}
