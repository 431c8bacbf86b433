import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import Module from 'node:module'
import { dirname } from 'node:path'
import { constants, Script } from 'node:vm'

type Wrapped = (exports: object, require: NodeJS.Require, module: Module, filename: string, dirname: string) => void

/**
 * Reads a CommonJS module and adds the function wrapper of `require`. Bundles are ASCII, so latin1
 * needs no decoding. Reads the file into the wrapper, because a concatenation would copy it.
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
    // `constants` is undefined in Node.js 20.10.
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })

/** Runs a compiled CommonJS module as `require` does. */
export function runModule(filename: string, script: Script): void {
  const module = new Module(filename)
  module.filename = filename
  const main = script.runInThisContext() as Wrapped // the cast is safe: the text is such a function
  main(module.exports, Module.createRequire(filename), module, filename, dirname(filename))
}
