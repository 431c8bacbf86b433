import { setTimeout as delay } from 'node:timers/promises'
import { apiError } from '../../contract/errors.js'
import type { Redis } from '../../stores/redis.js'
import { type Batch, type Ending, type StoredStream, type StreamEnd, textAfter } from '../resumeStore.js'
import type { StreamKeys } from './keys.js'

/** What {@link findRemote} needs. */
export interface RemoteParts {
  readonly redis: Redis
  readonly keys: StreamKeys
  readonly ttlMs: number
  readonly leaseMs: number
}

/*
 * Gives what comes after an event, and leaves word that somebody reads. Where the producer's lease has expired without an end, that is
 * written down as the end: from then on the producer writes nothing, however alive it may be.
 *
 * KEYS: meta, events, lease, watched. ARGV: first number wanted, most entries, lease, ttl.
 * Returns the ending or '', its summary, the last number and the entries; nothing where there is no such stream.
 */
const READ = `
local known = redis.call('HMGET', KEYS[1], 'ending', 'summary', 'last')
if not known[3] then return false end
local ending = known[1]
if not ending and redis.call('EXISTS', KEYS[3]) == 0 then
  ending = 'interrupted'
  redis.call('HSET', KEYS[1], 'ending', ending)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
redis.call('SET', KEYS[4], '1', 'PX', ARGV[3])
local entries = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
return {ending or '', known[2] or '', known[3], entries}
`

const MOST_ENTRIES = 200
// How often a running stream is asked for more: soon after it has said something, seldom while it is silent.
const SHORTEST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 250

interface Page {
  readonly end: StreamEnd | undefined
  readonly last: number
  readonly batches: readonly Batch[]
}

/** Finds a stream that another instance has copied to Redis. @throws 503 where Redis is out of reach */
export async function findRemote(parts: RemoteParts): Promise<StoredStream | undefined> {
  const first = await readPage(parts, 0, 1)
  if (first === undefined) throw apiError('store_unavailable')
  if (first === 'gone') return undefined
  return {
    end: () => first.end,
    // A client may have an event that was on its way to Redis when its connection broke.
    hasReached: (after) => first.end === undefined || first.end.ending === 'interrupted' || after <= first.last,
    read: (after, signal) => readRemote(parts, after, signal),
  }
}

async function* readRemote(parts: RemoteParts, after: number, signal: AbortSignal): AsyncGenerator<string> {
  let known = after
  let pauseMs = SHORTEST_PAUSE_MS
  let foundAt = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const page = await readPage(parts, known, MOST_ENTRIES)
    const isFound = page !== undefined && page !== 'gone'
    if (isFound) {
      foundAt = performance.now()
      const text = page.batches.map((batch) => textAfter(batch, known)).join('')
      known = Math.max(known, page.batches.at(-1)?.last ?? 0)
      if (text !== '') yield text
      pauseMs = text === '' ? Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS) : SHORTEST_PAUSE_MS
      if (page.batches.length === MOST_ENTRIES) continue
      if (page.end?.ending === 'interrupted' || (page.end !== undefined && known > page.last)) throw apiError('stream_interrupted')
      if (page.end !== undefined) return
    }
    // Its producer brings a stream back that Redis has lost.
    if (!isFound && performance.now() - foundAt > parts.leaseMs) throw apiError('stream_interrupted')
    await pause(pauseMs, signal)
  }
}

/** One look into Redis. @returns undefined where it is out of reach */
async function readPage({ redis, keys, ttlMs, leaseMs }: RemoteParts, after: number, most: number): Promise<Page | 'gone' | undefined> {
  const told = await redis.ask((client) => client.eval(READ, keys.length, ...keys, after + 1, most, leaseMs, ttlMs))
  if (told === undefined) return undefined
  // The script above returns nothing else.
  return told === null ? 'gone' : toPage(told as [Ending | '', string, string, [id: string, fields: [string, string]][]])
}

function toPage([ending, summary, last, entries]: [Ending | '', string, string, [id: string, fields: [string, string]][]]): Page {
  return {
    end: ending === '' ? undefined : { ending, summary },
    last: Number(last),
    batches: entries.map(([id, [, text]]) => ({ last: Number.parseInt(id, 10), count: countOf(text), text })),
  }
}

const countOf = (text: string): number => text.split('\n\n').length - 1

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch {
    // Only the signal ends a pause early.
    throw signal.reason
  }
}
