import type { ApiError } from '../contract/errors.js'
import type { EventBatch, ResumableFormat } from '../contract/eventFormat.js'
import type { EndOfStream } from '../contract/operation.js'
import { lastNumberOf } from './resumeStore.js'

/** Returns the number in an event's id. @param number - position of the event, from 1 */
const toIdNumber = ({ firstEventNumber }: ResumableFormat, number: number): number => number - 1 + firstEventNumber

/** SSE comment before a batch too large to store. Informs developers: clients ignore comments. */
const TOO_LARGE_COMMENT = ': the following events are too large to be stored: this stream can no longer be resumed\n\n'

/** Serialises the batches that one client reads from a stream to SSE text. */
export class BatchFramer {
  #failure: ApiError | undefined

  /**
   * @param streamId - undefined if the stream cannot be resumed: then its events have no ids
   * @param known - number of the last event that the client has
   */
  constructor(
    private readonly format: ResumableFormat,
    private readonly streamId: string | undefined,
    private known = 0,
  ) {}

  /** Returns the SSE text of a batch; as bytes in pieces if it contains media. */
  frame(batch: EventBatch): string | readonly Uint8Array[] {
    const idNumber = toIdNumber(this.format, batch.first)
    let text = ''
    for (const [index, data] of batch.data.entries())
      text += this.format.frame(data, this.streamId === undefined ? undefined : `${this.streamId}:${idNumber + index}`)
    this.known = lastNumberOf(batch)
    if (batch.end?.ending === 'failed') this.#failure = batch.end.failure
    return batch.media === undefined ? text : batch.media.toPieces(`${TOO_LARGE_COMMENT}${text}`)
  }

  /** Returns the text after the last batch: error events if reading failed, otherwise ''. */
  end(failure: ApiError | undefined): EndOfStream {
    if (failure === undefined) return { text: '', failure: this.#failure }
    const events = this.format.toEndData(failure, toIdNumber(this.format, this.known + 1))
    return { text: events.map((data) => this.format.frame(data)).join(''), failure }
  }
}
