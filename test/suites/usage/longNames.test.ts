import { expect, test } from 'vitest'
import { readLogEntry } from '../../../src/cli/usage/logEntry.js'
import { groupByCallerAndModel, UsageTable } from '../../../src/usage/usageTable.js'
import { heapInUse } from '../resume/heap.js'

const LONG = 'x'.repeat(500_000)

test('very long names in a log use little memory', () => {
  const table = new UsageTable({ groupOf: groupByCallerAndModel })
  const before = heapInUse()
  for (let each = 0; each < 100; each += 1) {
    const names = { caller: `c${each}-${LONG}`, model: `m${each}-${LONG}`, requestId: LONG, method: 'POST' }
    const entry = readLogEntry(JSON.stringify({ ...names, operation: 'createChatCompletion', status: 200, durationMs: 1, promptTokens: 1 }))
    expect([entry?.summary.caller?.length, entry?.summary.model?.length]).toEqual([200, 200])
    if (entry !== undefined) table.add(entry.summary, 0)
  }
  expect(table.rows()).toHaveLength(100)
  expect(heapInUse() - before).toBeLessThan(20_000_000)
})
