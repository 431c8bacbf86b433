import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What scripts/bench/cold.ts has measured, as it is told. */
export interface ColdFigures {
  readonly zip: string
  readonly rows: readonly (readonly string[])[]
  readonly peaks: readonly (readonly string[])[]
}

const WORDS = {
  'README.md': {
    zip: (size: string) =>
      `The package has ${size}. Each value is the minimum of nine runs: the proxy / a bare \`node:http\` server in the same run (ratio).`,
    starts: ['Node.js', 'First chat, ms, on 0.35 CPU', 'on a whole CPU', 'CPU time, ms', 'Memory, MB'],
    peaks: ['Node.js', 'Peak of 50 streams at once, in 512 MB', 'in 256 MB'],
  },
  'README.zh-CN.md': {
    zip: (size: string) => `部署包大小 ${size}。每个数值取九次中的最小值，格式为：本代理 / 同一次运行中裸 \`node:http\` 服务器（比值）。`,
    starts: ['Node.js', '首次对话（毫秒），0.35 CPU', '整个 CPU', 'CPU 时间（毫秒）', '内存 MB'],
    peaks: ['Node.js', '50 路并发流的内存峰值，512 MB', '256 MB'],
  },
} as const

/**
 * Writes the figures into the READMEs, between `<!-- measured:cold -->` and `<!-- /measured -->`.
 *
 * @param folder - where the READMEs are
 * @throws where a README has no such place
 */
export function writeFigures(folder: string, { zip, rows, peaks }: ColdFigures): void {
  for (const [file, words] of Object.entries(WORDS)) {
    const text = readFileSync(join(folder, file), 'utf8')
    const place = /(<!-- measured:cold -->\n)[\s\S]*?(<!-- \/measured -->)/
    if (!place.test(text)) throw new Error(`${file} has no place for the figures`)
    const figures = [words.zip(zip), toTable(words.starts, rows), toTable(words.peaks, peaks)].join('\n\n')
    writeFileSync(
      join(folder, file),
      text.replace(place, (_, open: string, close: string) => `${open}${figures}\n\n${close}`),
    )
  }
}

const toTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
