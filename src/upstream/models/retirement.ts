import { modelNotFound } from '../failures/modelNotFound.js'
import { CATALOGUE, type CataloguedModel } from './catalogue.js'

/** Follows models to their end: Google retires them, and old clients go on asking. */
export interface ModelLife {
  /** Who serves an id now: itself, or its replacement while Google is known to have retired it. */
  current(id: string): string
  /**
   * Google does not know the id any more.
   *
   * @param asked - the name that the client used
   * @returns who serves instead
   * @throws 404 `model_not_found` where nobody does, or the operator wants it so
   */
  retire(id: string, asked: string): string
}

/** What {@link makeModelLife} needs. */
export interface ModelLifeParts {
  readonly retiredModels: 'replacement' | 'error'
  readonly now: () => number
}

// Google has taken models back from retirement before; an hour of one needless request each is a small price.
const REMEMBERED_MS = 3_600_000

/** What the catalogue knows of an id. */
export const knownModel = (id: string): CataloguedModel | undefined => BY_ID.get(id)

const BY_ID: ReadonlyMap<string, CataloguedModel> = new Map(CATALOGUE.map((model) => [model.id, model]))

/** Makes the follower of models. It remembers for an hour. */
export function makeModelLife({ retiredModels, now }: ModelLifeParts): ModelLife {
  const retiredUntil = new Map<string, number>()
  return {
    current: (id) => {
      const replacement = knownModel(id)?.replacement
      return replacement !== undefined && retiredModels === 'replacement' && (retiredUntil.get(id) ?? 0) > now() ? replacement : id
    },
    retire: (id, asked) => {
      const replacement = knownModel(id)?.replacement
      if (replacement === undefined) throw modelNotFound(asked, 'does not exist at Google, or no longer.')
      if (retiredModels === 'error') throw modelNotFound(asked, `was retired by Google. Use '${replacement}' instead.`)
      retiredUntil.set(id, now() + REMEMBERED_MS)
      return replacement
    },
  }
}
