import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FunctionSpec } from './manifest.js'

const CACHE = fileURLToPath(new URL('../../../.cache/node/', import.meta.url))

/**
 * Finds the Node.js of a function's layer or runtime: a binary of the same major version if the
 * package tests have downloaded it, otherwise the one that runs this process.
 */
export function nodeFor({ env }: Pick<FunctionSpec, 'env'>): string {
  const major = /nodejs(\d+)/.exec(env.PATH ?? '')?.[1]
  const fetched = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => name.startsWith(`node-v${major}.`)) : []
  const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true
  const binaries = fetched.flatMap((name) => [`${CACHE}${name}`, `${CACHE}${name}/bin/node`])
  return binaries.find((file) => isFile(file)) ?? process.execPath
}
