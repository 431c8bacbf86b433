/**
 * Starts server.cjs, which lies beside it, with the code that V8 has kept for this Node.js where there is some: half the time of a cold start
 * is compiling. What does not fit is left aside; server.cjs starts alone as well.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compile, readWrapped, run } from './compiled.js'

const filename = join(__dirname, 'server.cjs')
const source = readWrapped(filename)
const cache = readCache(source)

if (cache === undefined) createRequire(filename)(filename)
else run(filename, compile(filename, source, cache))

/** V8 itself compares no more than the length of the source: the build's mark, with which the file ends, is in the name of the cache. */
function readCache(text: string): Buffer | undefined {
  const mark = /# build=(\w+)\n\s*\}\);$/.exec(text.slice(-100))?.[1]
  try {
    return readFileSync(join(__dirname, 'cache', `${process.version}-${process.arch}-${mark}.bin`))
  } catch {
    return undefined // none for this Node.js
  }
}
