import type { ResponseRequest } from '../../contract/types.js'

/** One item of a conversation in the Responses API. */
export type Item = Exclude<NonNullable<ResponseRequest['input']>, string>[number]

/** An item and its path in the request, such as `input[0]`. */
export interface LocatedItem {
  readonly item: Item
  readonly path: string
}
