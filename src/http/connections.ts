import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Logger } from 'pino'
import type { Metrics } from './exchange/metrics.js'
import { limitPipelining } from './pipelining.js'

// Most connections of clients. An idle one takes some 8 KB.
const MOST_CONNECTIONS = 10_000
// File descriptors for everything except connections of clients and to Gemini.
const OWN_FILES = 64
const LOG_INTERVAL_MS = 60_000

/** What {@link limitConnections} needs. */
export interface ConnectionParts {
  readonly log: Logger
  readonly metrics: Metrics
  /** Most concurrent requests, each of which may need a connection to Gemini. */
  readonly maxConcurrentRequests: number
}

/**
 * Bounds the connections of clients, and the requests that wait on them. Connections beyond a bound
 * are closed, counted and logged. Without the bound, those beyond the limit of open files would be
 * reset silently: libuv closes them before Node.js sees them.
 */
export function limitConnections(server: Server, { log, metrics, maxConcurrentRequests }: ConnectionParts): void {
  const most = connectionsThatFit(maxConcurrentRequests, openFilesLimit())
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

/** The most client connections that leave enough file descriptors for connections to Gemini. */
export function connectionsThatFit(maxConcurrentRequests: number, openFiles: number): number {
  const free = Math.max(openFiles - OWN_FILES, OWN_FILES / 4)
  return Math.min(Math.floor(free - Math.min(maxConcurrentRequests, free / 2)), MOST_CONNECTIONS)
}

/** The limit of open files of this process; Infinity if it is unknown. */
function openFilesLimit(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY // not Linux
  }
}
