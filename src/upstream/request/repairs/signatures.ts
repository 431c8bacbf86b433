import { mapItems, replaceMember } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, ExtraContent, RequestMessage, ToolCall } from '../../../contract/types.js'
import { findCallRecord } from './calls.js'
import type { RequestContext, RequestRepair } from './context.js'
import { callsOf, mapMessages } from './message.js'
import type { ImagePart } from './parts.js'

/**
 * The placeholder: a constant that Google accepts instead of a lost thought signature.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const PLACEHOLDER_SIGNATURE = 'skip_thought_signature_validator'

/** A message, a tool call or an image that may have a thought signature. */
type SignatureHolder = { extra_content?: ExtraContent | null }

const signatureOf = ({ extra_content: extra }: SignatureHolder): string | undefined => extra?.google?.thought_signature || undefined

/** Returns the images of an assistant message, which clients send back with their signatures. */
const imagesOf = ({ images }: Extract<RequestMessage, { role: 'assistant' }>): readonly SignatureHolder[] =>
  (images ?? []) as readonly (ImagePart & SignatureHolder)[]

/** Sets the thought signature of a message, call or image; undefined removes it. */
function setSignature<T extends SignatureHolder>(value: T, signature: string | undefined): T {
  if (signatureOf(value) === signature) return value
  const google = replaceMember(value.extra_content?.google ?? {}, 'thought_signature', signature)
  const extra = Object.keys(google).length === 0 ? undefined : { google }
  // The cast is safe: `extra_content` has the same type in messages and tool calls.
  return replaceMember(value, 'extra_content', extra as T['extra_content'])
}

/** Functions that return the thought signature to send, or undefined to send none. */
interface SignatureDecisions {
  readonly ofCall: (call: ToolCall, index: number, context: RequestContext) => string | undefined
  /** Decides about a signature of a text or image; without this function, all stay unchanged. */
  readonly ofText?: (signature: string, context: RequestContext) => string | undefined
}

/** Makes the `apply` function of a repair that changes thought signatures. */
const mapSignatures = ({ ofCall, ofText }: SignatureDecisions): RequestRepair['apply'] =>
  mapMessages((message, _, context) => {
    if (message.role !== 'assistant') return message
    const resign = <T extends SignatureHolder>(value: T): T => {
      const signature = signatureOf(value)
      return signature === undefined || ofText === undefined ? value : setSignature(value, ofText(signature, context))
    }
    const text = resign(message)
    const images = text.images && mapItems(text.images, (image) => resign<typeof image & SignatureHolder>(image))
    const shown: RequestMessage = replaceMember(text, 'images', images)
    const calls = callsOf(shown)
    if (calls.length === 0) return shown
    const signed = mapItems(calls, (call, index) => setSignature(call, ofCall(call, index, context)))
    return replaceMember(shown, 'tool_calls', signed)
  })

/** True for text in base64, standard or URL-safe, with or without padding. */
function isBase64(text: string): boolean {
  const [, digits = '', padding = ''] = /^([\w+/-]+)(={0,2})$/.exec(text) ?? []
  return digits !== '' && digits.length % 4 !== 1 && (padding === '' || text.length % 4 === 0)
}

/** True for a missing signature and the placeholder; a stored signature replaces either. */
const isMissingOrPlaceholder = (signature: string | undefined): boolean => signature === undefined || signature === PLACEHOLDER_SIGNATURE

/** Replaces or removes thought signatures that a client has truncated or changed. */
export const invalidSignaturesRepair: RequestRepair = {
  name: 'invalid-signatures',
  reason: 'Gemini refuses a thought signature that is not base64; some clients cut long texts before they send them back.',
  apply: mapSignatures({
    ofCall: (call) => {
      const signature = signatureOf(call)
      return signature === undefined || isBase64(signature) ? signature : PLACEHOLDER_SIGNATURE
    },
    ofText: (signature) => (isBase64(signature) ? signature : undefined),
  }),
}

/** Adds stored signatures to tool calls, or the placeholder to the first call of a message. */
export const thoughtSignaturesRepair: RequestRepair = {
  name: 'thought-signatures',
  reason: "Gemini 3 refuses a step whose first tool call lacks its thought signature, and OpenAI's clients drop signatures.",
  apply: mapSignatures({
    ofCall: (call, index, context) => {
      const signature = signatureOf(call)
      if (!isMissingOrPlaceholder(signature)) return signature
      const placeholder = index === 0 && context.traits.needsSignatures ? PLACEHOLDER_SIGNATURE : undefined
      return findCallRecord(call, context)?.signature ?? signature ?? placeholder
    },
  }),
}

/** Replaces or removes thought signatures of models other than the called one. */
export const foreignSignaturesRepair: RequestRepair = {
  name: 'foreign-signatures',
  reason: 'A model cannot read the thought signatures of another one, and may refuse them.',
  apply: mapSignatures({
    ofCall: (call, _, context) => {
      const signature = signatureOf(call)
      const model = findCallRecord(call, context)?.model ?? context.firstModelId
      return isMissingOrPlaceholder(signature) || model === context.modelId ? signature : PLACEHOLDER_SIGNATURE
    },
    ofText: (signature, { textSignatureModels, firstModelId, modelId }) =>
      (textSignatureModels.get(signature) ?? firstModelId) === modelId ? signature : undefined,
  }),
}

/** Replaces or removes all thought signatures in the attempt after Gemini has refused one. */
export const refusedSignaturesRepair: RequestRepair = {
  name: 'refused-signatures',
  reason:
    'Gemini refuses a request with a thought signature that it cannot read, such as one of another provider, and the error does not name the signature.',
  apply: mapSignatures({
    ofCall: (call, _, { areSignaturesRefused }) => (areSignaturesRefused ? PLACEHOLDER_SIGNATURE : signatureOf(call)),
    ofText: (signature, { areSignaturesRefused }) => (areSignaturesRefused ? undefined : signature),
  }),
}

/** True if {@link refusedSignaturesRepair} would change a request. */
export const hasReplaceableSignatures = ({ messages }: ChatCompletionRequest): boolean =>
  messages.some(
    (message) =>
      (message.role === 'assistant' && [message, ...imagesOf(message)].some((each) => signatureOf(each) !== undefined)) ||
      callsOf(message).some((call) => signatureOf(call) !== PLACEHOLDER_SIGNATURE),
  )
