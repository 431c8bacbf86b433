import type { RawMessage, RawToolCall } from '../../answer/repairs/context.js'
import { toExtraContent } from '../../answer/repairs/context.js'
import type { Candidate, Part } from '../types.js'

/**
 * Converts the parts of a candidate to deltas, in their order: thoughts, text, calls and media may
 * alternate. Parts of like kind that follow each other are one delta.
 */
export function toPieces({ content, finishReason }: Candidate): RawMessage[] {
  const pieces: RawMessage[] = []
  for (const part of content?.parts ?? []) {
    const piece = toPiece(part, finishReason)
    const last = pieces.at(-1)
    if (piece === undefined) continue
    if (last !== undefined && isJoinable(last, piece)) pieces[pieces.length - 1] = joinPieces([last, piece])
    else pieces.push(piece)
  }
  return pieces
}

function toPiece(part: Part, finishReason: string | undefined): RawMessage | undefined {
  const { text, thought, thoughtSignature: signature, functionCall: called, inlineData: blob } = part
  if (called !== undefined && called !== null) {
    // It may name a function that the request did not declare.
    return finishReason === 'UNEXPECTED_TOOL_CALL' ? undefined : { tool_calls: [toToolCall(part)] }
  }
  const signed = signature ? { extra_content: toExtraContent(signature) } : {}
  if (blob) return { ...toMedia(blob), ...signed }
  if (thought === true) return text ? { reasoning_content: text } : undefined
  if (text) return { content: text, ...signed }
  return signature && text !== undefined ? signed : undefined
}

function toToolCall({ functionCall: called, thoughtSignature: signature }: Part): RawToolCall {
  const { id, name = '', args } = called ?? {}
  return {
    ...(id ? { id } : {}),
    type: 'function',
    function: { name, arguments: JSON.stringify(args ?? {}) },
    ...(signature ? { extra_content: toExtraContent(signature) } : {}),
  }
}

function toMedia({ mimeType, data }: { readonly mimeType: string; readonly data: string }): RawMessage {
  if (mimeType.startsWith('audio/')) return { audio: { data } }
  return { images: [{ type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}` } }] }
}

const KINDS = ['content', 'reasoning_content', 'tool_calls', 'images', 'audio'] as const

/** True for pieces of the same kind, of which the first has no signature. */
const isJoinable = (first: RawMessage, second: RawMessage): boolean =>
  first.extra_content === undefined && KINDS.every((kind) => (first[kind] === undefined) === (second[kind] === undefined))

/** Joins pieces to one message. A signature is that of the last piece that has one. */
export function joinPieces(pieces: readonly RawMessage[]): RawMessage {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const joined: { -readonly [Name in keyof RawMessage]: RawMessage[Name] } = {}
  for (const { content, reasoning_content: thought, tool_calls: calls, images, ...others } of pieces) {
    Object.assign(joined, others)
    if (content) joined.content = (joined.content ?? '') + content
    if (thought) joined.reasoning_content = (joined.reasoning_content ?? '') + thought
    if (calls) joined.tool_calls = [...(joined.tool_calls ?? []), ...calls]
    if (Array.isArray(images)) joined.images = [...((joined.images as unknown[] | undefined) ?? []), ...images]
  }
  return joined
}
