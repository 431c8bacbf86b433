import type { CallRecord } from '../../../contract/callRecord.js'
import type { Repair } from '../../../contract/repair.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { CataloguedModel, ModelTraits } from '../../models/model.js'
import type { SchemaBudget } from '../schema/budget.js'

/** The context in which a chat request is repaired: API, model, call records and reports. */
export interface RequestContext {
  /** The API of Google that the request is sent to. */
  readonly upstream: UpstreamApi
  readonly traits: ModelTraits
  /** Id of the model that is called in this attempt. */
  readonly modelId: string
  /** The catalogue's entry of `modelId`; undefined if the catalogue lacks it. */
  readonly model: CataloguedModel | undefined
  /** The catalogue's entry of the model that the client named; undefined if it has none. */
  readonly requestedModel: CataloguedModel | undefined
  /** `auto` to request thought summaries, `off` for none. */
  readonly thoughts: 'auto' | 'off'
  /** Id of the model that is called first. Signatures of unknown origin count as its own. */
  readonly firstModelId: string
  /** Records of the request's tool calls, by the ids that the client received. */
  readonly calls: ReadonlyMap<string, CallRecord>
  /** The models that made the thought signatures of texts, by signature, if they are known. */
  readonly textModels: ReadonlyMap<string, string>
  /** True after Gemini has refused a thought signature of the request. */
  readonly areSignaturesRefused: boolean
  /** True after Gemini has refused a schema of the request as too complex. */
  readonly areSchemasTooComplex: boolean
  /** Limits the work for all JSON Schemas of the request. */
  readonly schemaBudget: SchemaBudget
  /** Reports the path of a parameter that is accepted and not forwarded. */
  readonly ignore: (path: string) => void
}

/** A repair of chat requests, which have passed the contract's validation. */
export type RequestRepair = Repair<ChatCompletionRequest, RequestContext>
