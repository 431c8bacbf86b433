import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat, EventSerialiser, ResumableFormat } from '../contract/eventFormat.js'
import type { ChatCompletionChunk, Completion } from '../contract/types.js'
import { toSseEvent } from './encode.js'

/** The data of the last event of a chat completion stream that has not failed. */
export const DONE = '[DONE]'

/** True for event data without content: `[DONE]`, or blank data, as relays send for heartbeats. */
export function isBlankOrDone(data: string): boolean {
  const text = data.trim()
  return text === '' || text === DONE
}

type Chunk = ChatCompletionChunk | Completion

/** Serialises chunks. Their common members are serialised again only if `service_tier` changes. */
class ChunkSerialiser implements EventSerialiser<Chunk> {
  #head: string | undefined
  #tier: ChatCompletionChunk['service_tier']

  toData(chunk: Chunk): string {
    const { choices, usage } = chunk
    const tier = 'service_tier' in chunk ? chunk.service_tier : undefined
    if (this.#head === undefined || tier !== this.#tier) this.#head = toHead(chunk)
    this.#tier = tier
    const tail = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`
    return `${this.#head},"choices":${JSON.stringify(choices)}${tail}}`
  }
}

const toHead = ({ choices: _, usage: __, ...common }: Chunk): string => JSON.stringify(common).slice(0, -1)

/** Event format of chat completions: chunks, then `[DONE]` or an error. */
export const CHAT_FORMAT: ResumableFormat<ChatCompletionChunk> = {
  streamId: /^chatcmpl-[0-9a-f]{32}$/,
  firstEventNumber: 1,
  streamIdOf: ({ id }) => id,
  isLast: () => false,
  newSerialiser: () => new ChunkSerialiser(),
  frame: toSseEvent,
  toEndData: (failure) => [failure === undefined ? DONE : JSON.stringify(toErrorResponse(failure))],
}

/** Event format of the legacy Completions API: chunks, then `[DONE]` or an error; not resumable. */
export const COMPLETIONS_FORMAT: EventFormat<Completion> = { ...CHAT_FORMAT, newSerialiser: () => new ChunkSerialiser() }
