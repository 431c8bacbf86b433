import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bodyBytesThatFit } from '../../../src/config/memory.js'
import { replaceSection } from '../figures.js'
import { drawLineChart } from '../lineChart.js'
import { type DeployedSize, readDeployment } from './deployment.js'
import type { CapacityFigures } from './figures.js'
import { computeConcurrency, computeLimits, computePlan, correctOutliers, DAILY_REQUESTS, type Limit } from './plan.js'
import { type CapacityTexts, EN_TEXTS, ZH_TEXTS } from './texts.js'

type Rows = readonly (readonly (string | number)[])[]

const LANGUAGES = [
  { texts: EN_TEXTS, document: 'docs/capacity.md', suffix: '' },
  { texts: ZH_TEXTS, document: 'docs/capacity.zh-CN.md', suffix: '.zh-CN' },
] as const

const toTable = (head: readonly string[], rows: Rows): string =>
  [head, head.map((_, nth) => (nth === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const short = (value: number): string => (value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2))
/** Formats an estimate with two significant digits. */
const rough = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en')
const price = (usd: number): string => `$${usd < 10 ? usd.toFixed(2) : whole(usd)}`

/** Renders the measured sections of docs/capacity.md in one language, by section name. */
export function renderSections(figures: CapacityFigures, texts: CapacityTexts): Readonly<Record<string, string>> {
  const { taken, streams, bodies, names, redis } = figures
  return {
    taken: texts.taken(taken),
    streams: toTable(
      texts.streams,
      streams.map(({ streams: count, cpuUsPerChunk, peakMegabytes, addedMs }) => [
        whole(count),
        short(cpuUsPerChunk),
        whole(peakMegabytes),
        `${addedMs.p50.toFixed(2)} / ${addedMs.p95.toFixed(2)}`,
      ]),
    ),
    bodies: toTable(
      texts.bodies,
      bodies.map(({ kilobytes, cpuMs, peakMegabytes }) => [whole(kilobytes), short(cpuMs), whole(peakMegabytes)]),
    ),
    names: toTable(
      texts.names,
      names.map(({ kind, names: count, cpuUsPerRequest }) => [`\`${kind}\``, whole(count), whole(cpuUsPerRequest)]),
    ),
    redis:
      redis === undefined
        ? texts.noRedis
        : `${toTable(texts.redis, [
            [texts.toolRequest, '-', short(redis.toolRequest.withoutUs), short(redis.toolRequest.withUs), short(redis.toolRequest.redisUs)],
            [
              texts.resumableChunk,
              ...[
                redis.resumableChunk.plainUs,
                redis.resumableChunk.withoutUs,
                redis.resumableChunk.withUs,
                redis.resumableChunk.redisUs,
              ].map(short),
            ],
          ])}\n\n${texts.redisMemory(whole(redis.bytesPerChunk))}`,
    ...renderPlan(figures, texts),
  }
}

function renderPlan({ sizes: measured, redis }: CapacityFigures, texts: CapacityTexts): Readonly<Record<string, string>> {
  const sizes = correctOutliers(measured)
  const { sizes: deployed, maxInstances } = readDeployment()
  const usual = deployed.find(({ megabytes }) => megabytes === 512)
  if (usual === undefined) throw new Error('readDeployment() returned no function with 512 MB')
  return {
    sizes: toTable(
      texts.sizes,
      sizes.map(({ megabytes, vcpu, streams, isLeast, peakMegabytes, isMeasured }) => [
        `${whole(megabytes)} MB, ${vcpu} vCPU`,
        `${isLeast ? '≥ ' : ''}${whole(streams)}${isMeasured ? '' : ` (${texts.computed})`}`,
        isMeasured ? whole(peakMegabytes) : '-',
        computeConcurrency(streams),
        whole(bodyBytesThatFit(megabytes) / 1_048_576),
      ]),
    ),
    assumptions: texts.assumptions(),
    plan: toTable(texts.plan, [
      ...sizes.map((size) => planRow(size, computeConcurrency(size.streams))),
      ...deployed.map((size) => planRow(size, size.concurrency, texts.asDeployed)),
    ]),
    deployed: deployed.map((size) => renderVerdict(size, sizes, texts)).join('\n'),
    limits: toTable(
      texts.limits,
      computeLimits(maxInstances, usual.concurrency, redis).map((limit) => [limitText(limit, usual, texts), rough(limit.requestsPerDay)]),
    ),
    gemini: texts.gemini(),
  }
}

function planRow(size: Omit<DeployedSize, 'concurrency'>, concurrency: number, note?: string): (string | number)[] {
  const cells = DAILY_REQUESTS.map((requests) => {
    const { peakInstances, usdPerMonth } = computePlan(requests, size, concurrency)
    return `${peakInstances}; ${price(usdPerMonth)}`
  })
  return [`${whole(size.megabytes)} MB, ${size.vcpu} vCPU${note === undefined ? '' : ` (${note})`}`, concurrency, ...cells]
}

/** Says whether `instanceConcurrency` in s.yaml agrees with the measured streams. */
function renderVerdict({ megabytes, vcpu, concurrency }: DeployedSize, sizes: CapacityFigures['sizes'], texts: CapacityTexts): string {
  const measured = sizes.find((size) => size.megabytes === megabytes && size.vcpu === vcpu)
  if (measured === undefined) return `- ${texts.notMeasured(megabytes, vcpu)}`
  const most = computeConcurrency(measured.streams)
  const say = concurrency <= most ? texts.agrees : texts.disagrees
  return `- ${say({ megabytes, vcpu, concurrency, streams: measured.streams, most })}`
}

const limitText = ({ kind, value, tier }: Limit, usual: DeployedSize, texts: CapacityTexts): string =>
  texts[kind]({ value: rough(value), tier: tier ?? 0, concurrency: usual.concurrency })

/** Draws the charts of docs/capacity.md as SVG, by file name without extension. */
export function drawCharts({ streams, bodies }: CapacityFigures, { charts }: CapacityTexts): Readonly<Record<string, string>> {
  const ofStreams = (value: (figure: CapacityFigures['streams'][number]) => number) =>
    streams.map((figure) => [figure.streams, value(figure)] as const)
  const { cpu, memory, body } = charts
  return {
    'capacity-cpu': drawLineChart({ ...cpu, lines: [{ name: cpu.line, points: ofStreams(({ cpuUsPerChunk }) => cpuUsPerChunk) }] }),
    'capacity-memory': drawLineChart({
      ...memory,
      lines: [{ name: memory.line, points: ofStreams(({ peakMegabytes }) => peakMegabytes) }],
    }),
    'capacity-bodies': drawLineChart({
      ...body,
      lines: [
        { name: body.memory, points: bodies.map(({ kilobytes, peakMegabytes }) => [kilobytes, peakMegabytes] as const) },
        { name: body.cpu, points: bodies.map(({ kilobytes, cpuMs }) => [kilobytes, cpuMs] as const) },
      ],
    }),
  }
}

/** Prints the measured sections of docs/capacity.md. */
export function printReport(figures: CapacityFigures): void {
  for (const [name, text] of Object.entries(renderSections(figures, EN_TEXTS))) console.log(`\n${name}\n${text}`)
}

/** Returns updated documents and charts, by path in `folder`. @throws if a section is missing */
export function renderDocuments(folder: string, figures: CapacityFigures): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const { texts, document, suffix } of LANGUAGES) {
    let markdown = readFileSync(join(folder, document), 'utf8')
    for (const [name, text] of Object.entries(renderSections(figures, texts))) {
      markdown = replaceSection(markdown, name, text)
    }
    files[document] = markdown
    for (const [name, svg] of Object.entries(drawCharts(figures, texts))) files[`docs/images/${name}${suffix}.svg`] = svg
  }
  return files
}

/** Writes docs/capacity.json, the documents and the charts. @throws if a section is missing */
export function writeReport(folder: string, figures: CapacityFigures): void {
  const files = { ...renderDocuments(folder, figures), 'docs/capacity.json': `${JSON.stringify(figures, undefined, 2)}\n` }
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text)
    console.log(`wrote ${file}`)
  }
}
