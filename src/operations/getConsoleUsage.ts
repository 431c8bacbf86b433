import type { Records } from '../console/recorder.js'
import type { Operation } from '../contract/operation.js'

/** GET /console/api/usage: usage and errors by caller and model, since the instance started. */
export const makeGetConsoleUsage =
  (records: Records): Operation<'getConsoleUsage'> =>
  async () => ({
    json: {
      since: records.since,
      prices_as_of: records.pricesAsOf,
      rows: records.usage().map((row) => ({
        caller: row.caller === '-' ? null : row.caller,
        model: row.model,
        requests: row.requests,
        errors: row.errors,
        prompt_tokens: row.promptTokens,
        completion_tokens: row.completionTokens,
        reasoning_tokens: row.reasoningTokens,
        cached_tokens: row.cachedTokens,
        cost: row.cost,
        currency: 'USD',
        unpriced_requests: row.unpricedRequests,
        uncounted_requests: row.uncountedRequests,
      })),
      errors: records.errors().map(({ code, status, caller, model, count, lastAt }) => ({
        code: code ?? null,
        status,
        caller: caller ?? null,
        model: model ?? null,
        count,
        last_at: lastAt,
      })),
    },
  })
