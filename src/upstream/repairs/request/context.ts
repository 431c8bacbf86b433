import type { CataloguedModel } from '../../catalogue.js'
import type { Repair } from '../repair.js'

/** A request on its way to Gemini: OpenAI's parameters by name, each replaced where it has to be. */
export type RawRequest = Readonly<Record<string, unknown>>

/** What the repairs of a request may know, and where they tell what they left out. */
export interface RequestContext {
  /** The model that the client asked for, where the catalogue knows it. */
  readonly asked: CataloguedModel | undefined
  /** The id of the model that is to answer. */
  readonly served: string
  /** The same model, where the catalogue knows it. */
  readonly known: CataloguedModel | undefined
  /** Whether to ask for thought summaries. */
  readonly thoughts: 'auto' | 'off'
  /** Signatures that the proxy has kept for calls whose client drops them, by tool call id. */
  readonly signatures: ReadonlyMap<string, string>
  /** Names a parameter, by its path, that is accepted and not forwarded. */
  readonly ignore: (path: string) => void
}

/** A repair of requests. */
export type RequestRepair = Repair<'request', RawRequest, RequestContext>

/** True for objects that are no arrays. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy without the given names. */
export const without = (value: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> => {
  const copy: Record<string, unknown> = { ...value }
  for (const name of names) delete copy[name]
  return copy
}

/** A copy with the given names only; the others are told to `ignore` under `path`. */
export function only(
  value: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
  ignore: (name: string) => void,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    if (names.has(name)) copy[name] = member
    else ignore(name)
  }
  return copy
}
