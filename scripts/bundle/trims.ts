import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { lazyBuiltins, rewrites } from './laziness.js'

/** A module that the server imports and never runs: whose import, of what, and why it is never run. */
interface Trim {
  readonly importer: RegExp
  readonly path: RegExp
}

const from = (name: string): RegExp => new RegExp(`[\\\\/]node_modules[\\\\/]${name.replaceAll('/', '[\\\\/]')}$`)

/** Half of what the libraries bring. Whatever is run after all throws, and names itself; test/suites/package/ runs everything on the bundle. */
const LEFT_OUT: readonly Trim[] = [
  // The SDK is transport alone: get and post.
  { importer: from('openai/client\\.mjs'), path: /^\.\/resources\// },
  // Agents and request alone.
  { importer: from('undici/index\\.js'), path: /^\.\/lib\/(web|mock|interceptor)\// },
  // HTTP/1.1 alone, in both directions, and TLS towards Gemini alone.
  { importer: /./, path: /^(node:)?http2$/ },
  { importer: from('fastify/lib/server\\.js'), path: /^node:https$/ },
  // The contract was checked when it was made, no answer is mocked, and requests come taken apart.
  { importer: from('openapi-backend/backend\\.js'), path: /^(openapi-schema-validator|mock-json-schema)$/ },
  { importer: from('openapi-backend/router\\.js'), path: /^(qs|cookie)$/ },
  // Fastify has no schemas, and nobody injects requests.
  { importer: from('fastify/lib/schema-controller\\.js'), path: /^@fastify\// },
  { importer: from('fastify/fastify\\.js'), path: /^light-my-request$/ },
  // The log is written in this thread; metrics are fetched from this process.
  { importer: from('pino/(pino|lib/tools)\\.js'), path: /\/transport$/ },
  { importer: from('prom-client/index\\.js'), path: /^\.\/lib\/(pushgateway|cluster)$/ },
  { importer: from('prom-client/lib/metrics/processCpuTotal\\.js'), path: /^@opentelemetry\/api$/ },
]

/** Modules with something else in their place. */
const REPLACED: readonly (Trim & { readonly contents: string })[] = [
  // The contract is an object without references to other files, which openapi-backend "parses" and then does not look at.
  {
    importer: from('openapi-backend/backend\\.js'),
    path: /^\.\/refparser$/,
    contents: `module.exports = { parse: async (document) => document }`,
  },
  // Needed only where a validator was not compiled by the build.
  {
    importer: from('openapi-backend/validation\\.js'),
    path: /^ajv$/,
    contents: `module.exports = { __esModule: true, get default() { return require('ajv').default } }`,
  },
  // Written in this thread, which is the main one; its module would load what threads need.
  { importer: from('pino/lib/tools\\.js'), path: /^worker_threads$/, contents: 'module.exports = { isMainThread: true }' },
  // Whether a plugin fits this Fastify is known when the tests have run from source.
  { importer: from('fastify/lib/plugin-utils\\.js'), path: /^semver$/, contents: `module.exports = { satisfies: () => true }` },
]

/** May be imported, inherited from and constructed; nothing more. */
function refusal(what: RegExp | undefined, importer: string): string {
  // An ES module copies what it imports by name.
  const names = importer.endsWith('.mjs') ? [...new Set(readFileSync(importer, 'utf8').match(/\b[A-Z]\w*/g))] : undefined
  return `
const refuse = () => { throw new Error(${JSON.stringify(`left out of the bundle by scripts/bundle/trims.ts: ${what}`)}) }
const stub = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : name === '__esModule' || typeof name === 'symbol' ? undefined : stub),
  apply: refuse,
  construct: () => stub,
})
module.exports = ${names === undefined ? 'stub' : `Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, stub]))`}`
}

// What the SDK does with headers; the server sends its own. The global class would load Node.js's whole `fetch`.
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

/** Leaves out of the bundle what is loaded and never run: parsing, deserialising and holding it is most of a cold start. */
export const trims: Plugin = {
  name: 'trims',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer, resolveDir, namespace }) => {
      if (namespace === 'trims') return undefined
      const matches = (trim: Trim): boolean => trim.importer.test(importer) && trim.path.test(path)
      const replaced = REPLACED.find(matches)
      const index = LEFT_OUT.findIndex(matches)
      if (replaced !== undefined) return to(`${path}.cjs`, replaced.contents, resolveDir)
      return index < 0 ? undefined : to(`${index}.cjs`, refusal(LEFT_OUT[index]?.path, importer), resolveDir)
    })
    lazyBuiltins(build)
    rewrites(build)
    build.onLoad({ filter: /./, namespace: 'trims' }, ({ pluginData }) => pluginData)
    build.onResolve({ filter: /^headers-of-the-sdk$/ }, () => to('headers.mjs', HEADERS, '.'))
    build.onLoad({ filter: /[\\/]openai[\\/]internal[\\/](headers|utils[\\/]log)\.mjs$/ }, ({ path }) => ({
      contents: `import { Headers } from 'headers-of-the-sdk'\n${readFileSync(path, 'utf8')}`,
    }))
  },
}

const to = (path: string, contents: string, resolveDir: string) => ({ path, namespace: 'trims', pluginData: { contents, resolveDir } })
