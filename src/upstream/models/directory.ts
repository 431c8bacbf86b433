import type { Config } from '../../config/settings.js'
import type { Model } from '../../contract/types.js'
import { modelNotFound } from '../failures/modelNotFound.js'
import { CATALOGUE, type CataloguedModel } from './catalogue.js'
import { EMBEDDING_CATALOGUE, EMBEDDING_HINT, isEmbeddingModel, toListedEmbeddingModel } from './embeddingCatalogue.js'
import type { ModelLookup } from './lookup.js'
import { withoutPrefix } from './names.js'
import { knownModel } from './retirement.js'

/** The models that the proxy serves, and the Gemini model behind each name. */
export interface Models {
  /** All models of GET /v1/models. */
  list(): Model[]
  /**
   * Describes one model; the prefix `models/` is accepted. A name of Gemini's or Gemma's that is
   * not listed is looked up at Google.
   *
   * @throws 404 `model_not_found`
   */
  describe(id: string, signal: AbortSignal): Promise<Model>
  /**
   * Finds the chat model for the name that a client used, and returns its id at Gemini.
   *
   * @throws 404 `model_not_found`
   */
  resolve(requested: string, signal: AbortSignal): Promise<string>
  /**
   * Likewise finds the embedding model; aliases of chat models are skipped.
   *
   * @throws 404 `model_not_found`
   */
  resolveEmbedding(requested: string): string
  /** True for a name of a model that creates embeddings. */
  isEmbedding(id: string): boolean
  /** True for names from the catalogue or the operator: only they become metric labels. */
  isKnown(id: string): boolean
}

/** What {@link makeModels} needs. */
export interface ModelsParts extends Pick<Config, 'extraModels' | 'modelAliases'> {
  /** Looks up all other names at Google. */
  readonly lookup: ModelLookup
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
}

// Names that may exist at Google without being in the catalogue.
const GOOGLE_NAME = /^gem(?:ini|ma)-[\w.-]{1,80}$/

const toSeconds = (day: string): number => Date.parse(day) / 1000

// No model has a longer name.
const LONGEST_NAME = 200

function toName(requested: string): string {
  if (requested.length > LONGEST_NAME) throw modelNotFound(requested)
  return withoutPrefix(requested)
}

/** Matches a pattern with `*` for any text. A regular expression could backtrack for minutes. */
function makeMatcher(pattern: string): (name: string) => boolean {
  const literals = pattern.split('*')
  const [first = '', last = ''] = [literals[0], literals.at(-1)]
  if (literals.length === 1) return (name) => name === pattern
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
    let from = first.length
    for (const literal of literals.slice(1, -1)) {
      const at = name.indexOf(literal, from)
      if (at === -1) return false
      from = at + literal.length
    }
    return from <= name.length - last.length
  }
}

/** Makes the directory of models, from the catalogue and the operator's settings. */
export function makeModels({ extraModels, modelAliases: aliases, lookup, now }: ModelsParts): Models {
  const embedding = new Map(EMBEDDING_CATALOGUE.map((model) => [model.id, model]))
  const isCatalogued = (id: string): boolean => knownModel(id) !== undefined || embedding.has(id)
  const extra = extraModels.map(withoutPrefix).filter((id) => !isCatalogued(id))
  const rules = aliases.map(({ requested, served }) => ({ matches: makeMatcher(requested), servedModel: withoutPrefix(served) }))
  const listedAliases = aliases
    .map(({ requested }) => requested)
    .filter((name) => !name.includes('*') && !isCatalogued(name) && !extra.includes(name))
  const servedModelOf = (id: string): string => rules.find(({ matches }) => matches(id))?.servedModel ?? id

  const exists = async (id: string, signal: AbortSignal): Promise<boolean> =>
    knownModel(id) !== undefined || extra.includes(id) || (GOOGLE_NAME.test(id) && (await lookup.exists(id, signal)))

  const list = (): Model[] => [
    ...CATALOGUE.map((model) => toModel(model, now())),
    ...EMBEDDING_CATALOGUE.map((model) => toListedEmbeddingModel(model)),
    ...[...extra, ...listedAliases].map((id) => {
      const servedModel = servedModelOf(id)
      const embedder = embedding.get(servedModel)
      return embedder === undefined ? toUncatalogued(id, knownModel(servedModel), now()) : toListedEmbeddingModel(embedder, id)
    }),
  ]

  return {
    list,
    describe: async (id, signal) => {
      const name = toName(id)
      const listed = list().find((model) => model.id === name)
      if (listed !== undefined) return listed
      const servedModel = servedModelOf(name)
      if (!(await exists(servedModel, signal))) throw modelNotFound(id)
      return toUncatalogued(name, knownModel(servedModel), now())
    },
    isEmbedding: (id) => isEmbeddingModel(servedModelOf(withoutPrefix(id))),
    isKnown: (id) => {
      const name = withoutPrefix(id)
      return isCatalogued(name) || extra.includes(name) || listedAliases.includes(name)
    },
    resolve: async (requested, signal) => {
      const servedModel = servedModelOf(toName(requested))
      if (isEmbeddingModel(servedModel))
        throw modelNotFound(requested, 'creates embeddings and cannot chat. Use it with POST /v1/embeddings.')
      if (!(await exists(servedModel, signal))) throw modelNotFound(requested)
      return servedModel
    },
    resolveEmbedding: (requested) => {
      const id = toName(requested)
      const embeds = (name: string): boolean => isEmbeddingModel(name) || extra.includes(name)
      const servedModel = rules.find((rule) => rule.matches(id) && embeds(rule.servedModel))?.servedModel ?? id
      if (knownModel(servedModel) !== undefined) throw modelNotFound(requested, `does not create embeddings. ${EMBEDDING_HINT}`)
      if (!embeds(servedModel)) throw modelNotFound(requested, `does not exist. ${EMBEDDING_HINT}`)
      return servedModel
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

/** Describes a name that is not in the catalogue, like the model that serves it if it is known. */
const toUncatalogued = (id: string, servedModel: CataloguedModel | undefined, now: number): Model =>
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
