import type { EventBatch, StreamEnd } from '../../contract/eventFormat.js'
import type { Redis } from '../../stores/redis.js'
import { expectReply, isArrayReplyOf, isIntegerReply, type ReplyCheck, UnexpectedReply } from '../../stores/redisReplies.js'
import type { MemoryStreamWriter } from '../memory/memoryResumeStore.js'
import { lastNumberOf } from '../resumeStore.js'
import { DELETED_TOKEN, EVENTS_EXTRA_TTL_MS, type StreamRedisKeys } from './keys.js'
import { serialiseBatch, serialiseEnd } from './serialise.js'

/** Dependencies of a {@link Replica}. */
export interface ReplicaParts {
  readonly redis: Redis
  /** The stream in memory that is copied. */
  readonly writer: MemoryStreamWriter
  readonly keys: StreamRedisKeys
  /** Identifies the producer: only the one whose token is in Redis can write. */
  readonly token: string
  readonly ttlMs: number
  readonly leaseMs: number
  /** Called once the whole stream has been copied, or copying has stopped. */
  readonly onStopped: () => void
  /** Called if another instance has deleted the stream. */
  readonly onDeleted: () => void
}

/*
 * Adds batches if they continue the stored ones, and renews the lease, in one transaction.
 *
 * A batch that is stored already is skipped, so that a round trip whose reply was lost can be
 * repeated. If batches are missing, because Redis has lost them, nothing is written and the last
 * stored number is returned. A stream that has an end, from its producer or from a reader that
 * found the lease expired, takes no batches. The events expire after the meta key, so that a stream
 * which is found has its events.
 *
 * KEYS: meta, events, lease, watched. ARGV: token, ttl ms, lease ms, end or '', number before the
 * first batch, then for each batch the number of its last event and its lines.
 * Returns the last number, or -1 if the stream is no longer the producer's, -2 if it has been
 * deleted; and 1 if another instance reads it, else 0.
 */
const APPEND_SCRIPT = `
local known = redis.call('HMGET', KEYS[1], 'token', 'end', 'last')
if known[1] == '${DELETED_TOKEN}' then return {-2, 0} end
if known[1] and (known[1] ~= ARGV[1] or known[2]) then return {-1, 0} end
local watched = redis.call('EXISTS', KEYS[4])
local last = tonumber(known[3] or '0')
if tonumber(ARGV[5]) > last then return {last, watched} end
for at = 6, #ARGV, 2 do
  if tonumber(ARGV[at]) > last then
    redis.call('XADD', KEYS[2], ARGV[at] .. '-0', 'lines', ARGV[at + 1])
    last = tonumber(ARGV[at])
  end
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'last', string.format('%d', last))
if ARGV[4] == '' then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'end', ARGV[4])
  redis.call('DEL', KEYS[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2] + ${EVENTS_EXTRA_TTL_MS})
return {last, watched}
`
const isAppendReply: ReplyCheck<[last: number, watched: number]> = (reply): reply is [number, number] =>
  isArrayReplyOf(isIntegerReply, 2)(reply)
const NOT_OWN = -1
const DELETED = -2

// Maximum number of batches, and of characters, of one round trip; a longer batch is sent alone.
const MAX_BATCHES = 500
const MAX_CHARACTERS = 1_048_576

/** The copy of one stream in Redis. Renews the producer's lease until the end has been copied. */
export class Replica {
  readonly #renewal: NodeJS.Timeout
  /** The number of the last event in Redis. */
  #copied = 0
  #isOver = false
  #isDue = false
  #running: Promise<void> | undefined
  #settled: Promise<void> | undefined

  constructor(private readonly parts: ReplicaParts) {
    this.#renewal = setInterval(() => void this.sync(), parts.leaseMs / 3)
    this.#renewal.unref()
  }

  /** Copies all new batches to Redis. Only one round trip is in progress at a time. */
  sync(): Promise<void> {
    this.#isDue = true
    this.#running ??= this.#run()
    return this.#running
  }

  /** Copies the rest of an ended stream. Resolves when all is copied or Redis is unavailable. */
  settle(): Promise<void> {
    this.#settled ??= this.#isOver ? Promise.resolve() : this.sync()
    return this.#settled
  }

  /** Copies the remaining batches, if Redis is available, and stops. */
  async close(): Promise<void> {
    await this.sync()
    if (!this.#isOver) this.#finish()
  }

  async #run(): Promise<void> {
    // Waits, so that batches appended in the same turn of the event loop are copied together.
    await undefined
    while (this.#isDue && !this.#isOver) {
      this.#isDue = false
      if (await this.#copy()) this.#isDue = true
    }
    this.#running = undefined
  }

  /** Copies batches in one round trip. @returns true if there are more to copy */
  async #copy(): Promise<boolean> {
    const { redis, writer, keys, onDeleted } = this.parts
    if (!writer.isStored()) {
      this.#finish()
      await redis.runCommand(async (client) => expectReply(await client.del(...keys), isIntegerReply))
      return false
    }
    const missing = writer.since(this.#copied)
    const batches = selectFirstBatches(missing)
    const end = batches.length === missing.length ? writer.stream.end() : undefined
    const reply = await this.#send(batches, end)
    if (reply === undefined) return false
    const [last, watched] = reply
    if (watched === 1) writer.touch()
    const sent = batches.at(-1)
    const isEnded = end !== undefined && last === (sent === undefined ? this.#copied : lastNumberOf(sent))
    // NOT_OWN: another instance found the lease expired, and marked the stream as interrupted.
    if (last === NOT_OWN || last === DELETED || isEnded) this.#finish()
    if (last === DELETED) onDeleted()
    this.#copied = Math.max(0, last)
    return writer.since(this.#copied).length > 0
  }

  /** Runs APPEND_SCRIPT. @returns its reply; undefined if Redis is unavailable */
  async #send(batches: readonly EventBatch[], end: StreamEnd | undefined): Promise<[last: number, watched: number] | undefined> {
    const { redis, keys, token, ttlMs, leaseMs } = this.parts
    const [first] = batches
    const last = batches.at(-1)
    const before = first === undefined ? this.#copied : first.first - 1
    const sent = last === undefined ? before : lastNumberOf(last)
    const args = [token, ttlMs + leaseMs, leaseMs, end === undefined ? '' : serialiseEnd(end), before]
    const stored = batches.flatMap(serialiseBatch)
    return redis.runCommand(async (client) => {
      const reply = expectReply(await client.eval(APPEND_SCRIPT, keys.length, ...keys, ...args, ...stored), isAppendReply)
      // The reply must name the last event that was sent, or one before this batch. After any other
      // reply, `#run` could send the same batches endlessly.
      if (reply[0] >= before && reply[0] !== sent) throw new UnexpectedReply()
      return reply
    })
  }

  #finish(): void {
    this.#isOver = true
    clearInterval(this.#renewal)
    this.parts.onStopped()
  }
}

/** Returns the first batches: as many as fit into one round trip. */
function selectFirstBatches(batches: readonly EventBatch[]): readonly EventBatch[] {
  let characters = 0
  const end = batches.findIndex(({ data }, index) => {
    for (const text of data) characters += text.length
    return index > 0 && (index >= MAX_BATCHES || characters > MAX_CHARACTERS)
  })
  return end === -1 ? batches : batches.slice(0, end)
}
