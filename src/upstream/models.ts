import type { Model } from '../contract/types.js'
import { modelNotFound, modelUnsuited } from '../errors.js'
import type { ModelAlias } from '../settings.js'
import { CATALOGUE, type CataloguedModel } from './catalogue.js'
import { EMBEDDING_CATALOGUE, EMBEDDING_HINT, isEmbeddingModel, toListedEmbeddingModel } from './embeddingCatalogue.js'
import { withoutPrefix } from './modelNames.js'

/** The model that answers a request. */
export interface ResolvedModel {
  /** The id that goes to Gemini. */
  readonly served: string
  /** What the catalogue knows of it. */
  readonly known: CataloguedModel | undefined
}

/** Which models the proxy serves, and by which of Gemini's. */
export interface Models {
  /** All that are listed. */
  list(): Model[]
  /** One of the listed models; an optional `models/` prefix is accepted. Undefined where it is not listed. */
  find(id: string): Model | undefined
  /**
   * Finds who answers for the name that a client asked for.
   *
   * @throws 404 `model_not_found`
   */
  resolve(asked: string): ResolvedModel
  /**
   * Finds the embedding model for the name that a client asked for; aliases that lead to chat models are passed over.
   *
   * @returns the id that goes to Gemini
   * @throws 404 `model_not_found`
   */
  resolveEmbedding(asked: string): string
  /** True for the names that the operator or the catalogue knows, so that callers cannot invent metric labels. */
  isKnown(id: string): boolean
}

/** What {@link makeModels} needs. */
export interface ModelsParts {
  readonly extraModels: readonly string[]
  readonly aliases: readonly ModelAlias[]
  /** The present, in milliseconds since 1970: retirement is a matter of days. */
  readonly now: () => number
}

const toSeconds = (day: string): number => Date.parse(day) / 1000

const toPattern = (asked: string): RegExp =>
  new RegExp(
    `^${asked
      .split('*')
      .map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
  )

/** Makes the directory of models from the catalogue and the operator's settings. */
export function makeModels({ extraModels, aliases, now }: ModelsParts): Models {
  const catalogue = new Map(CATALOGUE.map((model) => [model.id, model]))
  const embedding = new Map(EMBEDDING_CATALOGUE.map((model) => [model.id, model]))
  const extra = extraModels.map(withoutPrefix).filter((id) => !catalogue.has(id) && !embedding.has(id))
  const rules = aliases.map(({ asked, served }) => ({ asked, served: withoutPrefix(served), pattern: toPattern(asked) }))
  const listedAliases = rules.filter(
    ({ asked }) => !asked.includes('*') && !catalogue.has(asked) && !embedding.has(asked) && !extra.includes(asked),
  )
  const servedBy = (id: string): string => rules.find(({ pattern }) => pattern.test(id))?.served ?? id

  const list = (): Model[] => [
    ...CATALOGUE.map((model) => toModel(model, now())),
    ...EMBEDDING_CATALOGUE.map((model) => toListedEmbeddingModel(model)),
    ...[...extra, ...listedAliases.map(({ asked }) => asked)].map((id) => {
      const embedder = embedding.get(servedBy(id))
      return embedder === undefined ? toUncatalogued(id, catalogue.get(servedBy(id)), now()) : toListedEmbeddingModel(embedder, id)
    }),
  ]

  return {
    list,
    find: (id) => list().find((model) => model.id === withoutPrefix(id)),
    isKnown: (id) =>
      catalogue.has(withoutPrefix(id)) ||
      embedding.has(withoutPrefix(id)) ||
      extra.includes(withoutPrefix(id)) ||
      listedAliases.some(({ asked }) => asked === withoutPrefix(id)),
    resolve: (asked) => {
      const id = withoutPrefix(asked)
      const served = servedBy(id)
      if (isEmbeddingModel(served)) throw modelUnsuited(asked, 'does not chat. It makes embeddings: POST /v1/embeddings.')
      // A name that Google may know and the catalogue does not: Google decides.
      if (!catalogue.has(served) && !extra.includes(served) && !/^gem(?:ini|ma)-[\w.-]+$/.test(served)) throw modelNotFound(asked)
      return { served, known: catalogue.get(served) }
    },
    resolveEmbedding: (asked) => {
      const id = withoutPrefix(asked)
      const embeds = (name: string): boolean => isEmbeddingModel(name) || extra.includes(name)
      const served = rules.find((rule) => rule.pattern.test(id) && embeds(rule.served))?.served ?? id
      if (catalogue.has(served)) throw modelUnsuited(asked, `does not make embeddings. ${EMBEDDING_HINT}`)
      if (!embeds(served)) throw modelNotFound(asked, EMBEDDING_HINT)
      return served
    },
  }
}

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

/** A name of the operator's: what it can do is what the model behind it can, if that is known. */
const toUncatalogued = (id: string, served: CataloguedModel | undefined, now: number): Model =>
  served === undefined
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
    : { ...toModel(served, now), id }
