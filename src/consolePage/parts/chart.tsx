import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { formatTime } from '../state/format.js'

const WIDTH = 600
const HEIGHT = 140
/** A longer interval between samples is a gap in the line: the server was frozen or stopped. */
const GAP_MS = 20_000

/** One line of a chart; the value null makes a gap in it. */
export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  /** The time of each value, in milliseconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** Time span of the x axis, in milliseconds. The axis ends at the time `until`. */
  readonly spanMs: number
  readonly until: number
  format(value: number | null | undefined): string
}

/** Rounds a value up to a number with few digits, for the top of the y axis. */
function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= value) ?? 10)
}

/** A line chart over time. Screen readers get the latest and largest value of each line. */
export function Chart({ title, times, lines, spanMs, until, format }: ChartProps): JSX.Element {
  const pointed = useSignal<number | undefined>(undefined)
  const top = roundUp(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const xOf = (at: number): number => WIDTH * (1 - (until - at) / spanMs)
  const yOf = (value: number): number => HEIGHT * (1 - value / top)
  const last = times.length - 1
  const shown = Math.min(pointed.value ?? last, last)
  const point = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const at = until - spanMs * (1 - (event.clientX - left) / width)
    pointed.value = nearest(times, at)
  }
  const isPointing = pointed.value !== undefined && shown >= 0
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <span class="at">{isPointing ? formatTime(times[shown] ?? 0) : ''}</span>
      </figcaption>
      <ul class="legend">
        {lines.map(({ name, values }, index) => (
          <li key={index}>
            <i class={`line-${index}`} />
            <span>{name}</span> <b>{format(values[shown])}</b>
          </li>
        ))}
      </ul>
      <div class="plot" onPointerMove={point} onPointerLeave={() => (pointed.value = undefined)}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={describeLines(title, lines, format)}>
          {[0, 0.5, 1].map((share) => (
            <path key={share} class="grid" d={`M0 ${HEIGHT * share}H${WIDTH}`} />
          ))}
          {lines.map(({ values }, index) => {
            const runs = toRuns(times, values).map((run) => run.map(([at, value]) => `${xOf(at).toFixed(1)} ${yOf(value).toFixed(1)}`))
            return (
              <g key={index} class={`line-${index}`}>
                {index === 0 ? <path class="area" d={runs.map((run) => toArea(run)).join('')} /> : null}
                <path class="line" d={runs.map((run) => `M${run.join('L')}`).join('')} />
              </g>
            )
          })}
          {isPointing ? <path class="cursor" d={`M${xOf(times[shown] ?? 0)} 0V${HEIGHT}`} /> : null}
        </svg>
        <span class="top">{format(top)}</span>
      </div>
    </figure>
  )
}

function nearest(times: readonly number[], at: number): number | undefined {
  let found: number | undefined
  for (const [index, time] of times.entries())
    if (found === undefined || Math.abs(time - at) < Math.abs((times[found] ?? 0) - at)) found = index
  return found
}

function toArea(run: readonly string[]): string {
  const [left] = (run[0] ?? '0').split(' ')
  const [right] = (run.at(-1) ?? '0').split(' ')
  return `M${left} ${HEIGHT}L${run.join('L')}L${right} ${HEIGHT}Z`
}

/** Splits a line at its gaps. Each part starts 2 s early, so that a single point is visible. */
function toRuns(times: readonly number[], values: readonly (number | null)[]): (readonly [at: number, value: number])[][] {
  const runs: [number, number][][] = []
  let before: number | undefined
  for (const [index, at] of times.entries()) {
    const value = values[index]
    if (value === null || value === undefined) {
      before = undefined
      continue
    }
    if (before === undefined || at - before > GAP_MS) runs.push([[at - 2_000, value]])
    runs.at(-1)?.push([at, value])
    before = at
  }
  return runs
}

const describeLines = (title: string, lines: readonly Line[], format: ChartProps['format']): string =>
  `${title}: ${lines.map(({ name, values }) => `${name} ${format(values.at(-1))}, max. ${format(Math.max(0, ...values.map((value) => value ?? 0)))}`).join('; ')}`
