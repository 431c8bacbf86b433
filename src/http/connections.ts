import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Logger } from 'pino'
import type { Metrics } from './exchange/metrics.js'
import { limitPipelining } from './pipelining.js'

// Largest number of client connections. An idle connection takes about 8 KB of memory.
const MAX_CONNECTIONS = 10_000
// File descriptors for other uses than connections from clients and to Gemini: log, Redis, files.
const RESERVED_FILE_DESCRIPTORS = 64
const LOG_INTERVAL_MS = 60_000
// The log messages about closed connections, by the limit that was exceeded.
const LOG_MESSAGES = {
  connections: 'connections are refused: this process has reached its connection limit',
  pipelining: 'a connection was closed: too many pipelined requests wait for their responses',
}

/** Dependencies of {@link limitConnections}. */
export interface ConnectionParts {
  readonly log: Logger
  readonly metrics: Metrics
  /** MAX_CONCURRENT_REQUESTS; each of these requests may need a connection to Gemini. */
  readonly maxConcurrentRequests: number
}

/**
 * Limits client connections and the pipelined requests on them. Connections beyond a limit are
 * closed, counted and logged. Without this, libuv would silently reset the connections beyond the
 * limit of open files, before Node.js sees them.
 */
export function limitConnections(server: Server, { log, metrics, maxConcurrentRequests }: ConnectionParts): void {
  const most = toConnectionLimit(maxConcurrentRequests, readOpenFileLimit())
  const loggedAt = new Map<string, number>()
  const onRefused = (reason: keyof typeof LOG_MESSAGES): void => {
    metrics.countRefused(reason)
    const now = performance.now()
    if (now - (loggedAt.get(reason) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL_MS) return
    loggedAt.set(reason, now)
    log.warn({ reason, maxConnections: most }, LOG_MESSAGES[reason])
  }
  server.maxConnections = most
  server.on('drop', () => onRefused('connections'))
  limitPipelining(server, () => onRefused('pipelining'))
}

/** Returns how many client connections leave enough file descriptors for requests to Gemini. */
export function toConnectionLimit(maxConcurrentRequests: number, openFileLimit: number): number {
  const free = Math.max(openFileLimit - RESERVED_FILE_DESCRIPTORS, RESERVED_FILE_DESCRIPTORS / 4)
  return Math.min(Math.floor(free - Math.min(maxConcurrentRequests, free / 2)), MAX_CONNECTIONS)
}

/** Reads this process's limit of open files; Infinity if it is unknown. */
function readOpenFileLimit(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY // only Linux has /proc
  }
}
