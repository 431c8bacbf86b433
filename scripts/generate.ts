// Makes generated/ from spec/. Usage: npx tsx scripts/generate.ts [--check]
// With --check nothing is written: exit 1 names every file that differs.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Node = { [key: string]: Json }

const root = fileURLToPath(new URL('..', import.meta.url))
const isNode = (value: Json | undefined): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

function rewrite(value: Json, change: (node: Node) => Node): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change))
  if (!isNode(value)) return value
  return Object.fromEntries(Object.entries(change(value)).map(([key, item]) => [key, rewrite(item, change)]))
}

function bundle(): Node {
  const directory = mkdtempSync(join(tmpdir(), 'gemini-proxy-spec-'))
  try {
    const file = join(directory, 'openapi.json')
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
    execFileSync(process.execPath, [cli, 'bundle', 'spec/openapi.yaml', '-o', file], { cwd: root, env, stdio: 'pipe' })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// 3.1 has no itemSchema: as in OpenAI's own document, the schema of a stream is that of an event's JSON, and so is its example.
function downgrade(spec: Node): Node {
  const { ChatCompletionStreamEvent: event, ...schemas } = (spec.components as Node).schemas as Node
  const payload = /"contentSchema":(\{"anyOf":\[.*?\]\})/.exec(JSON.stringify(event))?.[1]
  if (payload === undefined) throw new Error('ChatCompletionStreamEvent has no contentSchema')
  const open = { ...spec, openapi: '3.1.1', components: { ...(spec.components as Node), schemas } }
  const firstEvent = (text: string): Json => JSON.parse(/^data: (\{.*\})$/m.exec(text)?.[1] ?? 'null')
  return rewrite(open, (node) => {
    if (typeof node.value === 'string' && /^data: /m.test(node.value)) return { ...node, value: firstEvent(node.value) }
    const { itemSchema, ...rest } = node
    return itemSchema === undefined ? node : { schema: JSON.parse(payload), ...rest }
  }) as Node
}

// Types name what is known: no index signature beside named properties, no empty object beside a union.
const forTypes = (spec: Node): Json =>
  rewrite(spec, ({ ...node }) => {
    if (node.additionalProperties === true && node.properties !== undefined) delete node.additionalProperties
    if (Array.isArray(node.oneOf) && node.discriminator !== undefined) delete node.type
    return node
  })

const json = (value: Json) => `${JSON.stringify(value, null, 2)}\n`
const spec = bundle()
const types = astToString(await openapiTS(forTypes(spec) as never, { defaultNonNullable: false }))
const files = {
  'openapi.json': json(spec),
  'openapi-3.1.json': json(downgrade(spec)),
  'openapi.d.ts': `// Made from spec/ by scripts/generate.ts. Do not edit.\n\n${types}`,
}
const directory = join(root, 'generated')
const read = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
for (const [name, text] of Object.entries(files)) {
  const file = join(directory, name)
  if (process.argv.includes('--check')) {
    if (read(file) === text) continue
    console.error(`generated/${name} differs from spec/: run "make generate"`)
    process.exitCode = 1
  } else {
    mkdirSync(directory, { recursive: true })
    writeFileSync(file, text)
  }
}
