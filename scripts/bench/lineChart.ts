/** A line of a chart: its name in the legend, and its points. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** A chart with one or more lines and a logarithmic x axis. `x` is the label of that axis. */
export interface LineChart {
  readonly title: string
  readonly x: string
  readonly lines: readonly Line[]
}

const WIDTH = 640
const HEIGHT = 320
const LEFT = 56
const RIGHT = 28
const TOP = 64
const BOTTOM = 44
const COLOURS = ['#1a73e8', '#d93025', '#188038', '#9334e6']

/** Draws a chart as SVG. @throws if it has no points */
export function drawLineChart({ title, x, lines }: LineChart): string {
  const points = lines.flatMap((line) => line.points)
  if (points.length === 0) throw new Error(`the chart ${title} has no point`)
  const xs = [...new Set(points.map(([value]) => value))].sort((one, other) => one - other)
  const [from, to] = [Math.log(xs[0] ?? 1), Math.log(xs.at(-1) ?? 1)]
  const highest = Math.max(...points.map(([, value]) => value))
  const step = niceStep(highest / 5)
  const top = step * Math.max(1, Math.ceil(highest / step))
  const toX = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (Math.log(value) - from)) / (to - from || 1)
  const toY = (value: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top
  const grid = Array.from({ length: Math.round(top / step) + 1 }, (_, nth) => nth * step).map((value) => {
    const y = toY(value).toFixed(1)
    return `<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="#dadce0"/>${text(LEFT - 8, toY(value) + 4, format(value), 'end')}`
  })
  const ticks = xs.map((value) => text(toX(value), HEIGHT - BOTTOM + 18, format(value), 'middle'))
  const drawn = lines.map((line, nth) => {
    const colour = COLOURS[nth % COLOURS.length]
    const path = line.points.map(([px, py]) => `${toX(px).toFixed(1)} ${toY(py).toFixed(1)}`).join('L')
    const dots = line.points.map(([px, py]) => `<circle cx="${toX(px).toFixed(1)}" cy="${toY(py).toFixed(1)}" r="3" fill="${colour}"/>`)
    const legend = `<rect x="${LEFT + nth * 220}" y="38" width="12" height="12" fill="${colour}"/>${text(LEFT + 18 + nth * 220, 48, line.name)}`
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${legend}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#202124">`,
    `<title>${toXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="15">${toXml(title)}</text>`,
    ...grid,
    ...ticks,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x, 'middle'),
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

const text = (x: number, y: number, content: string, anchor = 'start'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${toXml(content)}</text>`

const toXml = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const format = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en')

/** Returns the smallest of 1, 2 and 5 times a power of ten that is at least `value`. */
function niceStep(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5].find((factor) => factor * power >= value) ?? 10)
}
