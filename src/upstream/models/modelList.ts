import { findClosest } from '../../contract/closest.js'
import type { Model } from '../../contract/types.js'
import { CATALOGUE } from './catalogue.js'
import { EMBEDDING_CATALOGUE, toListedEmbeddingModel } from './embeddingCatalogue.js'
import type { CataloguedModel } from './model.js'
import { findCataloguedModel } from './retirement.js'
import { SPEECH_CATALOGUE } from './speechCatalogue.js'

/** The list of models of GET /v1/models. */
export interface ModelList {
  /** Returns the list: chat models, then speech and embedding models, and retired models last. */
  list(): Model[]
  /**
   * Returns the id of a listed model that a client may have meant by a name; undefined for none.
   *
   * @param isSuitable - returns false for a model that cannot do what was requested
   */
  findSimilar(name: string, isSuitable: (id: string) => boolean): string | undefined
}

/** Dependencies of {@link makeModelList}. */
export interface ModelListParts {
  /** Ids and aliases that the operator has configured. */
  readonly configured: readonly string[]
  /** Returns the ids that Google lists, but neither the catalogue nor the operator. */
  readonly listedByGoogle: () => readonly string[]
  readonly servedModelOf: (id: string) => string
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
}

/** Makes the list: the catalogue, the operator's models, and others that Google lists. */
export function makeModelList({ configured, listedByGoogle, servedModelOf, now }: ModelListParts): ModelList {
  const embedding = new Map(EMBEDDING_CATALOGUE.map((model) => [model.id, model]))
  const named = configured.map((id) => ({ id, servedModel: servedModelOf(id), embedder: embedding.get(servedModelOf(id)) }))

  const list = (): Model[] => {
    const chat = [
      ...CATALOGUE.map((model) => toModel(model, now())),
      ...named.flatMap(({ id, servedModel, embedder }) =>
        embedder === undefined ? toUncataloguedModel(id, findCataloguedModel(servedModel), now()) : [],
      ),
      ...listedByGoogle().map((id) => toUncataloguedModel(id, findCataloguedModel(servedModelOf(id)), now())),
    ]
    const speech = SPEECH_CATALOGUE.map((model) => toModel(model, now()))
    const embedders = [
      ...EMBEDDING_CATALOGUE.map((model) => toListedEmbeddingModel(model)),
      ...named.flatMap(({ id, embedder }) => (embedder === undefined ? [] : toListedEmbeddingModel(embedder, id))),
    ]
    const others = [...chat, ...speech]
    return [...others.filter(({ retired }) => !retired), ...embedders, ...others.filter(({ retired }) => retired)]
  }

  return {
    list,
    findSimilar: (name, isSuitable) => {
      const ids = list().flatMap(({ id }) => (id !== name && isSuitable(id) ? id : []))
      // Ignores a provider before the name, as in `google/gemini-3.8-flash`.
      const bare = name.slice(name.lastIndexOf('/') + 1)
      return findClosest(bare, ids) ?? ids.find((id) => id.startsWith(`${bare.toLowerCase()}-`))
    },
  }
}

const toSeconds = (day: string): number => Date.parse(day) / 1000

const toModel = (model: CataloguedModel, now: number): Model => ({
  id: model.id,
  object: 'model',
  created: toSeconds(model.releasedOn),
  owned_by: 'google',
  display_name: model.displayName,
  context_window: model.contextWindow,
  max_output_tokens: model.maxOutputTokens,
  input_modalities: [...model.inputModalities],
  thinking_levels: [...model.thinkingLevels],
  retired: model.retiredOn !== undefined && now >= Date.parse(model.retiredOn),
  replacement: model.replacement ?? null,
})

/** Describes a name without catalogue entry. @param servedModel - entry of its model, if any */
export const toUncataloguedModel = (id: string, servedModel: CataloguedModel | undefined, now: number): Model =>
  servedModel === undefined
    ? {
        id,
        object: 'model',
        created: toSeconds('2026-01-01'),
        owned_by: 'google',
        context_window: null,
        max_output_tokens: null,
        thinking_levels: [],
        retired: false,
        replacement: null,
      }
    : { ...toModel(servedModel, now), id }
