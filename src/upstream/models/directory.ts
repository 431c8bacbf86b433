import type { Config } from '../../config/settings.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { CLAUDE_PREFIX } from '../../contract/claudePrefix.js'
import type { ApiError } from '../../contract/errors.js'
import type { ModelKind } from '../../contract/modelKind.js'
import type { Model } from '../../contract/types.js'
import { modelNotFoundError, unknownModelError } from '../failures/modelNotFound.js'
import { makeMatcher } from './aliasPattern.js'
import { EMBEDDING_CATALOGUE, EMBEDDING_HINT, isEmbeddingModel } from './embeddingCatalogue.js'
import type { GoogleModels } from './googleModels.js'
import { kindOfModel } from './kind.js'
import type { ModelLookup } from './lookup.js'
import { makeModelList, toUncataloguedModel } from './modelList.js'
import { withoutModelsPrefix } from './names.js'
import { findCataloguedModel } from './retirement.js'
import { isSpeechModel, SPEECH_HINT, TRANSCRIPTION_HINT } from './speechCatalogue.js'

/** The models that the proxy serves, and the Gemini model that serves each name. */
export interface Models {
  /**
   * Returns all models of GET /v1/models: chat models first, then speech models, embedding models,
   * and retired models last.
   */
  list(): Model[]
  /** Refreshes, in the background, the models that only Google lists; at most once an hour. */
  refresh(): void
  /**
   * Describes one model for GET /v1/models/{model}; the prefix `models/` is accepted. An unlisted
   * name that begins with `gemini-` or `gemma-` is looked up at Google.
   *
   * @throws 404 `model_not_found`
   */
  describe(id: string, signal: CancelSignal): Promise<Model>
  /**
   * Returns Gemini's id of the chat model that serves the name that a client used.
   *
   * @throws 404 `model_not_found`
   */
  resolve(requested: string, signal: CancelSignal): Promise<string>
  /**
   * Returns the id of the embedding model that serves the name that a client used; aliases of chat
   * models do not apply.
   *
   * @throws 404 `model_not_found`
   */
  resolveEmbedding(requested: string): string
  /**
   * Returns the id of the speech model that serves the name that a client used. If several aliases
   * match the name, the first one of a speech model applies.
   *
   * @throws 404 `model_not_found`
   */
  resolveSpeech(requested: string, signal: CancelSignal): Promise<string>
  /**
   * Returns the id of the model that transcribes audio for the name that a client used: a
   * transcription model, or a chat model that accepts audio.
   *
   * @throws 404 `model_not_found`
   */
  resolveTranscription(requested: string, signal: CancelSignal): Promise<string>
  /**
   * Returns the id of the model for a relayed request; Google decides whether it exists.
   *
   * @param isForEmbeddings - true if the request is for embeddings
   * @throws 404 `model_not_found` for a name that is too long or has path steps such as `..`
   */
  resolveRelayed(requested: string, isForEmbeddings: boolean): string
  /** Returns the kind of the model behind a name, such as `chat` or `speech`. */
  kindOf(id: string): ModelKind
  /** True for a name from the catalogue or the operator: only these become metric labels. */
  isKnown(id: string): boolean
}

/** Dependencies of {@link makeModels}. */
export interface ModelsParts extends Pick<Config, 'extraModels' | 'modelAliases' | 'claudeModels'> {
  /** Looks up, at Google, names that neither the catalogue nor the operator has. */
  readonly lookup: ModelLookup
  /** Google's own list of models; undefined if it is not used. */
  readonly googleModels?: Pick<GoogleModels, 'ids' | 'refresh'> | undefined
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
}

// Matches names of models that may exist at Google although the catalogue lacks them.
const GOOGLE_NAME = /^gem(?:ini|ma)-[\w.-]{1,80}$/

type Alias = Config['modelAliases'][number]

/** An alias of the operator, with its pattern compiled. */
interface AliasRule {
  readonly matches: (name: string) => boolean
  /** True for a name with `*`. */
  readonly isPattern: boolean
  readonly servedModel: string
}

// Maximum length of a model name, in characters. No model of Google has a longer one.
const LONGEST_MODEL_NAME = 200

// Matches path steps such as `..`: a server in front of Google could resolve them, even encoded.
const PATH_STEP = /(?:^|[\\/])\.{1,2}(?:[\\/]|$)/

function toName(requested: string): string {
  if (requested.length > LONGEST_MODEL_NAME || PATH_STEP.test(requested)) throw unknownModelError(requested, undefined)
  return withoutModelsPrefix(requested)
}

const toRule = ({ requested, served }: Alias): AliasRule => ({
  matches: makeMatcher(requested),
  isPattern: requested.includes('*'),
  servedModel: withoutModelsPrefix(served),
})

/** Makes the function that maps a name to the model that serves it: that of an alias, or itself. */
function makeServedModelOf(
  rules: readonly AliasRule[],
  claudeRules: readonly AliasRule[],
  isOwn: (id: string) => boolean,
): (id: string) => string {
  const find = (id: string): string | undefined => rules.find(({ matches }) => matches(id))?.servedModel
  /** Returns the model for a `claude-` name: the one after the prefix, or that of CLAUDE_MODELS. */
  const claudeModelOf = (id: string): string | undefined => {
    const named = id.startsWith(CLAUDE_PREFIX) ? id.slice(CLAUDE_PREFIX.length) : ''
    const meant = find(named) ?? named
    if (isOwn(meant) || GOOGLE_NAME.test(meant)) return meant
    return claudeRules.find(({ matches }) => matches(id))?.servedModel
  }
  return (id) => find(id) ?? (isOwn(id) ? id : (claudeModelOf(id) ?? id))
}

/** A task that only some models can do, such as generating speech. */
interface SpecialTask {
  /** The kind of the models that can do nothing else. */
  readonly kind: ModelKind
  readonly isSuitable: (id: string) => boolean
  /** Completes the sentence "The model ..." in the error for a model that is not suitable. */
  readonly problem: string
  readonly hint: string
}

const SPEECH_TASK: SpecialTask = { kind: 'speech', isSuitable: isSpeechModel, problem: 'does not generate speech.', hint: SPEECH_HINT }
const TRANSCRIPTION_TASK: SpecialTask = {
  kind: 'transcription',
  isSuitable: (id) => !isSpeechModel(id) && !isEmbeddingModel(id) && (findCataloguedModel(id)?.inputModalities.includes('audio') ?? true),
  problem: 'does not accept audio.',
  hint: TRANSCRIPTION_HINT,
}

/** Dependencies of {@link makeResolveFor}. */
interface ResolverParts {
  readonly rules: readonly AliasRule[]
  readonly servedModelOf: (id: string) => string
  readonly exists: (id: string, signal: CancelSignal) => Promise<boolean>
}

/** Makes the function that returns the model for a name and a special task, or throws 404. */
const makeResolveFor =
  ({ rules, servedModelOf, exists }: ResolverParts) =>
  async ({ kind, isSuitable, problem, hint }: SpecialTask, requested: string, signal: CancelSignal): Promise<string> => {
    const id = toName(requested)
    const isMadeFor = (model: string): boolean => GOOGLE_NAME.test(model) && kindOfModel(model) === kind
    // A pattern for chats, such as `gemini-*`, must not make a model for this task unreachable.
    const isForChats = (rule: AliasRule): boolean => rule.isPattern && isMadeFor(id) && !isMadeFor(rule.servedModel)
    const alias = rules.find((rule) => rule.matches(id) && isSuitable(rule.servedModel) && !isForChats(rule))
    const servedModel = alias?.servedModel ?? (isMadeFor(id) ? id : servedModelOf(id))
    if (!(await exists(servedModel, signal))) throw unknownModelError(requested, undefined, hint)
    if (!isSuitable(servedModel)) throw modelNotFoundError(requested, `${problem} ${hint}`)
    return servedModel
  }

/** Returns a name and, if it begins with `claude-`, the name without this prefix. */
const nameVariantsOf = (name: string): string[] => (name.startsWith(CLAUDE_PREFIX) ? [name, name.slice(CLAUDE_PREFIX.length)] : [name])

const NO_EMBEDDINGS = `does not create embeddings. ${EMBEDDING_HINT}`

/** Makes the directory of models, from the catalogue and the operator's settings. */
export function makeModels({ extraModels, modelAliases: aliases, claudeModels, lookup, googleModels, now }: ModelsParts): Models {
  const embedding = new Map(EMBEDDING_CATALOGUE.map((model) => [model.id, model]))
  const isCatalogued = (id: string): boolean => findCataloguedModel(id) !== undefined || embedding.has(id)
  const extra = extraModels.map(withoutModelsPrefix).filter((id) => !isCatalogued(id))
  const rules = aliases.map(toRule)
  const listedAliases = aliases
    .map(({ requested }) => requested)
    .filter((name) => !name.includes('*') && !isCatalogued(name) && !extra.includes(name))
  const isOwn = (id: string): boolean => isCatalogued(id) || extra.includes(id)
  const servedModelOf = makeServedModelOf(rules, claudeModels.map(toRule), isOwn)

  const exists = async (id: string, signal: CancelSignal): Promise<boolean> =>
    findCataloguedModel(id) !== undefined || extra.includes(id) || (GOOGLE_NAME.test(id) && (await lookup.exists(id, signal)))

  const configured = [...extra, ...listedAliases]
  const named = new Set([...configured, ...claudeModels.map(({ requested }) => requested)])
  const listedByGoogle = (): string[] => (googleModels?.ids() ?? []).filter((id) => !isCatalogued(id) && !configured.includes(id))
  const { list, findSimilar } = makeModelList({ configured, listedByGoogle, servedModelOf, now })
  const isEmbedder = (id: string): boolean => isEmbeddingModel(servedModelOf(id))
  const unknown = (requested: string, isSuitable: (id: string) => boolean, hint?: string): ApiError =>
    unknownModelError(requested, findSimilar(withoutModelsPrefix(requested), isSuitable), hint)
  const resolveFor = makeResolveFor({ rules, servedModelOf, exists })
  const embedderOf = (id: string): string => rules.find((rule) => rule.matches(id) && embeds(rule.servedModel))?.servedModel ?? id
  const embeds = (id: string): boolean => isEmbeddingModel(id) || extra.includes(id)

  return {
    list,
    refresh: () => googleModels?.refresh(),
    describe: async (id, signal) => {
      const name = toName(id)
      const listed = list().find((model) => model.id === name)
      if (listed !== undefined) return listed
      const servedModel = servedModelOf(name)
      if (!(await exists(servedModel, signal))) throw unknown(id, () => true)
      return toUncataloguedModel(name, findCataloguedModel(servedModel), now())
    },
    kindOf: (id) => kindOfModel(servedModelOf(withoutModelsPrefix(id))),
    isKnown: (id) => nameVariantsOf(withoutModelsPrefix(id)).some((name) => isCatalogued(name) || named.has(name)),
    resolve: async (requested, signal) => {
      const servedModel = servedModelOf(toName(requested))
      if (isEmbeddingModel(servedModel))
        throw modelNotFoundError(requested, 'creates embeddings and cannot chat. Use it with POST /v1/embeddings.')
      if (!(await exists(servedModel, signal))) throw unknown(requested, (id) => !isEmbedder(id))
      return servedModel
    },
    resolveEmbedding: (requested) => {
      const id = toName(requested)
      const servedModel = embedderOf(id)
      if (findCataloguedModel(servedModel) !== undefined) throw modelNotFoundError(requested, NO_EMBEDDINGS)
      if (!embeds(servedModel)) throw unknown(requested, (each) => isEmbedder(each) || extra.includes(each), EMBEDDING_HINT)
      return servedModel
    },
    resolveSpeech: (requested, signal) => resolveFor(SPEECH_TASK, requested, signal),
    resolveTranscription: (requested, signal) => resolveFor(TRANSCRIPTION_TASK, requested, signal),
    resolveRelayed: (requested, isForEmbeddings) => {
      const id = toName(requested)
      return isForEmbeddings ? embedderOf(id) : servedModelOf(id)
    },
  }
}
