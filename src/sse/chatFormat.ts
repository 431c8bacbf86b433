import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat, EventSerialiser, ResumableFormat } from '../contract/eventFormat.js'
import type { ChatCompletionChunk, Completion } from '../contract/types.js'
import { toEvent } from './encode.js'

/** The data of the last event of a chat completion stream that has not failed. */
export const DONE = '[DONE]'

/** True for event data without an answer: relays send empty data as heartbeats, and `[DONE]`. */
export function isFiller(data: string): boolean {
  const text = data.trim()
  return text === '' || text === DONE
}

type Chunk = ChatCompletionChunk | Completion

/** Serialises the members that all chunks of a stream share only once: about half of each chunk. */
class ChunkSerialiser implements EventSerialiser<Chunk> {
  #head: string | undefined

  toData(chunk: Chunk): string {
    this.#head ??= toHead(chunk)
    const { choices, usage } = chunk
    const tail = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`
    return `${this.#head},"choices":${JSON.stringify(choices)}${tail}}`
  }
}

const toHead = ({ choices: _, usage: __, ...common }: Chunk): string => JSON.stringify(common).slice(0, -1)

/** The events of chat completions: chunks, then `[DONE]` or an error. */
export const CHAT_FORMAT: ResumableFormat<ChatCompletionChunk> = {
  streamId: /^chatcmpl-[0-9a-f]{32}$/,
  firstNumber: 1,
  streamIdOf: ({ id }) => id,
  isLast: () => false,
  newSerialiser: () => new ChunkSerialiser(),
  frame: toEvent,
  end: (failure) => [failure === undefined ? DONE : JSON.stringify(toErrorResponse(failure))],
}

/** The events of the legacy Completions API: chunks, then `[DONE]` or an error; not resumable. */
export const COMPLETIONS_FORMAT: EventFormat<Completion> = { ...CHAT_FORMAT, newSerialiser: () => new ChunkSerialiser() }
