import { type Document, OpenAPIBackend, type Options } from 'openapi-backend'

/**
 * Makes openapi-backend for a contract, with the rules by which requests are validated.
 *
 * @param document - the bundled contract; it is changed
 * @param options - handlers and the like
 */
export const makeBackend = (document: object, options: Partial<Options> = {}): OpenAPIBackend =>
  new OpenAPIBackend({
    definition: withoutMappings(document) as Document,
    quick: true,
    strict: true,
    ...options,
    // Counting code points costs 30 ms for a 10 MB image; UTF-16 units do as well for a minimum length.
    // The words for a refusal are those of validation.ts.
    ajvOpts: { discriminator: true, unicode: false, logger: false, messages: false, ...options.ajvOpts } as NonNullable<Options['ajvOpts']>,
  })

/** Takes `discriminator.mapping` out: Ajv refuses it, and the type generator needs it. */
function withoutMappings(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if ('discriminator' in node && typeof node.discriminator === 'object' && node.discriminator !== null && 'mapping' in node.discriminator) {
    delete node.discriminator.mapping
  }
  for (const child of Object.values(node)) withoutMappings(child)
  return node
}
