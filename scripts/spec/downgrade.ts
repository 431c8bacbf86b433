/**
 * Makes OpenAPI 3.1 of the contract, for client generators.
 *
 * 3.1 has no itemSchema: a stream gets the schema of the JSON in its events, as in OpenAI's own document, and the first as example.
 */
export function downgrade(spec: string): object {
  const { schemas } = JSON.parse(spec).components
  const frames = new Set<string>()
  const payload = ({ $ref }: { $ref: string }): object => {
    const { data } = schemas[$ref.split('/').at(-1) ?? ''].properties
    frames.add($ref.split('/').at(-1) ?? '')
    return [data, ...(data.anyOf ?? [])].find((branch: { contentSchema?: object }) => branch.contentSchema).contentSchema
  }
  const older = JSON.parse(spec, (_key, node) => {
    if (node?.itemSchema) return { schema: payload(node.itemSchema), examples: node.examples }
    const frame = /^data: (\{.*\})$/m.exec(node?.value)?.[1]
    return frame ? { ...node, value: JSON.parse(frame) } : node
  })
  for (const name of frames) delete older.components.schemas[name]
  return { ...older, openapi: '3.1.1' }
}
