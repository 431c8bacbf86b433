import type { ToolCallRecord } from '../../../contract/callRecord.js'
import type { Repair } from '../../../contract/repair.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { CataloguedModel, ModelTraits } from '../../models/model.js'
import type { SchemaBudget } from '../schema/budget.js'

/** Adds a parameter to the list of ignored ones. @param path - such as `tools[0].strict` */
export type Ignore = (path: string) => void

/** The inputs of a request repair besides the request, such as API, model and call records. */
export interface RequestContext {
  /** The API of Google that the request is sent to. */
  readonly upstream: UpstreamApi
  readonly traits: ModelTraits
  /** Id of the model that is called in this attempt. */
  readonly modelId: string
  /** The catalogue's entry for `modelId`; undefined for an unlisted model. */
  readonly model: CataloguedModel | undefined
  /** The catalogue's entry for the model that the client named; undefined for an unlisted one. */
  readonly requestedModel: CataloguedModel | undefined
  /** `auto` to request thought summaries, `off` for none. */
  readonly thoughts: 'auto' | 'off'
  /** Id of the first attempt's model. Thought signatures of unknown origin are attributed to it. */
  readonly firstModelId: string
  /** Records of tool calls from earlier answers, by the call ids that the client received. */
  readonly calls: ReadonlyMap<string, ToolCallRecord>
  /** Ids of the models that generated the thought signatures of texts, by signature, if known. */
  readonly textSignatureModels: ReadonlyMap<string, string>
  /** True after Gemini has refused a thought signature of the request. */
  readonly areSignaturesRefused: boolean
  /** True after Gemini has refused a schema of the request as too complex. */
  readonly areSchemasTooComplex: boolean
  /** Limits the work of converting the JSON Schemas of the request. */
  readonly schemaBudget: SchemaBudget
  /** Reports the path of a parameter that the proxy accepts but does not send to Gemini. */
  readonly ignore: Ignore
}

/** A repair of chat requests that have passed the contract's validation. */
export type RequestRepair = Repair<ChatCompletionRequest, RequestContext>
