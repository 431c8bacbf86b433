import { randomId } from '../../contract/ids.js'
import { isRecord } from '../request/readers.js'
import { type Signatures, writeSignatures } from '../request/signatures.js'
import type { DeclaredTool } from '../request/toolNames.js'
import type { Emitter, ItemStatus, OpenItem, OutputItem } from './emitter.js'

type Message = Extract<OutputItem, { type: 'message' }>
type Part = Message['content'][number]

/** A message that is being said. */
export interface OpenMessage extends OpenItem {
  readonly type: 'message'
  write(kind: Part['type'], delta: string): void
}

const toPart = (kind: Part['type'], text: string): Part =>
  kind === 'refusal' ? { type: kind, refusal: text } : { type: kind, text, annotations: [], logprobs: [] }

/** Begins a message. */
export function openMessage(emitter: Emitter): OpenMessage {
  const item_id = `msg_${randomId()}`
  const toItem = (status: ItemStatus, content: Part[]): Message => ({ id: item_id, type: 'message', status, role: 'assistant', content })
  const output_index = emitter.begin(toItem('in_progress', []))
  const content: Part[] = []
  let kind: Part['type'] | undefined
  let text = ''

  const place = () => ({ item_id, output_index, content_index: content.length })
  const endPart = (): void => {
    if (kind === undefined) return
    const part = toPart(kind, text)
    if (kind === 'refusal') emitter.tell({ type: 'response.refusal.done', ...place(), refusal: text })
    else emitter.tell({ type: 'response.output_text.done', ...place(), text, logprobs: [] })
    emitter.tell({ type: 'response.content_part.done', ...place(), part })
    content.push(part)
    kind = undefined
  }
  return {
    type: 'message',
    write: (next, delta) => {
      if (next !== kind) {
        endPart()
        kind = next
        text = ''
        emitter.tell({ type: 'response.content_part.added', ...place(), part: toPart(kind, '') })
      }
      text += delta
      if (kind === 'refusal') emitter.tell({ type: 'response.refusal.delta', ...place(), delta })
      else emitter.tell({ type: 'response.output_text.delta', ...place(), delta, logprobs: [] })
    },
    close: (status) => {
      endPart()
      emitter.finish(output_index, toItem(status, content))
    },
    soFar: () => ({ index: output_index, item: toItem('incomplete', kind === undefined ? content : [...content, toPart(kind, text)]) }),
  }
}

/** Thoughts that are being told. */
export interface OpenReasoning extends OpenItem {
  readonly type: 'reasoning'
  write(delta: string): void
  /** Gives it a signature to carry. */
  carry(signatures: Partial<Signatures>): void
}

/** Begins a reasoning item. @param seal - hides the signatures that it carries */
export function openReasoning(emitter: Emitter, seal: (text: string) => string): OpenReasoning {
  const item_id = `rs_${randomId()}`
  const output_index = emitter.begin({ id: item_id, type: 'reasoning', summary: [] })
  let carried: Signatures = { calls: {}, message: undefined, isAfter: false }
  let text = ''

  const place = { item_id, output_index, summary_index: 0 }
  const toItem = (): OutputItem => ({
    id: item_id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: seal(writeSignatures(carried)),
  })
  return {
    type: 'reasoning',
    write: (delta) => {
      if (text === '') emitter.tell({ type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } })
      text += delta
      emitter.tell({ type: 'response.reasoning_summary_text.delta', ...place, delta })
    },
    carry: (signatures) => {
      carried = { ...carried, ...signatures, calls: { ...carried.calls, ...signatures.calls } }
    },
    close: () => {
      if (text !== '') {
        emitter.tell({ type: 'response.reasoning_summary_text.done', ...place, text })
        emitter.tell({ type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text } })
      }
      emitter.finish(output_index, toItem())
    },
    soFar: () => ({ index: output_index, item: toItem() }),
  }
}

/** A tool call that is being made. */
export interface OpenCall extends OpenItem {
  readonly type: 'call'
  /** Adds to the arguments. */
  write(delta: string): void
  /** True once the arguments are whole. */
  isWhole(): boolean
}

/** Begins a call. */
export function openCall(emitter: Emitter, callId: string, { kind, name, namespace }: DeclaredTool): OpenCall {
  const item_id = `${kind === 'custom' ? 'ctc' : 'fc'}_${randomId()}`
  /** Its last character that says something: a text that has no end yet need not be read to know that. */
  let last: string | undefined
  const named = { call_id: callId, name, ...(namespace === undefined ? {} : { namespace }) }
  let text = ''
  const toItem = (status: ItemStatus): OutputItem =>
    kind === 'custom'
      ? { id: item_id, type: 'custom_tool_call', status, ...named, input: inputIn(text) }
      : { id: item_id, type: 'function_call', status, ...named, arguments: text }
  const output_index = emitter.begin(toItem('in_progress'))
  const place = { item_id, output_index }
  return {
    type: 'call',
    write: (delta) => {
      text += delta
      last = delta.trimEnd().at(-1) ?? last
      // The text for a custom tool is known only when its JSON is whole.
      if (kind === 'function' && delta !== '') emitter.tell({ type: 'response.function_call_arguments.delta', ...place, delta })
    },
    isWhole: () => last === '}' && parsed(text) !== undefined,
    close: (status) => {
      const item = toItem(status)
      if (item.type === 'custom_tool_call') {
        if (item.input !== '') emitter.tell({ type: 'response.custom_tool_call_input.delta', ...place, delta: item.input })
        emitter.tell({ type: 'response.custom_tool_call_input.done', ...place, input: item.input })
      } else emitter.tell({ type: 'response.function_call_arguments.done', ...place, name, arguments: text })
      emitter.finish(output_index, item)
    },
    soFar: () => ({ index: output_index, item: toItem('incomplete') }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // its rest is still to come
  }
}

/** The text for a custom tool, out of the arguments of the function that emulates it; those themselves where the model made something else. */
function inputIn(text: string): string {
  const read = parsed(text)
  return isRecord(read) && typeof read.input === 'string' ? read.input : text
}
