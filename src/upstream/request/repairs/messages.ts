import { isRecord, mapped, only, type RequestContext, type RequestRepair, withMember, withMessages, without } from './context.js'
import { callsOf, isSystem, type Message, messagesOf, textOf } from './message.js'
import { toKnownParts } from './parts.js'
import { RESULT_REPAIRS, TURN_REPAIRS } from './turns.js'

// What Google's parser knows of a message. OpenAI's others (refusal, audio, annotations, reasoning_content) only tell of the past.
const MESSAGE_FIELDS = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'extra_content'])
const CALL_FIELDS = new Set(['id', 'type', 'function', 'extra_content'])
const CALLED_FIELDS = new Set(['name', 'arguments'])
const GOOGLE_FIELD = new Set(['google'])
const THOUGHT_FIELDS = new Set(['thought', 'thought_signature'])

const mapMessages = (change: (message: Message, index: number, context: RequestContext) => Message): RequestRepair['apply'] => {
  return (request, context) =>
    withMessages(
      request,
      mapped(messagesOf(request), (message, index) => change(message, index, context)),
    )
}

const legacyFunctions: RequestRepair = {
  name: 'legacy-functions',
  stage: 'request',
  reason: 'Google knows neither the role `function` nor `function_call`, the forms before tools.',
  apply: (request, context) => {
    // The id of a legacy call is its place: the result that follows has nothing but a name.
    const ids: string[] = []
    return mapMessages((message, index) => {
      const { function_call: call } = message
      // Beside tool calls it says the same once more.
      if (isRecord(call) && callsOf(message).length === 0) {
        ids.push(`call_legacy_${index}`)
        return { ...without(message, 'function_call'), tool_calls: [{ id: ids.at(-1), type: 'function', function: call }] }
      }
      if (message.role !== 'function') return message
      return { role: 'tool', tool_call_id: ids.pop() ?? `call_legacy_${index}`, name: message.name, content: message.content ?? '' }
    })(request, context)
  },
}

const messageFields: RequestRepair = {
  name: 'message-fields',
  stage: 'request',
  reason: 'Clients send back whole answers, and Google refuses fields of theirs such as `refusal`, `audio` or `tool_calls[].index`.',
  apply: mapMessages((message) => {
    const isRefusal = typeof message.refusal === 'string' && message.refusal !== '' && textOf(message.content) === ''
    const known = withThoughts(only(isRefusal ? { ...message, content: message.refusal } : message, MESSAGE_FIELDS))
    const calls = callsOf(known)
    return calls.length === 0 ? without(known, 'tool_calls') : withMember(known, 'tool_calls', mapped(calls, toKnownCall))
  }),
}

/** A call of a custom tool becomes what it would be as a function: one with a single text. */
function toKnownCall(call: Message): Message {
  const known = withThoughts(only(call, CALL_FIELDS))
  const custom = isRecord(call.custom) ? { name: call.custom.name, arguments: JSON.stringify({ input: call.custom.input ?? '' }) } : {}
  const called: Message = isRecord(call.function) ? call.function : custom
  const clean = withMember(only(called, CALLED_FIELDS), 'arguments', called.arguments || '{}')
  return withMember(withMember(known, 'type', 'function'), 'function', clean)
}

/** Of `extra_content`, Google takes its own: the mark and the signature of a thought. */
function withThoughts(holder: Message): Message {
  const extra = holder.extra_content
  if (extra === undefined) return holder
  const google = isRecord(extra) && isRecord(extra.google) ? only(extra.google, THOUGHT_FIELDS) : {}
  if (Object.keys(google).length === 0 || !isRecord(extra)) return without(holder, 'extra_content')
  return withMember(holder, 'extra_content', withMember(only(extra, GOOGLE_FIELD), 'google', google))
}

const textContents: RequestRepair = {
  name: 'text-contents',
  stage: 'request',
  reason: 'Google takes parts in user messages only; elsewhere, and for refusals, it takes text.',
  apply: mapMessages((message, index, { ignore }) => {
    const { content, role } = message
    if (!Array.isArray(content) || role === 'user') return message
    content.forEach((part: unknown, place) => {
      if (isRecord(part) && part.type !== 'text' && part.type !== 'refusal') ignore(`messages[${index}].content[${place}]`)
    })
    return { ...message, content: textOf(content) }
  }),
}

const contentParts: RequestRepair = {
  name: 'content-parts',
  stage: 'request',
  reason: 'Google refuses empty texts, unknown fields and the part type `file`; it takes a PDF as a data URI where an image may stand.',
  apply: mapMessages((message, index) => {
    const { content } = message
    if (!Array.isArray(content)) return message
    const parts = content.filter(isRecord).flatMap((part, place) => toKnownParts(part, `messages[${index}].content[${place}]`))
    const isSame = parts.length === content.length && parts.every((part, place) => part === content[place])
    return isSame ? message : { ...message, content: parts }
  }),
}

const emptyMessages: RequestRepair = {
  name: 'empty-messages',
  stage: 'request',
  reason: 'Google refuses messages without content, which clients send as placeholders.',
  apply: (request) => {
    const messages = messagesOf(request).flatMap((message) => {
      const { role, content } = message
      const isEmpty = content === undefined || content === '' || (Array.isArray(content) && content.length === 0)
      if (!isEmpty || role === 'tool') return [message]
      if (callsOf(message).length > 0) return [without(message, 'content')]
      return role === 'user' ? [{ ...message, content: ' ' }] : []
    })
    return withMessages(request, messages.length === 0 ? [{ role: 'user', content: ' ' }] : messages)
  },
}

const systemMessages: RequestRepair = {
  name: 'system-messages',
  stage: 'request',
  reason: 'Gemini has one system instruction, and refuses a conversation that has nothing else.',
  apply: (request) => {
    const messages = messagesOf(request)
    const start = messages.findIndex((message) => !isSystem(message))
    // Alone, the last instruction is what the user wants.
    if (start === -1) return { ...request, messages: [...joined(messages.slice(0, -1)), { ...messages.at(-1), role: 'user' }] }
    const rest = messages.slice(start).map((message) => (isSystem(message) ? { ...message, role: 'user' } : message))
    return withMessages(request, [...joined(messages.slice(0, start)), ...rest])
  },
}

/** Leading instructions in one message. */
const joined = (messages: readonly Message[]): readonly Message[] => {
  const [first] = messages
  if (messages.length === 1 && first?.role === 'system' && typeof first.content === 'string') return messages
  const text = messages
    .map(({ content }) => textOf(content))
    .filter((part) => part !== '')
    .join('\n\n')
  return text === '' ? [] : [{ role: 'system', content: text }]
}

/** Repairs of messages, in the order in which they apply; those that name places in errors come before those that move messages. */
export const MESSAGE_REPAIRS: readonly RequestRepair[] = [
  legacyFunctions,
  messageFields,
  textContents,
  contentParts,
  ...RESULT_REPAIRS,
  emptyMessages,
  systemMessages,
  ...TURN_REPAIRS,
]
