import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

type Node = Record<string, unknown>

/** Reads OpenAI's published API description from a file, and converts its `nullable` keywords. */
export const readOfficial = (file: string): Node => translated(JSON.parse(readFileSync(file, 'utf8'))) as Node

/**
 * Converts `nullable` of OpenAPI 3.0, which the document uses although it declares 3.1, to its 3.1
 * equivalent. Nothing else is changed.
 */
function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, translated(child)] as const)
  // Only the keyword `nullable`, a boolean, is converted; a property with this name has a schema.
  const { nullable, ...rest } = Object.fromEntries(entries) as Node
  if (typeof nullable !== 'boolean') return Object.fromEntries(entries)
  return nullable ? { anyOf: [rest, { type: 'null' }] } : rest
}

const ROOT = 'official.json'

/**
 * Returns a function that validates a value against a schema of the document, by name. It returns
 * the violations as a text, or undefined.
 */
export function makeOracle(document: Node): (schema: string, value: unknown) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema(document, ROOT)
  const checks = new Map<string, ValidateFunction>()
  return (schema, value) => {
    const check = checks.get(schema) ?? ajv.compile({ $ref: `${ROOT}#/components/schemas/${schema}` })
    checks.set(schema, check)
    return check(value) ? undefined : ajv.errorsText(check.errors)
  }
}
