import type { RequestMessage, ToolCall } from '../../../contract/types.js'
import { googleOf, signatureIn } from '../../answer/repairs/context.js'
import { callsOf, joinText, toolNameOf } from '../../request/repairs/message.js'
import { replayedPartsOf } from '../../request/repairs/replayedParts.js'
import { isPlainText } from '../answer/turnParts.js'
import type { Part } from '../wire/types.js'
import { toCodeParts } from './codeParts.js'
import { toInlinePart } from './parts.js'

/** An assistant message: an earlier answer of the model. */
export type AssistantMessage = Extract<RequestMessage, { role: 'assistant' }>

/**
 * Encodes a turn of the model, which clients may send as several messages. Uses the stored parts of
 * Gemini's answer if the last message has some, else the client's texts and calls.
 */
export function toModelParts(turn: readonly AssistantMessage[]): Part[] {
  const last = turn.at(-1)
  // The cast is safe: stored parts were sent by Gemini.
  const stored = last && (replayedPartsOf(last) as Part[] | undefined)
  if (last === undefined || stored === undefined) return encodeAssistantMessages(turn)
  const hasCode = stored.some(({ executableCode: code }) => code)
  const isStored = (message: AssistantMessage): boolean => hasCode && isDescribedCode(message)
  const textOf = (message: AssistantMessage): string => (isStored(message) ? '' : joinText(message.content))
  const start = findStart(turn.map(textOf), stored)
  const earlier = start === undefined ? turn.slice(0, -1).filter((message) => !isStored(message)) : turn.slice(0, start)
  const calls = callsOf(last).map(toCallPart)
  return [...encodeAssistantMessages(earlier), ...restoreParts(stored, start === undefined ? textOf(last) : undefined, calls)]
}

/** True for a message that was made from the Responses API's item `code_interpreter_call`. */
const isDescribedCode = ({ extra_content: extra }: AssistantMessage): boolean => googleOf(extra).is_code === true

const withoutSpace = (text: string): string => text.replace(/\s+/g, '')

/**
 * Finds the first of the trailing texts that together equal the text of the stored parts, ignoring
 * white space: clients trim texts, and split them over several messages.
 *
 * @returns the index of the text; undefined if the client has changed the stored text
 */
function findStart(texts: readonly string[], stored: readonly Part[]): number | undefined {
  let rest = withoutSpace(stored.map((part) => part.text ?? '').join(''))
  let start: number | undefined
  for (const [index, each] of [...texts.entries()].reverse()) {
    const text = withoutSpace(each)
    if (!rest.endsWith(text)) break
    rest = rest.slice(0, rest.length - text.length)
    if (rest === '') start = index
  }
  return start
}

/** Encodes assistant messages. Joins successive texts without signatures with an empty line. */
function encodeAssistantMessages(messages: readonly AssistantMessage[]): Part[] {
  const parts: Part[] = []
  for (const message of messages) {
    const calls = callsOf(message).map(toCallPart)
    const [first, ...others] = [...toCodeParts(message.extra_content), ...toTextParts(message), ...calls]
    const last = parts.at(-1)
    if (last !== undefined && first !== undefined && isPlainText(last) && isPlainText(first))
      parts[parts.length - 1] = { text: `${last.text}\n\n${first.text}` }
    else if (first !== undefined) parts.push(first)
    for (const part of others) parts.push(part)
  }
  return parts
}

const toSignature = (signature: string | undefined): Pick<Part, 'thoughtSignature'> =>
  signature === undefined ? {} : { thoughtSignature: signature }

/** Encodes the text of an assistant message with its signature, then the message's images. */
function toTextParts({ content, extra_content: extra, images }: AssistantMessage): Part[] {
  const text = joinText(content)
  const signature = signatureIn(extra)
  const shown = (images ?? []).map(toInlineImage)
  const last = shown.at(-1)
  // If a message has no text, its signature belongs to its last image.
  if (text === '' && last !== undefined) return [...shown.slice(0, -1), { ...toSignature(signature), ...last }]
  const said: Part[] = text === '' && signature === undefined ? [] : [{ text, ...toSignature(signature) }]
  return [...said, ...shown]
}

type Image = NonNullable<AssistantMessage['images']>[number]

function toInlineImage(image: Image): Part {
  const { extra_content: extra }: Readonly<Record<string, unknown>> = image
  return { ...toInlinePart(image.image_url.url), ...toSignature(signatureIn(extra)) }
}

function toCallPart(call: ToolCall): Part {
  const { id, extra_content: extra } = call
  const text = call.type === 'function' ? call.function.arguments : '{}'
  return {
    // The request repairs have made `text` a JSON object that is small enough to parse.
    functionCall: { id, name: toolNameOf(call), args: JSON.parse(text) as object },
    ...toSignature(signatureIn(extra)),
  }
}

/**
 * Restores an answer from its stored parts, with the client's ids and arguments of the calls. If
 * the client has changed text or calls, its version replaces the stored one; other parts remain.
 *
 * @param text - the client's changed text; undefined if it is unchanged
 */
function restoreParts(stored: readonly Part[], text: string | undefined, calls: readonly Part[]): Part[] {
  const called = stored.filter(hasCall)
  const areSame =
    called.length === calls.length && called.every((part, index) => part.functionCall?.name === calls[index]?.functionCall?.name)
  const rest = stored.filter((part) => (text === undefined || part.text === undefined) && (areSame || !hasCall(part)))
  const waiting = [...calls]
  const restored = rest.map((part): Part => {
    const { functionCall } = (hasCall(part) ? waiting.shift() : undefined) ?? {}
    return functionCall === undefined ? part : { ...part, functionCall }
  })
  return [...(text ? [{ text }] : []), ...restored, ...waiting]
}

const hasCall = ({ functionCall }: Part): boolean => functionCall !== undefined
