import { describeCause } from '../../contract/cause.js'
import { ApiError, type ErrorCode } from '../../contract/errors.js'
import type { KeyState } from '../../contract/keyState.js'

type LastResults = Pick<KeyState, 'lastOkAt' | 'lastError'>

/** Codes of recorded failures: those due to Gemini, a key or the network, not to the request. */
const RECORDED_ERROR_CODES: ReadonlySet<ErrorCode | null> = new Set([
  'upstream_error',
  'upstream_auth_error',
  'upstream_region_unsupported',
  'upstream_overloaded',
  'upstream_timeout',
  'rate_limit_exceeded',
  'insufficient_quota',
] as const)

/** Records the time of each key's last success, and time, code and message of its last failure. */
export class KeyRecord {
  readonly #recorded = new Map<number, LastResults>()

  /** @param now - returns the current time, in milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  /**
   * Adds the result of an upstream call. @param error - what the call threw; undefined for a
   * success
   */
  add(position: number, error: unknown): void {
    const before = this.#recorded.get(position)
    if (error === undefined) this.#recorded.set(position, { ...before, lastOkAt: this.now() })
    if (!(error instanceof ApiError) || error.code === null || !RECORDED_ERROR_CODES.has(error.code)) return
    this.#recorded.set(position, {
      ...before,
      lastError: { code: error.code, message: describeCause(error) ?? error.message, at: this.now() },
    })
  }

  /** Returns the last success and failure of a key; {} if there are none. */
  of(position: number): LastResults {
    return this.#recorded.get(position) ?? {}
  }
}
