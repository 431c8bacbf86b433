import { mapItems, replace } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, RequestMessage, ToolCall } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import { callsOf, mapMessages } from './message.js'

/**
 * The value that Google accepts in place of a lost signature.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const PLACEHOLDER_SIGNATURE = 'skip_thought_signature_validator'

/** True for the models that refuse tool calls without a signature: Gemini 3 and later. */
const needsSignatures = (modelId: string): boolean => /^gemini-(?![12]\b|embedding)/.test(modelId)

/** True for a tool call with the signature that the client has sent back. */
const isSigned = (call: ToolCall): boolean => Boolean(call.extra_content?.google?.thought_signature)

/** Returns the ids of the tool calls whose signature a model needs and the request lacks. */
export function unsignedCallIds({ messages }: ChatCompletionRequest, modelId: string): string[] {
  if (!needsSignatures(modelId)) return []
  const calls = messages.flatMap(callsOf).filter((call) => !isSigned(call))
  return calls.map(({ id }) => id)
}

/** Adds the stored signatures to tool calls, or the placeholder to the first call of a message. */
export const thoughtSignaturesRepair: RequestRepair = {
  name: 'thought-signatures',
  reason: "Gemini 3 refuses a step whose first tool call has lost its thought signature, and OpenAI's clients drop it.",
  apply: mapMessages((message, _, { modelId, signatures }) => (needsSignatures(modelId) ? signCalls(message, signatures) : message)),
}

function signCalls(message: RequestMessage, signatures: ReadonlyMap<string, string>): RequestMessage {
  const calls = callsOf(message)
  if (message.role !== 'assistant' || calls.length === 0) return message
  const signed = mapItems(calls, (call, index) => {
    const signature = signatures.get(call.id) ?? (index === 0 ? PLACEHOLDER_SIGNATURE : undefined)
    if (isSigned(call) || signature === undefined) return call
    return { ...call, extra_content: { google: { thought_signature: signature } } }
  })
  return replace(message, 'tool_calls', signed)
}
