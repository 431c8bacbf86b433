import { type BenchFigures, type FigureName, GOALS, type Goal, type GoalName } from './goals.js'
import type { TargetName } from './targets.js'

/** The results of one run of `make bench`, as stored in docs/benchmarks.json. */
export interface BenchResults {
  /** Date of the run, such as 2026-02-28. */
  readonly date: string
  readonly machine: string
  readonly node: string
  /** The one-minute load average before and after the run. */
  readonly load: readonly [before: number, after: number]
  readonly targets: Partial<Record<TargetName, Measurement>>
}

/** The measurements of one server, by round. */
export interface Measurement {
  readonly version: string
  readonly rounds: readonly BenchFigures[]
}

/** Median (`value`), minimum and maximum of a figure over the rounds; NaN if not measured. */
export interface FigureSummary {
  readonly value: number
  readonly min: number
  readonly max: number
}

function summarise(rounds: readonly number[]): FigureSummary {
  const sorted = rounds.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const [min = Number.NaN] = sorted
  return { value: sorted[sorted.length >> 1] ?? Number.NaN, min, max: sorted.at(-1) ?? Number.NaN }
}

/** Returns the minimum of each figure of a server over the rounds. */
function minimumsOf(measurement: Measurement | undefined): BenchFigures {
  const minimums: BenchFigures = {}
  for (const round of measurement?.rounds ?? [])
    for (const [name, value] of Object.entries(round) as [FigureName, number][]) minimums[name] = Math.min(minimums[name] ?? value, value)
  return minimums
}

/** Returns median, minimum and maximum of a figure of one server over all rounds. */
export const summariseFigure = ({ targets }: BenchResults, target: TargetName, name: FigureName): FigureSummary =>
  summarise((targets[target]?.rounds ?? []).map((round) => round[name] ?? Number.NaN))

/** A goal and the value that the proxy reached. */
export interface GoalResult extends FigureSummary {
  readonly name: GoalName
  readonly goal: Goal
  /** True if the value is within the goal; undefined if it was not measured. */
  readonly isMet: boolean | undefined
}

/** Returns each goal with the value that the proxy reached. */
export function evaluateGoals({ targets: { ours, pipe, native } }: BenchResults): GoalResult[] {
  return Object.entries<Goal>(GOALS).map(([name, goal]) => {
    const rounds = (ours?.rounds ?? []).map((round, index) => goal.compute(round, pipe?.rounds[index] ?? {}, native?.rounds[index] ?? {}))
    const median = summarise(rounds)
    const reached = goal.usesMinimum ? { ...median, value: goal.compute(minimumsOf(ours), minimumsOf(pipe), minimumsOf(native)) } : median
    const isMet = Number.isNaN(reached.value) ? undefined : reached.value <= goal.goal
    return { ...reached, name: name as GoalName, goal, isMet } // the cast is safe: a key of GOALS
  })
}

/** Formats a number with at most two decimals, fewer the larger it is; NaN as a dash. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

/** Formats a median, with its minimum and maximum if these differ. */
export const formatWithSpread = ({ value, min, max }: FigureSummary): string =>
  Number.isNaN(value) || min === max ? formatNumber(value) : `${formatNumber(value)} (${formatNumber(min)}…${formatNumber(max)})`
