import type { AnswerSource } from '../../contract/callRecord.js'
import type { ApiError } from '../../contract/errors.js'
import type { ChunkDelta, FinishReason, ModelResponse, ResponseStreamEvent, ToolCallDelta, Usage } from '../../contract/types.js'
import { readPartialImages } from '../../images/answerImages.js'
import type { ParsedRequest } from '../request/parseRequest.js'
import { type ItemStatus, type OpenItem, ResponseEmitter } from './emitter.js'
import { codeStepsIn, type GoogleContent, GoogleToolItems } from './googleTools.js'
import { ImageItems } from './images.js'
import {
  type OpenCall,
  type OpenMessage,
  type OpenReasoning,
  startMessageItem,
  startReasoningItem,
  startToolCallItem,
} from './openItems.js'
import { type ResponseHead, startResponse, toResponseError, toResponseUsage } from './response.js'

/** Finish reasons that make a response `incomplete`, with its `incomplete_details.reason`. */
const INCOMPLETE_REASONS: Readonly<Partial<Record<FinishReason, 'max_output_tokens' | 'content_filter'>>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
}

/**
 * Longest thought signature of a message, in characters. Longer ones, such as the megabyte that
 * image models send with text, are dropped: MediaDetacher inserts placeholders beyond 64 KiB.
 */
const LONGEST_SIGNATURE = 65_536

/** Dependencies of {@link ResponseBuilder}. */
export interface ResponseBuilderParts {
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
  /** The answer's model and the signatures of its tool calls, to be sealed into reasoning items. */
  readonly source: Readonly<AnswerSource>
  /** Maximum number of partial images that the client gets per image; 0 by default. */
  readonly maxPartialImages?: number
  /**
   * Called with the completed or incomplete response (not if it failed), and with the thought
   * signatures of its images by item id. @returns true if the response is stored
   */
  readonly onEnd: (response: ModelResponse, signatures: ReadonlyMap<string, string>) => Promise<boolean>
}

type Citation = { readonly url: string; readonly title: string; readonly start_index: number; readonly end_index: number }

/** A delta of a chat stream, or a whole chat message in the same shape. */
export type AnswerDelta = Omit<ChunkDelta, 'role'> & { readonly annotations?: readonly { readonly url_citation: Citation }[] | undefined }

/** Converts the deltas of one chat answer to Responses API events and to the whole response. */
export class ResponseBuilder {
  readonly #emitter = new ResponseEmitter()
  /** Tool calls that are still being generated, by their `index` in the chat deltas. */
  readonly #calls = new Map<number, OpenCall>()
  #response: ModelResponse
  #hasEnded = false
  #open: OpenMessage | OpenReasoning | undefined
  /** Thought signature that arrived during the open message, for a reasoning item after it. */
  #messageSignature: string | undefined
  readonly #tools: GoogleToolItems
  readonly #images: ImageItems
  /** Search queries that arrived within a message; their `web_search_call` item follows it. */
  #laterQueries: string[] = []
  /** Characters of text in the answer so far (`length`), and before the open message (`start`). */
  readonly #text = { length: 0, start: 0 }

  constructor(
    private readonly request: ParsedRequest,
    private readonly parts: ResponseBuilderParts,
  ) {
    this.#response = startResponse(request.request, { id: '', created: 0, isStored: false })
    this.#tools = new GoogleToolItems(this.#emitter, request.toolDetails)
    this.#images = new ImageItems(this.#emitter, parts.maxPartialImages ?? 0)
  }

  /** Starts the response and emits `response.created` and `response.in_progress`. */
  begin(head: ResponseHead): void {
    this.#response = startResponse(this.request.request, head)
    this.#emitter.emit({ type: 'response.created', response: this.#response })
    this.#emitter.emit({ type: 'response.in_progress', response: this.#response })
  }

  /** Converts one chat delta to events, which {@link take} returns. */
  add(delta: AnswerDelta): void {
    const { content, refusal, reasoning_content: thought, extra_content: extra, tool_calls, annotations, images } = delta
    const { google } = extra ?? {}
    const signature = google?.thought_signature
    if (thought && this.request.hasSummaries) this.#continueReasoning().write(thought)
    // The signature goes before the text, so that its reasoning item precedes the message.
    if (signature) this.#addMessageSignature(signature)
    if (google) this.#addGoogleTools(google)
    if (content) this.#addText(content)
    for (const { url_citation: citation } of annotations ?? []) this.#annotate(citation)
    this.#addImages(readPartialImages(delta), images)
    if (refusal) this.#continueMessage().write('refusal', refusal)
    for (const call of tool_calls ?? []) this.#addCall(call)
  }

  /** Ends the response as completed or incomplete; emits its last event when `onEnd` resolves. */
  async finish(reason: FinishReason, usage: Usage | undefined, tier: ModelResponse['service_tier']): Promise<void> {
    const incompleteReason = INCOMPLETE_REASONS[reason]
    const status = incompleteReason === undefined ? 'completed' : 'incomplete'
    this.#closeOpen(status)
    this.#tools.finish()
    this.#images.finish()
    for (const call of this.#calls.values()) call.close(status)
    this.#calls.clear()
    this.#hasEnded = true
    this.#response = {
      ...this.#response,
      status,
      output: this.#emitter.output(),
      ...(usage === undefined ? {} : { usage: toResponseUsage(usage) }),
      ...(tier === undefined ? {} : { service_tier: tier }),
      ...(incompleteReason === undefined
        ? { completed_at: Math.floor(this.parts.now() / 1000) }
        : { incomplete_details: { reason: incompleteReason } }),
    }
    this.#end(status, { store: await this.parts.onEnd(this.#response, this.#images.signatures) })
  }

  /** Ends the response as failed, with its incomplete items. Does nothing after its end. */
  fail(failure: ApiError): void {
    if (this.#hasEnded) return
    const others = [...this.#tools.openItems(), ...this.#images.openItems()]
    const incomplete: OpenItem[] = [...this.#calls.values(), ...others, ...(this.#open === undefined ? [] : [this.#open])]
    const output = this.#emitter.output(incomplete.map((item) => item.snapshot()))
    this.#end('failed', { error: toResponseError(failure), output, store: false })
  }

  /** Returns the events emitted since the previous call of `take`. */
  take(): ResponseStreamEvent[] {
    return this.#emitter.take()
  }

  /** Returns the response: without output until it has ended, then complete. */
  response(): ModelResponse {
    return this.#response
  }

  #end(status: 'completed' | 'incomplete' | 'failed', change: Partial<ModelResponse>): void {
    this.#hasEnded = true
    this.#response = { ...this.#response, status, ...change }
    this.#emitter.emit({ type: `response.${status}`, response: this.#response })
  }

  #continueReasoning(): OpenReasoning {
    if (this.#open?.type === 'reasoning') return this.#open
    this.#closeOpen()
    const reasoning = startReasoningItem(this.#emitter, this.request.seal)
    this.#open = reasoning
    return reasoning
  }

  #continueMessage(): OpenMessage {
    this.#closeCompleteCalls()
    if (this.#open?.type === 'message') return this.#open
    this.#closeOpen()
    const message = startMessageItem(this.#emitter)
    this.#open = message
    return message
  }

  #closeOpen(status: ItemStatus = 'completed'): void {
    this.#open?.close(status)
    this.#open = undefined
    this.#text.start = this.#text.length
    const queries = this.#laterQueries
    this.#laterQueries = []
    if (queries.length > 0) this.#tools.addSearch(queries)
    const signature = this.#messageSignature
    if (signature === undefined) return
    // The signature is cleared first, because #continueReasoning calls #closeOpen again.
    this.#messageSignature = undefined
    this.#continueReasoning().addSignatures({ message: signature, model: this.parts.source.model, isAfterMessage: true })
    this.#closeOpen()
  }

  #addText(content: string): void {
    this.#continueMessage().write('output_text', content)
    this.#text.length += content.length
  }

  /** Adds a citation to the open message, if any. Its indexes refer to the text of all messages. */
  #annotate({ url, title, start_index: start, end_index: end }: Citation): void {
    const { start: offset } = this.#text
    // Drop a citation of text before the open message: it belongs to an earlier, complete message.
    if (this.#open?.type !== 'message' || end <= offset) return
    const range = { start_index: Math.max(start - offset, 0), end_index: end - offset }
    this.#open.annotate({ type: 'url_citation', url, title, ...range })
  }

  #addGoogleTools(google: GoogleContent): void {
    this.#tools.addSources(google)
    const queries = this.#tools.newQueries(google)
    if (this.#open?.type === 'message') this.#laterQueries.push(...queries)
    else if (queries.length > 0) {
      this.#closeBefore()
      this.#tools.addSearch(queries)
    }
    for (const step of codeStepsIn(google)) {
      if ('code' in step) this.#closeBefore()
      this.#tools.addStep(step)
    }
  }

  #addImages(partialImages: ChunkDelta['images'], images: ChunkDelta['images']): void {
    if (!partialImages && !images) return
    this.#closeBefore()
    this.#images.addPartialImages(partialImages ?? [])
    this.#images.add(images ?? [])
  }

  /** Closes the complete tool calls and the open message or reasoning item. */
  #closeBefore(): void {
    this.#closeCompleteCalls()
    this.#closeOpen()
  }

  #addMessageSignature(signature: string): void {
    if (!this.request.hasMessageSignatures || signature.length > LONGEST_SIGNATURE) return
    if (this.#open?.type === 'message') this.#messageSignature = signature
    else this.#continueReasoning().addSignatures({ message: signature, model: this.parts.source.model })
  }

  #addCall({ index, id, function: called }: ToolCallDelta): void {
    if (id !== undefined) this.#startCall(index, id, called?.name ?? '')
    this.#calls.get(index)?.write(called?.arguments ?? '')
  }

  #startCall(index: number, id: string, name: string): void {
    this.#closeCompleteCalls()
    const record = this.parts.source.calls.get(id)
    if (record?.signature !== undefined) this.#continueReasoning().addSignatures({ calls: { [id]: record } })
    this.#closeOpen()
    const tool = this.request.declaredTools.get(name) ?? { kind: 'function', name, namespace: undefined }
    this.#calls.set(index, startToolCallItem(this.#emitter, id, tool))
  }

  #closeCompleteCalls(): void {
    for (const [index, call] of this.#calls) {
      if (!call.isComplete()) continue
      this.#calls.delete(index)
      call.close('completed')
    }
  }
}
