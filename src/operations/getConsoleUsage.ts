import type { RequestRecords } from '../console/recorder.js'
import type { Operation } from '../contract/operation.js'

/** Handler of GET /console/api/usage: usage and errors of this instance by caller and model. */
export const makeGetConsoleUsage =
  (records: RequestRecords): Operation<'getConsoleUsage'> =>
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
