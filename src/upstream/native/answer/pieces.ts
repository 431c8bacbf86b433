import { joinDeltas, toList } from '../../answer/joinDeltas.js'
import { type RawMessage, type RawToolCall, toExtraContent } from '../../answer/repairs/context.js'
import type { Blob, Candidate, Part, ServerToolCall } from '../wire/types.js'
import { toTranscriptionDelta } from './transcription.js'

/**
 * Converts the parts of a candidate to deltas, in their order: thoughts, text, calls and media may
 * alternate. Parts of like kind that follow each other are one delta.
 */
export function toPieces({ content }: Candidate, wantsDrafts = false): RawMessage[] {
  const runs: RawMessage[][] = []
  for (const part of content?.parts ?? []) {
    const piece = isDraft(part) ? (wantsDrafts ? toDraft(part) : undefined) : toPiece(part)
    if (piece === undefined) continue
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last !== undefined && isJoinable(last, piece)) run?.push(piece)
    else runs.push([piece])
  }
  // Each run at once: an answer may have any number of calls or images.
  return runs.map(joinDeltas)
}

/** The text of a part if it is one of the answer, which the content consists of; else empty. */
export const answerTextOf = ({ text, thought, functionCall: called, inlineData: blob }: Part): string =>
  text && thought !== true && !called && !blob ? text : ''

function toPiece(part: Part): RawMessage | undefined {
  const { text, thought, thoughtSignature: signature, functionCall: called, inlineData: blob, audioTranscription: said } = part
  if (text && thought !== true && !signature && !called && !blob && !said) return { content: text }
  if (called) return called.name && !isBrokenCall(part) ? { tool_calls: [toRawToolCall(part)] } : undefined
  const signed = signature ? { extra_content: toExtraContent(signature) } : {}
  // Beside the image, which may be one of several: the signature belongs to this very part. Sound
  // is read apart, where it was asked for.
  if (blob) return toBlobPiece(blob, signed)
  if (said) return toTranscriptionDelta(said)
  if (thought === true) return text ? { reasoning_content: text } : undefined
  if (text) return { content: text, ...signed }
  if (typeof text === 'string') return signature ? signed : undefined
  return toToolPiece(part)
}

/**
 * True for a call whose function is unknown, and for a piece of one: the proxy requests none.
 * Without name and arguments it is the mark with which Vertex AI ends a call in pieces.
 */
export function isBrokenCall({ functionCall: called }: Part): boolean {
  if (!called) return false
  return toList(called.partialArgs).length > 0 || (!called.name && Object.keys(called.args ?? {}).length > 0)
}

function toBlobPiece(blob: Blob, signed: object): RawMessage | undefined {
  if (blob.mimeType.startsWith('image/')) return toMediaDelta(blob, signed)
  // A file that code has written, such as a table.
  return blob.mimeType.startsWith('audio/') ? undefined : { extra_content: { google: { code_execution: [{ inline_data: blob }] } } }
}

/** True for what a model draws while it thinks. */
const isDraft = ({ thought, inlineData: blob }: Part): boolean => thought === true && Boolean(blob)

const toDraft = ({ inlineData: blob }: Part): RawMessage | undefined =>
  blob?.mimeType.startsWith('image/') ? { drafts: toMediaDelta(blob, {}).images } : undefined

/** What Google's own tools have done. Their signatures come back from the proxy's store. */
function toToolPiece({ executableCode: code, codeExecutionResult: result, toolCall }: Part): RawMessage | undefined {
  if (code) return { extra_content: { google: { code_execution: [{ executable_code: code }] } } }
  if (result) return { extra_content: { google: { code_execution: [{ code_execution_result: result }] } } }
  const queries = toolCall ? toQueries(toolCall) : []
  return queries.length === 0 ? undefined : { extra_content: { google: { web_search_queries: queries } } }
}

const toQueries = ({ toolType, args }: ServerToolCall): string[] => (toolType === 'GOOGLE_SEARCH_WEB' ? cleanQueries(args?.queries) : [])

/** The searches in a list, some of which are empty. */
export const cleanQueries = (queries: unknown): string[] =>
  toList(queries).filter((query): query is string => typeof query === 'string' && query !== '')

function toRawToolCall({ functionCall: called, thoughtSignature: signature }: Part): RawToolCall {
  const { id, name = '', args } = called ?? {}
  return {
    ...(id ? { id } : {}),
    type: 'function',
    function: { name, arguments: JSON.stringify(args ?? {}) },
    ...(signature ? { extra_content: toExtraContent(signature) } : {}),
  }
}

function toMediaDelta({ mimeType, data }: Blob, signed: object): RawMessage {
  return { images: [{ type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}` }, ...signed }] }
}

const KINDS = ['content', 'reasoning_content', 'tool_calls', 'images', 'drafts'] as const

/** True for pieces of the same kind, of which the first has no signature. */
const isJoinable = (first: RawMessage, second: RawMessage): boolean =>
  first.extra_content === undefined && KINDS.every((kind) => (first[kind] === undefined) === (second[kind] === undefined))
