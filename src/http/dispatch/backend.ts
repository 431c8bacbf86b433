import { type Document, OpenAPIBackend, type Options } from 'openapi-backend'

/**
 * Makes openapi-backend for a contract, with the options by which requests are validated.
 *
 * @param document - the bundled contract; it is changed
 * @param options - further options
 */
export const makeBackend = (document: object, options: Partial<Options> = {}): OpenAPIBackend =>
  new OpenAPIBackend({
    definition: withoutMappings(document) as Document,
    quick: true,
    strict: true,
    ...options,
    // unicode: counting code points costs 30 ms for a 10 MB image; UTF-16 units are good enough for
    // a minimum length. messages: those of validation.ts are sent instead.
    ajvOpts: { discriminator: true, unicode: false, logger: false, messages: false, ...options.ajvOpts } as NonNullable<Options['ajvOpts']>,
  })

/** Removes `discriminator.mapping`: Ajv rejects it, and the type generator needs it. */
function withoutMappings(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if ('discriminator' in node && typeof node.discriminator === 'object' && node.discriminator !== null && 'mapping' in node.discriminator) {
    delete node.discriminator.mapping
  }
  for (const child of Object.values(node)) withoutMappings(child)
  return node
}
