import { isRecord, type RawRequest, recordsOf } from './context.js'

/** A message on its way to Gemini. */
export type Message = Readonly<Record<string, unknown>>

/** The messages of a request. */
export const messagesOf = (request: RawRequest): readonly Message[] => recordsOf(request.messages)

/** True for instructions. */
export const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer'

/** The tool calls of a message. */
export const callsOf = ({ tool_calls: calls }: Message): readonly Message[] => recordsOf(calls)

/** The text of a content: parts are joined by line ends. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isRecord)
    .map((part) => part.text ?? part.refusal ?? '')
    .filter((text) => text !== '')
    .join('\n')
}
