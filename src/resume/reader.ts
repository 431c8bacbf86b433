import type { ApiError } from '../contract/errors.js'
import type { EventBatch, ResumableFormat } from '../contract/eventFormat.js'
import type { StreamEnding } from '../contract/operation.js'
import { lastNumberOf } from './resumeStore.js'

/** The number in the id of an event of a resumable stream. @param number - counted from 1 */
const toIdNumber = ({ firstNumber }: ResumableFormat, number: number): number => number - 1 + firstNumber

/** SSE comment before a batch that is too large to store. For people: clients ignore comments. */
const STORING_ENDS = ': the following events are too large to be stored: this stream can no longer be resumed\n\n'

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
    return batch.media === undefined ? text : batch.media.toPieces(`${STORING_ENDS}${text}`)
  }

  /** Returns the last text: error events if reading failed, else none, as the batches end it. */
  end(failure: ApiError | undefined): StreamEnding {
    if (failure === undefined) return { text: '', failure: this.#failure }
    const events = this.format.end(failure, toIdNumber(this.format, this.known + 1))
    return { text: events.map((data) => this.format.frame(data)).join(''), failure }
  }
}
