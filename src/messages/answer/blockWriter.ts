import { isRecord } from '../../contract/isRecord.js'
import type { MessageStreamEvent } from '../../contract/types.js'
import type { AnswerBlock } from './message.js'

type Delta = Extract<MessageStreamEvent, { type: 'content_block_delta' }>['delta']
type FoundPages = Extract<AnswerBlock, { type: 'web_search_tool_result' }>['content']
type WebCitation = NonNullable<Extract<AnswerBlock, { type: 'text' }>['citations']>[number]

/** The field `caller` of every tool call: the model itself made the call. */
const DIRECT_CALLER = { type: 'direct' } as const

/** A tool call that has begun: its id, and the name of its tool. */
export interface StartedCall {
  readonly id: string
  readonly name: string
}

/** Collects the content blocks of one answer, as Messages API events and as whole blocks. */
export class BlockWriter {
  readonly #content: AnswerBlock[] = []
  #events: MessageStreamEvent[] = []
  /** The open block; `#text` holds its text, thinking or input so far. */
  #open: AnswerBlock | undefined
  #text = ''
  /** The citations of the open text block. */
  #citations: WebCitation[] = []

  /** @param sign - called when a thinking block closes; returns the signature of the block */
  constructor(private readonly sign: () => string) {}

  /** Queues an event until {@link take} returns it. */
  emit(event: MessageStreamEvent): void {
    this.#events.push(event)
  }

  /** Appends text; opens a text block unless one is open. */
  writeText(text: string): void {
    if (this.#open?.type !== 'text') this.#start({ type: 'text', text: '', citations: null })
    this.#add(text, { type: 'text_delta', text })
  }

  /** True while a text block is open. */
  isTextOpen(): boolean {
    return this.#open?.type === 'text'
  }

  /** Adds a citation to the open text block. */
  cite(cited: Pick<WebCitation, 'url' | 'title' | 'cited_text'>): void {
    const citation: WebCitation = { type: 'web_search_result_location', ...cited, encrypted_index: '' }
    this.#citations.push(citation)
    this.#delta({ type: 'citations_delta', citation })
  }

  /** Appends thinking text; opens a thinking block unless one is open. */
  writeThinking(thinking: string): void {
    if (!this.isThinkingOpen()) this.openThinking()
    this.#add(thinking, { type: 'thinking_delta', thinking })
  }

  /** Opens a thinking block; its text may stay empty. */
  openThinking(): void {
    this.#start({ type: 'thinking', thinking: '', signature: '' })
  }

  /** True while a thinking block is open. */
  isThinkingOpen(): boolean {
    return this.#open?.type === 'thinking'
  }

  /** Opens the `tool_use` block of a tool call. */
  startCall({ id, name }: StartedCall): void {
    this.#start({ type: 'tool_use', id, name, input: {}, caller: DIRECT_CALLER })
  }

  /** Opens the `server_tool_use` block of a web search. */
  startSearch(id: string): void {
    this.#start({ type: 'server_tool_use', id, name: 'web_search', input: {}, caller: DIRECT_CALLER })
  }

  /** Adds the results of a web search as one complete block. */
  writeResults(id: string, content: FoundPages): void {
    const block: AnswerBlock = { type: 'web_search_tool_result', tool_use_id: id, content, caller: DIRECT_CALLER }
    this.#start(block)
    this.#finish(block)
  }

  /** Appends JSON text to the input of the open tool call or search. */
  writeInput(json: string): void {
    if (json !== '') this.#add(json, { type: 'input_json_delta', partial_json: json })
  }

  /** Closes the open block, if any. */
  close(): void {
    const block = this.#open
    if (block?.type === 'thinking') this.#finishThinking()
    else if (block?.type === 'text')
      this.#finish({ ...block, text: this.#text, citations: this.#citations.length > 0 ? this.#citations : null })
    else if (block?.type === 'tool_use' || block?.type === 'server_tool_use') this.#finish({ ...block, input: toInput(this.#text) })
  }

  /** Returns the complete content blocks, in order. */
  content(): AnswerBlock[] {
    return this.#content
  }

  /** Returns the events emitted since the previous call of `take`. */
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

  #finishThinking(): void {
    const signature = this.sign()
    this.#delta({ type: 'signature_delta', signature })
    this.#finish({ type: 'thinking', thinking: this.#text, signature })
  }

  #finish(block: AnswerBlock): void {
    this.emit({ type: 'content_block_stop', index: this.#content.length })
    this.#content.push(block)
    this.#open = undefined
  }
}

/** Parses the input of a tool call; anything but a JSON object becomes an empty object. */
function toInput(json: string): Record<string, unknown> {
  const parsed = parseInput(json)
  return isRecord(parsed) ? { ...parsed } : {}
}

/** Parses the input of a tool call. @returns undefined while it is incomplete */
export function parseInput(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // the JSON is incomplete
  }
}
