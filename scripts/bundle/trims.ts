import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin, PluginBuild } from 'esbuild'

/** A change to a bundled library that makes a cold start parse, compile or load less code. */
interface Trim {
  /** Name of the trim; `make bench-cold` prints it with the saved milliseconds. */
  readonly name: string
  readonly apply: (build: PluginBuild) => void
}

const NAMESPACE = 'trims'

const packageFile = (name: string): RegExp => new RegExp(`[\\\\/]node_modules[\\\\/]${name.replaceAll('/', '[\\\\/]')}$`)

/** Makes a trim that replaces modules matching `path`, imported by files matching `importer`. */
function replace(name: string, importer: RegExp, path: RegExp, contentsFor: (importer: string) => string): Trim {
  return {
    name,
    apply: (build) =>
      build.onResolve({ filter: path }, (found) =>
        importer.test(found.importer)
          ? {
              path: `${name}: ${found.path}.cjs`,
              namespace: NAMESPACE,
              pluginData: { contents: contentsFor(found.importer), resolveDir: found.resolveDir },
            }
          : undefined,
      ),
  }
}

/** Makes a trim that replaces unused modules by a class that throws when it is called. */
const stub = (name: string, importer: RegExp, path: RegExp): Trim => replace(name, importer, path, (from) => stubModule(name, from))

/** Returns the code of a module that can be imported and extended, but throws when called. */
function stubModule(name: string, importer: string): string {
  // An ES module copies its named imports, so the stub must export every name.
  const names = importer.endsWith('.mjs') ? [...new Set(readFileSync(importer, 'utf8').match(/\b[A-Z]\w*/g))] : undefined
  return `
const refuse = () => { throw new Error(${JSON.stringify(`left out of the bundle by scripts/bundle/trims.ts: ${name}`)}) }
const stub = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : name === '__esModule' || typeof name === 'symbol' ? undefined : stub),
  apply: refuse,
  construct: () => stub,
})
module.exports = ${names === undefined ? 'stub' : `Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, stub]))`}`
}

/** Makes a trim that loads a Node.js module only when one of its exports is first read. */
const lazy = (module: string): Trim => ({
  name: `node:${module}, loaded on first use`,
  apply: (build) =>
    build.onResolve({ filter: new RegExp(`^(?:node:)?${module}$`) }, ({ path, namespace }) =>
      namespace === NAMESPACE
        ? { path, external: true }
        : { path: `lazy ${module}`, namespace: NAMESPACE, pluginData: { contents: lazyModule(module) } },
    ),
})

function lazyModule(module: string): string {
  const names = Object.keys(createRequire(import.meta.url)(module) as object)
  return `module.exports = {${names.map((name) => `get ${JSON.stringify(name)}() { return require('node:${module}').${name} }`).join()}}`
}

/** Makes a trim that changes a library's file; the build fails if it lacks a text to replace. */
const rewrite = (name: string, file: RegExp, changes: readonly (readonly [from: string | RegExp, to: string])[]): Trim => ({
  name,
  apply: (build) =>
    build.onLoad({ filter: file }, ({ path }) => {
      let contents = readFileSync(path, 'utf8')
      for (const [from, to] of changes) {
        const changed = contents.replace(from, () => to)
        if (changed === contents) throw new Error(`${path} has changed: see "${name}" in scripts/bundle/trims.ts`)
        contents = changed
      }
      return { contents, loader: 'js' }
    }),
})

/**
 * The changes to libraries in the bundle, with the milliseconds that each saves from process start
 * to the first chat on one core, measured by `make bench-cold` (2026-11-28, Node.js 22.23.2).
 * Changes that save less than 5 ms are left out. test/suites/package runs all features on the
 * bundle, so that a call of a stub fails there.
 */
export const TRIMS: readonly Trim[] = [
  // This trim saves 8 ms from process start to the first chat.
  stub('undici: web, mock, interceptor (only Pool is used)', packageFile('undici/index\\.js'), /^\.\/lib\/(web|mock|interceptor)\//),
  // This trim saves 14 ms from process start to the first chat.
  stub('http2 (HTTP/1.1 in both directions)', /./, /^(node:)?http2$/),
  // This trim saves 7 ms from process start to the first chat.
  stub('fastify: https (TLS ends at the gateway)', packageFile('fastify/lib/server\\.js'), /^node:https$/),
  // This trim saves 6 ms from process start to the first chat.
  stub(
    'openapi-backend: schema validation and mocks',
    packageFile('openapi-backend/backend\\.js'),
    /^(openapi-schema-validator|mock-json-schema)$/,
  ),
  // This trim saves 7 ms from process start to the first chat.
  stub('fastify: light-my-request (no injected requests)', packageFile('fastify/fastify\\.js'), /^light-my-request$/),
  // This trim saves 17 ms from process start to the first chat.
  stub('pino: transports (the log is written in this thread)', packageFile('pino/(pino|lib/tools)\\.js'), /\/transport$/),
  // This trim saves 9 ms from process start to the first chat.
  stub('prom-client: push gateway and cluster', packageFile('prom-client/index\\.js'), /^\.\/lib\/(pushgateway|cluster)$/),
  // This trim saves 7 ms of CPU time from process start to the first chat.
  replace(
    'openapi-backend: reference parser (the bundled contract has no references to other files)',
    packageFile('openapi-backend/backend\\.js'),
    /^\.\/refparser$/,
    () => 'module.exports = { parse: async (document) => document }',
  ),
  // This trim saves 14 ms from process start to the first chat.
  replace(
    'openapi-backend: Ajv, loaded on first use (validators are compiled by the build)',
    packageFile('openapi-backend/validation\\.js'),
    /^ajv$/,
    () => `module.exports = { __esModule: true, get default() { return require('ajv').default } }`,
  ),
  // This trim saves 6 ms from process start to the first chat.
  replace(
    'fastify: semver (plugin versions are checked by the tests)',
    packageFile('fastify/lib/plugin-utils\\.js'),
    /^semver$/,
    () => 'module.exports = { satisfies: () => true }',
  ),
  // This trim saves 6 ms from process start to the first chat.
  lazy('perf_hooks'),
  // This trim saves 29 ms from process start to the first chat.
  rewrite('find-my-way: handlers without new Function, for which V8 caches no code', /[\\/]find-my-way[\\/]lib[\\/]handler-storage\.js$/, [
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
  ]),
  // This trim saves 13 ms of CPU time from process start to the first chat.
  {
    name: 'openai: Headers (the global class loads the whole fetch of Node.js)',
    apply: (build) => {
      build.onResolve({ filter: /^headers-of-the-sdk$/ }, () => ({
        path: 'headers.mjs',
        namespace: NAMESPACE,
        pluginData: { contents: HEADERS },
      }))
      build.onLoad({ filter: /[\\/]openai[\\/]internal[\\/](headers|utils[\\/]log)\.mjs$/ }, ({ path }) => ({
        contents: `import { Headers } from 'headers-of-the-sdk'\n${readFileSync(path, 'utf8')}`,
      }))
    },
  },
]

const HEADERS = `
export class Headers {
  #values = new Map()
  get(name) { return this.#values.get(name.toLowerCase()) ?? null }
  has(name) { return this.#values.has(name.toLowerCase()) }
  set(name, value) { this.#values.set(name.toLowerCase(), String(value)) }
  append(name, value) { this.set(name, this.has(name) ? this.get(name) + ', ' + value : value) }
  delete(name) { this.#values.delete(name.toLowerCase()) }
  entries() { return this.#values.entries() }
  [Symbol.iterator]() { return this.entries() }
}
`

/**
 * Makes the esbuild plugin that applies {@link TRIMS} to a bundle.
 *
 * @param omittedTrim - name of one trim that is not applied, to measure what it saves
 */
export const makeTrimsPlugin = (omittedTrim?: string): Plugin => ({
  name: 'trims',
  setup(build) {
    for (const { name, apply } of TRIMS) if (name !== omittedTrim) apply(build)
    build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ pluginData }) => pluginData)
  },
})
