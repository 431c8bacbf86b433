import { joinDeltas, toList } from '../../answer/joinDeltas.js'
import { type RawMessage, type RawToolCall, toExtraContent } from '../../answer/repairs/context.js'
import type { Blob, Candidate, Part, ServerToolCall } from '../wire/types.js'
import { toTranscriptionDelta } from './transcription.js'

/**
 * Converts the parts of a candidate to deltas in order: thoughts, text, calls and media may
 * alternate. Successive parts of the same kind become one delta.
 *
 * @param wantsPartialImages - true to return images that the model generates while it thinks
 */
export function toDeltas({ content }: Candidate, wantsPartialImages = false): RawMessage[] {
  const runs: RawMessage[][] = []
  for (const part of content?.parts ?? []) {
    const piece = isPartialImage(part) ? (wantsPartialImages ? toPartialImage(part) : undefined) : toPartDelta(part)
    if (piece === undefined) continue
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last !== undefined && isJoinable(last, piece)) run?.push(piece)
    else runs.push([piece])
  }
  // Join each run of deltas at once: joining pairs would take quadratic time for many calls.
  return runs.map(joinDeltas)
}

/** Returns the text that a part adds to the answer's content; empty for thoughts, calls, media. */
export const answerTextOf = ({ text, thought, functionCall: called, inlineData: blob }: Part): string =>
  text && thought !== true && !called && !blob ? text : ''

function toPartDelta(part: Part): RawMessage | undefined {
  const { text, thought, thoughtSignature: signature, functionCall: called, inlineData: blob, audioTranscription: said } = part
  if (text && thought !== true && !signature && !called && !blob && !said) return { content: text }
  if (called) return called.name && !isBrokenCall(part) ? { tool_calls: [toRawToolCall(part)] } : undefined
  const signed = signature ? { extra_content: toExtraContent(signature) } : {}
  // An image carries its own signature. Audio is skipped here, because SpeechReader converts it.
  if (blob) return toBlobDelta(blob, signed)
  if (said) return toTranscriptionDelta(said)
  if (thought === true) return text ? { reasoning_content: text } : undefined
  if (text) return { content: text, ...signed }
  if (typeof text === 'string') return signature ? signed : undefined
  return toToolDelta(part)
}

/**
 * True for a function call with arguments but without a name, and for a piece of a streamed call,
 * which the proxy never requests. A call without name and arguments is valid: Vertex AI ends a
 * streamed call with it.
 */
export function isBrokenCall({ functionCall: called }: Part): boolean {
  if (!called) return false
  return toList(called.partialArgs).length > 0 || (!called.name && Object.keys(called.args ?? {}).length > 0)
}

function toBlobDelta(blob: Blob, signed: object): RawMessage | undefined {
  if (blob.mimeType.startsWith('image/')) return toMediaDelta(blob, signed)
  // Media other than images and audio are files that executed code has written, such as a table.
  return blob.mimeType.startsWith('audio/') ? undefined : { extra_content: { google: { code_execution: [{ inline_data: blob }] } } }
}

/** True for an image, or other media, that the model generated while it was thinking. */
const isPartialImage = ({ thought, inlineData: blob }: Part): boolean => thought === true && Boolean(blob)

const toPartialImage = ({ inlineData: blob }: Part): RawMessage | undefined =>
  blob?.mimeType.startsWith('image/') ? { partialImages: toMediaDelta(blob, {}).images } : undefined

/** Converts code, its result, or a call of Google Search. `TurnParts` stores their signatures. */
function toToolDelta({ executableCode: code, codeExecutionResult: result, toolCall }: Part): RawMessage | undefined {
  if (code) return { extra_content: { google: { code_execution: [{ executable_code: code }] } } }
  if (result) return { extra_content: { google: { code_execution: [{ code_execution_result: result }] } } }
  const queries = toolCall ? toQueries(toolCall) : []
  return queries.length === 0 ? undefined : { extra_content: { google: { web_search_queries: queries } } }
}

const toQueries = ({ toolType, args }: ServerToolCall): string[] => (toolType === 'GOOGLE_SEARCH_WEB' ? cleanQueries(args?.queries) : [])

/** Returns the non-empty strings in a list of search queries. */
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

const KINDS = ['content', 'reasoning_content', 'tool_calls', 'images', 'partialImages'] as const

/** True if two deltas can be joined: both are of the same kind, the first without a signature. */
const isJoinable = (first: RawMessage, second: RawMessage): boolean =>
  first.extra_content === undefined && KINDS.every((kind) => (first[kind] === undefined) === (second[kind] === undefined))
