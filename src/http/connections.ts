import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Logger } from 'pino'
import type { Metrics } from './exchange/metrics.js'
import { limitPipelining } from './pipelining.js'

// Most client connections at a time. An idle connection takes about 8 KB of memory.
const MAX_CONNECTIONS = 10_000
// File descriptors reserved for everything except connections of clients and to Gemini.
const RESERVED_FILE_DESCRIPTORS = 64
const LOG_INTERVAL_MS = 60_000

/** Dependencies of {@link limitConnections}. */
export interface ConnectionParts {
  readonly log: Logger
  readonly metrics: Metrics
  /** Most concurrent requests, each of which may need a connection to Gemini. */
  readonly maxConcurrentRequests: number
}

/**
 * Limits client connections and the pipelined requests on them. Connections beyond a limit are
 * closed, counted and logged. Without this, libuv would silently reset the connections beyond the
 * limit of open files, before Node.js sees them.
 */
export function limitConnections(server: Server, { log, metrics, maxConcurrentRequests }: ConnectionParts): void {
  const most = toConnectionLimit(maxConcurrentRequests, readOpenFileLimit())
  let loggedAt = Number.NEGATIVE_INFINITY
  const onRefused = (reason: 'connections' | 'pipelining'): void => {
    metrics.countRefused(reason)
    if (performance.now() - loggedAt < LOG_INTERVAL_MS) return
    loggedAt = performance.now()
    log.warn({ reason, maxConnections: most }, 'connections are refused: this process is at its limit')
  }
  server.maxConnections = most
  server.on('drop', () => onRefused('connections'))
  limitPipelining(server, () => onRefused('pipelining'))
}

/** Returns how many client connections leave enough file descriptors for calls of Gemini. */
export function toConnectionLimit(maxConcurrentRequests: number, openFileLimit: number): number {
  const free = Math.max(openFileLimit - RESERVED_FILE_DESCRIPTORS, RESERVED_FILE_DESCRIPTORS / 4)
  return Math.min(Math.floor(free - Math.min(maxConcurrentRequests, free / 2)), MAX_CONNECTIONS)
}

/** Reads this process's limit of open files; Infinity if it is unknown. */
function readOpenFileLimit(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY // not Linux
  }
}
