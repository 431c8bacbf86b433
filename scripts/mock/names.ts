/** The parts of the contract that contain the names of examples. */
export interface ExampleContract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationExamples>>>>
  readonly components: { readonly responses: Readonly<Record<string, ResponseExamples>> }
}
interface OperationExamples {
  readonly operationId: string
  readonly responses: Readonly<Record<string, ResponseExamples & { readonly $ref?: string }>>
}
interface ResponseExamples {
  readonly content?: Readonly<Record<string, { readonly examples?: Readonly<Record<string, unknown>> }>>
}

/**
 * Lists the valid values of the header `Prefer` for an operation, such as `example=tool_call`, and
 * `code=429` with the names of its examples.
 */
export function listPreferences({ paths, components }: ExampleContract, operationId: string): string[] {
  const operation = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .find((each) => each.operationId === operationId)
  return Object.entries(operation?.responses ?? {}).flatMap(([status, response]) => {
    const { content = {} } = components.responses[response.$ref?.split('/').at(-1) ?? ''] ?? response
    const names = [...new Set(Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples)))]
    if (status === '200') return names.map((name) => `\`example=${name}\``)
    return `\`code=${status}\`${names.length > 1 ? ` with \`example=\` and one of ${names.join(', ')}` : ''}`
  })
}
