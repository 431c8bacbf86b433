import { mapItems, omit, pickSetMembers, replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, ExtraContent, RequestMessage, ToolCall } from '../../../contract/types.js'
import { toWellFormedJson } from '../../../json/wellFormed.js'
import type { RequestContext, RequestRepair } from './context.js'
import {
  callsOf,
  type Instruction,
  isInstruction,
  joinMessages,
  joinText,
  mapMessages,
  replaceMessages,
  toLegacyCallId,
} from './message.js'
import { correctImageMediaType, type ImagePart, toKnownParts } from './parts.js'

// Message fields that Google's compatible API knows. Of an assistant message's other fields, only
// `images` is reported as ignored: `refusal`, `audio`, `annotations` and `reasoning_content` only
// describe an earlier answer.
const MESSAGE_FIELDS = new Set(['role', 'content', 'name', 'tool_call_id'])
const ASSISTANT_FIELDS = new Set(['role', 'content', 'name', 'tool_calls', 'extra_content'])
const IMAGE_ASSISTANT_FIELDS = new Set([...ASSISTANT_FIELDS, 'images'])
const CALL_FIELDS = new Set(['id', 'type', 'function', 'extra_content'])
const CALLED_FUNCTION_FIELDS = new Set(['name', 'arguments'])
const GOOGLE_FIELD = new Set(['google'])
const THOUGHT_FIELDS = new Set(['thought', 'thought_signature'])
const NATIVE_THOUGHT_FIELDS = new Set([...THOUGHT_FIELDS, 'is_code'])
const CODE_FIELDS = new Set([...NATIVE_THOUGHT_FIELDS, 'code_execution'])

/** Returns the fields of `extra_content.google` that an API reads, given the request's tools. */
const extraContentFields = (upstream: RequestContext['upstream'], tools: ChatCompletionRequest['tools']): ReadonlySet<string> => {
  if (upstream === 'compat') return THOUGHT_FIELDS
  return tools?.some(({ type }) => type === 'code_execution') ? CODE_FIELDS : NATIVE_THOUGHT_FIELDS
}

/** True if the model takes images of earlier answers: only models that make images do. */
const takesImages = ({ upstream, traits }: RequestContext): boolean => upstream === 'native' && traits.makesImages

/** Converts `function_call` and the role `function` to tool calls and their results. */
export const legacyFunctionsRepair: RequestRepair = {
  name: 'legacy-functions',
  reason: 'Google supports neither `function_call` nor the role `function`, the older forms of tool calls and their results.',
  apply: (request, context) => {
    // A legacy call has no id, and its result has only a name. The id is made from the index of the
    // call's message.
    const ids: string[] = []
    return mapMessages((message, index): RequestMessage => {
      if (message.role === 'assistant' && message.function_call && callsOf(message).length === 0) {
        const { function_call: called, ...rest } = message
        const id = toLegacyCallId(index)
        ids.push(id)
        return { ...rest, tool_calls: [{ id, type: 'function', function: called }] }
      }
      if (message.role !== 'function') return message
      return { ...message, role: 'tool', tool_call_id: ids.pop() ?? toLegacyCallId(index), content: message.content ?? '' }
    })(request, context)
  },
}

/** Removes members of messages and tool calls that Google does not know. */
export const messageFieldsRepair: RequestRepair = {
  name: 'message-fields',
  reason: 'Clients send back whole answers, and Google refuses some of their fields, such as `refusal`, `audio` or `tool_calls[].index`.',
  apply: (request, context) => {
    const extraFields = extraContentFields(context.upstream, request.tools)
    return mapMessages((message, index) => toKnownMessage(message, index, extraFields, context))(request, context)
  },
}

function toKnownMessage(message: RequestMessage, index: number, extraFields: ReadonlySet<string>, context: RequestContext): RequestMessage {
  const { ignore, upstream } = context
  // The native API has no field for an author's name. In a tool result, `name` names the function.
  if (upstream === 'native' && message.role !== 'tool' && message.name) ignore(`messages[${index}].name`)
  if (message.role !== 'assistant') return pickSetMembers(message, MESSAGE_FIELDS, (name) => ignore(`messages[${index}].${name}`))
  const { refusal, content } = message
  const said = refusal && joinText(content) === '' ? { ...message, content: refusal } : message
  const known = pickSetMembers(said, takesImages(context) ? IMAGE_ASSISTANT_FIELDS : ASSISTANT_FIELDS, (name) => {
    if (name === 'images') ignore(`messages[${index}].images`)
  })
  const calls = callsOf(known)
  const signed = replaceMember(known, 'extra_content', selectThoughts(known.extra_content, extraFields))
  return replaceMember(signed, 'tool_calls', calls.length === 0 ? undefined : mapItems(calls, toFunctionCall))
}

/**
 * Converts a custom tool call to a function call with the one argument `input`, and removes the
 * fields of tool calls that Google does not know.
 */
function toFunctionCall(call: ToolCall): ToolCall {
  if (call.type === 'custom') {
    const { custom, ...rest } = call
    const called = { name: custom.name, arguments: toWellFormedJson(JSON.stringify({ input: custom.input })) }
    return toFunctionCall({ ...rest, type: 'function', function: called })
  }
  const known = pickSetMembers(call, CALL_FIELDS)
  const called = pickSetMembers(known.function, CALLED_FUNCTION_FIELDS)
  const signed = replaceMember(known, 'extra_content', selectThoughts(known.extra_content))
  return replaceMember(signed, 'function', called)
}

/** Returns `extra_content` with only the fields that Google reads, and no empty signature. */
function selectThoughts(extra: ExtraContent | null | undefined, fields: ReadonlySet<string> = THOUGHT_FIELDS): ExtraContent | undefined {
  const known = pickSetMembers(extra?.google ?? {}, fields)
  const google = replaceMember(known, 'thought_signature', known.thought_signature || undefined)
  return extra && Object.keys(google).length > 0 ? replaceMember(pickSetMembers(extra, GOOGLE_FIELD), 'google', google) : undefined
}

/**
 * Joins the content parts of an instruction or an assistant message to one text. Moves images of
 * assistant messages to `images` for models that take them; other media are ignored.
 */
export const textContentsRepair: RequestRepair = {
  name: 'text-contents',
  reason: 'Google accepts content parts in user messages only; other messages and refusals must be text.',
  apply: mapMessages((message, index, context) => {
    const { content, role } = message
    if (role === 'user' || role === 'tool' || !Array.isArray(content)) return message
    const images: ImagePart[] = []
    for (const [position, part] of content.entries()) {
      if (part.type === 'text' || part.type === 'refusal') continue
      const path = `messages[${index}].content[${position}]`
      if (part.type === 'image_url' && takesImages(context)) images.push(correctImageMediaType(part, path, context))
      else context.ignore(path)
    }
    const text = joinText(content)
    if (role !== 'assistant' || images.length === 0) return { ...message, content: text }
    return { ...message, content: text, images: [...(message.images ?? []), ...images] }
  }),
}

/**
 * Converts content parts of user messages and tool results to parts that Google takes. Corrects the
 * media types of images in earlier answers.
 */
export const contentPartsRepair: RequestRepair = {
  name: 'content-parts',
  reason: 'Google refuses empty texts, unknown fields, the part type `file` and types such as `image/jpg`; a PDF is sent as an image part.',
  apply: mapMessages((message, index, context) => {
    if (message.role === 'assistant' && message.images) {
      const images = mapItems(message.images, (image, position) =>
        correctImageMediaType(image, `messages[${index}].images[${position}]`, context),
      )
      return replaceMember(message, 'images', images)
    }
    if ((message.role !== 'user' && message.role !== 'tool') || typeof message.content === 'string') return message
    const { content } = message
    const parts = content.flatMap((part, position) => toKnownParts(part, `messages[${index}].content[${position}]`, context))
    return replaceMember(message, 'content', reuseIfEqual(content, parts))
  }),
}

/**
 * Removes messages without content, except tool results and answers with calls, images or code. The
 * content of an empty user message becomes a space.
 */
export const emptyMessagesRepair: RequestRepair = {
  name: 'empty-messages',
  reason: 'Google refuses messages without content, which clients send as placeholders.',
  apply: (request) => {
    if (request.messages.length > 0 && !request.messages.some(hasNoContent)) return request
    const messages = request.messages.flatMap((message): RequestMessage[] => {
      const { role } = message
      if (!hasNoContent(message) || role === 'tool') return [message]
      if (role === 'assistant' && (callsOf(message).length > 0 || message.images?.length || message.extra_content?.google?.code_execution))
        return [omit(message, 'content')]
      return role === 'user' ? [{ ...message, content: ' ' }] : []
    })
    return replaceMessages(request, messages.length === 0 ? [{ role: 'user', content: ' ' }] : messages)
  },
}

const hasNoContent = ({ content }: RequestMessage): boolean =>
  content === undefined || content === '' || (Array.isArray(content) && content.length === 0)

/**
 * Joins leading system and developer messages to one; later ones become user messages. For a model
 * without a system instruction, the leading ones become user text as well, except for speech models
 * of the native API, to which the codec sends them as directions for speaking.
 */
export const systemMessagesRepair: RequestRepair = {
  name: 'system-messages',
  reason: 'Gemini has one system instruction, which some models refuse, and refuses a conversation that consists of nothing else.',
  apply: (request, { upstream, traits }) => {
    const { messages } = request
    const start = messages.findIndex((message) => !isInstruction(message))
    // If all messages are instructions, the last one becomes a user message.
    const leading = messages.slice(0, start === -1 ? -1 : start).filter(isInstruction)
    const others = messages
      .slice(leading.length)
      .map((message): RequestMessage => (isInstruction(message) ? { ...message, role: 'user' } : message))
    const isSpoken = upstream === 'native' && traits.speech !== undefined
    const isRefused = !traits.takesInstructions && !isSpoken
    return replaceMessages(request, isRefused ? prependText(joinMessages(leading), others) : [...joinInstructions(leading), ...others])
  },
}

/** Adds a text at the beginning: to the first message if the user sent it, else as a new one. */
function prependText(text: string, messages: RequestMessage[]): RequestMessage[] {
  const [first, ...others] = messages
  if (text === '') return messages
  if (first?.role !== 'user') return [{ role: 'user', content: text }, ...messages]
  const { content } = first
  return [{ ...first, content: typeof content === 'string' ? `${text}\n\n${content}` : [{ type: 'text', text }, ...content] }, ...others]
}

function joinInstructions(messages: Instruction[]): Instruction[] {
  const [first] = messages
  if (messages.length === 1 && first?.role === 'system' && typeof first.content === 'string') return messages
  const text = joinMessages(messages)
  return text === '' ? [] : [{ role: 'system', content: text }]
}
