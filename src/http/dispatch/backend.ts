import { type Document, OpenAPIBackend, type Options } from 'openapi-backend'
import { isRecord } from '../../contract/isRecord.js'

/** Makes openapi-backend for the bundled contract, which it changes. */
export const makeBackend = (document: object, options: Partial<Options> = {}): OpenAPIBackend =>
  new OpenAPIBackend({
    definition: withoutMappings(document) as Document,
    quick: true,
    strict: true,
    ...options,
    // unicode: counting the code points of a 10 MB image takes 30 ms. messages: Ajv's are not used.
    ajvOpts: { discriminator: true, unicode: false, logger: false, messages: false, ...options.ajvOpts } as NonNullable<Options['ajvOpts']>,
  })

/** Removes `discriminator.mapping`: Ajv rejects it, and the type generator needs it. */
function withoutMappings(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if ('discriminator' in node && isRecord(node.discriminator)) Reflect.deleteProperty(node.discriminator, 'mapping')
  for (const child of Object.values(node)) withoutMappings(child)
  return node
}
