// usage: node --import tsx scripts/bench/write.ts
// Rewrites docs/benchmarks.md, its chart and the tables of the READMEs from docs/benchmarks.json,
// for example after a change in scripts/bench/reasons.ts. `make bench WRITE=1` includes this step.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { drawChart } from './chart.js'
import { replaceSection } from './figures.js'
import { type Language, makeFiguresTable, makeGoalsTable, makeRivalsTable } from './report.js'
import { type BenchResults, formatNumber } from './results.js'

const DATA = 'docs/benchmarks.json'
const CHART = 'docs/images/benchmarks.svg'
const DOCUMENTS: readonly (readonly [file: string, language: Language, sections: readonly Section[]])[] = [
  ['README.md', 'en', ['bench']],
  ['README.zh-CN.md', 'zh', ['bench']],
  ['docs/benchmarks.md', 'en', ['bench', 'goals', 'figures']],
  ['docs/benchmarks.zh-CN.md', 'zh', ['bench', 'goals', 'figures']],
]

type Section = 'bench' | 'goals' | 'figures'

const SECTIONS: Readonly<Record<Section, (results: BenchResults, language: Language) => string>> = {
  bench: (results, language) => `${sentence(results, language)}\n\n${makeRivalsTable(results, language)}`,
  goals: (results, language) => makeGoalsTable(results, language),
  figures: makeFiguresTable,
}

function sentence({ date, machine, node, load }: BenchResults, language: Language): string {
  const [before, after] = load.map(formatNumber)
  return language === 'en'
    ? `Measured on ${date}: ${machine}, Node.js ${node.slice(1)}; load average ${before} before, ${after} after.`
    : `测量日期 ${date}：${machine}，Node.js ${node.slice(1)}；平均负载：测量前 ${before}，测量后 ${after}。`
}

/** Reads the results of the last full run from docs/benchmarks.json. */
// The cast is safe: an earlier `make bench WRITE=1` wrote docs/benchmarks.json.
export const readResults = (root: string): BenchResults => JSON.parse(readFileSync(`${root}${DATA}`, 'utf8')) as BenchResults

/** Returns the documents and the chart that show the results: new contents by path. */
export function renderBenchmarks(root: string, results: BenchResults): Map<string, string> {
  const files = new Map([[CHART, drawChart(results)]])
  for (const [file, language, sections] of DOCUMENTS) {
    const text = readFileSync(`${root}${file}`, 'utf8')
    files.set(
      file,
      sections.reduce((all, name) => replaceSection(all, name, SECTIONS[name](results, language)), text),
    )
  }
  return files
}

/** Writes the results to docs/benchmarks.json and updates the documents that show them. */
export function writeBenchmarks(root: string, results: BenchResults): void {
  writeFileSync(`${root}${DATA}`, `${JSON.stringify(results, undefined, 2)}\n`)
  for (const [file, text] of renderBenchmarks(root, results)) writeFileSync(`${root}${file}`, text)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  writeBenchmarks(root, readResults(root))
}
