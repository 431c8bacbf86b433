import type { Config } from '../../config/settings.js'
import type { Clock } from '../../contract/clock.js'
import { findClosest } from '../../contract/closest.js'
import { modelNotFoundError } from '../failures/modelNotFound.js'
import { CATALOGUE } from './catalogue.js'
import { EMBEDDING_CATALOGUE } from './embeddingCatalogue.js'
import type { CataloguedModel } from './model.js'
import { SPEECH_CATALOGUE } from './speechCatalogue.js'

/** Replaces models that Google has retired, as clients continue to request them. */
export interface ModelRetirement {
  /** Returns the model to call for an id: its replacement if known to be retired, or the id. */
  currentModel(id: string): string
  /**
   * Returns the replacement of a model that Google does not know.
   *
   * @param requested - the name that the client used
   * @throws 404 `model_not_found` if there is no replacement, or RETIRED_MODELS is `error`
   */
  replacementFor(id: string, requested: string): string
  /** Like {@link replacementFor}, and remembers the model as retired for an hour. */
  retire(id: string, requested: string): string
}

// How long a retirement is remembered. Google has reversed some; checking once an hour costs one
// failed call.
const REMEMBERED_MS = 3_600_000

const BY_ID: ReadonlyMap<string, CataloguedModel> = new Map([...CATALOGUE, ...SPEECH_CATALOGUE].map((model) => [model.id, model]))

const CATALOGUED_IDS = [...CATALOGUE, ...SPEECH_CATALOGUE, ...EMBEDDING_CATALOGUE].map(({ id }) => id)

/** Returns a sentence that suggests a similar model; '' without one, or for a catalogued id. */
function toSuggestion(id: string): string {
  const meant = CATALOGUED_IDS.includes(id) ? undefined : findClosest(id, CATALOGUED_IDS)
  return meant === undefined ? '' : ` Did you mean '${meant}'?`
}

/** Returns the entry of a chat or audio model in the catalogues; undefined if it has none. */
export const findCataloguedModel = (id: string): CataloguedModel | undefined => BY_ID.get(id)

/** Dependencies of {@link makeModelRetirement}. */
export interface RetirementParts extends Pick<Config, 'retiredModels'>, Pick<Clock, 'elapsed'> {
  /** Finds the replacement of a model. Default: the replacement that the catalogue names. */
  readonly findReplacement?: (id: string) => string | undefined
}

/** Makes the replacement of retired models. A retirement is remembered for an hour. */
export function makeModelRetirement({
  retiredModels,
  elapsed,
  findReplacement = (id) => findCataloguedModel(id)?.replacement,
}: RetirementParts): ModelRetirement {
  const retiredUntil = new Map<string, number>()
  const replacementFor = (id: string, requested: string): string => {
    const replacement = findReplacement(id)
    if (replacement === undefined) throw modelNotFoundError(requested, `does not exist or has been retired by Google.${toSuggestion(id)}`)
    if (retiredModels === 'error') throw modelNotFoundError(requested, `was retired by Google. Use '${replacement}' instead.`)
    return replacement
  }
  return {
    currentModel: (id) => {
      const replacement = findReplacement(id)
      return replacement !== undefined && retiredModels === 'replacement' && (retiredUntil.get(id) ?? Number.NEGATIVE_INFINITY) > elapsed()
        ? replacement
        : id
    },
    replacementFor,
    retire: (id, requested) => {
      const replacement = replacementFor(id, requested)
      retiredUntil.set(id, elapsed() + REMEMBERED_MS)
      return replacement
    },
  }
}
