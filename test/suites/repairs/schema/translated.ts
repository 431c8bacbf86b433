import { toGeminiSchema } from '../../../../src/upstream/request/schema/toGeminiSchema.js'

/** What a schema becomes, and the places of what was dropped, below `p`. */
export const translated = (schema: unknown): { readonly schema: Record<string, unknown>; readonly dropped: readonly string[] } => {
  const dropped: string[] = []
  return { schema: toGeminiSchema(schema, 'p', (path) => dropped.push(path)), dropped }
}

/** One line of a table: what it is about, a schema, what it becomes, what is named. */
export type Line = readonly [title: string, raw: unknown, expected: unknown, dropped?: readonly string[]]
