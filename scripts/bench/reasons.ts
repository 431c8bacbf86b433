import type { GoalName } from './goals.js'

/**
 * Reasons for missed goals, found with a profiler and written by hand. The report shows a reason
 * only if the last full run missed its goal.
 */
export const MISSED_GOAL_REASONS: Partial<Record<GoalName, { readonly en: string; readonly zh: string }>> = {
  loneAdded: {
    en: 'The three rounds range from 0.13 to 0.35 ms.',
    zh: '三轮的结果在 0.13 到 0.35 毫秒之间。',
  },
  nativeRequest: {
    en: 'Measured separately in a loop, encoding takes 4 to 9 µs more and decoding 4 µs more: nearly every field is converted.',
    zh: '单独循环测量时，编码多用 4 到 9 微秒，解码多用 4 微秒：几乎每个字段都要转换。',
  },
  nativeBurst: {
    en: 'Same reason as for a paced stream; here the events share network reads, so the difference weighs more.',
    zh: '与匀速流的原因相同；这里不必为每个事件读一次网络，差异所占比例更大。',
  },
  paced: {
    en: "In a profile, 23 % is writing to the socket in the kernel, which the pipe does as well, 9 % reading and checking the event, 8 % serialising the chunk, 8 % garbage collection and 4 % repairs. The rest is spread over Node.js's reads, timers and promises.",
    zh: '性能剖析：23 % 是内核写操作（纯转发服务同样有），9 % 是读取和校验事件，8 % 是序列化数据块，8 % 是垃圾回收，4 % 是兼容处理，其余分散在 Node.js 的读操作、定时器和 Promise 中。',
  },
  blocked: {
    en: 'Scanning and parsing alone take 8 ms. Reading 20 MB blocks the event loop of the pipe as well: for 10 ms, on a busy machine.',
    zh: '扫描和解析本身用 8 毫秒。读取 20 MB 时纯转发服务的事件循环也会阻塞：在繁忙的机器上为 10 毫秒。',
  },
  resident: {
    en: 'The process takes 95 MB after its start. V8 lets the heap grow while memory is free. Smaller semi-spaces saved 10 MB, but a start took 15 % longer.',
    zh: '进程启动后占 95 MB。内存充足时 V8 会让堆增长。减小 semi-space 可省 10 MB，但启动会慢 15 %。',
  },
  first: {
    en: '200 streams begin within 100 ms and then send 10,000 chunks a second: more than one core of this machine can process at that moment, so they queue. With 100 streams the wait is 8 ms.',
    zh: '200 路流在 100 毫秒内开始，随后每秒发送 10,000 个数据块，超出了这台机器一个核心当时的处理能力，因此要排队。100 路流时等待 8 毫秒。',
  },
  firstTail: {
    en: 'Same reason as for the p50: the streams queue for the core.',
    zh: '与 p50 的原因相同：流在排队等待核心。',
  },
  coldShare: {
    en: 'A start reads 3.2 MB of code with its cache and initializes it. In a profile of an earlier build, reading takes 42 %, the initialization of modules 18 %, garbage collection 13 %.',
    zh: '一次启动要读取 3.2 MB 代码及其缓存并完成初始化。对较早构建的性能剖析：读取占 42 %，模块初始化占 18 %，垃圾回收占 13 %。',
  },
  cold: {
    en: 'Same reason as with 0.35 CPU. Each further module that the build could leave out saves less than 5 ms (`make bench-cold`).',
    zh: '与 0.35 CPU 的原因相同。构建还能去掉的模块，每个节省不到 5 毫秒（`make bench-cold`）。',
  },
  resumable: {
    en: 'The three rounds range from 1.81 to 2.20.',
    zh: '三轮的结果在 1.81 到 2.20 之间。',
  },
  nativePaced: {
    en: 'The native API repeats the token counts in every event, which makes events 50 % larger. Measured separately in a loop, reading such an event takes 4.5 µs instead of 2.7; half of that is parsing its JSON.',
    zh: '原生 API 在每个事件中都重复 token 统计，事件因此大 50 %。单独循环测量时，读取一个事件用 4.5 微秒，兼容 API 为 2.7 微秒；其中一半是解析 JSON。',
  },
  crowdPeak: {
    en: 'The three rounds range from 153 to 164 MB. Without its code cache, the process takes 95 MB after its start, the pipe 43 MB.',
    zh: '三轮的结果在 153 到 164 MB 之间。不使用代码缓存时，进程启动后占 95 MB，纯转发服务为 43 MB。',
  },
}
