import { type Ask, call } from '../../support/contractHook.js'

/** Status and rate limit headers of one response. */
export interface RateLimitResponse {
  readonly status: number
  readonly limit: string | undefined
  readonly remaining: string | undefined
  readonly reset: string | undefined
  readonly retryAfter: string | undefined
}

/**
 * Sends GET /v1/models, which causes no call to Gemini, and validates the response against the
 * contract.
 */
export async function ask(origin: string, ask: Ask = {}): Promise<RateLimitResponse> {
  const { status, headers } = await call(origin, { path: '/v1/models', ...ask })
  return {
    status,
    limit: text(headers['x-ratelimit-limit-requests']),
    remaining: text(headers['x-ratelimit-remaining-requests']),
    reset: text(headers['x-ratelimit-reset-requests']),
    retryAfter: headers['retry-after'],
  }
}

const text = (value: string | string[] | undefined): string | undefined => value?.toString()

/** Sends requests one after the other. @returns their statuses */
export async function statuses(origin: string, count: number, asking: Ask = {}): Promise<number[]> {
  const all: number[] = []
  for (let at = 0; at < count; at += 1) all.push((await ask(origin, asking)).status)
  return all
}
