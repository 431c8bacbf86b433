import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Rows = readonly (readonly string[])[]

const TEXTS = {
  'README.md': {
    zip: (size: string) =>
      `The package is ${size}. Each value is the minimum of nine runs: the proxy / a bare \`node:http\` server in the same run (ratio).`,
    starts: ['Node.js', 'First chat on 0.35 CPU, ms', 'First chat on a whole CPU, ms', 'CPU time, ms', 'Memory, MB'],
    peaks: ['Node.js', 'Peak memory of 50 concurrent streams, 512 MB instance', '256 MB instance'],
  },
  'README.zh-CN.md': {
    zip: (size: string) =>
      `代码包大小 ${size}。第一张表中的数值都是九次运行中的最小值，格式为：本代理 / 最简的 \`node:http\` 服务器（倍数），两者在每次运行中一起测量。`,
    starts: ['Node.js', '首次对话耗时，0.35 核（毫秒）', '首次对话耗时，1 核（毫秒）', 'CPU 时间（毫秒）', '内存（MB）'],
    peaks: ['Node.js', '50 路并发流的内存峰值，512 MB 实例', '50 路并发流的内存峰值，256 MB 实例'],
  },
} as const

/**
 * Writes the results of scripts/bench/cold.ts into the READMEs of a folder.
 *
 * @throws if a README has no section for them
 */
export function writeColdStartFigures(folder: string, { zip, rows, peaks }: { zip: string; rows: Rows; peaks: Rows }): void {
  for (const [file, texts] of Object.entries(TEXTS)) {
    const figures = [texts.zip(zip), toTable(texts.starts, rows), toTable(texts.peaks, peaks)].join('\n\n')
    const path = join(folder, file)
    writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), 'cold', figures))
  }
}

/**
 * Replaces the text between `<!-- measured:name -->` and `<!-- /measured -->` in the text of a
 * document. @throws if the document has no such section
 */
export function replaceSection(text: string, name: string, section: string): string {
  const present = new RegExp(`(<!-- measured:${name} -->\\n)[\\s\\S]*?(<!-- /measured -->)`)
  if (!present.test(text)) throw new Error(`there is no section <!-- measured:${name} -->`)
  return text.replace(present, (_, open: string, close: string) => `${open}${section}\n\n${close}`)
}

const toTable = (head: readonly string[], rows: Rows): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
