import { readFileSync } from 'node:fs'
import type { UpstreamApi } from '../../../src/contract/upstreamApi.js'

/** How often the fuzzer has sent requests to one operation, and with what results. */
export interface Counts {
  readonly label: string
  readonly cases: number
  /** Requests that match the contract; `served` of them got a 2xx. */
  readonly positive: number
  readonly served: number
  /** Responses by status; `none` counts missing responses. */
  readonly statuses: Readonly<Record<string, number>>
}

interface Scenario {
  readonly recorder: {
    readonly cases: Readonly<
      Record<
        string,
        {
          readonly value: {
            readonly method: string
            readonly path: string
            readonly meta?: { readonly generation?: { readonly mode?: string } }
          }
        }
      >
    >
    readonly interactions?: Readonly<Record<string, { readonly response: { readonly status_code: number } | null }>>
  }
}

const CONTRACT = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly operationId?: string
  readonly 'x-native-api-only'?: boolean
}

/** Operation ids by path and method. */
const OPERATIONS = new Map(
  Object.entries(CONTRACT.paths).map(([path, methods]) => [
    path,
    new Map(Object.entries(methods).flatMap(([method, { operationId }]) => (operationId === undefined ? [] : [[method, operationId]]))),
  ]),
)

/**
 * What a full run on the local simulator must reach: the number of requests, and the share of valid
 * requests that are served.
 */
export const GOALS = { cases: 5_000, servedShare: 0.3 }

/**
 * Counts the cases in a report of Schemathesis (NDJSON) by operation. Undeclared methods of a path
 * count for its first operation.
 */
export function readCounts(file: string): Counts[] {
  const counts = new Map([...OPERATIONS.values()].flatMap((byMethod) => [...byMethod.values()].map((id) => [id, nothing(id)])))
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('{"ScenarioFinished"')) continue
    const { cases, interactions = {} } = (JSON.parse(line) as { ScenarioFinished: Scenario }).ScenarioFinished.recorder
    for (const [id, { response }] of Object.entries(interactions)) {
      const { method = '?', path = '?', meta } = cases[id]?.value ?? {}
      const byMethod = OPERATIONS.get(path)
      const operation = byMethod?.get(method.toLowerCase()) ?? byMethod?.values().next().value ?? path
      counts.set(
        operation,
        counted(counts.get(operation) ?? nothing(operation), meta?.generation?.mode === 'positive', response?.status_code),
      )
    }
  }
  return [...counts.values()]
}

const nothing = (label: string): Counts => ({ label, cases: 0, positive: 0, served: 0, statuses: {} })

function counted({ label, cases, positive, served, statuses }: Counts, isPositive: boolean, status: number | undefined): Counts {
  const key = String(status ?? 'none')
  return {
    label,
    cases: cases + 1,
    positive: positive + (isPositive ? 1 : 0),
    served: served + (isPositive && status !== undefined && status < 300 ? 1 : 0),
    statuses: { ...statuses, [key]: (statuses[key] ?? 0) + 1 },
  }
}

/** Formats the counts as lines of text. */
export const toTable = (counts: readonly Counts[]): string[] =>
  counts.map(({ label, cases, positive, served, statuses }) => {
    const byStatus = Object.entries(statuses).map(([status, times]) => `${status}: ${times}`)
    return `  ${label.padEnd(20)} ${String(cases).padStart(5)} requests, ${served} of ${positive} valid ones served; ${byStatus.join(', ')}`
  })

/**
 * Explains the table, after which it is printed: which requests are valid, and why a valid one may
 * be refused.
 */
export const LEGEND =
  '  Valid requests match the contract; the others are broken on purpose. A valid one may still be refused, for example for an unknown model.'

/** Summarizes a run in one sentence. */
export const conclude = (cases: number, problems: readonly string[]): string =>
  problems.length === 0
    ? `nothing broke: each of ${cases} requests got a response that the contract allows`
    : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}, listed above, in ${cases} requests; .cache/fuzz has the reports`

/**
 * Returns the problems in the counts of a run: operations with too few valid requests served, and
 * statuses that no local run may produce.
 *
 * @param isShort - true for a run with few requests: operations that should serve many must then
 *   serve one, the others none
 */
export const problemsOf = (counts: readonly Counts[], upstream: UpstreamApi, isShort = false): string[] =>
  counts.flatMap(({ label, positive, served, statuses }) => [
    ...(isServed(label, upstream) && served < leastServed(positive * servedShareOf(label), isShort)
      ? [`${label}: only ${served} of ${positive} valid requests were served`]
      : []),
    ...Object.entries(statuses).flatMap(([status, times]) =>
      status === 'none' || status === '429' || (status >= '500' && status !== '501') ? [`${label}: ${times} times ${status}`] : [],
    ),
  ])

/**
 * Returns how many requests the proxy must serve.
 *
 * @param expected - the number in a run that is not short
 */
const leastServed = (expected: number, isShort: boolean): number => {
  if (!isShort) return Math.max(expected, 1)
  return expected < MANY ? 0 : 1
}
const MANY = 20

/** Names of the operations in Google's native format. */
const GOOGLES = new Set([...OPERATIONS].flatMap(([path, byMethod]) => (path.startsWith('/v1beta/') ? [...byMethod.values()] : [])))
/** Ids of the operations that need the native API. */
const NATIVE_ONLY = new Set(
  Object.values(CONTRACT.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, ...more }) => (more['x-native-api-only'] ? [operationId] : [])),
  ),
)
/** Operations that cannot succeed: random bytes are no recording, and Gemini has no downloads. */
const SELDOM_SERVED = new Set(['createTranscription', 'downloadFile'])
const isServed = (label: string, upstream: UpstreamApi): boolean =>
  !SELDOM_SERVED.has(label) && (upstream === 'native' || !NATIVE_ONLY.has(label))

/**
 * Smaller shares of valid requests that must be served. Schemathesis mostly sends texts in place of
 * files if a form accepts one image or several. Requests in Google's format are passed on, and
 * Google may refuse them.
 */
const SMALL_SHARES: ReadonlyMap<string, number> = new Map([['createImageEdit', 0.1], ...[...GOOGLES].map((label) => [label, 0] as const)])
const servedShareOf = (label: string): number => SMALL_SHARES.get(label) ?? GOALS.servedShare
