import { toGeminiSchema } from '../../../../src/upstream/request/schema/toGeminiSchema.js'

/**
 * Translates a schema. @returns the translation, and the paths of all that it drops; they begin
 * with `p`
 */
export const translated = (schema: unknown): { readonly schema: Record<string, unknown>; readonly dropped: readonly string[] } => {
  const dropped: string[] = []
  return { schema: toGeminiSchema(schema, 'p', (path) => dropped.push(path)), dropped }
}

/** One row of a table: title, schema, its translation, dropped paths. */
export type Line = readonly [title: string, raw: unknown, expected: unknown, dropped?: readonly string[]]
