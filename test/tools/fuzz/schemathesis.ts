import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Counts, readCounts } from './report.js'
import { makeResponses, makeStream, type Target } from './stack.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FOLDER = '.cache/fuzz' // relative, since docker sees the repository elsewhere

/** One run of Schemathesis. */
export interface Run extends Target {
  /** Names its files in .cache/fuzz. */
  readonly name: string
  /** Options beside those of test/tools/fuzz/schemathesis.toml. */
  readonly options: readonly string[]
  /** True where Gemini itself stands behind the target. */
  readonly isGemini: boolean
}

/** What came of a run. */
export interface Outcome {
  readonly counts: readonly Counts[]
  /** What Schemathesis found, in its words; undefined where nothing. */
  readonly failures: string | undefined
}

// Each can be deleted once.
const RESPONSES = 100

/** True where there is a way to run Schemathesis. */
export async function hasSchemathesis(): Promise<boolean> {
  const child = spawn('scripts/test/schemathesis.sh', ['--version'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0
}

/** Fuzzes one target with Schemathesis. Without a token the contract is taken without its security. */
export async function fuzz({ name, origin, token, options, isGemini }: Run): Promise<Outcome> {
  mkdirSync(`${ROOT}/${FOLDER}`, { recursive: true })
  const file = (end: string): string => `${FOLDER}/${name}.${end}`
  const withoutSecurity = (key: string, value: unknown): unknown => (key === 'security' ? [] : value)
  const contract = JSON.parse(readFileSync(`${ROOT}/generated/openapi.json`, 'utf8'), token === undefined ? withoutSecurity : undefined)
  writeFileSync(`${ROOT}/${file('json')}`, JSON.stringify(contract))
  const reports = ['--report', 'ndjson,junit', '--report-ndjson-path', file('ndjson'), '--report-junit-path', file('xml'), '--no-color']
  const command = ['--config-file', 'test/tools/fuzz/schemathesis.toml', 'run', file('json'), '--url', origin, ...reports, ...options]
  const child = spawn('scripts/test/schemathesis.sh', command, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SCHEMATHESIS_TOKEN: token ?? 'none',
      FUZZ_STREAM: (await makeStream({ origin, token })) ?? '',
      FUZZ_RESPONSES: (await makeResponses({ origin, token }, isGemini ? 2 : RESPONSES)).join(','),
      FUZZ_GEMINI: String(isGemini),
      HYPOTHESIS_STORAGE_DIRECTORY: `${FOLDER}/hypothesis`,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  writeFileSync(`${ROOT}/${file('log')}`, output)
  if (code !== 0 && code !== 1) return { counts: [], failures: `Schemathesis ended with ${code}:\n${output.slice(-2000)}` }
  return { counts: readCounts(`${ROOT}/${file('ndjson')}`), failures: code === 0 ? undefined : failuresIn(output) }
}

/** The failures in what Schemathesis printed, without the endless lines of what it sent. */
const failuresIn = (output: string): string =>
  output
    .slice(Math.max(0, output.search(/=+ (FAILURES|ERRORS) =+/)))
    .split('\n')
    .map((line) => (line.length > 600 ? `${line.slice(0, 600)}...` : line))
    .join('\n')
