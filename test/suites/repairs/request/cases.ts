import type { ToolCallRecord } from '../../../../src/contract/callRecord.js'
import type { ChatCompletionRequest } from '../../../../src/contract/types.js'
import { findCataloguedModel } from '../../../../src/upstream/models/retirement.js'
import { traitsOf } from '../../../../src/upstream/models/traits.js'
import type { RequestContext } from '../../../../src/upstream/request/repairs/context.js'
import { SchemaBudget } from '../../../../src/upstream/request/schema/budget.js'

/**
 * Some members of a chat request; the author of a case guarantees that they follow the contract.
 */
export type RequestMembers = Readonly<Record<string, unknown>>

/** Casts the members to a request. A repair reads only its own members. */
export const toRequest = (members: RequestMembers): ChatCompletionRequest => members as unknown as ChatCompletionRequest

/**
 * One behaviour of a repair: the relevant members of the client's request, and the repaired ones.
 */
export interface RepairCase {
  /** The title of the test, whose subject is the name of the repair. */
  readonly does: string
  readonly raw: RequestMembers
  readonly expected: RequestMembers
  /** Paths that the repair reports as ignored parameters; none by default. */
  readonly ignored?: readonly string[]
  /** Requested model; {@link MODEL} by default. */
  readonly asked?: string
  /** Model that serves the request; the requested one by default. */
  readonly served?: string
  readonly thoughts?: 'auto' | 'off'
  /** Stored records of tool calls, by call id. By default, the serving model called `weather`. */
  readonly calls?: Readonly<Record<string, Partial<ToolCallRecord>>>
  /** The models that made the thought signatures of texts, by signature. */
  readonly textModels?: Readonly<Record<string, string>>
  readonly areSignaturesRefused?: boolean
  readonly areSchemasTooComplex?: boolean
  /** Google's API for which the request is repaired; the compatible API by default. */
  readonly upstream?: RequestContext['upstream']
}

/** Cases by the name of their repair. */
export type RepairCases = Readonly<Record<string, readonly RepairCase[]>>

/** The model of cases that name none. */
export const MODEL = 'gemini-2.5-flash'

const UNSIGNED = { upstreamId: undefined, name: 'weather', signature: undefined }

/**
 * Makes the context of a case's repair. The paths that the repair reports are added to `ignored`.
 */
export function contextOf(each: Omit<RepairCase, 'does' | 'raw' | 'expected'>, ignored: string[]): RequestContext {
  const {
    asked = MODEL,
    served = asked,
    thoughts = 'auto',
    calls = {},
    textModels = {},
    areSignaturesRefused = false,
    areSchemasTooComplex = false,
  } = each
  const records = Object.entries(calls).map(([id, call]) => [id, { ...UNSIGNED, model: served, ...call }] as const)
  return {
    upstream: each.upstream ?? 'compat',
    traits: traitsOf(served),
    modelId: served,
    model: findCataloguedModel(served),
    requestedModel: findCataloguedModel(asked),
    thoughts,
    schemaBudget: new SchemaBudget(),
    firstModelId: asked,
    calls: new Map(records),
    textSignatureModels: new Map(Object.entries(textModels)),
    areSignaturesRefused,
    areSchemasTooComplex,
    ignore: (path) => ignored.push(path),
  }
}

/** A conversation of one message. */
export const HELLO = [{ role: 'user', content: 'Hello' }]

/** A function tool. */
export const tool = (name: string, parameters: object = { type: 'object', properties: { city: { type: 'string' } } }) => ({
  type: 'function',
  function: { name, parameters },
})

/** A tool call as it is written in a message. */
export const call = (id: string, name = 'weather') => ({ id, type: 'function', function: { name, arguments: '{"city":"Oslo"}' } })
