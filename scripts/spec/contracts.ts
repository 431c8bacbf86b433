import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { withoutWords } from '../bundle/validators.js'

interface Operation {
  readonly responses?: unknown
}
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Puts the contracts into the bundle as text, which V8 parses faster than code; and of the one that validates, only what is asked of it while
 * it runs: operations, parameters, bodies.
 */
export const contracts: Plugin = {
  name: 'contracts',
  setup(build) {
    build.onLoad({ filter: /[\\/]generated[\\/]openapi(-3\.1)?\.json$/ }, ({ path }) => {
      const document: Contract = JSON.parse(readFileSync(path, 'utf8')) // made and checked by scripts/spec/generate.ts
      const kept = path.endsWith('openapi.json') ? forRequests(document) : document
      return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(kept))})`, loader: 'js' }
    })
  },
}

/** The contract without its answers, its words, and what is then referred to no more. */
function forRequests(document: Contract): unknown {
  const { paths, components, ...rest } = withoutWords(document) as Contract
  const asked = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, { responses: _, ...operation }]) => [method, operation])),
  ])
  const kept: Record<string, Record<string, unknown>> = { securitySchemes: components.securitySchemes ?? {} }
  const keep = (node: unknown): void => {
    for (const [, section = '', name = ''] of JSON.stringify(node).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)) {
      const found = components[section]?.[name]
      if (found === undefined || kept[section]?.[name] !== undefined) continue
      kept[section] = { ...kept[section], [name]: found }
      keep(found)
    }
  }
  const remaining = Object.fromEntries(asked)
  keep(remaining)
  return { ...rest, paths: remaining, components: kept }
}
