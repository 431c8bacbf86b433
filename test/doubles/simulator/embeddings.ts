import { invalidArgument } from './errors.js'
import { EMBEDDING_FIELDS } from './fields.js'
import { bareId, modelOf } from './models.js'
import { refuseAll, violationsOf } from './strict.js'
import type { JsonObject, Settings } from './types.js'

const DEFAULT_DIMENSIONS = 3072

/**
 * Serves `POST /embeddings`. The first item has no `index`, because Google omits zeros.
 *
 * @throws Refusal 400 for an encoding other than float or an input that is not text, 404 for a chat
 *   model
 */
export const embed = (body: JsonObject, settings: Settings): object => {
  refuseAll(violationsOf(body, EMBEDDING_FIELDS))
  const model = modelOf(String(body.model), 'embedding', settings)
  if (typeof body.encoding_format === 'string' && body.encoding_format !== 'float') {
    throw invalidArgument(`Unsupported encoding_format: ${body.encoding_format}`)
  }
  const inputs: readonly unknown[] = Array.isArray(body.input) ? body.input : [body.input]
  if (inputs.length === 0 || inputs.some((input) => typeof input !== 'string' || input === '')) {
    throw invalidArgument('* BatchEmbedContentsRequest.requests[0].content: contents is not specified\n')
  }
  const dimensions = typeof body.dimensions === 'number' ? body.dimensions : DEFAULT_DIMENSIONS
  return {
    data: inputs.map((input, index) => ({
      embedding: vectorOf(String(input), dimensions),
      ...(index === 0 ? {} : { index }),
      object: 'embedding',
    })),
    model: bareId(model.id),
    object: 'list',
  }
}

/** Makes a vector that depends on the text only. */
export function vectorOf(text: string, dimensions: number): readonly number[] {
  let state = 2166136261
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 16777619)
  return Array.from({ length: dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 1
    return Math.round(((state >>> 0) / 2 ** 31 - 1) * 1e6) / 1e7
  })
}
