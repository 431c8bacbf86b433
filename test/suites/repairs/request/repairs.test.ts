import { describe, expect, test } from 'vitest'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import { contextOf, type RepairCases, toRequest } from './cases.js'
import { MESSAGE_CASES } from './messageCases.js'
import { PARAMETER_CASES } from './parameterCases.js'
import { SIGNATURE_CASES } from './signatureCases.js'
import { THINKING_CASES } from './thinkingCases.js'
import { TOOL_CASES } from './toolCases.js'

const CASES: RepairCases = { ...PARAMETER_CASES, ...MESSAGE_CASES, ...TOOL_CASES, ...THINKING_CASES, ...SIGNATURE_CASES }
const NAMES = REQUEST_REPAIRS.map(({ name }) => name)

describe('the table of request repairs', () => {
  test('has a fixture for each repair, and no fixture without a repair', () => {
    expect(Object.keys(CASES).sort()).toEqual([...NAMES].sort())
  })

  test('has fixtures that each repair changes', () => {
    const idle = NAMES.filter((name) => (CASES[name] ?? []).every(({ raw, expected }) => JSON.stringify(raw) === JSON.stringify(expected)))
    // This repair only rejects requests, and changes none; its cases are in refusals.test.ts.
    expect(idle).toEqual(['impossible-parameters'])
  })

  test.each(REQUEST_REPAIRS)('explains $name in one sentence', ({ name, reason }) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(reason).toMatch(/^[A-Z].{20,}\.$/)
  })
})

describe.each(REQUEST_REPAIRS)('$name', (repair) => {
  test.each(CASES[repair.name] ?? [])('$does', ({ raw, expected, ignored = [], ...more }) => {
    const named: string[] = []
    const before = structuredClone(raw)
    const mended = repair.apply(toRequest(raw), contextOf(more, named))
    expect(JSON.parse(JSON.stringify(mended))).toEqual(expected)
    expect(named).toEqual(ignored)
    expect(raw).toEqual(before)
  })
})
