import type { AnswerSource, ToolCallRecord } from '../../contract/callRecord.js'
import type {
  AnthropicMessage,
  ChatAnnotation,
  ChunkDelta,
  FinishReason,
  MessageStreamEvent,
  ToolCallDelta,
  Usage,
} from '../../contract/types.js'
import { serializeSignatures, type ThoughtSignatures } from '../../responses/request/signatures.js'
import type { ParsedMessageRequest } from '../request/parseRequest.js'
import { BlockWriter, parseInput, type StartedCall } from './blockWriter.js'
import { startMessage, toMessageEnd, toMessageUsage } from './message.js'
import { WebSearches } from './webSearches.js'

/** A delta of a chat stream, or a whole chat message in the same shape. */
export type MessageDelta = Omit<ChunkDelta, 'role' | 'annotations'> & { readonly annotations?: readonly ChatAnnotation[] | undefined }

/** A delta without its tool calls. */
type AnswerContent = Omit<MessageDelta, 'tool_calls'>

/** A tool call whose block is open, or waits for the block of an earlier call to close. */
interface PendingCall extends StartedCall {
  json: string
  /** Last non-space character of `json`, which is parsed only if this is `}`. */
  lastCharacter: string | undefined
  isOpen: boolean
}

/** Text in place of a generated image: answers of Anthropic's API cannot contain images. */
const IMAGE_NOTE = '[An image, which this API cannot return. Use POST /v1/chat/completions, /v1/responses or /v1/images/generations.]'

const NO_SIGNATURES: ThoughtSignatures = { calls: {}, message: undefined, model: undefined, isAfterMessage: false }

/** Converts the deltas of one chat answer to Messages API events and to the whole message. */
export class MessageBuilder {
  readonly #writer = new BlockWriter(() => this.#takeSignature())
  /** Incomplete tool calls by their `index` in the chat; only the first has an open block. */
  readonly #calls = new Map<number, PendingCall>()
  /** Deltas that wait for the input of a call to be complete. */
  readonly #waiting: AnswerContent[] = []
  /** The signatures to seal into the open thinking block. */
  #signatures = NO_SIGNATURES
  readonly #searches = new WebSearches(this.#writer)
  /** The open or last text block's text, and the number of characters before it: for citations. */
  readonly #text = { open: '', start: 0 }
  #hasCalls = false
  /** True for a stream, in which a search's sources may arrive after the text based on them. */
  #isStream = false
  #message: AnthropicMessage

  /**
   * @param request - which blocks the answer contains, and how its signatures are sealed
   * @param source - the model and the signatures of its tool calls, to be sealed
   */
  constructor(
    private readonly request: Pick<ParsedMessageRequest, 'hasThinkingBlocks' | 'hasThinkingText' | 'seal'>,
    private readonly source: Readonly<AnswerSource>,
    head: { readonly id: string; readonly model: string },
  ) {
    this.#message = startMessage(head.id, head.model)
  }

  /** Starts a stream: emits `message_start`. A whole message does not need this call. */
  begin(): void {
    this.#isStream = true
    this.#writer.emit({ type: 'message_start', message: this.#message })
  }

  /** Converts one chat delta to events, which {@link take} returns. */
  add({ tool_calls: calls = [], ...content }: MessageDelta): void {
    for (const call of calls) if (call.id === undefined) this.#addCall(call)
    // Relays of Gemini may send content amid a call's input: it waits until the input is complete.
    // The input is parsed only while content waits: to parse every fragment takes quadratic time.
    if (Object.values(content).some(Boolean)) this.#waiting.push(content)
    if (this.#waiting.length > 0 && !this.#isWithinCall()) this.#addWaiting()
    for (const call of calls) if (call.id !== undefined) this.#addCall(call)
  }

  /** Ends the message: closes its blocks and emits `message_delta` and `message_stop`. */
  finish(reason: FinishReason, usage: Usage | undefined): void {
    this.#closeBefore()
    this.#addWaiting()
    this.#writeSearches()
    this.#searches.finish()
    this.#writer.close()
    const end = toMessageEnd(reason, this.#hasCalls)
    const counts = toMessageUsage(usage, this.#searches.count())
    this.#message = { ...this.#message, content: this.#writer.content(), ...end, usage: counts }
    this.#writer.emit({ type: 'message_delta', delta: end, usage: counts })
    this.#writer.emit({ type: 'message_stop' })
  }

  /** Returns the events emitted since the previous call of `take`. */
  take(): MessageStreamEvent[] {
    return this.#writer.take()
  }

  /** Returns the message: without content before {@link finish}, complete after it. */
  message(): AnthropicMessage {
    return this.#message
  }

  #isWithinCall(): boolean {
    for (const call of this.#calls.values()) if (!isComplete(call)) return true
    return false
  }

  #addWaiting(): void {
    for (const delta of this.#waiting.splice(0)) this.#addContent(delta)
  }

  #addContent({ content, refusal, reasoning_content: thought, extra_content: extra, annotations, images }: AnswerContent): void {
    const { google } = extra ?? {}
    if (thought && this.request.hasThinkingText) this.#writeThought(thought)
    this.#searches.add(google ?? {})
    // Gemini usually reports search queries at the end only. They do not interrupt an open text
    // block, because this delta may contain citations for it.
    if (!this.#writer.isTextOpen()) this.#writeSearches()
    // A signature that follows the text is dropped: Gemini does not require it, and an answer must
    // not end with a thinking block.
    if (google?.thought_signature && this.#writer.isThinkingOpen())
      this.#addSignatures({ message: google.thought_signature, model: this.source.model })
    this.#writeText(`${content ?? ''}${refusal ?? ''}`)
    for (const { url_citation: cited } of annotations ?? []) this.#cite(cited)
    for (const _ of images ?? []) this.#writeImageNote()
  }

  #writeThought(thought: string): void {
    if (!this.#writer.isThinkingOpen()) {
      this.#closeBefore()
      this.#searches.writeResults()
    }
    this.#writer.writeThinking(thought)
  }

  #addSignatures(added: Partial<ThoughtSignatures>): void {
    this.#signatures = { ...this.#signatures, ...added, calls: { ...this.#signatures.calls, ...added.calls } }
  }

  #writeText(text: string): void {
    if (text === '') return
    this.#openText()
    this.#writer.writeText(text)
    this.#text.open += text
  }

  /** Writes a note in place of an image. Indexes of citations do not count its characters. */
  #writeImageNote(): void {
    const isTextOpen = this.#writer.isTextOpen()
    this.#openText()
    this.#writer.writeText(isTextOpen ? `\n\n${IMAGE_NOTE}` : IMAGE_NOTE)
  }

  #openText(): void {
    this.#closeBefore()
    if (this.#writer.isTextOpen()) return
    this.#text.start += this.#text.open.length
    this.#text.open = ''
  }

  /** Adds a citation, whose indexes refer to the model's whole text, to the open text block. */
  #cite({ url, title, start_index: from, end_index: to }: ChatAnnotation['url_citation']): void {
    const { open, start } = this.#text
    // A citation of a closed block is dropped; the search results still list its source. Gemini
    // does not quote its sources, so the cited text is the passage of the answer.
    if (this.#writer.isTextOpen() && to > start)
      this.#writer.cite({ url, title, cited_text: open.slice(Math.max(from - start, 0), to - start) })
  }

  #writeSearches(): void {
    if (!this.#searches.hasNewQueries()) return
    this.#closeBefore()
    this.#searches.write()
    if (!this.#isStream) this.#searches.writeResults()
  }

  /** Closes open tool calls and thinking before text is written; an open text block stays open. */
  #closeBefore(): void {
    for (const [index, call] of this.#calls) {
      this.#open(call)
      this.#calls.delete(index)
      this.#writer.close()
    }
    if (this.#writer.isThinkingOpen()) this.#writer.close()
  }

  /** Seals the signatures of the thinking block that closes. */
  #takeSignature(): string {
    const signatures = this.#signatures
    this.#signatures = NO_SIGNATURES
    return this.request.seal(serializeSignatures(signatures))
  }

  #addCall({ index, id, function: called }: ToolCallDelta): void {
    if (id !== undefined) {
      this.#writeSearches()
      this.#calls.set(index, { id, name: called?.name ?? '', json: '', lastCharacter: undefined, isOpen: false })
    }
    const call = this.#calls.get(index)
    if (call === undefined) return
    const json = called?.arguments ?? ''
    call.json += json
    call.lastCharacter = json.trimEnd().at(-1) ?? call.lastCharacter
    if (call.isOpen) this.#writer.writeInput(json)
    else this.#openNext()
  }

  /** Opens the first waiting tool call, if the input of all earlier ones is complete. */
  #openNext(): void {
    for (const [index, call] of this.#calls) {
      this.#open(call)
      if (this.#calls.size === 1 || !isComplete(call)) return
      this.#calls.delete(index)
      this.#writer.close()
    }
  }

  #open(call: PendingCall): void {
    if (call.isOpen) return
    call.isOpen = true
    this.#hasCalls = true
    this.#searches.writeResults()
    this.#seal(call.id, this.source.calls.get(call.id))
    this.#writer.startCall(call)
    this.#writer.writeInput(call.json)
  }

  /** Seals a call's signature into the thinking block before it; opens an empty one if needed. */
  #seal(id: string, record: ToolCallRecord | undefined): void {
    const { hasThinkingBlocks } = this.request
    if (hasThinkingBlocks && record?.signature !== undefined) {
      if (!this.#writer.isThinkingOpen()) this.#writer.openThinking()
      this.#addSignatures({ calls: { [id]: record } })
    }
  }
}

/** True once the input of a call is complete JSON. */
const isComplete = ({ json, lastCharacter }: PendingCall): boolean => lastCharacter === '}' && parseInput(json) !== undefined
