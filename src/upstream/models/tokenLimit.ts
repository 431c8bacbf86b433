import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { CataloguedModel, ModelTraits } from './model.js'
import { knownModel } from './retirement.js'
import { traitsOf } from './traits.js'

/** The limit of all current models of Gemini. */
const USUAL_MOST = 65_536

/** What the limit of an answer depends on besides the model. */
export interface AnswerKind {
  readonly upstream: UpstreamApi
  readonly isStream: boolean
}

/** The highest limit of an answer; where several calls make it, of the tokens of them all. */
export function maxTokens(model: CataloguedModel, { continues }: ModelTraits, { upstream, isStream }: AnswerKind): number {
  if (upstream === 'native' && continues) return model.contextWindow
  return isStream ? model.maxOutputTokens : (model.maxUnstreamedTokens ?? model.maxOutputTokens)
}

/** The same for any model: for one that the catalogue does not list, what all others take. */
export function maxTokensOf(modelId: string, kind: AnswerKind): number {
  const model = knownModel(modelId)
  return model === undefined ? USUAL_MOST : maxTokens(model, traitsOf(modelId), kind)
}
