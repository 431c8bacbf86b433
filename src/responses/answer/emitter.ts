import type { ModelResponse, ResponseStreamEvent } from '../../contract/types.js'

/** One item of an answer. */
export type OutputItem = ModelResponse['output'][number]
/** How far an item has come. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An event whose number is still to be given. */
export type Unnumbered = ResponseStreamEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'sequence_number'> : never) : never

/** Where events and items of one answer go. */
export interface Emitter {
  /** Tells an event, under the next number. */
  tell(event: Unnumbered): void
  /** Begins an item. @returns its place in the output */
  begin(item: OutputItem): number
  /** Tells an item as a whole, and puts it into the output. */
  finish(index: number, item: OutputItem): void
  /** The items that are whole, in their order. */
  output(): OutputItem[]
  /** Takes what has been told since the last time. */
  take(): ResponseStreamEvent[]
}

/** An item that still grows. */
export interface OpenItem {
  /** Tells the rest, and the item as a whole. */
  close(status: ItemStatus): void
  /** What there is of it so far, for an answer that ends here. */
  soFar(): { readonly index: number; readonly item: OutputItem }
}

/** Makes an emitter that counts from 0. */
export function makeEmitter(): Emitter {
  const items: OutputItem[] = []
  let told: ResponseStreamEvent[] = []
  let number = 0
  let begun = 0
  const tell = (event: Unnumbered): void => {
    // The number was all that it lacked.
    told.push({ ...event, sequence_number: number } as ResponseStreamEvent)
    number += 1
  }
  return {
    tell,
    begin: (item) => {
      const index = begun
      begun += 1
      tell({ type: 'response.output_item.added', output_index: index, item })
      return index
    },
    finish: (index, item) => {
      items[index] = item
      tell({ type: 'response.output_item.done', output_index: index, item })
    },
    // Places of items that are not whole are empty.
    output: () => items.filter(() => true),
    take: () => {
      const taken = told
      told = []
      return taken
    },
  }
}
