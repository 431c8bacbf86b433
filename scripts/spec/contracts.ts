import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { removeProse } from '../bundle/validators.js'

interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: unknown }>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * esbuild plugin that embeds the contracts as JSON text, which V8 parses faster than an object
 * literal. The contract for validation is reduced to operations, parameters and request bodies.
 */
export const contractsPlugin: Plugin = {
  name: 'contracts',
  setup(build) {
    build.onLoad({ filter: /[\\/]generated[\\/]openapi(-3\.1)?\.json$/ }, ({ path }) => {
      // The type is safe: scripts/spec/generate.ts has written the contract.
      const document: Contract = JSON.parse(readFileSync(path, 'utf8'))
      const embedded = path.endsWith('openapi.json') ? reduceToRequests(document) : document
      return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(embedded))})`, loader: 'js' }
    })
  },
}

/** Copies a contract without responses, descriptions and components that are then unused. */
function reduceToRequests(document: Contract): unknown {
  const { paths, components, ...rest } = removeProse(document) as Contract
  const operations = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, { responses: _, ...operation }]) => [method, operation])),
  ])
  const used: Record<string, Record<string, unknown>> = { securitySchemes: components.securitySchemes ?? {} }
  const collect = (node: unknown): void => {
    for (const [, section = '', name = ''] of JSON.stringify(node).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)) {
      const found = components[section]?.[name]
      if (found === undefined || used[section]?.[name] !== undefined) continue
      used[section] = { ...used[section], [name]: found }
      collect(found)
    }
  }
  const remaining = Object.fromEntries(operations)
  collect(remaining)
  return { ...rest, paths: remaining, components: used }
}
