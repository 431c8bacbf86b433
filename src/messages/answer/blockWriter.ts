import { isRecord } from '../../contract/isRecord.js'
import type { MessageStreamEvent } from '../../contract/types.js'
import type { AnswerBlock } from './message.js'

/** A call of a tool, as it begins. */
export interface StartedCall {
  readonly id: string
  readonly name: string
}

/** Writes the blocks of one answer: as events, and as the content of the whole message. */
export class BlockWriter {
  readonly #content: AnswerBlock[] = []
  #events: MessageStreamEvent[] = []
  /** The open block; its text, thinking or input so far. */
  #open: AnswerBlock | undefined
  #text = ''

  /** Adds an event that belongs to no block. */
  emit(event: MessageStreamEvent): void {
    this.#events.push(event)
  }

  /** Appends text; opens a block if none of text is open. */
  writeText(text: string): void {
    if (this.#open?.type !== 'text') this.#start({ type: 'text', text: '', citations: null })
    this.#add(text, { type: 'text_delta', text })
  }

  /** Appends thinking; opens a block if none of thinking is open. */
  writeThinking(thinking: string): void {
    if (!this.isThinking()) this.openThinking()
    this.#add(thinking, { type: 'thinking_delta', thinking })
  }

  /** Opens a thinking block, which may remain without text. */
  openThinking(): void {
    this.#start({ type: 'thinking', thinking: '', signature: '' })
  }

  /** True while a thinking block is open. */
  isThinking(): boolean {
    return this.#open?.type === 'thinking'
  }

  /** Adds the signature of the open thinking block, and closes it. */
  sign(signature: string): void {
    const thinking = this.#text
    this.#delta({ type: 'signature_delta', signature })
    this.#finish({ type: 'thinking', thinking, signature })
  }

  /** Opens the block of a call. */
  startCall({ id, name }: StartedCall): void {
    this.#start({ type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } })
  }

  /** Appends to the input of the open call, as JSON text. */
  writeInput(json: string): void {
    if (json !== '') this.#add(json, { type: 'input_json_delta', partial_json: json })
  }

  /** Closes the open block of text or of a call, if any. */
  close(): void {
    const block = this.#open
    if (block?.type === 'text') this.#finish({ ...block, text: this.#text })
    else if (block?.type === 'tool_use') this.#finish({ ...block, input: toInput(this.#text) })
  }

  /** The complete blocks. */
  content(): AnswerBlock[] {
    return this.#content
  }

  /** Returns the events since the last call. */
  take(): MessageStreamEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #start(block: AnswerBlock): void {
    this.close()
    this.#open = block
    this.#text = ''
    this.emit({ type: 'content_block_start', index: this.#content.length, content_block: block })
  }

  #add(text: string, delta: Extract<MessageStreamEvent, { type: 'content_block_delta' }>['delta']): void {
    this.#text += text
    this.#delta(delta)
  }

  #delta(delta: Extract<MessageStreamEvent, { type: 'content_block_delta' }>['delta']): void {
    this.emit({ type: 'content_block_delta', index: this.#content.length, delta })
  }

  #finish(block: AnswerBlock): void {
    this.emit({ type: 'content_block_stop', index: this.#content.length })
    this.#content.push(block)
    this.#open = undefined
  }
}

/** Reads the input of a call; that of one that was cut off is empty. */
function toInput(json: string): Record<string, unknown> {
  const parsed = parseInput(json)
  return isRecord(parsed) ? { ...parsed } : {}
}

/** Parses the input of a call. @returns undefined while it is incomplete */
export function parseInput(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // incomplete
  }
}
