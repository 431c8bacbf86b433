import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { send } from './client.js'

/** A load: users who each send their next request when the previous response has ended. */
export interface Load {
  readonly name: string
  readonly users: number
  readonly requests: number
  readonly stream: boolean
}

/** The results of a load. Times begin when a request is sent. */
export interface Figures {
  readonly name: string
  readonly requests: number
  /** Number of responses that failed or were incomplete. */
  readonly errors: number
  readonly p50Ms: number
  readonly p95Ms: number
  /** Median and 95th percentile of the time to the first byte of the response body. */
  readonly firstP50Ms: number
  readonly firstP95Ms: number
  readonly perSecond: number
}

// The simulator answers after 20 ms, with ten chunks at intervals of 10 ms.
const PACE = { latencyMs: 20, chunks: 10, chunkDelayMs: 10 }

/** Runs a load against a server. */
export async function runLoad(address: string, { name, users, requests, stream }: Load): Promise<Figures> {
  const whole: number[] = []
  const first: number[] = []
  const began = performance.now()
  let left = requests
  let errors = 0
  const user = async (): Promise<void> => {
    while (left-- > 0) {
      const times = await timed(address, stream)
      if (times === undefined) errors += 1
      else {
        first.push(times.firstMs)
        whole.push(times.wholeMs)
      }
    }
  }
  await Promise.all(Array.from({ length: users }, user))
  const perSecond = requests / ((performance.now() - began) / 1000)
  const [p50Ms, p95Ms] = percentiles(whole)
  const [firstP50Ms, firstP95Ms] = percentiles(first)
  return { name, requests, errors, p50Ms, p95Ms, firstP50Ms, firstP95Ms, perSecond }
}

/** Sends one request and measures it; undefined if it fails or its response is incomplete. */
async function timed(address: string, stream: boolean): Promise<{ readonly firstMs: number; readonly wholeMs: number } | undefined> {
  const began = performance.now()
  let firstMs: number | undefined
  let text = ''
  try {
    const [answer] = (await once(send(address, { stream, content: `Go. simulate:${JSON.stringify(PACE)}` }), 'response')) as [
      IncomingMessage,
    ]
    for await (const part of answer.setEncoding('utf8')) {
      firstMs ??= performance.now() - began
      text += part
    }
    const isWhole = stream ? text.endsWith('data: [DONE]\n\n') : text.endsWith('}')
    if (answer.statusCode !== 200 || !isWhole || !text.includes('"finish_reason":"stop"') || firstMs === undefined) return undefined
    return { firstMs, wholeMs: performance.now() - began }
  } catch {
    return undefined // a lost connection counts as an error
  }
}

function percentiles(values: number[]): readonly [p50: number, p95: number] {
  const sorted = values.sort((one, other) => one - other)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return [at(0.5), at(0.95)]
}

/** Formats the figures as a table. */
export function toTable(figures: readonly Figures[]): string {
  const head = ['', 'requests', 'errors', 'p50 ms', 'p95 ms', 'first byte p50', 'p95', 'per second']
  const rows = figures.map(({ name, requests, errors, ...rest }) => [
    name,
    String(requests),
    String(errors),
    ...[rest.p50Ms, rest.p95Ms, rest.firstP50Ms, rest.firstP95Ms, rest.perSecond].map((value) => value.toFixed(1)),
  ])
  return [head, ...rows].map(([name = '', ...cells]) => name.padEnd(28) + cells.map((cell) => cell.padStart(15)).join('')).join('\n')
}
