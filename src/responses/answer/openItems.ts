import { randomId } from '../../contract/ids.js'
import { isRecord } from '../../contract/isRecord.js'
import { type Signatures, serializeSignatures } from '../request/signatures.js'
import type { DeclaredTool } from '../request/toolNames.js'
import type { ItemStatus, OpenItem, OutputItem, ResponseEmitter } from './emitter.js'

type MessagePart = Extract<OutputItem, { type: 'message' }>['content'][number]

const toMessagePart = (kind: MessagePart['type'], text: string): MessagePart =>
  kind === 'refusal' ? { type: kind, refusal: text } : { type: kind, text, annotations: [], logprobs: [] }

/** A message that is being generated. */
export class OpenMessage implements OpenItem {
  readonly type = 'message'
  readonly #id = `msg_${randomId()}`
  readonly #emitter: ResponseEmitter
  readonly #index: number
  /** The complete parts. */
  readonly #content: MessagePart[] = []
  /** Kind of the part that is being generated. */
  #kind: MessagePart['type'] | undefined
  #text = ''

  constructor(emitter: ResponseEmitter) {
    this.#emitter = emitter
    this.#index = emitter.startItem(this.#toItem('in_progress', []))
  }

  /** Appends text to the current part; starts a new part if the kind differs. */
  write(kind: MessagePart['type'], delta: string): void {
    if (kind !== this.#kind) this.#startPart(kind)
    this.#text += delta
    if (kind === 'refusal') this.#emitter.emit({ type: 'response.refusal.delta', ...this.#location(), delta })
    else this.#emitter.emit({ type: 'response.output_text.delta', ...this.#location(), delta, logprobs: [] })
  }

  close(status: ItemStatus): void {
    this.#closePart()
    this.#emitter.completeItem(this.#index, this.#toItem(status, this.#content))
  }

  snapshot(): { readonly index: number; readonly item: OutputItem } {
    const content = this.#kind === undefined ? this.#content : [...this.#content, toMessagePart(this.#kind, this.#text)]
    return { index: this.#index, item: this.#toItem('incomplete', content) }
  }

  #startPart(kind: MessagePart['type']): void {
    this.#closePart()
    this.#kind = kind
    this.#text = ''
    this.#emitter.emit({ type: 'response.content_part.added', ...this.#location(), part: toMessagePart(kind, '') })
  }

  #closePart(): void {
    if (this.#kind === undefined) return
    const location = this.#location()
    const part = toMessagePart(this.#kind, this.#text)
    if (part.type === 'refusal') this.#emitter.emit({ type: 'response.refusal.done', ...location, refusal: this.#text })
    else this.#emitter.emit({ type: 'response.output_text.done', ...location, text: this.#text, logprobs: [] })
    this.#emitter.emit({ type: 'response.content_part.done', ...location, part })
    this.#content.push(part)
    this.#kind = undefined
  }

  #location() {
    return { item_id: this.#id, output_index: this.#index, content_index: this.#content.length }
  }

  #toItem(status: ItemStatus, content: MessagePart[]): OutputItem {
    return { id: this.#id, type: 'message', status, role: 'assistant', content }
  }
}

/** A reasoning item that is being generated: a thought summary, and thought signatures. */
export class OpenReasoning implements OpenItem {
  readonly type = 'reasoning'
  readonly #id = `rs_${randomId()}`
  readonly #emitter: ResponseEmitter
  readonly #seal: (text: string) => string
  readonly #location: { readonly item_id: string; readonly output_index: number; readonly summary_index: number }
  #signatures: Signatures = { calls: {}, message: undefined, isAfter: false }
  #text = ''

  /** @param seal - encrypts the signatures */
  constructor(emitter: ResponseEmitter, seal: (text: string) => string) {
    this.#emitter = emitter
    this.#seal = seal
    const index = emitter.startItem({ id: this.#id, type: 'reasoning', summary: [] })
    this.#location = { item_id: this.#id, output_index: index, summary_index: 0 }
  }

  /** Appends text to the summary. */
  write(delta: string): void {
    if (this.#text === '') {
      const part = { type: 'summary_text' as const, text: '' }
      this.#emitter.emit({ type: 'response.reasoning_summary_part.added', ...this.#location, part })
    }
    this.#text += delta
    this.#emitter.emit({ type: 'response.reasoning_summary_text.delta', ...this.#location, delta })
  }

  /** Adds signatures to the item. */
  addSignatures(signatures: Partial<Signatures>): void {
    this.#signatures = { ...this.#signatures, ...signatures, calls: { ...this.#signatures.calls, ...signatures.calls } }
  }

  close(): void {
    const text = this.#text
    if (text !== '') {
      this.#emitter.emit({ type: 'response.reasoning_summary_text.done', ...this.#location, text })
      this.#emitter.emit({ type: 'response.reasoning_summary_part.done', ...this.#location, part: { type: 'summary_text', text } })
    }
    const { index, item } = this.snapshot()
    this.#emitter.completeItem(index, item)
  }

  snapshot(): { readonly index: number; readonly item: OutputItem } {
    const item: OutputItem = {
      id: this.#id,
      type: 'reasoning',
      summary: this.#text === '' ? [] : [{ type: 'summary_text', text: this.#text }],
      encrypted_content: this.#seal(serializeSignatures(this.#signatures)),
    }
    return { index: this.#location.output_index, item }
  }
}

/** A tool call that is being generated. */
export class OpenCall implements OpenItem {
  readonly type = 'call'
  readonly #id: string
  readonly #emitter: ResponseEmitter
  readonly #callId: string
  readonly #tool: DeclaredTool
  readonly #index: number
  #arguments = ''
  /** The last non-space character: arguments that do not end in `}` need not be parsed. */
  #lastCharacter: string | undefined

  constructor(emitter: ResponseEmitter, callId: string, tool: DeclaredTool) {
    this.#id = `${tool.kind === 'custom' ? 'ctc' : 'fc'}_${randomId()}`
    this.#emitter = emitter
    this.#callId = callId
    this.#tool = tool
    this.#index = emitter.startItem(this.#toItem('in_progress'))
  }

  /** Appends to the arguments. */
  write(delta: string): void {
    this.#arguments += delta
    this.#lastCharacter = delta.trimEnd().at(-1) ?? this.#lastCharacter
    // The input of a custom tool is known only when its JSON is complete.
    if (this.#tool.kind !== 'function' || delta === '') return
    this.#emitter.emit({ type: 'response.function_call_arguments.delta', ...this.#location(), delta })
  }

  /** True once the arguments are complete JSON. */
  isComplete(): boolean {
    return this.#lastCharacter === '}' && parseJson(this.#arguments) !== undefined
  }

  close(status: ItemStatus): void {
    const item = this.#toItem(status)
    const location = this.#location()
    if (item.type === 'custom_tool_call') {
      const { input } = item
      if (input !== '') this.#emitter.emit({ type: 'response.custom_tool_call_input.delta', ...location, delta: input })
      this.#emitter.emit({ type: 'response.custom_tool_call_input.done', ...location, input })
    } else {
      const { name } = this.#tool
      this.#emitter.emit({ type: 'response.function_call_arguments.done', ...location, name, arguments: this.#arguments })
    }
    this.#emitter.completeItem(this.#index, item)
  }

  snapshot(): { readonly index: number; readonly item: OutputItem } {
    return { index: this.#index, item: this.#toItem('incomplete') }
  }

  #location() {
    return { item_id: this.#id, output_index: this.#index }
  }

  #toItem(status: ItemStatus): OutputItem {
    const { kind, name, namespace } = this.#tool
    const call = { id: this.#id, status, call_id: this.#callId, name, ...(namespace === undefined ? {} : { namespace }) }
    if (kind === 'function') return { ...call, type: 'function_call', arguments: this.#arguments }
    return { ...call, type: 'custom_tool_call', input: readInput(this.#arguments) }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // incomplete
  }
}

/**
 * Reads the input of a custom tool from the arguments of the function that emulates it; returns the
 * arguments themselves if the model generated anything else.
 */
function readInput(callArguments: string): string {
  const parsed = parseJson(callArguments)
  return isRecord(parsed) && typeof parsed.input === 'string' ? parsed.input : callArguments
}
