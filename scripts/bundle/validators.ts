import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Ajv, ValidateFunction } from 'ajv'
import standaloneCode from 'ajv/dist/standalone/index.js'
import type { Plugin } from 'esbuild'
import { makeBackend } from '../../src/http/dispatch/backend.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMESPACE = 'validator'

/**
 * esbuild plugin that replaces src/http/dispatch/compiledValidators.ts by validators which Ajv has
 * compiled for openapi-backend. The first request of an operation loads its validators.
 */
export const compiledValidatorsPlugin: Plugin = {
  name: 'compiled-validators',
  setup(build) {
    let codes: Promise<Map<string, string[]>> | undefined
    const compiled = (): Promise<Map<string, string[]>> => {
      codes ??= compileValidators()
      return codes
    }
    build.onLoad({ filter: /[\\/]src[\\/]http[\\/]dispatch[\\/]compiledValidators\.ts$/ }, async () => ({
      contents: `export const COMPILED_VALIDATORS = {${[...(await compiled())].map(([id, { length }]) => `${id}: () => [${requires(id, length)}]`)}}`,
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

/** Returns the code of each operation's validators, in the order of openapi-backend's list. */
async function compileValidators(): Promise<Map<string, string[]>> {
  const codes = new Map<ValidateFunction, string>()
  const api = makeBackend(JSON.parse(readFileSync(`${ROOT}/generated/openapi.json`, 'utf8')), {
    ajvOpts: { code: { source: true } },
    customizeAjv: (ajv) => {
      const compile = ajv.compile.bind(ajv) as Ajv['compile']
      ajv.compile = ((schema: object) => {
        const validate = compile(removeProse(schema) as object)
        codes.set(validate, standaloneCode(ajv as unknown as Ajv, validate))
        return validate
      }) as typeof ajv.compile
      return ajv
    },
  })
  await api.init()
  const codeOf = (validate: unknown): string => {
    const code = codes.get(validate as ValidateFunction)
    if (code === undefined)
      throw new Error('openapi-backend did not compile this validator with Ajv.compile: adapt scripts/bundle/validators.ts')
    return code
  }
  const ids = api.getOperations().map(({ operationId = '' }) => operationId)
  return new Map(ids.map((id) => [id, api.validator.getRequestValidatorsForOperation(id).map(codeOf)]))
}

const PROSE = new Set(['title', 'description', 'example', 'examples'])
const VALUES = new Set(['enum', 'const', 'default'])

/** Copies a schema or contract without titles, descriptions and examples, to make it smaller. */
export function removeProse(node: unknown, isPropertyMap = false): unknown {
  if (Array.isArray(node)) return node.map((each) => removeProse(each))
  if (typeof node !== 'object' || node === null) return node
  // `format: binary` is removed: it restricts no values, and Ajv has no standalone code for it.
  const kept = Object.entries(node).filter(([key, value]) => isPropertyMap || !(PROSE.has(key) || (key === 'format' && value === 'binary')))
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      !isPropertyMap && VALUES.has(key) ? value : removeProse(value, !isPropertyMap && key === 'properties'),
    ]),
  )
}
