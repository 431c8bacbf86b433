import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Ajv, ValidateFunction } from 'ajv'
import standaloneCode from 'ajv/dist/standalone/index.js'
import type { Plugin } from 'esbuild'
import { makeBackend } from '../../src/http/dispatch/backend.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMESPACE = 'validator'

/**
 * Puts the validators, compiled by openapi-backend's own Ajv in its own way, into the place of src/http/dispatch/compiledValidators.ts.
 * Each is a module of its own, which runs when its operation is first asked for.
 */
export const compiledValidators: Plugin = {
  name: 'compiled-validators',
  setup(build) {
    let codes: Promise<Map<string, string[]>> | undefined
    const compiled = (): Promise<Map<string, string[]>> => {
      codes ??= compileValidators()
      return codes
    }
    build.onLoad({ filter: /[\\/]src[\\/]http[\\/]dispatch[\\/]compiledValidators\.ts$/ }, async () => ({
      contents: `export const COMPILED = {${[...(await compiled())].map(([id, { length }]) => `${id}: () => [${requires(id, length)}]`)}}`,
      resolveDir: ROOT,
    }))
    build.onResolve({ filter: /^validator:/ }, ({ path }) => ({ path, namespace: NAMESPACE }))
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
      const [, id = '', nth] = path.split(':')
      return { contents: (await compiled()).get(id)?.[Number(nth)] ?? '', resolveDir: ROOT }
    })
  },
}

const requires = (id: string, length: number): string =>
  Array.from({ length }, (_, nth) => `require(${JSON.stringify(`validator:${id}:${nth}`)})`).join()

/** The code of the validators by operation, in the order in which openapi-backend calls them. */
async function compileValidators(): Promise<Map<string, string[]>> {
  const codes = new Map<ValidateFunction, string>()
  const api = makeBackend(JSON.parse(readFileSync(`${ROOT}/generated/openapi.json`, 'utf8')), {
    ajvOpts: { code: { source: true } },
    customizeAjv: (ajv) => {
      const compile = ajv.compile.bind(ajv) as Ajv['compile']
      ajv.compile = ((schema: object) => {
        const validate = compile(withoutWords(schema) as object)
        codes.set(validate, standaloneCode(ajv as unknown as Ajv, validate))
        return validate
      }) as typeof ajv.compile
      return ajv
    },
  })
  await api.init()
  const codeOf = (validate: unknown): string => {
    const code = codes.get(validate as ValidateFunction)
    if (code === undefined) throw new Error('openapi-backend compiles validators in another way than it did')
    return code
  }
  const ids = api.getOperations().map(({ operationId = '' }) => operationId)
  return new Map(ids.map((id) => [id, api.validator.getRequestValidatorsForOperation(id).map(codeOf)]))
}

const WORDS = new Set(['title', 'description', 'example', 'examples'])
const VALUES = new Set(['enum', 'const', 'default'])

/** A schema, or a contract, without what is said to its readers: a validator holds its whole schema, to look up values. */
export function withoutWords(node: unknown, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((each) => withoutWords(each))
  if (typeof node !== 'object' || node === null) return node
  const kept = Object.entries(node).filter(([key]) => isNames || !WORDS.has(key))
  return Object.fromEntries(
    kept.map(([key, value]) => [key, !isNames && VALUES.has(key) ? value : withoutWords(value, !isNames && key === 'properties')]),
  )
}
