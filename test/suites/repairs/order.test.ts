import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../src/contract/errors.js'
import { applyRepairs, type OrderedRepair, type Repair } from '../../../src/contract/repair.js'
import { newChoiceState } from '../../../src/upstream/answer/repairs/context.js'
import { ANSWER_REPAIRS } from '../../../src/upstream/answer/repairs/index.js'
import { REQUEST_REPAIRS } from '../../../src/upstream/request/repairs/order.js'
import { ANSWER_ORDER_CASES, CLIENT_NAMES, REQUEST_ORDER_CASES } from './orderCases.js'
import { contextOf, HELLO, MODEL, type RepairCase, toRequest } from './request/cases.js'
import { MESSAGE_CASES } from './request/messageCases.js'
import { PARAMETER_CASES } from './request/parameterCases.js'
import { SIGNATURE_CASES } from './request/signatureCases.js'
import { THINKING_CASES } from './request/thinkingCases.js'
import { TOOL_CASES } from './request/toolCases.js'

type Listed = Pick<OrderedRepair<Repair<unknown, unknown>>, 'name' | 'order'>

/**
 * Extracts the constraints, as `a < b`, from the texts in `order`. Names in backticks that are not
 * repairs are skipped.
 */
function constraintsOf(repairs: readonly Listed[]): string[] {
  const names = new Set(repairs.map(({ name }) => name))
  const constraints = repairs.flatMap(({ name, order }) =>
    order.split(/\b(?=before\b|after\b)/i).flatMap((clause) => {
      const others = [...clause.matchAll(/`([a-z-]+)`/g)].flatMap(([, other = '']) => (names.has(other) ? [other] : []))
      return others.map((other) => (/^before/i.test(clause) ? `${name} < ${other}` : `${other} < ${name}`))
    }),
  )
  return [...new Set(constraints)].sort()
}

const LISTS = [
  { list: 'request', repairs: REQUEST_REPAIRS, cases: REQUEST_ORDER_CASES },
  { list: 'answer', repairs: ANSWER_REPAIRS, cases: ANSWER_ORDER_CASES },
] as const

describe.each(LISTS)('the $list repairs', ({ repairs, cases }) => {
  const listed: readonly Listed[] = repairs
  const names = listed.map(({ name }) => name)

  test('state the reason for their position', () => {
    for (const { order } of listed) expect(order).toMatch(/^(Before|After|Anywhere).+\.$/)
  })

  test('are in an order that meets every stated constraint', () => {
    const broken = constraintsOf(listed).filter((constraint) => {
      const [first = '', second = ''] = constraint.split(' < ')
      return names.indexOf(first) >= names.indexOf(second)
    })
    expect(broken).toEqual([])
  })

  test('have a case for every stated constraint, and no other cases', () => {
    expect(Object.keys(cases).sort()).toEqual(constraintsOf(listed))
  })
})

/** Finds the two repairs of a constraint `a < b`, in this order. */
function pairOf<R extends { readonly name: string }>(repairs: readonly R[], constraint: string): R[] {
  const pair = constraint.split(' < ').flatMap((name) => repairs.filter((repair) => repair.name === name))
  expect(pair).toHaveLength(2)
  return pair
}

/**
 * Applies repairs to a case. @returns the request with the ignored paths, or the `param` of the
 * error
 */
function repairRequest(repairs: typeof REQUEST_REPAIRS, { raw, ...more }: Omit<RepairCase, 'does' | 'expected'>): object {
  const ignored: string[] = []
  try {
    const repaired = applyRepairs(repairs, toRequest(raw), contextOf(more, ignored))
    return JSON.parse(JSON.stringify({ ...repaired, ignored })) as object
  } catch (error) {
    if (error instanceof ApiError) return { error: error.param }
    throw error
  }
}

test.each(Object.entries(REQUEST_ORDER_CASES))(
  '%s: a request is repaired wrongly in the reverse order',
  (constraint, { expected, ...given }) => {
    const pair = pairOf(REQUEST_REPAIRS, constraint)
    expect(repairRequest(pair, given)).toMatchObject(expected)
    expect(repairRequest([...pair].reverse(), given)).not.toMatchObject(expected)
  },
)

test.each(Object.entries(ANSWER_ORDER_CASES))(
  '%s: an answer is repaired wrongly in the reverse order',
  (constraint, { before, part, expected }) => {
    const pair = pairOf(ANSWER_REPAIRS, constraint)
    const repairAnswer = (repairs: typeof ANSWER_REPAIRS): object => {
      const memory = newChoiceState(() => 'call_new', CLIENT_NAMES)
      if (before !== undefined) applyRepairs(ANSWER_REPAIRS, before, memory)
      return { ...applyRepairs(repairs, part, memory), calls: memory.calls }
    }
    expect(repairAnswer(pair)).toMatchObject(expected)
    expect(repairAnswer([...pair].reverse())).not.toMatchObject(expected)
  },
)

describe('a repair that may run at any position', () => {
  const raws = Object.values({ ...PARAMETER_CASES, ...MESSAGE_CASES, ...TOOL_CASES, ...THINKING_CASES, ...SIGNATURE_CASES }).flat()
  const free = REQUEST_REPAIRS.filter(({ order }) => order.startsWith('Anywhere'))

  test.each(free)('$name gives the same result in first and in last position', (repair) => {
    const others = REQUEST_REPAIRS.filter((other) => other !== repair)
    for (const { raw, ...more } of raws) {
      const given = { ...more, raw: { model: MODEL, messages: HELLO, stream: true, ...raw } }
      const outcome = repairRequest(REQUEST_REPAIRS, given)
      expect(repairRequest([repair, ...others], given)).toEqual(outcome)
      expect(repairRequest([...others, repair], given)).toEqual(outcome)
    }
  })
})
