import { CATALOGUE, FAMILY_TRAITS, NEW_FAMILY_TRAITS, VARIANT_TRAITS } from './catalogue.js'
import type { ModelTraits } from './model.js'

const TRAITS_BY_ID: ReadonlyMap<string, ModelTraits> = new Map(CATALOGUE.map(({ id }) => [id, deriveTraits(id)]))

/** Returns the capabilities of a model by its id; for an unlisted model, those of its family. */
export const traitsOf = (modelId: string): ModelTraits => TRAITS_BY_ID.get(modelId) ?? deriveTraits(modelId)

function deriveTraits(modelId: string): ModelTraits {
  const family = FAMILY_TRAITS.find(([ids]) => ids.test(modelId))?.[1] ?? NEW_FAMILY_TRAITS
  return Object.assign({}, family, ...VARIANT_TRAITS.flatMap(([ids, traits]) => (ids.test(modelId) ? traits : []))) as ModelTraits
}
