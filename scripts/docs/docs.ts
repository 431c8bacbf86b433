// Makes the tables of the READMEs and of docs/, in both languages, and .env.example, from the code. Usage: npx tsx scripts/docs/docs.ts [--check]
// With --check nothing is written: exit 1 names every file that differs, and every text that docs.zh.ts lacks.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Setting } from '../../src/config/readers.js'
import { SETTINGS } from '../../src/config/settings.js'
import { fillOperations } from './statuses.js'
import { type Contract, makeTables, type Translate } from './tables.js'
import { ZH } from './zh.js'

const isCheck = process.argv.includes('--check')
const root = fileURLToPath(new URL('../..', import.meta.url))
const contract: Contract = JSON.parse(readFileSync(join(root, 'generated/openapi.json'), 'utf8')) // made and checked by scripts/spec/generate.ts
const settings: readonly Setting<unknown>[] = Object.values(SETTINGS)

const english: Translate = (_kind, _key, text) => text
const chinese: Translate = (kind, key, text) => {
  const translated = ZH[kind][key]
  if (translated !== undefined) return translated
  console.error(`scripts/docs/zh.ts has no text for ${kind}: ${key}`)
  if (isCheck) process.exitCode = 1
  return text
}

function document(name: string): string {
  const text = name.endsWith('.zh-CN.md') ? chinese : english
  const tables = makeTables(contract, text)
  return readFileSync(join(root, name), 'utf8').replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, open: string, region: string, close: string) => {
      const table = tables[region]
      if (table === undefined) throw new Error(`${name} asks for a table called ${region}`)
      return `${open}\n${table}\n\n${close}`
    },
  )
}

function envExample(): string {
  const head = [
    '# Every setting with its default. Made from src/config/settings.ts by `make generate`.',
    '# cp .env.example .env && node --env-file=.env dist/server.cjs',
  ]
  const blocks = settings.map(({ names: [name], meaning, unit, fallback, isRequired }) => [
    `# ${meaning}${unit ? ` (${unit})` : ''}`,
    `${isRequired ? '' : '# '}${name}=${fallback ?? ''}`,
  ])
  return `${[head, ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const longer = readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))
const documents = ['README.md', 'README.zh-CN.md', ...longer]
const files = {
  ...Object.fromEntries(documents.map((name) => [name, document(name)])),
  '.env.example': envExample(),
  'test/README.md': fillOperations(readFileSync(join(root, 'test/README.md'), 'utf8'), contract),
}
for (const [name, text] of Object.entries(files)) {
  const file = join(root, name)
  if (!isCheck) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} differs from what the code says; make generate`)
    process.exitCode = 1
  }
}
