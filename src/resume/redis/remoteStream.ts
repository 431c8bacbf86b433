import { setTimeout as delay } from 'node:timers/promises'
import { type CancelSignal, toAbortSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { EventBatch, StreamEnd } from '../../contract/eventFormat.js'
import { expectReply, isArrayReplyOf, isStringReply, type ReplyCheck } from '../../stores/redisReplies.js'
import { joinBatches, lastNumberOf, type StoredStream } from '../resumeStore.js'
import { EVENTS_EXTRA_TTL_MS } from './keys.js'
import type { ReplicaParts } from './replica.js'
import { INTERRUPTED_END, parseBatch, parseEnd } from './serialise.js'

/** Dependencies of {@link findReplica}. */
export type ReplicaReaderParts = Pick<ReplicaParts, 'redis' | 'keys' | 'ttlMs' | 'leaseMs'>

/*
 * Reads the batches after an event, and marks the stream as being read. If the producer's lease has
 * expired without an end, the stream is marked as interrupted: from then on its producer writes
 * nothing, even if it is alive.
 *
 * KEYS: meta, events, lease, watched. ARGV: first number wanted, most entries, lease ms, ttl ms.
 * Returns the end or '', the last number and the entries; nil if the stream does not exist.
 */
const READ_SCRIPT = `
local known = redis.call('HMGET', KEYS[1], 'end', 'last')
if not known[2] then return false end
local ending = known[1]
if not ending and redis.call('EXISTS', KEYS[3]) == 0 then
  ending = '${INTERRUPTED_END}'
  redis.call('HSET', KEYS[1], 'end', ending)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[4] + ${EVENTS_EXTRA_TTL_MS})
end
redis.call('SET', KEYS[4], '1', 'PX', ARGV[3])
local entries = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
return {ending or '', known[2], entries}
`
type ReadReply = [end: string, last: string, entries: [id: string, fields: string[]][]]
const isEntry: ReplyCheck<[string, string[]]> = (entry): entry is [string, string[]] =>
  Array.isArray(entry) && entry.length === 2 && isStringReply(entry[0]) && isArrayReplyOf(isStringReply)(entry[1])
const isReadReply: ReplyCheck<ReadReply | null> = (reply): reply is ReadReply | null =>
  reply === null ||
  (Array.isArray(reply) && reply.length === 3 && isStringReply(reply[0]) && isStringReply(reply[1]) && isArrayReplyOf(isEntry)(reply[2]))

const MAX_ENTRIES = 200
// Pause between two polls of a running stream: short after an event, longer during silence.
const SHORTEST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 250

interface Page {
  readonly end: StreamEnd | undefined
  readonly last: number
  readonly batches: readonly EventBatch[]
}

/** Finds a replica that another instance wrote, if any. @throws 503 if Redis is unavailable */
export async function findReplica(parts: ReplicaReaderParts): Promise<StoredStream | undefined> {
  const first = await readPage(parts, 0, 1)
  if (first === undefined) throw apiError('store_unavailable')
  if (first === 'missing' || first === 'damaged') return undefined
  return {
    end: () => first.end,
    // Before a regular end, all numbers count as reached: clients may have more events than Redis.
    hasReached: (number) => first.end === undefined || first.end.ending === 'interrupted' || number <= first.last,
    read: (after, signal) => readReplica(parts, after, signal),
  }
}

async function* readReplica(parts: ReplicaReaderParts, after: number, signal: CancelSignal): AsyncGenerator<EventBatch> {
  let known = after
  let pauseMs = SHORTEST_PAUSE_MS
  let foundAt = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const page = await readPage(parts, known, MAX_ENTRIES)
    if (page === 'damaged') throw apiError('stream_interrupted')
    if (page !== undefined && page !== 'missing') {
      foundAt = performance.now()
      const batch = joinBatches(page.batches, known)
      if (batch !== undefined) known = lastNumberOf(batch)
      const isWhole = page.batches.length < MAX_ENTRIES || known === page.last
      if (batch !== undefined) yield isWhole ? { ...batch, end: page.end } : batch
      if (!isWhole) continue
      if (page.end?.ending === 'interrupted' || (page.end !== undefined && known > page.last)) throw apiError('stream_interrupted')
      if (page.end !== undefined) return
      pauseMs = batch === undefined ? Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS) : SHORTEST_PAUSE_MS
    } else if (performance.now() - foundAt > parts.leaseMs) {
      // A live producer would have copied the lost stream to Redis again within one lease time.
      throw apiError('stream_interrupted')
    }
    // An abort ends the wait early. Its error is ignored: `throwIfAborted` throws the reason.
    await delay(pauseMs, undefined, { signal: toAbortSignal(signal) }).catch(() => undefined)
  }
}

/**
 * Reads up to `most` batches after event `after` from Redis, in one round trip.
 *
 * @returns undefined if Redis is unavailable; `missing` if the stream does not exist; `damaged` if
 *   events are missing, or data was not written by this version
 */
async function readPage(
  { redis, keys, ttlMs, leaseMs }: ReplicaReaderParts,
  after: number,
  most: number,
): Promise<Page | 'missing' | 'damaged' | undefined> {
  const reply = await redis.runCommand(async (client) =>
    expectReply(await client.eval(READ_SCRIPT, keys.length, ...keys, after + 1, most, leaseMs, ttlMs), isReadReply),
  )
  if (reply === undefined) return undefined
  if (reply === null) return 'missing'
  const page = toPage(reply)
  return page !== undefined && isGapless(page, after, most) ? page : 'damaged'
}

function toPage([endText, last, entries]: ReadReply): Page | undefined {
  const end = endText === '' ? undefined : parseEnd(endText)
  const batches = entries.flatMap(([id, [, lines = '']]) => parseBatch([Number.parseInt(id, 10), lines]) ?? [])
  const isRead = batches.length === entries.length && (end !== undefined || endText === '') && Number.isSafeInteger(Number(last))
  return isRead ? { end, last: Number(last), batches } : undefined
}

/** True if a page has all events after number `after`, up to the last one or its size limit. */
function isGapless({ last, batches }: Page, after: number, most: number): boolean {
  let known = after
  for (const batch of batches) {
    if (batch.first > known + 1) return false
    known = lastNumberOf(batch)
  }
  return batches.length === most || known >= last
}
