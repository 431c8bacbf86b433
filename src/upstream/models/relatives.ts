import { RELATIVES } from './catalogue.js'
import type { CataloguedModel } from './model.js'
import { knownModel } from './retirement.js'

/**
 * Returns the listed model whose thinking that of an unlisted one resembles: the settings that
 * Google accepts, and how much of the token limit they may take.
 */
export const relativeOf = (modelId: string): CataloguedModel | undefined =>
  knownModel(RELATIVES.find(([ids]) => ids.test(modelId))?.[1] ?? '')
