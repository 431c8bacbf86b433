import Module from 'node:module'
import { dirname } from 'node:path'
import { constants, Script } from 'node:vm'

type Wrapped = (exports: object, require: NodeJS.Require, module: Module, filename: string, dirname: string) => void

/**
 * Compiles a CommonJS module, from a cache where there is one.
 *
 * @param source - its text, as it was when the cache was made
 */
export const compile = (filename: string, source: string, cachedData?: Buffer): Script =>
  new Script(Module.wrap(source), {
    filename,
    cachedData,
    // Node.js 20.10 has no constants.
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })

/** Runs a module as `require` would. */
export function run(filename: string, script: Script): void {
  const module = new Module(filename)
  module.filename = filename
  const main = script.runInThisContext() as Wrapped // of Module.wrap
  main(module.exports, Module.createRequire(filename), module, filename, dirname(filename))
}
