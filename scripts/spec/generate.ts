// usage: npx tsx scripts/spec/generate.ts [--check]
// Writes generated/ from spec/. With --check, writes nothing and exits with 1 if a file differs.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { toOpenApi31 } from './downgrade.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

function bundle(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gemini-proxy-spec-'))
  const file = join(directory, 'openapi.json')
  const command = ['node_modules/@redocly/cli/bin/cli.js', 'bundle', 'spec/openapi.yaml', '--config', 'spec/redocly.yaml', '--output', file]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  try {
    execFileSync(process.execPath, command, { cwd: root, env, stdio: 'pipe' })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// TypeScript declaration of the type for files in form fields (`format: binary`).
const UPLOADED_FILE = `/** A file in a form. */
export interface UploadedFile {
  /** The name that the client gave it; may be empty. */
  readonly filename: string
  /** The media type that the client gave it. */
  readonly mediaType: string
  readonly bytes: Uint8Array
}
`
const toUploadedFile = ({ format }: { format?: string }): ts.TypeNode | undefined =>
  format === 'binary' ? ts.factory.createTypeReferenceNode('UploadedFile') : undefined

// Generates TypeScript types without index signatures beside named properties, and without empty
// objects in unions.
function types(spec: string): Promise<string> {
  const closed = JSON.parse(spec, (_key, node) => {
    if (node?.properties && node.additionalProperties === true) delete node.additionalProperties
    if (node?.discriminator && node.oneOf) delete node.type
    return node
  })
  return openapiTS(closed, { defaultNonNullable: false, inject: UPLOADED_FILE, transform: toUploadedFile }).then(astToString)
}

const spec = bundle()
const files = {
  'openapi.json': `${JSON.stringify(JSON.parse(spec), null, 2)}\n`,
  'openapi-3.1.json': `${JSON.stringify(toOpenApi31(spec), null, 2)}\n`,
  'openapi.d.ts': `// Made from spec/ by scripts/spec/generate.ts. Do not edit.\n\n${await types(spec)}`,
}
for (const [name, text] of Object.entries(files)) {
  const file = join(root, 'generated', name)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`generated/${name} differs from spec/. Run make generate.`)
    process.exitCode = 1
  }
}
