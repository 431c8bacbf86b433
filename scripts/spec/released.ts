// usage: npx tsx scripts/spec/released.ts --check      npx tsx scripts/spec/released.ts
// With --check, exits with 1 if generated/openapi.json breaks clients of spec/released/openapi.json
// and the version does not allow it. Without --check, copies generated/openapi.json there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findBreakingChanges } from './released.rules.js'
import type { ContractNode } from './released.schemas.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RELEASED = 'spec/released/openapi.json'

const versionOf = ({ info }: ContractNode): string => String((info as ContractNode).version)

/** True if version `now` may break clients: higher major version, or minor version below 1.0.0. */
export function mayBreakClients(before: string, now: string): boolean {
  const [[oldMajor = 0, oldMinor = 0], [major = 0, minor = 0]] = [before.split('.').map(Number), now.split('.').map(Number)]
  return major > oldMajor || (major === 0 && oldMajor === 0 && minor > oldMinor)
}

/** Lists the reasons not to release a contract. @param version - version in package.json */
export function findReleaseProblems(released: ContractNode, contract: ContractNode, version: string): string[] {
  const now = versionOf(contract)
  const breaks = mayBreakClients(versionOf(released), now) ? [] : findBreakingChanges(released, contract)
  const hint = `breaks clients of ${versionOf(released)}; undo it, or raise the version (package.json and spec/openapi.yaml)`
  return [
    ...(now === version ? [] : [`spec/openapi.yaml is ${now}, package.json ${version}`]),
    ...breaks.map((line) => `${line} - ${hint}`),
  ]
}

function main(): void {
  const read = (file: string): ContractNode => JSON.parse(readFileSync(`${ROOT}/${file}`, 'utf8')) as ContractNode
  if (process.argv.includes('--check')) {
    const problems = findReleaseProblems(read(RELEASED), read('generated/openapi.json'), String(read('package.json').version))
    for (const problem of problems) console.error(problem)
    process.exitCode = problems.length > 0 ? 1 : 0
    return
  }
  mkdirSync(`${ROOT}/spec/released`, { recursive: true })
  writeFileSync(`${ROOT}/${RELEASED}`, readFileSync(`${ROOT}/generated/openapi.json`))
  console.log(`${RELEASED} now holds the contract of ${String(read('package.json').version)}. Commit it with the release.`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
