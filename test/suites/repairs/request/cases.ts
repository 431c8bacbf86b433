import type { ChatCompletionRequest } from '../../../../src/contract/types.js'
import { knownModel } from '../../../../src/upstream/models/retirement.js'
import type { RequestContext } from '../../../../src/upstream/request/repairs/context.js'

/** Some members of a chat request; whoever writes it says that they follow the contract. */
export type RequestMembers = Readonly<Record<string, unknown>>

/** The members as a request. A repair reads no others than its own. */
export const toRequest = (members: RequestMembers): ChatCompletionRequest => members as unknown as ChatCompletionRequest

/** What a repair is shown to do: the members that matter of what a client sends, and of what they become. */
export interface RepairCase {
  /** Completes the sentence "`repair` …". */
  readonly does: string
  readonly raw: RequestMembers
  readonly expected: RequestMembers
  /** Paths that are named as not forwarded; none unless told. */
  readonly ignored?: readonly string[]
  /** Model that is asked for; a Gemini 2.5 unless told. */
  readonly asked?: string
  /** Model that serves; the one asked for unless told. */
  readonly served?: string
  readonly thoughts?: 'auto' | 'off'
  readonly signatures?: Readonly<Record<string, string>>
}

/** Cases by the name of their repair. */
export type RepairCases = Readonly<Record<string, readonly RepairCase[]>>

/** The model of the cases that name none. */
export const MODEL = 'gemini-2.5-flash'

/** What the repair of a case may know; `ignored` collects what it names. */
export function contextOf(each: Omit<RepairCase, 'does' | 'raw' | 'expected'>, ignored: string[]): RequestContext {
  const { asked = MODEL, served = asked, thoughts = 'auto', signatures = {} } = each
  return {
    modelId: served,
    model: knownModel(served),
    requestedModel: knownModel(asked),
    thoughts,
    signatures: new Map(Object.entries(signatures)),
    ignore: (path) => ignored.push(path),
  }
}

/** A conversation of one line. */
export const HELLO = [{ role: 'user', content: 'Hello' }]

/** A function tool. */
export const tool = (name: string, parameters: object = { type: 'object', properties: { city: { type: 'string' } } }) => ({
  type: 'function',
  function: { name, parameters },
})

/** A tool call as it stands in a message. */
export const call = (id: string, name = 'weather') => ({ id, type: 'function', function: { name, arguments: '{"city":"Oslo"}' } })
