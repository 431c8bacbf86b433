import { mapItems, replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, RequestMessage, ToolCall, UserContentPart } from '../../../contract/types.js'
import type { RequestContext, RequestRepair } from './context.js'

/** A message with the role `system` or `developer`, by which an application instructs the model. */
export type Instruction = Extract<RequestMessage, { role: 'system' | 'developer' }>
/** A message with the result of a tool call. */
export type ToolMessage = Extract<RequestMessage, { role: 'tool' }>

/** True for system and developer messages. */
export const isInstruction = (message: RequestMessage): message is Instruction => message.role === 'system' || message.role === 'developer'

/** Returns the tool calls of a message; [] if it has none. */
export const callsOf = (message: RequestMessage): ToolCall[] => (message.role === 'assistant' && message.tool_calls) || []

/** Makes the call id of a `function_call`, or of a result without a call, from a message index. */
export const toLegacyCallId = (index: number): string => `call_legacy_${index}`

/** Returns the name of the function or custom tool that a tool call calls. */
export const toolNameOf = (call: ToolCall): string => (call.type === 'function' ? call.function.name : call.custom.name)

/** Returns the images, audio and files of a tool result. */
export const mediaOf = ({ content }: ToolMessage): UserContentPart[] =>
  Array.isArray(content) ? content.filter(({ type }) => type !== 'text') : []

/** Returns the text of a message's content, with a line break between parts; '' without text. */
export function joinText(content: RequestMessage['content']): string {
  return Array.isArray(content) ? content.map(textOfPart).filter(Boolean).join('\n') : (content ?? '')
}

/** Returns the text of several messages, with an empty line between them. */
export function joinMessages(messages: readonly RequestMessage[]): string {
  const texts = messages.map(({ content }) => joinText(content))
  return texts.filter(Boolean).join('\n\n')
}

function textOfPart(part: Exclude<RequestMessage['content'], string | null | undefined>[number]): string {
  if (part.type === 'text') return part.text
  return part.type === 'refusal' ? part.refusal : ''
}

/** Returns the request with the given messages; the same object if they are unchanged. */
export function replaceMessages(request: ChatCompletionRequest, messages: RequestMessage[]): ChatCompletionRequest {
  return replaceMember(request, 'messages', reuseIfEqual(request.messages, messages))
}

/** Makes the `apply` function of a repair that changes each message independently. */
export const mapMessages =
  (map: (message: RequestMessage, index: number, context: RequestContext) => RequestMessage): RequestRepair['apply'] =>
  (request, context) =>
    replaceMember(
      request,
      'messages',
      mapItems(request.messages, (message, index) => map(message, index, context)),
    )
