import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * A recorded step of `make deploy`: a target of make with its environment, or the input of a
 * Serverless Devs component.
 */
export type Step =
  | { readonly make: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly component: string; readonly props: Props; readonly credential: unknown }

interface Props {
  readonly region: string
  readonly runtime: string
  readonly layers: readonly string[]
  readonly environmentVariables: Readonly<Record<string, string>>
  readonly domainName?: string
  readonly [name: string]: unknown
}

/**
 * An operator's machine with the real Serverless Devs, whose components are replaced by ones that
 * record their input.
 */
export interface Cloud {
  readonly home: string
  /**
   * Runs scripts/deploy/deploy.ts.
   *
   * @param env - its whole environment except PATH, HOME and TMPDIR
   */
  deploy(env: Readonly<Record<string, string>>): Promise<{ code: number | null; stdout: string; stderr: string; steps: Step[] }>
  /** Returns all files that the deployment left in HOME and the temporary folder, with text. */
  leftovers(): string[]
  remove(): void
}

/**
 * Source of the replacement of a Serverless Devs component. It writes its input to the file RECORD,
 * to its log and to stderr, and fails for the runtime in REFUSED_RUNTIME.
 */
const COMPONENT = `
const { appendFileSync } = require('node:fs')
exports.default = class {
  constructor({ logger }) { this.logger = logger }
  async deploy(inputs) {
    const credential = await inputs.getCredential().catch((error) => error.message)
    const component = inputs.resource.component
    appendFileSync(process.env.RECORD, JSON.stringify({ component, props: inputs.props, credential }) + '\\n')
    this.logger.debug('handle pre run config: ' + JSON.stringify(inputs.props))
    this.logger.info(JSON.stringify({ props: inputs.props, credential }))
    console.error(JSON.stringify(inputs.props))
    if (process.env.REFUSED_RUNTIME && inputs.props.runtime === process.env.REFUSED_RUNTIME) throw new Error(process.env.REFUSAL)
    return { ...inputs.props, url: { system_url: 'https://gemini-proxy-abcdefgh.' + inputs.props.region + '.fcapp.run' } }
  }
}
`
const MAKE = `#!/usr/bin/env node
require('node:fs').appendFileSync(process.env.RECORD, JSON.stringify({ make: process.argv.at(-1), environment: process.env }) + '\\n')
process.exit(process.argv.at(-1) === process.env.FAILED_TARGET ? 1 : 0)
`

/** Creates a {@link Cloud} in a temporary folder. */
export function makeCloud(): Cloud {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-'))
  const [home, bin, tmp, record] = ['home', 'bin', 'tmp', 'record'].map((name) => join(folder, name)) as [string, string, string, string]
  for (const path of [bin, tmp]) mkdirSync(path)
  for (const name of ['fc3', 'fc3-domain']) {
    const component = join(home, '.s/components/devsapp.cn/v3', name)
    mkdirSync(join(component, 'dist'), { recursive: true })
    writeFileSync(join(component, 'package.json'), JSON.stringify({ name, version: '0.1.22', main: 'dist/index.js' }))
    writeFileSync(join(component, '.s.lock'), JSON.stringify({ version: '0.1.22', lastUpdateCheck: Date.now() }))
    writeFileSync(join(component, 'dist/index.js'), COMPONENT)
  }
  writeFileSync(join(bin, 'make'), MAKE)
  chmodSync(join(bin, 'make'), 0o755)
  const deploy: Cloud['deploy'] = (env) => {
    writeFileSync(record, '')
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/deploy/deploy.ts')], {
      cwd: ROOT,
      env: { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: home, TMPDIR: tmp, RECORD: record, ...env },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    return new Promise((resolve) => {
      child.once('close', (code) => {
        const steps = readFileSync(record, 'utf8').trim().split('\n').filter(Boolean)
        // The cast is safe: the scripts COMPONENT and MAKE have written these lines.
        resolve({ code, stdout, stderr, steps: steps.map((line) => JSON.parse(line) as Step) })
      })
    })
  }
  return {
    home,
    deploy,
    leftovers: () => [home, tmp].flatMap(contents),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

const contents = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${join(entry.parentPath, entry.name)}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)
