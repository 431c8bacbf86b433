import { describe, expect, test } from 'vitest'
import { GOALS, type GoalName } from '../../../scripts/bench/goals.js'
import { MISSED_GOAL_REASONS } from '../../../scripts/bench/reasons.js'
import { makeGoalsTable, TARGET_TITLES } from '../../../scripts/bench/report.js'
import { type BenchResults, evaluateGoals } from '../../../scripts/bench/results.js'
import { readResults, renderBenchmarks } from '../../../scripts/bench/write.js'
import { ROOT, read } from './markdown.js'

const results = readResults(ROOT)

describe('the run in docs/benchmarks.json', () => {
  test('is complete: three rounds of every server', () => {
    expect(Object.keys(results.targets)).toEqual(Object.keys(TARGET_TITLES))
    for (const { rounds } of Object.values(results.targets)) expect(rounds).toHaveLength(3)
    expect(results.targets.ours?.rounds.every((figures) => Object.keys(figures).length > 15)).toBe(true)
  })

  test('is the one in the documents that scripts/bench/write.ts writes', () => {
    const files = renderBenchmarks(ROOT, results)
    expect(files.size).toBe(5)
    for (const [file, text] of files) expect(read(file)).toBe(text)
  })

  test('has a reason for each missed goal, and for no other', () => {
    const missed = evaluateGoals(results).flatMap(({ name, isMet }) => (isMet === false ? [name] : []))
    expect(Object.keys(MISSED_GOAL_REASONS).sort()).toEqual(missed.sort())
    for (const { en, zh } of Object.values(MISSED_GOAL_REASONS))
      expect([en, zh]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\p{Script=Han}/u)])
  })
})

describe('a goal', () => {
  const round = (requestCpuUs: number, firstP50Ms: number) => ({ requestCpuUs, firstP50Ms })
  const run = (...[ours, pipe]: readonly ReturnType<typeof round>[][]): BenchResults => ({
    ...results,
    targets: { ours: { version: '', rounds: ours ?? [] }, pipe: { version: '', rounds: pipe ?? [] } },
  })
  const of = (name: GoalName, found: BenchResults) => evaluateGoals(found).find((reached) => reached.name === name)

  test('is compared with the median of the rounds, each relative to the pipe in the same round', () => {
    const slow = run([round(300, 1), round(200, 1), round(900, 1)], [round(100, 1), round(100, 1), round(300, 1)])
    expect(of('request', slow)).toMatchObject({ value: 3, min: 2, max: 3, isMet: false })
    const fast = run([round(150, 1), round(200, 1), round(900, 1)], [round(100, 1), round(100, 1), round(300, 1)])
    expect(of('request', fast)).toMatchObject({ value: 2, isMet: true })
  })

  test('is compared with the lowest round if the figure depends on the load of the machine', () => {
    const busy = run([round(1, 9), round(1, 1.4), round(1, 7)], [round(1, 1), round(1, 1), round(1, 8)])
    expect(of('first', busy)).toMatchObject({ value: expect.closeTo(0.4), min: -1, max: 8, isMet: true })
  })

  test('is neither met nor missed if it was not measured', () => {
    const found = run([round(200, 1)], [round(100, 1)])
    expect(of('cold', found)).toMatchObject({ value: Number.NaN, isMet: undefined })
    expect(makeGoalsTable(found, 'en')).toContain(`| ${GOALS.cold.en} | – | – | 2.20 x | – | not measured |`)
    expect(makeGoalsTable(found, 'zh')).toContain(`| ${GOALS.cold.zh} | – | – | 2.20 x | – | 未测量 |`)
  })
})
