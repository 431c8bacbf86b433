import { randomId } from '../../contract/ids.js'
import { isRecord } from '../../contract/isRecord.js'
import { serializeSignatures, type ThoughtSignatures } from '../request/signatures.js'
import type { DeclaredTool } from '../request/toolNames.js'
import type { ItemStatus, OpenItem, OutputItem, ResponseEmitter } from './emitter.js'

type MessagePart = Extract<OutputItem, { type: 'message' }>['content'][number]
/** An annotation of an `output_text` part, such as a URL citation. */
export type TextAnnotation = Extract<MessagePart, { type: 'output_text' }>['annotations'][number]

/** A message item that is being generated. */
export interface OpenMessage extends OpenItem {
  readonly type: 'message'
  /** Appends text to the open content part; starts a new part if `kind` is not its type. */
  write(kind: MessagePart['type'], delta: string): void
  /** Annotates the open content part. @param source - its indexes count from the part's start */
  annotate(source: TextAnnotation): void
}

const toMessagePart = (kind: MessagePart['type'], text: string, annotations: readonly TextAnnotation[] = []): MessagePart =>
  kind === 'refusal' ? { type: kind, refusal: text } : { type: kind, text, annotations: [...annotations], logprobs: [] }

/** Starts a message item, without content, in the output. */
export function startMessageItem(emitter: ResponseEmitter): OpenMessage {
  const item_id = `msg_${randomId()}`
  const toItem = (status: ItemStatus, content: MessagePart[]): OutputItem => {
    return { id: item_id, type: 'message', status, role: 'assistant', content }
  }
  const output_index = emitter.startItem(toItem('in_progress', []))
  /** The complete content parts. */
  const content: MessagePart[] = []
  /** Type of the open content part; undefined if no part is open. */
  let kind: MessagePart['type'] | undefined
  let text = ''
  let annotations: TextAnnotation[] = []

  const location = () => ({ item_id, output_index, content_index: content.length })
  const startPart = (next: MessagePart['type']): void => {
    closePart()
    kind = next
    text = ''
    annotations = []
    emitter.emit({ type: 'response.content_part.added', ...location(), part: toMessagePart(kind, '') })
  }
  const closePart = (): void => {
    if (kind === undefined) return
    const part = toMessagePart(kind, text, annotations)
    if (kind === 'refusal') emitter.emit({ type: 'response.refusal.done', ...location(), refusal: text })
    else emitter.emit({ type: 'response.output_text.done', ...location(), text, logprobs: [] })
    emitter.emit({ type: 'response.content_part.done', ...location(), part })
    content.push(part)
    kind = undefined
  }
  return {
    type: 'message',
    write: (next, delta) => {
      if (next !== kind) startPart(next)
      text += delta
      if (next === 'refusal') emitter.emit({ type: 'response.refusal.delta', ...location(), delta })
      else emitter.emit({ type: 'response.output_text.delta', ...location(), delta, logprobs: [] })
    },
    annotate: (annotation) => {
      emitter.emit({ type: 'response.output_text.annotation.added', ...location(), annotation_index: annotations.length, annotation })
      annotations.push(annotation)
    },
    close: (status) => {
      closePart()
      emitter.completeItem(output_index, toItem(status, content))
    },
    snapshot: () => {
      const parts = kind === undefined ? content : [...content, toMessagePart(kind, text, annotations)]
      return { index: output_index, item: toItem('incomplete', parts) }
    },
  }
}

/** A reasoning item that is being generated: a thought summary with thought signatures. */
export interface OpenReasoning extends OpenItem {
  readonly type: 'reasoning'
  /** Appends text to the thought summary. */
  write(delta: string): void
  /** Adds thought signatures, which are sealed into the item when it closes. */
  addSignatures(signatures: Partial<ThoughtSignatures>): void
}

/** Starts a reasoning item in the output. @param seal - encrypts its thought signatures */
export function startReasoningItem(emitter: ResponseEmitter, seal: (text: string) => string): OpenReasoning {
  const item_id = `rs_${randomId()}`
  const output_index = emitter.startItem({ id: item_id, type: 'reasoning', summary: [] })
  const location = { item_id, output_index, summary_index: 0 }
  let signatures: ThoughtSignatures = { calls: {}, message: undefined, model: undefined, isAfterMessage: false }
  let text = ''

  const toItem = (): OutputItem => ({
    id: item_id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: seal(serializeSignatures(signatures)),
  })
  return {
    type: 'reasoning',
    write: (delta) => {
      if (text === '')
        emitter.emit({ type: 'response.reasoning_summary_part.added', ...location, part: { type: 'summary_text', text: '' } })
      text += delta
      emitter.emit({ type: 'response.reasoning_summary_text.delta', ...location, delta })
    },
    addSignatures: (added) => {
      signatures = { ...signatures, ...added, calls: { ...signatures.calls, ...added.calls } }
    },
    close: () => {
      if (text !== '') {
        emitter.emit({ type: 'response.reasoning_summary_text.done', ...location, text })
        emitter.emit({ type: 'response.reasoning_summary_part.done', ...location, part: { type: 'summary_text', text } })
      }
      emitter.completeItem(output_index, toItem())
    },
    snapshot: () => ({ index: output_index, item: toItem() }),
  }
}

/** The output item of a tool call that is being generated. */
export interface OpenCall extends OpenItem {
  /** Appends JSON text to the arguments of the call. */
  write(delta: string): void
  /** True once the arguments are complete JSON. */
  isComplete(): boolean
}

const ID_PREFIXES: Readonly<Record<DeclaredTool['kind'], string>> = { function: 'fc', custom: 'ctc', tool_search: 'tsc' }

/** Starts the item of a tool call in the output. @param callId - its `call_id` */
export function startToolCallItem(emitter: ResponseEmitter, callId: string, { kind, name, namespace }: DeclaredTool): OpenCall {
  const item_id = `${ID_PREFIXES[kind]}_${randomId()}`
  const call = { id: item_id, call_id: callId }
  const named = { ...call, name, ...(namespace === undefined ? {} : { namespace }) }
  let text = ''
  /** Last non-space character of the arguments, which are parsed only if this is `}`. */
  let lastCharacter: string | undefined

  const toItem = (status: ItemStatus): OutputItem => {
    if (kind === 'tool_search') return { ...call, type: 'tool_search_call', status, execution: 'client', arguments: readObject(text) }
    if (kind === 'custom') return { ...named, type: 'custom_tool_call', status, input: readInput(text) }
    return { ...named, type: 'function_call', status, arguments: text }
  }
  const output_index = emitter.startItem(toItem('in_progress'))
  const location = { item_id, output_index }
  return {
    write: (delta) => {
      text += delta
      lastCharacter = delta.trimEnd().at(-1) ?? lastCharacter
      // Not for a custom tool: its input is known only once the JSON around it is complete.
      if (kind === 'function' && delta !== '') emitter.emit({ type: 'response.function_call_arguments.delta', ...location, delta })
    },
    isComplete: () => lastCharacter === '}' && parseJson(text) !== undefined,
    close: (status) => {
      const item = toItem(status)
      if (item.type === 'custom_tool_call') {
        if (item.input !== '') emitter.emit({ type: 'response.custom_tool_call_input.delta', ...location, delta: item.input })
        emitter.emit({ type: 'response.custom_tool_call_input.done', ...location, input: item.input })
      }
      // OpenAI defines no argument events for tool searches.
      if (item.type === 'function_call') emitter.emit({ type: 'response.function_call_arguments.done', ...location, name, arguments: text })
      emitter.completeItem(output_index, item)
    },
    snapshot: () => ({ index: output_index, item: toItem('incomplete') }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the JSON is incomplete
  }
}

/** Parses the arguments of a call; anything but a JSON object becomes an empty object. */
function readObject(callArguments: string): Readonly<Record<string, unknown>> {
  const parsed = parseJson(callArguments)
  return isRecord(parsed) ? parsed : {}
}

/**
 * Returns `input` of a custom tool's arguments: as far as it was generated if their JSON is cut
 * off, and '' for `{}`. Other arguments are returned unchanged.
 */
function readInput(callArguments: string): string {
  const parsed = parseJson(callArguments)
  if (isRecord(parsed)) {
    if (typeof parsed.input === 'string') return parsed.input
    return Object.keys(parsed).length === 0 ? '' : callArguments
  }
  if (!callArguments.startsWith('{')) return callArguments
  const ended = parseJson(`${callArguments}"}`) ?? parseJson(`${callArguments}}`) ?? parseJson(`${callArguments.replace(CUT_ESCAPE, '')}"}`)
  return isRecord(ended) && typeof ended.input === 'string' ? ended.input : ''
}

/** Matches an incomplete escape sequence at the end of JSON that was cut off. */
const CUT_ESCAPE = /\\(?:u[\da-f]{0,3})?$/i
