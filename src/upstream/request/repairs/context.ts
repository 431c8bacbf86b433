import type { Repair } from '../../../contract/repair.js'
import type { CataloguedModel } from '../../models/catalogue.js'

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

/** The objects of a list; the list itself where it has nothing else. */
export function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return []
  return value.every(isRecord) ? value : value.filter(isRecord)
}

type Fields = Readonly<Record<string, unknown>>

/** The value without the given names; the same one where it has none of them. */
export function without(value: Fields, ...names: readonly string[]): Fields {
  if (!names.some((name) => name in value)) return value
  const copy: Record<string, unknown> = { ...value }
  for (const name of names) delete copy[name]
  return copy
}

/** The value with the given names only, and without null; the same one where it has no other. The others are told to `ignore`. */
export function only(value: Fields, names: ReadonlySet<string>, ignore: (name: string) => void = () => undefined): Fields {
  const entries = Object.entries(value)
  const kept = entries.filter(([name, member]) => {
    if (member === null || member === undefined) return false
    if (!names.has(name)) ignore(name)
    return names.has(name)
  })
  return kept.length === entries.length ? value : Object.fromEntries(kept)
}

/** The value with one member replaced; the same one where the member is the same. */
export const withMember = (value: Fields, name: string, member: unknown): Fields =>
  value[name] === member ? value : { ...value, [name]: member }

/** A list changed item by item; the same one where no item has changed. */
export function mapped<T>(items: readonly T[], change: (item: T, index: number) => T): readonly T[] {
  const out = items.map(change)
  return out.every((item, index) => item === items[index]) ? items : out
}

/** The request with other messages, or itself where they are the same, one by one. */
export function withMessages(request: RawRequest, messages: readonly Fields[]): RawRequest {
  const { messages: before } = request
  const isSame = Array.isArray(before) && before.length === messages.length && messages.every((message, index) => message === before[index])
  return isSame ? request : { ...request, messages }
}
