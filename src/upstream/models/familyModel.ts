import { FAMILY_MODELS } from './catalogue.js'
import type { CataloguedModel } from './model.js'
import { findCataloguedModel } from './retirement.js'

/**
 * Returns the catalogued model whose thinking settings apply to a model that the catalogue lacks:
 * its levels, its budgets, and how many tokens thinking may use.
 */
export const familyModelOf = (modelId: string): CataloguedModel | undefined =>
  findCataloguedModel(FAMILY_MODELS.find(([ids]) => ids.test(modelId))?.[1] ?? '')
