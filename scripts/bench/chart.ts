import type { FigureName } from './goals.js'
import { TARGET_TITLES } from './report.js'
import { type BenchResults, formatNumber, summariseFigure } from './results.js'
import type { TargetName } from './targets.js'

const PANELS = [
  { title: 'CPU for a small request, µs', name: 'requestCpuUs' },
  { title: 'CPU per chunk of a paced stream, µs', name: 'pacedCpuUs' },
  { title: 'Memory after the requests, MB', name: 'residentMegabytes' },
] as const satisfies readonly { title: string; name: FigureName }[]

const WIDTH = 760
const LABELS = 190
const VALUES = 70
const ROW = 22
const HEAD = 34
const STYLE = 'font-family="system-ui, sans-serif" font-size="13" fill="#57606a"'

/**
 * Draws CPU time per request and chunk, and memory, of each server as horizontal bars. The scale is
 * logarithmic: the fastest and the slowest proxy differ by a factor of several hundred.
 */
export function drawChart(results: BenchResults): string {
  // The cast is safe: the results are those of `makeTargets`, which names targets by TargetName.
  const targets = (Object.keys(results.targets) as TargetName[]).filter((target) => target !== 'direct')
  const height = PANELS.length * (HEAD + targets.length * ROW) + 10
  const panels = PANELS.map(({ title, name }, index) => {
    const values = targets.map((target) => summariseFigure(results, target, name).value)
    const measured = values.filter((value) => !Number.isNaN(value))
    const [least, most] = [Math.min(...measured) / 2, Math.max(...measured)]
    const widthOf = (value: number): number => (Math.log(value / least) / Math.log(most / least)) * (WIDTH - LABELS - VALUES)
    const top = index * (HEAD + targets.length * ROW)
    const bars = targets.map((target, row) => drawBar(target, values[row] ?? Number.NaN, widthOf, top + HEAD + row * ROW))
    return [`<text x="0" y="${top + 24}" font-weight="600">${title}</text>`, ...bars].join('\n')
  })
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ${STYLE}>`
  const ground = `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`
  const note = `<text x="${WIDTH}" y="24" text-anchor="end">logarithmic scale</text>`
  return `${[open, ground, note, ...panels].join('\n')}\n</svg>\n`
}

function drawBar(target: TargetName, value: number, widthOf: (value: number) => number, y: number): string {
  const title = TARGET_TITLES[target].en.replace(/[*`]/g, '')
  const label = `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${title}</text>`
  if (!Number.isFinite(value)) return label
  const width = Math.max(2, widthOf(value)).toFixed(0)
  const colour = target === 'ours' ? '#1a73e8' : '#afb8c1'
  const bar = `<rect x="${LABELS}" y="${y + 2}" width="${width}" height="${ROW - 6}" rx="2" fill="${colour}"/>`
  return `${label}${bar}<text x="${LABELS + Number(width) + 6}" y="${y + 14}">${formatNumber(value)}</text>`
}
