import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { PluginBuild } from 'esbuild'

const NAMESPACE = 'lazy-builtin'
/** Of Node.js, and loaded by libraries for what a first chat does not do. `assert` alone would open stderr, to see whether it shows colours. */
const LAZY = /^(?:node:)?(assert|fs\/promises|perf_hooks|timers\/promises|tls|v8)$/

/** Has these modules of Node.js loaded when something of theirs is first asked for. */
export function lazyBuiltins(build: PluginBuild): void {
  build.onResolve({ filter: LAZY }, ({ path, namespace }) =>
    namespace === NAMESPACE ? { path, external: true } : { path: path.replace('node:', ''), namespace: NAMESPACE },
  )
  build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => {
    const names = Object.keys(createRequire(import.meta.url)(path) as object)
    const getters = names.map((name) => `get ${JSON.stringify(name)}() { return require('node:${path}').${name} }`).join()
    // The only one that is called itself, and most often for nothing.
    const call = `Object.defineProperties((value, ...rest) => { if (!value) require('node:assert')(value, ...rest) }, Object.getOwnPropertyDescriptors({${getters}}))`
    return { contents: `module.exports = ${path === 'assert' ? call : `{${getters}}`}`, loader: 'js' }
  })
}

/** A place in a library, and what stands there instead. */
interface Rewrite {
  readonly file: RegExp
  readonly places: readonly (readonly [was: string | RegExp, is: string])[]
}

const REWRITES: readonly Rewrite[] = [
  {
    // A function made from text, twice for each route: V8 keeps no code for those. No route has constraints, and so the second is never called.
    file: /[\\/]find-my-way[\\/]lib[\\/]handler-storage\.js$/,
    places: [
      [
        /const fnBody = \[[\s\S]*?return new Function\('NullObject'.*/,
        `return (...values) => {
          const given = new NullObject()
          for (let i = 0; i < params.length; i++) given[params[i]] = i < 4 ? values[i] : values[4][i - 4]
          return given
        }`,
      ],
      [
        '  _compileGetHandlerMatchingConstraints (constrainer) {',
        `  _compileGetHandlerMatchingConstraints (constrainer) {
          this._getHandlerMatchingConstraints = (derived) => {
            this._compileMatching(constrainer)
            return this._getHandlerMatchingConstraints(derived)
          }
        }
        _compileMatching (constrainer) {`,
      ],
    ],
  },
]

/** Puts something else in places of libraries, and throws where a place is no more what it was. */
export function rewrites(build: PluginBuild): void {
  for (const { file, places } of REWRITES) {
    build.onLoad({ filter: file }, ({ path }) => {
      let contents = readFileSync(path, 'utf8')
      for (const [was, is] of places) {
        const rewritten = contents.replace(was, () => is)
        if (rewritten === contents) throw new Error(`${path} has changed: see scripts/bundle/laziness.ts`)
        contents = rewritten
      }
      return { contents, loader: 'js' }
    })
  }
}
