import type { ModelResponse, ResponseStreamEvent } from '../../contract/types.js'

/** One item of the output of a response. */
export type OutputItem = ModelResponse['output'][number]
/** Status of an output item. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** A response stream event without its `sequence_number`. */
type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never

/** An output item that is still being generated. */
export interface OpenItem {
  /** Emits the final events of the item and adds it to the output. */
  close(status: ItemStatus): void
  /** Returns the item as generated so far, for a failed response. */
  snapshot(): ItemSnapshot
}

/** An incomplete output item, with its index in `output`. */
export interface ItemSnapshot {
  readonly index: number
  readonly item: OutputItem
}

/** Collects the events and output items of one response, each numbered from 0. */
export class ResponseEmitter {
  /** Output items by `output_index`; undefined while the item is still being generated. */
  readonly #items: (OutputItem | undefined)[] = []
  #events: ResponseStreamEvent[] = []
  #nextNumber = 0

  /** Queues an event with the next sequence number, until {@link take} returns it. */
  emit(event: Unnumbered<ResponseStreamEvent>): void {
    // The cast is safe: `Unnumbered` omits only the field that is added here.
    this.#events.push({ ...event, sequence_number: this.#nextNumber } as ResponseStreamEvent)
    this.#nextNumber += 1
  }

  /** Emits `response.output_item.added` for a new item. @returns its index in `output` */
  startItem(item: OutputItem): number {
    const index = this.#items.length
    this.#items.push(undefined)
    this.emit({ type: 'response.output_item.added', output_index: index, item })
    return index
  }

  /** Adds a complete item to the output and emits `response.output_item.done`. */
  completeItem(index: number, item: OutputItem): void {
    this.#items[index] = item
    this.emit({ type: 'response.output_item.done', output_index: index, item })
  }

  /** Returns the complete output items and the given incomplete ones, in the order they began. */
  output(incomplete: readonly ItemSnapshot[] = []): OutputItem[] {
    const items = [...this.#items]
    for (const { index, item } of incomplete) items[index] = item
    return items.filter((item) => item !== undefined)
  }

  /** Returns the events emitted since the previous call of `take`. */
  take(): ResponseStreamEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }
}
