import { Redis as Client } from 'ioredis'
import { startRedis } from '../../../test/support/redis.js'
import { cpuOf, residentOf } from '../../../test/tools/load/measured.js'
import { CALL_MARK } from '../../../test/tools/load/pace.js'
import { answerTo, chat, postMany } from '../../../test/tools/load/steadyStreams.js'
import type { BodyFigure, NameFigure, RedisFigure } from './figures.js'
import type { Server, ServerRunner } from './server.js'
import { measureStreams, percentile, warmUp } from './streams.js'

const KIB = 1_024
const AT_ONCE = 32

/** Measures the CPU time of a process while `work` runs, in microseconds. */
async function cpuDuring(pid: string, work: () => Promise<unknown>): Promise<number> {
  const before = cpuOf(pid)
  await work()
  return cpuOf(pid) - before
}

/** Measures CPU time and peak memory for requests with one image each, sent one at a time. */
export function measureBody(servers: ServerRunner, kilobytes: number, megabytesInAll: number): Promise<BodyFigure> {
  const count = Math.max(3, Math.min(300, Math.round((megabytesInAll * KIB) / kilobytes)))
  return servers.run({}, async ({ address, pid }) => {
    await warmUp(address)
    const image = `data:image/png;base64,${Buffer.alloc(Math.max(0, kilobytes - 0.3) * 0.75 * KIB, 7).toString('base64')}`
    const body = chat([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: image } },
    ])
    const cpuUs = await cpuDuring(pid, () => postMany(address, body, count, 1))
    return { kilobytes, cpuMs: cpuUs / count / 1_000, peakMegabytes: residentOf(pid, 'VmHWM') }
  })
}

/** Measures the CPU time per request while a setting lists many models, the requested one last. */
export function measureNames(servers: ServerRunner, counts: readonly number[], requests: number): Promise<NameFigure[]> {
  const named = (count: number) => Array.from({ length: count }, (_, nth) => `gemini-name-${nth}`)
  const aliases = counts.map((names) => {
    const MODEL_ALIASES = named(names).map((name) => `${name}=gemini-3.8-flash`)
    return { kind: 'MODEL_ALIASES', names, env: { MODEL_ALIASES: MODEL_ALIASES.join(',') } } as const
  })
  const models = counts.map((names) => ({ kind: 'EXTRA_MODELS', names, env: { EXTRA_MODELS: named(names).join(',') } }) as const)
  const cases = [...aliases, ...models]
  const envs = cases.map(({ env }): Readonly<Record<string, string>> => env)
  return servers.runAll(envs, async (started) => {
    const rounds: number[][] = started.map(() => [])
    for (let round = 0; round < 5; round += 1) {
      for (const [nth, { address, pid }] of started.entries()) {
        const names = cases[nth]?.names ?? 0
        const body = chat('Hello.', { model: `gemini-name-${names - 1}` })
        const cpuUs = await cpuDuring(pid, () => postMany(address, body, requests, AT_ONCE))
        if (round > 0) rounds[nth]?.push(cpuUs / requests) // round 0 is the warm-up
      }
    }
    return cases.map(({ kind, names }, nth) => ({ kind, names, cpuUsPerRequest: percentile(rounds[nth] ?? [], 0.5) }))
  })
}

/** Gets a tool call from the model. @returns the body of the next chat, with the tool's result */
async function toolChat(address: string): Promise<Buffer> {
  const tools = [
    { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
  ]
  const answer = await answerTo(address, chat(CALL_MARK, { tools }))
  const id = /"id":\s*"(call_[^"]+)"/.exec(answer)?.[1]
  if (id === undefined) throw new Error(`no tool call in ${answer}`)
  const call = { id, type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } }
  const messages = [
    { role: 'user', content: CALL_MARK },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: '4 degrees' },
  ]
  return chat('', { messages, tools })
}

interface Gauge {
  /** CPU time of Redis since its start, in microseconds. */
  readonly cpuUs: number
  readonly bytes: number
}

async function readRedis(client: Client): Promise<Gauge> {
  const text = await client.info()
  const value = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1])
  return { cpuUs: (value('used_cpu_sys') + value('used_cpu_user')) * 1e6, bytes: value('used_memory') }
}

/** Measures the CPU time and memory that Redis costs: runs a proxy with it, and one without it. */
export async function measureRedis(servers: ServerRunner, requests: number, streams: number): Promise<RedisFigure> {
  const redis = await startRedis()
  const client = new Client(redis.url)
  try {
    return await servers.runAll([{}, { REDIS_URL: redis.url }], async ([without, withRedis]) => {
      if (without === undefined || withRedis === undefined) throw new Error('expected two running proxies')
      for (const { address } of [without, withRedis]) await warmUp(address)
      const gauge = () => readRedis(client)
      return {
        toolRequest: await measureTools(without, withRedis, gauge, requests),
        ...(await measureResumable(without, withRedis, gauge, streams)),
      }
    })
  } finally {
    client.disconnect()
    await redis.stop()
  }
}

async function measureTools(
  without: Server,
  withRedis: Server,
  gauge: () => Promise<Gauge>,
  requests: number,
): Promise<RedisFigure['toolRequest']> {
  const rounds = { without: [] as number[], with: [] as number[], redis: [] as number[] }
  const bodies = [await toolChat(without.address), await toolChat(withRedis.address)] as const
  for (let round = 0; round < 4; round += 1) {
    const withoutUs = await cpuDuring(without.pid, () => postMany(without.address, bodies[0], requests, AT_ONCE))
    const { cpuUs } = await gauge()
    const withUs = await cpuDuring(withRedis.pid, () => postMany(withRedis.address, bodies[1], requests, AT_ONCE))
    const redisUs = (await gauge()).cpuUs - cpuUs
    if (round === 0) continue // round 0 is the warm-up
    rounds.without.push(withoutUs / requests)
    rounds.with.push(withUs / requests)
    rounds.redis.push(redisUs / requests)
  }
  const median = (values: number[]) => percentile(values, 0.5)
  return { withoutUs: median(rounds.without), withUs: median(rounds.with), redisUs: median(rounds.redis) }
}

async function measureResumable(
  without: Server,
  withRedis: Server,
  gauge: () => Promise<Gauge>,
  streams: number,
): Promise<Omit<RedisFigure, 'toolRequest'>> {
  const plain = await measureStreams(without, streams)
  const inMemory = await measureStreams(without, streams, { isResumable: true })
  const gauges: Gauge[] = []
  const read = async () => void gauges.push(await gauge())
  const inRedis = await measureStreams(withRedis, streams, { isResumable: true, before: read, after: read })
  const [before, after] = gauges
  if (before === undefined || after === undefined) throw new Error('no figures of Redis were read')
  const chunks = inRedis.delaysMs.length
  return {
    resumableChunk: {
      plainUs: plain.cpuUsPerChunk,
      withoutUs: inMemory.cpuUsPerChunk,
      withUs: inRedis.cpuUsPerChunk,
      redisUs: (after.cpuUs - before.cpuUs) / chunks,
    },
    bytesPerChunk: Math.max(0, after.bytes - before.bytes) / chunks,
  }
}
