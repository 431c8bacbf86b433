import { describe, expect, test } from 'vitest'
import type { RequestSummary } from '../../../src/contract/requestSummary.js'
import { costOf } from '../../../src/usage/cost.js'
import { PRICES } from '../../../src/usage/prices.js'
import { groupByCallerAndModel, UsageTable } from '../../../src/usage/usageTable.js'
import { OPERATIONS } from '../../support/contractHook.js'

const AT = Date.parse('2026-11-28T12:00:00Z')

const summary = (part: Partial<RequestSummary>): RequestSummary => ({
  requestId: 'r',
  method: 'POST',
  operation: 'createChatCompletion',
  caller: 'web',
  model: 'gemini-3.8-flash',
  stream: false,
  attempts: 1,
  status: 200,
  durationMs: 10,
  cancelled: false,
  ...part,
})

const UNBILLED = OPERATIONS.filter(({ isUnbilled }) => isUnbilled).map(({ operationId }) => operationId)
/**
 * True for an operation whose path or body names the model that answers it, so its tokens are
 * counted. Operations that only count tokens are excluded: Google does not bill them.
 */
const callsModel = ({ isUnbilled, method, path, sampleBody: body }: (typeof OPERATIONS)[number]): boolean => {
  const namesModel = body instanceof FormData ? body.has('model') : typeof body === 'object' && body !== null && 'model' in body
  return method === 'POST' && !isUnbilled && (path.includes('{model}') || namesModel)
}

function tableOf(...parts: Partial<RequestSummary>[]) {
  const table = new UsageTable({ groupOf: groupByCallerAndModel })
  for (const part of parts) table.add(summary(part), AT)
  return table
}

describe('the cost of a request', () => {
  const million = { prompt: 100_000, cached: 0, completion: 1_000_000 }

  test.each([
    ['before a price change', 'gemini-4-argon', '2026-11-30T23:59:00-08:00', 0.2 + 10],
    ['after it', 'gemini-4-argon', '2026-12-01T00:00:00-08:00', 0.4 + 20],
    ['at the introductory price', 'gemini-3.8-flash', '2026-12-31T23:59:00-08:00', 0.075 + 3.75],
    ['after the introductory price', 'gemini-3.8-flash', '2027-01-01T08:00:00Z', 0.15 + 7.5],
  ])('%s', (_when, model, at, cost) => {
    expect(costOf(model, million, Date.parse(at))?.amount).toBeCloseTo(cost, 10)
  })

  test.each([
    [200_000, (200_000 * 2 + 10 * 12) / 1e6],
    [200_001, (200_001 * 4 + 10 * 18) / 1e6],
  ])('with %d prompt tokens uses the price of its tier', (prompt, cost) => {
    expect(costOf('gemini-3.1-pro-preview', { prompt, cached: 0, completion: 10 }, AT)?.amount).toBeCloseTo(cost, 10)
  })

  test('counts cached tokens at their price', () => {
    const cost = costOf('gemini-3.8-flash', { prompt: 1_000_000, cached: 900_000, completion: 0 }, AT)
    expect(cost).toEqual({ amount: expect.closeTo(0.075 + 0.0675, 10), isComplete: true })
  })

  test('is a lower bound if only the price of cached tokens is unknown', () => {
    const cost = costOf('gemini-4-neon', { prompt: 1_000_000, cached: 500_000, completion: 0 }, AT)
    expect(cost).toEqual({ amount: expect.closeTo(1.5, 10), isComplete: false })
  })

  test.each(['no-such-model', 'constructor', '__proto__', ''])('of the model %j is unknown', (model) => {
    expect(costOf(model, million, AT)).toBeUndefined()
  })

  test('changes at valid times in ascending order', () => {
    for (const periods of Object.values(PRICES)) {
      const starts = periods.slice(1).map(({ from = '' }) => Date.parse(from))
      expect(periods[0]?.from).toBeUndefined()
      expect(starts).toEqual([...starts].sort((one, other) => one - other))
      expect(starts).not.toContain(Number.NaN)
    }
  })
})

describe('a usage table', () => {
  test('sums by caller and by the serving model', () => {
    const table = tableOf(
      { promptTokens: 100, completionTokens: 50, reasoningTokens: 20, cachedTokens: 10 },
      { promptTokens: 1, completionTokens: 2, model: 'fast', servedModel: 'gemini-3.8-flash' },
      { caller: 'batch', promptTokens: 7, completionTokens: 0, attempts: 3 },
    )
    expect(table.rows()).toEqual([
      {
        caller: 'web',
        model: 'gemini-3.8-flash',
        requests: 2,
        errors: 0,
        attempts: 2,
        retries: 0,
        promptTokens: 101,
        completionTokens: 52,
        reasoningTokens: 20,
        cachedTokens: 10,
        cost: expect.closeTo((91 * 0.75 + 10 * 0.075 + 52 * 3.75) / 1e6, 12),
        unpricedRequests: 0,
        uncountedRequests: 0,
      },
      expect.objectContaining({ caller: 'batch', attempts: 3, promptTokens: 7 }),
    ])
    expect(table.total()).toMatchObject({ requests: 3, promptTokens: 108 })
  })

  test('marks an unknown price, in the total, too', () => {
    const table = tableOf({ promptTokens: 1_000_000, completionTokens: 0 }, { model: 'gemini-9', promptTokens: 5, completionTokens: 5 })
    expect(table.rows()[1]).toMatchObject({ model: 'gemini-9', cost: null, unpricedRequests: 1 })
    expect(table.total()).toMatchObject({ cost: expect.closeTo(0.75, 10), unpricedRequests: 1 })
    expect(table.unpricedModels()).toEqual(['gemini-9'])
  })

  test.each([
    ['a stream whose client disconnected', { status: 499, cancelled: true }, 1, 0],
    ['an answer without usage counts', { status: 200 }, 1, 0],
    ['a request that timed out', { status: 504, errorCode: 'timeout' }, 1, 1],
    ['a refusal', { status: 429, errorCode: 'rate_limit_exceeded' }, 0, 1],
    ['an invalid request', { status: 400, attempts: undefined, errorCode: 'invalid_value' }, 0, 1],
  ])('%s has no known cost', (_what, part, uncountedRequests, errors) => {
    expect(tableOf(part).total()).toMatchObject({ requests: 1, cost: null, uncountedRequests, unpricedRequests: 0, errors })
  })

  test('counts the tokens of a resumed answer once', () => {
    const counts = { promptTokens: 10, completionTokens: 10 }
    expect(tableOf(counts, { ...counts, resumed: true }).total()).toMatchObject({ requests: 2, promptTokens: 10, completionTokens: 10 })
  })

  test('leaves out requests that call no model', () => {
    expect(new UsageTable({ groupOf: groupByCallerAndModel }).add(summary({ operation: 'listModels' }), AT)).toBe(false)
    expect(tableOf({ operation: 'getHealth' }, { operation: undefined }).rows()).toEqual([])
  })

  test.each(OPERATIONS.filter(callsModel).map(({ operationId }) => operationId))('counts %s', (operation) => {
    expect(tableOf({ operation }).total().requests).toBe(1)
  })

  test.each(UNBILLED)('does not count %s, which Google does not bill', (operation) => {
    expect(tableOf({ operation }).total().requests).toBe(0)
  })

  test('puts unknown model names into one row', () => {
    const table = tableOf(...['a', 'b', 'c'].map((model) => ({ model, status: 404, errorCode: 'model_not_found', attempts: undefined })))
    expect(table.rows()).toEqual([expect.objectContaining({ model: 'other', requests: 3, errors: 3, cost: null })])
  })

  test('puts models of requests that failed before the upstream call into one row, unless they have a price', () => {
    const failed = { status: 400, errorCode: 'invalid_value', attempts: undefined }
    const table = tableOf(...['a', 'b', 'gemini-3.8-flash'].map((model) => ({ ...failed, model })))
    expect(table.rows()).toMatchObject([
      { model: 'other', requests: 2 },
      { model: 'gemini-3.8-flash', requests: 1 },
    ])
    expect(tableOf({ model: 'a', status: 503, errorCode: 'upstream_overloaded', attempts: 1 }).rows()).toMatchObject([{ model: 'a' }])
  })

  test('counts names with `models/` of earlier logs as the same model', () => {
    const table = tableOf({ promptTokens: 10 }, { model: 'models/gemini-3.8-flash', promptTokens: 10 })
    expect(table.rows()).toMatchObject([{ model: 'gemini-3.8-flash', requests: 2, unpricedRequests: 0 }])
  })

  test('is bounded: further entries are summed in one row', () => {
    const table = new UsageTable({ groupOf: groupByCallerAndModel, maxRows: 10 })
    for (let number = 0; number < 50; number += 1) table.add(summary({ caller: `c${number}`, promptTokens: 1, completionTokens: 0 }), AT)
    expect(table.rows()).toHaveLength(11)
    expect(table.rows().find(({ caller }) => caller === 'other')).toMatchObject({ model: 'other', requests: 40, promptTokens: 40 })
    expect(table.total().requests).toBe(50)
  })
})
