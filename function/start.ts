/**
 * Starts server.cjs, which lies beside it, with the code that V8 has kept for this Node.js where there is some: half the time of a cold start
 * is compiling. What does not fit is left aside; server.cjs starts alone as well.
 */
import { readFileSync } from 'node:fs'
import Module from 'node:module'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'

type Wrapped = (exports: object, require: NodeJS.Require, module: Module, filename: string, dirname: string) => void

const filename = join(__dirname, 'server.cjs')
// ASCII alone, which scripts/build.ts sees to: as latin1 it is neither decoded nor copied.
const source = readFileSync(filename, 'latin1')
const cachedData = readCache(source)

if (cachedData === undefined) Module.createRequire(filename)(filename)
else run(source, cachedData)

/** V8 itself compares no more than the length of the source: the build's mark, with which the file ends, is in the cache's name. */
function readCache(text: string): Buffer | undefined {
  const mark = /# build=(\w+)\n$/.exec(text.slice(-100))?.[1]
  try {
    return readFileSync(join(__dirname, 'cache', `${process.version}-${process.arch}-${mark}.bin`))
  } catch {
    return undefined // none for this Node.js
  }
}

function run(text: string, cache: Buffer): void {
  const script = new Script(Module.wrap(text), {
    filename,
    cachedData: cache,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER, // Node.js 20.10 has no constants
  })
  const module = new Module(filename)
  module.filename = filename
  const main = script.runInThisContext() as Wrapped // of Module.wrap
  main(module.exports, Module.createRequire(filename), module, filename, __dirname)
}
