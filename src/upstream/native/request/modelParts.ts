import type { RequestMessage, ToolCall } from '../../../contract/types.js'
import { signatureIn } from '../../answer/repairs/context.js'
import { callsOf, joinText, toolNameOf } from '../../request/repairs/message.js'
import { replayedPartsOf } from '../../request/repairs/replayedParts.js'
import type { Part } from '../wire/types.js'
import type { JsonObjects } from './jsonObjects.js'
import { toBlob } from './parts.js'

/** An earlier answer of the model. */
export type AssistantMessage = Extract<RequestMessage, { role: 'assistant' }>

/** Encodes an earlier answer: its stored parts exactly as received, else its text and calls. */
export function toModelParts(message: AssistantMessage, objects: JsonObjects): Part[] {
  const replayed = replayedPartsOf(message)
  const calls = callsOf(message).map((call) => toCallPart(call, objects))
  // The store has only what Gemini sent.
  return replayed === undefined ? [...toTextParts(message), ...calls] : restoreParts(replayed as Part[], message, calls)
}

const toSignature = (signature: string | undefined): Pick<Part, 'thoughtSignature'> =>
  signature === undefined ? {} : { thoughtSignature: signature }

/** The text with its signature, then the images. */
function toTextParts({ content, extra_content: extra, images }: AssistantMessage): Part[] {
  const text = joinText(content)
  const signature = signatureIn(extra)
  const shown = (images ?? []).map(toInlineImage)
  const last = shown.at(-1)
  // Without any text, the signature is that of the image.
  if (text === '' && last !== undefined) return [...shown.slice(0, -1), { ...toSignature(signature), ...last }]
  const said: Part[] = text === '' && signature === undefined ? [] : [{ text, ...toSignature(signature) }]
  return [...said, ...shown]
}

type Image = NonNullable<AssistantMessage['images']>[number]

function toInlineImage(image: Image): Part {
  const { extra_content: extra }: Readonly<Record<string, unknown>> = image
  return { ...toBlob(image.image_url.url), ...toSignature(signatureIn(extra)) }
}

function toCallPart(call: ToolCall, objects: JsonObjects): Part {
  const { id, extra_content: extra } = call
  const text = call.type === 'function' ? call.function.arguments : '{}'
  return {
    // The repairs have made it an object; one that is too large goes as a text in one.
    functionCall: { id, name: toolNameOf(call), args: objects.parse(text) ?? { arguments: text } },
    ...toSignature(signatureIn(extra)),
  }
}

/**
 * Restores an answer from its stored parts. The ids and the arguments of calls are the client's. Of
 * a client that has changed text or calls, the rest of the parts remains, with its signatures.
 */
function restoreParts(stored: readonly Part[], message: AssistantMessage, calls: readonly Part[]): Part[] {
  const called = stored.filter(hasCall)
  const areSame =
    called.length === calls.length && called.every((part, index) => part.functionCall?.name === calls[index]?.functionCall?.name)
  const text = joinText(message.content)
  const isSameText = stored.map((part) => part.text ?? '').join('') === text
  const rest = stored.filter((part) => (isSameText || part.text === undefined) && (areSame || !hasCall(part)))
  const waiting = [...calls]
  const restored = rest.map((part): Part => {
    const { functionCall } = (hasCall(part) ? waiting.shift() : undefined) ?? {}
    return functionCall === undefined ? part : { ...part, functionCall }
  })
  const said: Part[] = isSameText || text === '' ? [] : [{ text }]
  return [...said, ...restored, ...waiting]
}

const hasCall = ({ functionCall }: Part): boolean => functionCall !== undefined
