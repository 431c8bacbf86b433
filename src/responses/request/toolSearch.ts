import type { Item, LocatedItem } from './item.js'
import { optionalString } from './readers.js'

/** Function name of a tool search in the chat. */
export const TOOL_SEARCH = 'tool_search'

const SEARCH_TYPES: ReadonlySet<unknown> = new Set(['tool_search_call', 'tool_search_output'])

/** True for the call of a tool search, and for its output. */
export const isToolSearch = ({ type }: Item): boolean => SEARCH_TYPES.has(type)

/**
 * Finds the calls and outputs of tool searches that the client executes. OpenAI executes the others
 * itself. Of a call and its output, at least one must name the client in `execution`.
 */
export function findClientSearches(items: readonly LocatedItem[]): ReadonlySet<Item> {
  const searches = items.map(({ item }) => item).filter(isToolSearch)
  const byClient = searches.filter(({ execution }) => execution === 'client')
  const callIds = new Set(byClient.map((item) => optionalString(item, 'call_id')))
  const isPartner = (item: Item): boolean => (item.execution ?? null) === null && callIds.has(optionalString(item, 'call_id') ?? '')
  return new Set(searches.filter((item) => item.execution === 'client' || isPartner(item)))
}

/** Serializes the arguments of a call: an object, or already JSON text. */
export const toSearchArguments = ({ arguments: given }: Item): string => (typeof given === 'string' ? given : JSON.stringify(given ?? {}))

/** Makes the text of an output: the functions that the model can call from now on. */
export const describeFoundTools = (chatNames: readonly string[]): string =>
  chatNames.length === 0 ? 'No tools were found.' : `These functions are available now: ${chatNames.join(', ')}.`
