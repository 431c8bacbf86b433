import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../../s.yaml', import.meta.url))

/** Size and concurrency of a function as s.yaml deploys it: by default, or with FC_MEMORY=256. */
export interface DeployedSize {
  readonly megabytes: number
  readonly vcpu: number
  readonly concurrency: number
}

/** Reads start arguments, sizes and instance limit from s.yaml. @throws if it lacks one of them */
export function readDeployment(): {
  readonly args: readonly string[]
  readonly sizes: readonly DeployedSize[]
  readonly maxInstances: number
} {
  const text = readFileSync(FILE, 'utf8')
  const find = (pattern: RegExp): readonly string[] => {
    const found = pattern.exec(text)
    if (found === null) throw new Error(`s.yaml contains no match for ${pattern}`)
    return found.slice(1)
  }
  const [args = ''] = find(/^ +args: \[(.*)\]$/m)
  const [small, usual] = find(/^ +cpu: "\$\{env\('FC_MEMORY', '512'\) === '256' \? ([\d.]+) : ([\d.]+)\}"$/m)
  const [few, many] = find(/^ +instanceConcurrency: "\$\{env\('FC_MEMORY', '512'\) === '256' \? (\d+) : (\d+)\}"$/m)
  const [instances] = find(/reservedConcurrency: \$\{json\(env\('FC_MAX_INSTANCES', '(\d+)'\)\)\}/)
  return {
    args: args.split(',').map((arg) => arg.trim().replace(/^(['"])(.*)\1$/, '$2')),
    sizes: [
      { megabytes: 256, vcpu: Number(small), concurrency: Number(few) },
      { megabytes: 512, vcpu: Number(usual), concurrency: Number(many) },
    ],
    maxInstances: Number(instances),
  }
}
