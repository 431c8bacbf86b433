import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Counts, readCounts } from './report.js'
import { makeInteractions, makeResponses, makeStream, type Target } from './stack.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FOLDER = '.cache/fuzz' // relative, because docker mounts the repository at another path

/** A run of Schemathesis. */
export interface Run extends Target {
  /** Prefix of the run's files in .cache/fuzz. */
  readonly name: string
  /** Options in addition to those in test/tools/fuzz/schemathesis.toml. */
  readonly options: readonly string[]
  /** True if the target uses the real Gemini. */
  readonly isGemini: boolean
}

/** The result of a run. */
export interface Outcome {
  readonly counts: readonly Counts[]
  /** The failures that Schemathesis reported; undefined if there are none. */
  readonly failures: string | undefined
}

// Number of stored responses for the fuzzer; many, because each can be deleted only once.
const RESPONSES = 100

/** True if Schemathesis can run on this machine. */
export async function hasSchemathesis(): Promise<boolean> {
  const child = spawn('scripts/test/schemathesis.sh', ['--version'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0
}

/** True for the security requirement of the console, which always requires its token. */
const isAdmin = (security: unknown): boolean => JSON.stringify(security).includes('adminToken')

/**
 * Fuzzes one target with Schemathesis. Without a token, the contract's security requirements are
 * removed, except the console's.
 */
export async function fuzz({ name, origin, token, adminToken, options, isGemini }: Run): Promise<Outcome> {
  mkdirSync(`${ROOT}/${FOLDER}`, { recursive: true })
  const file = (end: string): string => `${FOLDER}/${name}.${end}`
  const withoutSecurity = (key: string, value: unknown): unknown => (key === 'security' && !isAdmin(value) ? [] : value)
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
      SCHEMATHESIS_ADMIN_TOKEN: adminToken ?? 'none',
      FUZZ_STREAM: (await makeStream({ origin, token })) ?? '',
      FUZZ_RESPONSES: (await makeResponses({ origin, token }, isGemini ? 2 : RESPONSES)).join(','),
      FUZZ_INTERACTIONS: (await makeInteractions({ origin, token }, isGemini ? 2 : RESPONSES)).join(','),
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
  if (code !== 0 && code !== 1) return { counts: [], failures: `Schemathesis exited with ${code}:\n${output.slice(-2000)}` }
  return { counts: readCounts(`${ROOT}/${file('ndjson')}`), failures: code === 0 ? undefined : failuresIn(output) }
}

/** Extracts the failures from Schemathesis's output, and shortens the long lines with requests. */
const failuresIn = (output: string): string =>
  output
    .slice(Math.max(0, output.search(/=+ (FAILURES|ERRORS) =+/)))
    .split('\n')
    .map((line) => (line.length > 600 ? `${line.slice(0, 600)}...` : line))
    .join('\n')
