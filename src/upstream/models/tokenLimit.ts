import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { CataloguedModel, ModelTraits } from './model.js'
import { knownModel } from './retirement.js'
import { traitsOf } from './traits.js'

/** The output token limit of all current Gemini models. */
const USUAL_MOST = 65_536

/** The API and whether an answer is streamed: what its token limit depends on besides the model. */
export interface AnswerKind {
  readonly upstream: UpstreamApi
  readonly isStream: boolean
}

/** Returns the highest `max_tokens` for a model; with continuations, that of all calls together. */
export function maxTokens(model: CataloguedModel, { continues }: ModelTraits, { upstream, isStream }: AnswerKind): number {
  if (upstream === 'native' && continues) return model.contextWindow
  return isStream ? model.maxOutputTokens : (model.maxUnstreamedTokens ?? model.maxOutputTokens)
}

/**
 * Like {@link maxTokens}, by the model's id; an unlisted model has the limit of all current models.
 */
export function maxTokensOf(modelId: string, kind: AnswerKind): number {
  const model = knownModel(modelId)
  return model === undefined ? USUAL_MOST : maxTokens(model, traitsOf(modelId), kind)
}
