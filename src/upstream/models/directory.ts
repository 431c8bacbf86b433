import type { ModelAlias } from '../../config/readers.js'
import type { Model } from '../../contract/types.js'
import { modelNotFound } from '../failures/modelNotFound.js'
import { CATALOGUE, type CataloguedModel } from './catalogue.js'
import { EMBEDDING_CATALOGUE, EMBEDDING_HINT, isEmbeddingModel, toListedEmbeddingModel } from './embeddingCatalogue.js'
import type { ModelLookup } from './lookup.js'
import { withoutPrefix } from './names.js'

/** Which models the proxy serves, and by which of Gemini's. */
export interface Models {
  /** All that are listed. */
  list(): Model[]
  /**
   * One model; an optional `models/` prefix is accepted. Names of Gemini's form that are not listed are looked up at Google.
   *
   * @throws 404 `model_not_found`
   */
  describe(id: string, signal: AbortSignal): Promise<Model>
  /**
   * Finds who answers for the name that a client asked for.
   *
   * @returns the id that goes to Gemini
   * @throws 404 `model_not_found`
   */
  resolve(asked: string, signal: AbortSignal): Promise<string>
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
  /** Asks Google about the others. */
  readonly lookup: ModelLookup
  /** The present, in milliseconds since 1970: retirement is a matter of days. */
  readonly now: () => number
}

// Names that Google may know and the catalogue does not.
const GOOGLE_NAME = /^gem(?:ini|ma)-[\w.-]{1,80}$/

const toSeconds = (day: string): number => Date.parse(day) / 1000

// No model has a longer name; whoever sends one wants something else.
const LONGEST_NAME = 200

/** Tells whether a name fits a rule, by its literals one after the other: a regular expression could be made to search for minutes. */
function makeMatcher(asked: string): (name: string) => boolean {
  const literals = asked.split('*')
  const [first = '', last = ''] = [literals[0], literals.at(-1)]
  if (literals.length === 1) return (name) => name === asked
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

/** Makes the directory of models from the catalogue and the operator's settings. */
export function makeModels({ extraModels, aliases, lookup, now }: ModelsParts): Models {
  const catalogue = new Map(CATALOGUE.map((model) => [model.id, model]))
  const embedding = new Map(EMBEDDING_CATALOGUE.map((model) => [model.id, model]))
  const extra = extraModels.map(withoutPrefix).filter((id) => !catalogue.has(id) && !embedding.has(id))
  const rules = aliases.map(({ requested: asked, served }) => ({ asked, served: withoutPrefix(served), fits: makeMatcher(asked) }))
  const listedAliases = rules.filter(
    ({ asked }) => !asked.includes('*') && !catalogue.has(asked) && !embedding.has(asked) && !extra.includes(asked),
  )
  const servedBy = (id: string): string => rules.find(({ fits }) => fits(id))?.served ?? id

  const isFound = async (id: string, signal: AbortSignal): Promise<boolean> =>
    catalogue.has(id) || extra.includes(id) || (GOOGLE_NAME.test(id) && (await lookup.exists(id, signal)))

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
    describe: async (id, signal) => {
      if (id.length > LONGEST_NAME) throw modelNotFound(id)
      const name = withoutPrefix(id)
      const listed = list().find((model) => model.id === name)
      if (listed !== undefined) return listed
      if (!(await isFound(servedBy(name), signal))) throw modelNotFound(id)
      return toUncatalogued(name, catalogue.get(servedBy(name)), now())
    },
    isKnown: (id) =>
      catalogue.has(withoutPrefix(id)) ||
      embedding.has(withoutPrefix(id)) ||
      extra.includes(withoutPrefix(id)) ||
      listedAliases.some(({ asked }) => asked === withoutPrefix(id)),
    resolve: async (asked, signal) => {
      if (asked.length > LONGEST_NAME) throw modelNotFound(asked)
      const served = servedBy(withoutPrefix(asked))
      if (isEmbeddingModel(served)) throw modelNotFound(asked, 'creates embeddings and cannot chat. Use it with POST /v1/embeddings.')
      if (!(await isFound(served, signal))) throw modelNotFound(asked)
      return served
    },
    resolveEmbedding: (asked) => {
      if (asked.length > LONGEST_NAME) throw modelNotFound(asked)
      const id = withoutPrefix(asked)
      const embeds = (name: string): boolean => isEmbeddingModel(name) || extra.includes(name)
      const served = rules.find((rule) => rule.fits(id) && embeds(rule.served))?.served ?? id
      if (catalogue.has(served)) throw modelNotFound(asked, `does not create embeddings. ${EMBEDDING_HINT}`)
      if (!embeds(served)) throw modelNotFound(asked, `does not exist. ${EMBEDDING_HINT}`)
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
