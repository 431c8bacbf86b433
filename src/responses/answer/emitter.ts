import type { ModelResponse, ResponseStreamEvent } from '../../contract/types.js'

/** One item of the output of a response. */
export type OutputItem = ModelResponse['output'][number]
/** Status of an output item. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An event without its sequence number. */
type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never

/** An output item that is still being generated. */
export interface OpenItem {
  /** Emits the final events of the item and adds it to the output. */
  close(status: ItemStatus): void
  /** Returns the incomplete item and its output index, for a failed response. */
  snapshot(): { readonly index: number; readonly item: OutputItem }
}

/** Collects the events and output items of one response, each numbered from 0. */
export class ResponseEmitter {
  /** Output items by index; undefined while incomplete. */
  readonly #items: (OutputItem | undefined)[] = []
  #events: ResponseStreamEvent[] = []
  #nextNumber = 0

  /** Adds an event, with the next sequence number. */
  emit(event: Unnumbered<ResponseStreamEvent>): void {
    // Unnumbered omits the sequence number only.
    this.#events.push({ ...event, sequence_number: this.#nextNumber } as ResponseStreamEvent)
    this.#nextNumber += 1
  }

  /** Starts an item. @returns its index in the output */
  startItem(item: OutputItem): number {
    const index = this.#items.length
    this.#items.push(undefined)
    this.emit({ type: 'response.output_item.added', output_index: index, item })
    return index
  }

  /** Emits a complete item and adds it to the output. */
  completeItem(index: number, item: OutputItem): void {
    this.#items[index] = item
    this.emit({ type: 'response.output_item.done', output_index: index, item })
  }

  /** Returns the complete items in order. */
  output(): OutputItem[] {
    return this.#items.filter((item) => item !== undefined)
  }

  /** Returns the events since the last call. */
  take(): ResponseStreamEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }
}
