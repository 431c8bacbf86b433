import type { Repair } from '../../../contract/repair.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { CataloguedModel } from '../../models/catalogue.js'
import type { SchemaBudget } from '../schema/budget.js'

/** What a repair of requests needs besides the request. */
export interface RequestContext {
  /** Id of the model that serves the request. */
  readonly modelId: string
  /** The same model; undefined if the catalogue does not list it. */
  readonly model: CataloguedModel | undefined
  /** The model that the client requested; undefined if the catalogue does not list it. */
  readonly requestedModel: CataloguedModel | undefined
  /** Whether to request thought summaries. */
  readonly thoughts: 'auto' | 'off'
  /** Stored thought signatures by tool call id, for clients that drop them. */
  readonly signatures: ReadonlyMap<string, string>
  /** Limits the work for all JSON Schemas of the request. */
  readonly schemaBudget: SchemaBudget
  /** Reports the path of a parameter that is accepted and not forwarded. */
  readonly ignore: (path: string) => void
}

/** A repair of requests. Its request has passed the contract's validation. */
export type RequestRepair = Repair<ChatCompletionRequest, RequestContext>
