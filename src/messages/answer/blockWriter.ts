import { isRecord } from '../../contract/isRecord.js'
import type { MessageStreamEvent } from '../../contract/types.js'
import type { AnswerBlock } from './message.js'

type Delta = Extract<MessageStreamEvent, { type: 'content_block_delta' }>['delta']
type FoundPages = Extract<AnswerBlock, { type: 'web_search_tool_result' }>['content']
type WebCitation = NonNullable<Extract<AnswerBlock, { type: 'text' }>['citations']>[number]

/** Who calls a tool: always the model itself. */
const CALLER = { type: 'direct' } as const

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
  /** The sources of the open text. */
  #citations: WebCitation[] = []

  /** Adds an event that belongs to no block. */
  emit(event: MessageStreamEvent): void {
    this.#events.push(event)
  }

  /** Appends text; opens a block if none of text is open. */
  writeText(text: string): void {
    if (this.#open?.type !== 'text') this.#start({ type: 'text', text: '', citations: null })
    this.#add(text, { type: 'text_delta', text })
  }

  /** True while a text block is open. */
  isText(): boolean {
    return this.#open?.type === 'text'
  }

  /** Adds a source of the open text. @param start - of the passage, within that text */
  cite({ url, title }: Pick<WebCitation, 'url' | 'title'>, start: number, end: number): void {
    // Gemini does not quote its sources: the passage of the answer shows where the source belongs.
    const cited_text = this.#text.slice(start, end)
    const citation: WebCitation = { type: 'web_search_result_location', url, title, cited_text, encrypted_index: '' }
    this.#citations.push(citation)
    this.#delta({ type: 'citations_delta', citation })
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
    this.#start({ type: 'tool_use', id, name, input: {}, caller: CALLER })
  }

  /** Opens the block of a web search. */
  startSearch(id: string): void {
    this.#start({ type: 'server_tool_use', id, name: 'web_search', input: {}, caller: CALLER })
  }

  /** Adds the results of a web search as a block, which is complete at once. */
  writeResults(id: string, content: FoundPages): void {
    const block: AnswerBlock = { type: 'web_search_tool_result', tool_use_id: id, content, caller: CALLER }
    this.#start(block)
    this.#finish(block)
  }

  /** Appends to the input of the open call, as JSON text. */
  writeInput(json: string): void {
    if (json !== '') this.#add(json, { type: 'input_json_delta', partial_json: json })
  }

  /** Closes the open block of text, of a call or of a search, if any. */
  close(): void {
    const block = this.#open
    if (block?.type === 'text') this.#finish({ ...block, text: this.#text, citations: this.#citations.length > 0 ? this.#citations : null })
    else if (block?.type === 'tool_use' || block?.type === 'server_tool_use') this.#finish({ ...block, input: toInput(this.#text) })
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
    this.#citations = []
    this.emit({ type: 'content_block_start', index: this.#content.length, content_block: block })
  }

  #add(text: string, delta: Delta): void {
    this.#text += text
    this.#delta(delta)
  }

  #delta(delta: Delta): void {
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
