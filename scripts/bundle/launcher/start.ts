/**
 * Starts server.cjs in this folder with the code cache for this Node.js version, if it exists:
 * without it, compiling takes half of a cold start. server.cjs also runs without this file.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileModule, readWrappedModule, runModule } from './compiled.js'

const filename = join(__dirname, 'server.cjs')
const source = readWrappedModule(filename)
const cache = readCache(source)

if (cache === undefined) createRequire(filename)(filename)
else runModule(filename, compileModule(filename, source, cache))

/** Finds the code cache by the bundle's hash: V8 itself compares only the source's length. */
function readCache(text: string): Buffer | undefined {
  const mark = /# build=(\w+)\n\s*\}\);$/.exec(text.slice(-100))?.[1]
  try {
    return readFileSync(join(__dirname, 'cache', `${process.version}-${process.arch}-${mark}.bin`))
  } catch {
    return undefined // there is no code cache for this Node.js
  }
}
