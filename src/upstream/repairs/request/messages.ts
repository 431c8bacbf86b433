import { invalidRequest, unsupportedValue } from '../../../errors.js'
import { isRecord, only, type RawRequest, type RequestContext, type RequestRepair, without } from './context.js'

type Message = Readonly<Record<string, unknown>>

// What Google's parser knows of a message. OpenAI's others (refusal, audio, annotations, reasoning_content) only tell of the past.
const MESSAGE_FIELDS = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'extra_content'])
const CALL_FIELDS = new Set(['id', 'type', 'function', 'extra_content'])

const messagesOf = (request: RawRequest): readonly Message[] => (Array.isArray(request.messages) ? request.messages.filter(isRecord) : [])
const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer'
const callsOf = ({ tool_calls: calls }: Message): readonly Message[] => (Array.isArray(calls) ? calls.filter(isRecord) : [])

/** The text of a content: parts are joined by line ends. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isRecord)
    .map((part) => part.text ?? part.refusal ?? '')
    .filter((text) => text !== '')
    .join('\n')
}

const mapMessages = (change: (message: Message, index: number, context: RequestContext) => Message): RequestRepair['apply'] => {
  return (request, context) => ({ ...request, messages: messagesOf(request).map((message, index) => change(message, index, context)) })
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
      if (isRecord(call)) {
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
    const known = only(message, MESSAGE_FIELDS, () => undefined)
    if (typeof message.refusal === 'string' && message.refusal !== '' && textOf(message.content) === '') known.content = message.refusal
    const calls = callsOf(known)
    if (calls.length === 0) return without(known, 'tool_calls')
    return { ...known, tool_calls: calls.map(toKnownCall) }
  }),
}

function toKnownCall(call: Message): Message {
  const known = only(call, CALL_FIELDS, () => undefined)
  const called = isRecord(known.function) ? known.function : {}
  return { ...known, type: 'function', function: { name: called.name, arguments: called.arguments || '{}' } }
}

const textContents: RequestRepair = {
  name: 'text-contents',
  stage: 'request',
  reason: 'Google takes parts in user messages only; elsewhere, and for refusals, it takes text.',
  apply: mapMessages((message) => {
    const { content, role } = message
    return Array.isArray(content) && role !== 'user' ? { ...message, content: textOf(content) } : message
  }),
}

const contentParts: RequestRepair = {
  name: 'content-parts',
  stage: 'request',
  reason: 'Google refuses empty texts and the part type `file`; it takes a PDF as a data URI where an image may stand.',
  apply: mapMessages((message, index) => {
    const { content } = message
    if (!Array.isArray(content)) return message
    const parts = content.filter(isRecord).flatMap((part, place) => toParts(part, `messages[${index}].content[${place}]`))
    return { ...message, content: parts }
  }),
}

function toParts(part: Message, path: string): readonly Message[] {
  if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }]
  if (part.type === 'file') return [toFilePart(part, path)]
  if (part.type === 'input_audio' && isRecord(part.input_audio)) checkAudio(part.input_audio, path)
  return [part]
}

function toFilePart(part: Message, path: string): Message {
  const file = isRecord(part.file) ? part.file : {}
  const data = file.file_data
  if (typeof data !== 'string')
    throw unsupportedValue(`${path}.file.file_id`, 'Files cannot be referred to by id. Send the file itself as `file_data`.')
  return { type: 'image_url', image_url: { url: data.startsWith('data:') ? data : `data:application/pdf;base64,${data}` } }
}

function checkAudio({ format }: Message, path: string): void {
  if (format === 'wav' || format === 'mp3') return
  throw unsupportedValue(`${path}.input_audio.format`, "Gemini takes audio as 'wav' or 'mp3' here.")
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
    return { ...request, messages: [...joined(messages.slice(0, start)), ...rest] }
  },
}

/** Leading instructions in one message. */
const joined = (messages: readonly Message[]): Message[] => {
  const text = messages
    .map(({ content }) => textOf(content))
    .filter((part) => part !== '')
    .join('\n\n')
  return text === '' ? [] : [{ role: 'system', content: text }]
}

const emptyMessages: RequestRepair = {
  name: 'empty-messages',
  stage: 'request',
  reason: 'Google refuses messages without content, which clients send as placeholders.',
  apply: (request) => ({
    ...request,
    messages: messagesOf(request).flatMap((message) => {
      const { role, content } = message
      const isEmpty = content === undefined || content === '' || (Array.isArray(content) && content.length === 0)
      if (!isEmpty || role === 'tool') return [message]
      if (callsOf(message).length > 0) return [without(message, 'content')]
      return role === 'user' ? [{ ...message, content: ' ' }] : []
    }),
  }),
}

const toolResults: RequestRepair = {
  name: 'tool-results',
  stage: 'request',
  reason: 'Gemini wants the results of a step right after its calls, each exactly once and in their order.',
  apply: (request) => {
    const messages = messagesOf(request)
    const placed = new Set<Message>()
    const out = messages.flatMap((message, index) => {
      if (message.role === 'tool') return placed.has(message) ? [] : [toOrphan(message, messages.slice(0, index))]
      return [message, ...resultsOf(message, messages, index, placed)]
    })
    return { ...request, messages: out }
  },
}

function resultsOf(message: Message, messages: readonly Message[], index: number, placed: Set<Message>): Message[] {
  const end = messages.findIndex((later, at) => at > index && later.role === 'assistant' && callsOf(later).length > 0)
  const later = messages.slice(index + 1, end === -1 ? undefined : end)
  return callsOf(message).map(({ id }) => {
    const result = later.find((candidate) => candidate.role === 'tool' && candidate.tool_call_id === id && !placed.has(candidate))
    if (result === undefined) {
      throw invalidRequest(
        'invalid_value',
        `The tool call '${String(id).slice(0, 64)}' has no result: each call needs one message with role 'tool'.`,
        `messages[${index}].tool_calls`,
      )
    }
    placed.add(result)
    return result
  })
}

/** A result whose call was cut off with the start of the history is told as text; anywhere else it is a mistake. */
function toOrphan(message: Message, before: readonly Message[]): Message {
  if (before.every((earlier) => isSystem(earlier) || earlier.role === 'tool')) {
    return { role: 'user', content: `Result of an earlier tool call: ${textOf(message.content)}` }
  }
  throw invalidRequest(
    'invalid_value',
    "A message with role 'tool' must answer a tool call of the message before.",
    `messages[${before.length}].tool_call_id`,
  )
}

const turnOrder: RequestRepair = {
  name: 'turn-order',
  stage: 'request',
  reason: 'Gemini refuses conversations that begin with tool calls, that end with the assistant, or in which the assistant speaks twice.',
  apply: (request) => {
    const messages = mergeAssistants(messagesOf(request))
    const first = messages.find((message) => !isSystem(message))
    const at = first === undefined ? -1 : messages.indexOf(first)
    if (first !== undefined && callsOf(first).length > 0) messages.splice(at, 0, { role: 'user', content: '(The conversation goes on.)' })
    if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: '(Go on.)' })
    return { ...request, messages }
  },
}

function mergeAssistants(messages: readonly Message[]): Message[] {
  const out: Message[] = []
  for (const message of messages) {
    const last = out.at(-1)
    if (last?.role !== 'assistant' || message.role !== 'assistant' || callsOf(last).length > 0) out.push(message)
    else out[out.length - 1] = { ...message, content: [last.content, message.content].filter(Boolean).join('\n\n') }
  }
  return out.map((message) => (message.content === '' && callsOf(message).length > 0 ? without(message, 'content') : message))
}

/** Repairs of messages, in the order in which they apply; those that name places in errors come before those that move messages. */
export const MESSAGE_REPAIRS: readonly RequestRepair[] = [
  legacyFunctions,
  messageFields,
  textContents,
  contentParts,
  toolResults,
  emptyMessages,
  systemMessages,
  turnOrder,
]
