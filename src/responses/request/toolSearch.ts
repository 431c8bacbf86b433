import type { Item, LocatedItem } from './item.js'
import { optionalString } from './readers.js'

/** Function name of the tool search in the chat. */
export const TOOL_SEARCH = 'tool_search'

const SEARCH_TYPES: ReadonlySet<unknown> = new Set(['tool_search_call', 'tool_search_output'])

/** True for a tool search call and for its output. */
export const isToolSearch = ({ type }: Item): boolean => SEARCH_TYPES.has(type)

/**
 * Finds the calls and outputs of tool searches that the client, not OpenAI, executes. At least one
 * of a call and its output must have `execution: 'client'`.
 */
export function findClientSearches(items: readonly LocatedItem[]): ReadonlySet<Item> {
  const searches = items.map(({ item }) => item).filter(isToolSearch)
  const byClient = searches.filter(({ execution }) => execution === 'client')
  const callIds = new Set(byClient.map((item) => optionalString(item, 'call_id')))
  const isPartner = (item: Item): boolean => (item.execution ?? null) === null && callIds.has(optionalString(item, 'call_id') ?? '')
  return new Set(searches.filter((item) => item.execution === 'client' || isPartner(item)))
}

/** Returns the arguments of a tool search call as JSON text. */
export const toSearchArguments = ({ arguments: given }: Item): string => (typeof given === 'string' ? given : JSON.stringify(given ?? {}))

/** Describes a tool search output to the model: the functions it can call from now on. */
export const describeFoundTools = (chatNames: readonly string[]): string =>
  chatNames.length === 0 ? 'No tools were found.' : `These functions are available now: ${chatNames.join(', ')}.`
