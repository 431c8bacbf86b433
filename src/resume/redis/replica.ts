import type { Redis } from '../../stores/redis.js'
import type { MemoryStreamWriter } from '../memory/memoryResumeStore.js'
import type { Batch } from '../resumeStore.js'
import { DROPPED, type StreamKeys } from './keys.js'

/** What {@link makeMirror} needs. */
export interface MirrorParts {
  readonly redis: Redis
  readonly writer: MemoryStreamWriter
  readonly keys: StreamKeys
  /** The producer's own: who has another writes nothing. */
  readonly token: string
  readonly ttlMs: number
  readonly leaseMs: number
  /** Called once there is nothing more to copy. */
  readonly onOver: () => void
  /** Called where another instance has dropped the stream. */
  readonly onDropped: () => void
}

/** Copies one stream to Redis. */
export interface Mirror {
  /** Copies what is new. One round trip at a time; what comes meanwhile goes together in the next. */
  sync(): Promise<void>
  /** Resolves once the end has been copied, or cannot be: after a round trip that is under way, and those that the rest needs. */
  settle(): Promise<void>
  /** Copies the rest, as far as Redis can be reached. */
  close(): Promise<void>
}

/*
 * Adds batches where they continue what is there, and renews the lease; all at once or not at all.
 *
 * A batch that is there already is passed over, so that a round trip whose answer was lost can be repeated; where batches are missing,
 * because Redis has been emptied, nothing is written and the caller is told the last number that is there. A stream whose end has been
 * written, by its producer or by a reader who has found the lease expired, takes nothing more.
 *
 * KEYS: meta, events, lease, watched. ARGV: token, ttl, lease, ending, summary, number before the first batch, then number and text of each.
 * Returns the last number, or -1 where the stream is no longer the caller's, -2 where it has been dropped; and whether somebody reads it
 * elsewhere.
 */
const APPEND = `
local known = redis.call('HMGET', KEYS[1], 'token', 'ending', 'last')
if known[1] == '${DROPPED}' then return {-2, 0} end
if known[1] and (known[1] ~= ARGV[1] or known[2]) then return {-1, 0} end
local watched = redis.call('EXISTS', KEYS[4])
local last = tonumber(known[3] or '0')
if tonumber(ARGV[6]) > last then return {last, watched} end
for at = 7, #ARGV, 2 do
  if tonumber(ARGV[at]) > last then
    redis.call('XADD', KEYS[2], ARGV[at] .. '-0', 'text', ARGV[at + 1])
    last = tonumber(ARGV[at])
  end
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'last', string.format('%d', last))
if ARGV[4] == '' then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'ending', ARGV[4], 'summary', ARGV[5])
  redis.call('DEL', KEYS[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {last, watched}
`

const MOST_BATCHES = 500
const MOST_LENGTH = 1_048_576

/** Makes the copier of one stream. It renews the lease by itself, until the end has been copied or nobody can ask for the stream. */
export function makeMirror({ redis, writer, keys, token, ttlMs, leaseMs, onOver, onDropped }: MirrorParts): Mirror {
  let copied = 0
  let isOver = false
  let isDue = false
  let underWay: Promise<void> | undefined
  let settled: Promise<void> | undefined

  const finish = (): void => {
    isOver = true
    clearInterval(renewal)
    onOver()
  }
  /** One round trip. @returns true where another may bring more */
  const copy = async (): Promise<boolean> => {
    if (!writer.isKept()) {
      finish()
      await redis.ask((client) => client.del(...keys))
      return false
    }
    const missing = writer.since(copied)
    const batches = firstOf(missing)
    const end = batches.length === missing.length ? writer.stream.end() : undefined
    const args = [token, ttlMs + leaseMs, leaseMs, end?.ending ?? '', end?.summary ?? '', before(batches) ?? copied]
    const told = await redis.ask((client) => client.eval(APPEND, keys.length, ...keys, ...args, ...batches.flatMap(toArguments)))
    if (!isNumbers(told)) return false
    const [last = -1, watched] = told
    if (watched === 1) writer.touch()
    // Lost: somebody has found the lease expired, and told readers that this producer is gone.
    if (last < 0 || (end !== undefined && last === (batches.at(-1)?.last ?? copied))) finish()
    if (last === -2) onDropped()
    copied = Math.max(0, last)
    return !isOver && writer.since(copied).length > 0
  }
  const run = async (): Promise<void> => {
    // What comes in one turn, such as the last events and the end, goes together.
    await undefined
    while (isDue && !isOver) {
      isDue = false
      if (await copy()) isDue = true
    }
    underWay = undefined
  }
  const sync = async (): Promise<void> => {
    isDue = true
    underWay ??= run()
    return underWay
  }
  const renewal = setInterval(() => void sync(), leaseMs / 3)
  renewal.unref()

  return {
    sync,
    settle: () => {
      settled ??= isOver ? Promise.resolve() : sync()
      return settled
    },
    close: async () => {
      await sync()
      if (!isOver) finish()
    },
  }
}

/** As many batches as may travel together. */
function firstOf(batches: readonly Batch[]): readonly Batch[] {
  let length = 0
  const tooFar = batches.findIndex(({ text }, place) => {
    length += text.length
    return place > 0 && (place >= MOST_BATCHES || length > MOST_LENGTH)
  })
  return tooFar === -1 ? batches : batches.slice(0, tooFar)
}

/** The number of the event before the first batch. */
const before = ([first]: readonly Batch[]): number | undefined => (first === undefined ? undefined : first.last - first.count)

const toArguments = ({ last, text }: Batch): (string | number)[] => [last, text]

const isNumbers = (told: unknown): told is number[] => Array.isArray(told) && told.every((each) => typeof each === 'number')
