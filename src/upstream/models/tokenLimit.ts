import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { CataloguedModel, ModelTraits } from './model.js'
import { findCataloguedModel } from './retirement.js'
import { traitsOf } from './traits.js'

/** The output token limit of all current Gemini models. */
const DEFAULT_MAX_TOKENS = 65_536

/** Facts that, besides the model, determine the token limit: the API, and if the answer streams. */
export interface AnswerKind {
  readonly upstream: UpstreamApi
  readonly isStream: boolean
}

/** Returns a model's highest `max_tokens`: of one response, or of an answer with continuations. */
export function maxTokens(model: CataloguedModel, { supportsContinuations }: ModelTraits, { upstream, isStream }: AnswerKind): number {
  if (upstream === 'native' && supportsContinuations) return model.contextWindow
  return isStream ? model.maxOutputTokens : (model.maxUnstreamedTokens ?? model.maxOutputTokens)
}

/**
 * Like {@link maxTokens}, by the model's id; an unlisted model has the limit of all current models.
 */
export function maxTokensById(modelId: string, kind: AnswerKind): number {
  const model = findCataloguedModel(modelId)
  return model === undefined ? DEFAULT_MAX_TOKENS : maxTokens(model, traitsOf(modelId), kind)
}
