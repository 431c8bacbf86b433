import { CATALOGUE, FAMILIES, NEW_FAMILY, VARIANTS } from './catalogue.js'
import type { ModelTraits } from './model.js'

const OF_CATALOGUED: ReadonlyMap<string, ModelTraits> = new Map(CATALOGUE.map(({ id }) => [id, derive(id)]))

/** Returns the capabilities of a model by its id; for an unlisted model, those of its family. */
export const traitsOf = (modelId: string): ModelTraits => OF_CATALOGUED.get(modelId) ?? derive(modelId)

function derive(modelId: string): ModelTraits {
  const family = FAMILIES.find(([ids]) => ids.test(modelId))?.[1] ?? NEW_FAMILY
  return Object.assign({}, family, ...VARIANTS.flatMap(([ids, traits]) => (ids.test(modelId) ? traits : []))) as ModelTraits
}
