import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import Module from 'node:module'
import { dirname } from 'node:path'
import { constants, Script } from 'node:vm'

type Wrapped = (exports: object, require: NodeJS.Require, module: Module, filename: string, dirname: string) => void

/**
 * Reads a CommonJS module and adds the function wrapper that `require` adds. Reads the file into a
 * buffer with the wrapper, because concatenating would copy it, and as latin1, which needs no
 * decoding: bundles are ASCII.
 */
export function readWrappedModule(filename: string): string {
  const [before = '', after = ''] = Module.wrap('|').split('|')
  const file = openSync(filename, 'r')
  try {
    const { size } = fstatSync(file)
    const text = Buffer.allocUnsafeSlow(before.length + size + after.length)
    text.write(before, 'latin1')
    const read = readSync(file, text, before.length, size, 0)
    text.write(after, before.length + read, 'latin1')
    return text.toString('latin1', 0, before.length + read + after.length)
  } finally {
    closeSync(file)
  }
}

/** Compiles the text that {@link readWrappedModule} returned, with its code cache if given. */
export const compileModule = (filename: string, wrapped: string, cachedData?: Buffer): Script =>
  new Script(wrapped, {
    filename,
    cachedData,
    // Undefined in Node.js 20.10, which has neither this loader nor `constants` of node:vm.
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })

/** Runs a compiled CommonJS module as `require` does. */
export function runModule(filename: string, script: Script): void {
  const module = new Module(filename)
  module.filename = filename
  const main = script.runInThisContext() as Wrapped // the cast is safe: it is a wrapped module
  main(module.exports, Module.createRequire(filename), module, filename, dirname(filename))
}
