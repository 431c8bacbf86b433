import type { ChatAnnotation } from '../../../../src/contract/types.js'
import type { RawChoice } from '../../../../src/upstream/answer/rawAnswer.js'
import type { RawMessage } from '../../../../src/upstream/answer/repairs/context.js'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'

/** A request with a function tool: only with one, the decoder passes calls on to the client. */
export const TOOLS = { tools: [{ type: 'function' as const, function: { name: 'get_weather' } }] }

/** A response of Gemini with one candidate. */
export const response = (parts: readonly object[], candidate: object = {}, others: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, ...candidate }],
  ...others,
})

/**
 * Decodes the events of a stream. @returns its choices in order, their deltas, and the joined text
 */
export function decodeStream(events: readonly unknown[], request = {}): { choices: RawChoice[]; deltas: RawMessage[]; content: string } {
  const decoder = new NativeDecoder(request, String)
  const choices = [...events.flatMap((event) => decoder.decodeEvent(event).choices ?? []), ...(decoder.decodeEnd().choices ?? [])]
  const deltas = choices.map(({ delta }) => delta ?? {})
  return { choices, deltas, content: deltas.map(({ content }) => content ?? '').join('') }
}

/** Decodes a whole answer, and returns its message. */
export const decodeWhole = (value: unknown, request = {}): RawMessage =>
  new NativeDecoder(request, String).decode(value).choices?.[0]?.message ?? {}

/** The annotations of a message. */
export const annotationsOf = ({ annotations }: RawMessage): ChatAnnotation[] => (annotations ?? []) as ChatAnnotation[]

/** Returns each passage of a text that annotations cite, with the URL of its source. */
export const citedIn = (content: string, annotations: readonly ChatAnnotation[]): [passage: string, url: string][] =>
  annotations.map(({ url_citation: { start_index, end_index, url } }) => [content.slice(start_index, end_index), url])
