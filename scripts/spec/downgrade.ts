/**
 * Converts the contract to OpenAPI 3.1, for client generators. OpenAPI 3.1 lacks `itemSchema`: as
 * in OpenAI's document, a stream gets the schema of its events' JSON, and its first event as
 * example.
 *
 * @param spec - the bundled contract, OpenAPI 3.2 as JSON text
 */
export function toOpenApi31(spec: string): object {
  const { schemas } = JSON.parse(spec).components
  const frames = new Set<string>()
  const payload = ({ $ref }: { $ref: string }): object => {
    const name = $ref.split('/').at(-1) ?? ''
    const { data } = schemas[name].properties
    frames.add(name)
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
