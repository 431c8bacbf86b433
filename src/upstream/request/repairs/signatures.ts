import { isRecord, mapped, type RawRequest, type RequestRepair, withMember, withMessages } from './context.js'
import { callsOf, type Message, messagesOf } from './message.js'

/** What Google's documentation lets stand for a signature that is lost. @see https://ai.google.dev/gemini-api/docs/thought-signatures */
export const PLACEHOLDER_SIGNATURE = 'skip_thought_signature_validator'

/** True for the models that refuse tool calls without a signature: Gemini 3 and later. */
export const needsSignatures = (served: string): boolean => /^gemini-(?![12]\b|embedding)/.test(served)

/** The signature that a client has kept, in the place where Google's endpoint puts it. */
function signatureOf(call: Message): string | undefined {
  const google = isRecord(call.extra_content) ? call.extra_content.google : undefined
  const signature = isRecord(google) ? google.thought_signature : undefined
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** Ids of the tool calls whose signature has to be looked up. */
export function unsignedCallIds(request: RawRequest, served: string): string[] {
  if (!needsSignatures(served) || !Array.isArray(request.messages)) return []
  return messagesOf(request)
    .flatMap(callsOf)
    .filter((call) => signatureOf(call) === undefined)
    .flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
}

const thoughtSignatures: RequestRepair = {
  name: 'thought-signatures',
  stage: 'request',
  reason: "Gemini 3 refuses a step whose first tool call has lost its thought signature, and OpenAI's clients drop it.",
  apply: (request, { served, signatures }) => {
    if (!needsSignatures(served) || !Array.isArray(request.messages)) return request
    return withMessages(
      request,
      mapped(messagesOf(request), (message) => signed(message, signatures)),
    )
  },
}

/** A step with a signature on its first call, and on each other whose signature is known. */
function signed(message: Message, signatures: ReadonlyMap<string, string>): Message {
  const calls = callsOf(message)
  if (calls.length === 0) return message
  const mended = mapped(calls, (call, place) => {
    const signature = signatures.get(String(call.id)) ?? (place === 0 ? PLACEHOLDER_SIGNATURE : undefined)
    if (signatureOf(call) !== undefined || signature === undefined) return call
    return { ...call, extra_content: { google: { thought_signature: signature } } }
  })
  return withMember(message, 'tool_calls', mended)
}

/** Repairs of signatures. */
export const SIGNATURE_REPAIRS: readonly RequestRepair[] = [thoughtSignatures]
