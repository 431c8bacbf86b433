import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FunctionSpec } from './manifest.js'

const CACHE = fileURLToPath(new URL('../../../.cache/node/', import.meta.url))

/**
 * The Node.js of a function's layer, or of its runtime: one of the same major version where the tests of the package have fetched it,
 * otherwise the one that runs this.
 */
export function nodeFor({ env }: Pick<FunctionSpec, 'env'>): string {
  const major = /nodejs(\d+)/.exec(env.PATH ?? '')?.[1]
  const fetched = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => name.startsWith(`node-v${major}.`)) : []
  const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true
  const binaries = fetched.flatMap((name) => [`${CACHE}${name}`, `${CACHE}${name}/bin/node`])
  return binaries.find((file) => isFile(file)) ?? process.execPath
}
