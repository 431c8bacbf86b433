// Usage: npx tsx scripts/docs/docs.ts [--check]
// Generates from code: the tables of the READMEs and of docs/ in both languages, and .env.example.
// --check writes nothing; it exits with 1 and lists every outdated file and every Chinese text
// that is missing in scripts/docs/zh.ts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SETTINGS, type Setting } from '../../src/config/settings.js'
import { fillStatusTable } from './statuses.js'
import { type Contract, type Floor, makeTables, type Translate } from './tables.js'
import { ZH } from './zh.js'

const isCheck = process.argv.includes('--check')
const root = fileURLToPath(new URL('../..', import.meta.url))
// The type is safe: scripts/spec/generate.ts has written generated/openapi.json.
const contract: Contract = JSON.parse(readFileSync(join(root, 'generated/openapi.json'), 'utf8'))
const floors: readonly Floor[] = createRequire(import.meta.url)('../check/floors.cjs')
const settings: readonly Setting<unknown>[] = Object.values(SETTINGS)

/** The Chinese texts that zh.ts lacks, each as `kind: key`. */
const missing = new Set<string>()
const english: Translate = (_kind, _key, text) => text
const chinese: Translate = (kind, key, text) => {
  const translated = ZH[kind][key]
  if (translated === undefined) missing.add(`${kind}: ${key}`)
  return translated ?? text
}

/** Returns the text of a document with regenerated tables. */
function updateTables(name: string): string {
  const translate = name.endsWith('.zh-CN.md') ? chinese : english
  const tables = makeTables(contract, floors, translate)
  return readFileSync(join(root, name), 'utf8').replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, open: string, region: string, close: string) => {
      const table = tables[region]
      if (table === undefined) throw new Error(`${name}: there is no generated table "${region}"`)
      return `${open}\n${table}\n\n${close}`
    },
  )
}

function makeEnvExample(): string {
  const head = [
    '# Every setting with its default. Generated from src/config/settings.ts by `make generate`.',
    '# `cp .env.example .env`, edit it, then `make run`; or `node --env-file=.env dist/server.cjs`.',
  ]
  const blocks = settings.map(({ names: [name], meaning, unit, defaultText, isRequired }) => [
    `# ${meaning}${unit ? ` (${unit})` : ''}`,
    `${isRequired ? '' : '# '}${name}=${defaultText ?? ''}`,
  ])
  return `${[head, ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const pages = readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))
const files = {
  ...Object.fromEntries(['README.md', 'README.zh-CN.md', ...pages].map((name) => [name, updateTables(name)])),
  '.env.example': makeEnvExample(),
  'test/README.md': fillStatusTable(readFileSync(join(root, 'test/README.md'), 'utf8'), contract),
}
for (const [name, text] of Object.entries(files)) {
  const file = join(root, name)
  if (!isCheck) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is out of date: run make generate`)
    process.exitCode = 1
  }
}
for (const text of missing) console.error(`scripts/docs/zh.ts has no text for ${text}`)
if (isCheck && missing.size > 0) process.exitCode = 1
