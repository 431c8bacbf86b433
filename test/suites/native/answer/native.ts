import type { ChatAnnotation } from '../../../../src/contract/types.js'
import type { RawChoice } from '../../../../src/upstream/answer/rawAnswer.js'
import type { RawMessage } from '../../../../src/upstream/answer/repairs/context.js'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'

/** A function tool: with one, a call is the client's. */
export const TOOLS = { tools: [{ type: 'function' as const, function: { name: 'get_weather' } }] }

/** A response of Gemini with one candidate. */
export const response = (parts: readonly object[], candidate: object = {}, others: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, ...candidate }],
  ...others,
})

/** The events of a stream, decoded: its choices, in their order, and their text. */
export function decodeStream(events: readonly unknown[], request = {}): { choices: RawChoice[]; deltas: RawMessage[]; content: string } {
  const decoder = new NativeDecoder(request, String)
  const choices = [...events.flatMap((event) => decoder.decodeEvent(event).choices ?? []), ...(decoder.decodeEnd().choices ?? [])]
  const deltas = choices.map(({ delta }) => delta ?? {})
  return { choices, deltas, content: deltas.map(({ content }) => content ?? '').join('') }
}

/** The message of a whole answer, decoded. */
export const decodeWhole = (value: unknown, request = {}): RawMessage =>
  new NativeDecoder(request, String).decode(value).choices?.[0]?.message ?? {}

/** The annotations of a message. */
export const annotationsOf = ({ annotations }: RawMessage): ChatAnnotation[] => (annotations ?? []) as ChatAnnotation[]

/** The passages that annotations cite, and their sources. */
export const citedIn = (content: string, annotations: readonly ChatAnnotation[]): [passage: string, url: string][] =>
  annotations.map(({ url_citation: { start_index, end_index, url } }) => [content.slice(start_index, end_index), url])
