import type { Measured } from './measured.js'

/** Figures of the proxy and of the bare pipe. */
export type Pair = readonly [proxy: number, pipe: number]

/**
 * Measures both alternately, so that other load on the machine affects both.
 *
 * @returns the medians of the rounds
 */
export async function inTurns(
  proxy: Measured,
  pipe: Measured,
  rounds: number,
  measure: (target: Measured) => Promise<number>,
): Promise<Pair> {
  const figures: Pair[] = []
  for (let round = 0; round < rounds; round += 1) figures.push([await measure(proxy), await measure(pipe)])
  return [median(figures.map(([ours]) => ours)), median(figures.map(([, bare]) => bare))]
}

/** Measures the CPU time of both under a load, in microseconds, divided by `per`. */
export function compare(
  proxy: Measured,
  pipe: Measured,
  rounds: number,
  per: number,
  load: (address: string) => Promise<void>,
): Promise<Pair> {
  return inTurns(proxy, pipe, rounds, async (target) => {
    const before = target.cpuMicroseconds()
    await load(target.address)
    return (target.cpuMicroseconds() - before) / per
  })
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Prints one line of the table: both figures, and the result with its limit. */
export function print(what: string, proxy: number, pipe: number, unit: string, figure: number, bound: number): void {
  const cells = [
    proxy.toFixed(1).padStart(8),
    pipe.toFixed(1).padStart(8),
    unit.padEnd(3),
    figure.toFixed(2).padStart(8),
    String(bound).padStart(6),
  ]
  console.log(`${what.padEnd(46)}${cells.join(' ')}  ${figure <= bound ? 'ok' : 'over'}`)
}
