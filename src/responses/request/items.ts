import { apiError } from '../../contract/errors.js'
import type { ResponseRequest } from '../../contract/types.js'
import { type ChatCall, type Conversation, makeConversation } from './conversation.js'
import { type Placed, toChatParts } from './parts.js'
import { isRecord, optionalTextOf, textOf, unknownValue } from './readers.js'
import { readSignatures, type Sealing, type Signatures } from './signatures.js'
import { toChatName } from './toolNames.js'

/** One item of a conversation. */
export type Item = Exclude<NonNullable<ResponseRequest['input']>, string>[number]

/** An item, and where it stands in the request. */
export interface PlacedItem {
  readonly item: Item
  readonly place: string
}

/** What items may need besides themselves. */
export interface ItemContext {
  readonly sealing: Sealing
  /** Names a place that is accepted and has no effect. */
  readonly ignore: (place: string) => void
}

interface Step extends ItemContext {
  readonly conversation: Conversation
  /** Signatures of tool calls, by call id. */
  readonly signatures: Map<string, string>
  /** The signature of the message that follows. */
  nextMessage: string | undefined
}

const ROLES = ['user', 'assistant', 'system', 'developer']

type Reading = (item: Item, place: string, step: Step) => void

/** What each type of item does to the conversation. Others come of tools that only OpenAI has, and stay out. */
const ITEMS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['message', readMessage],
  ['function_call', (item, place, step) => readCall(item, textOf(item, 'arguments', place), place, step)],
  ['custom_tool_call', (item, place, step) => readCall(item, JSON.stringify({ input: textOf(item, 'input', place) }), place, step)],
  ['function_call_output', readOutput],
  ['custom_tool_call_output', readOutput],
  ['reasoning', readReasoning],
  ['additional_tools', () => undefined], // read with the other tools
  [
    'item_reference',
    (item, place, step) => {
      if (!isDispensable(textOf(item, 'id', place), step)) throw apiError('item_not_found', undefined, { param: place })
      step.ignore(place)
    },
  ],
])

/**
 * Whether a conversation can go on without an item that is not kept: Vercel's SDK refers to the reasoning and the words of its loop, and gives
 * calls and outputs in full. A call cannot be done without, nor can all that has been said.
 */
const isDispensable = (id: string, { conversation }: Step): boolean => !/^(fc|ctc)_/.test(id) && conversation.messages.length > 0

/** Puts a conversation together. @throws 400 for an item that lacks something, 404 for one that is referred to and not kept */
export function toConversation(items: readonly PlacedItem[], context: ItemContext): Conversation {
  const conversation = makeConversation()
  const step: Step = { ...context, conversation, signatures: new Map(), nextMessage: undefined }
  for (const { item } of items) takeSignatures(item, step)
  for (const { item, place } of items) readItem(item, place, step)
  return conversation
}

const typeOf = ({ type, role, id }: Item): string => type ?? (role === undefined && typeof id === 'string' ? 'item_reference' : 'message')

function readItem(item: Item, place: string, step: Step): void {
  const read = ITEMS.get(typeOf(item))
  if (read === undefined) step.ignore(place)
  else read(item, place, step)
}

function readMessage(item: Item, place: string, step: Step): void {
  const { role, content } = item
  if (role === undefined || role === null) textOf(item, 'role', place)
  if (typeof role !== 'string' || !ROLES.includes(role)) throw unknownValue(role, ROLES, `${place}.role`)
  const parts = Array.isArray(content) ? toChatParts(content, `${place}.content`) : []
  const said = Array.isArray(content) ? parts.map(({ part }) => part) : textOf(item, 'content', place)
  const { conversation } = step
  const before = role === 'assistant' ? conversation.assistant() : undefined
  if (before?.tool_calls !== undefined) {
    // Calls and words of one step belong together: their results have to follow them.
    conversation.append(before, said)
    return
  }
  const signature = role === 'assistant' ? step.nextMessage : undefined
  step.nextMessage = undefined
  conversation.say({ role, content: said, ...extraOf(signature) }, place, parts)
}

const extraOf = (signature: string | undefined): { extra_content?: object } =>
  signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }

function readCall(item: Item, text: string, place: string, { conversation, signatures }: Step): void {
  const id = textOf(item, 'call_id', place)
  const call: ChatCall = {
    id,
    type: 'function',
    function: { name: toChatName(textOf(item, 'name', place), optionalTextOf(item, 'namespace')), arguments: text },
    ...extraOf(signatures.get(id)),
  }
  conversation.call(call, place)
}

/** The output of a tool. Gemini takes its text only; what else it has follows as the user's. */
function readOutput(item: Item, place: string, { conversation }: Step): void {
  const callId = textOf(item, 'call_id', place)
  const { output } = item
  if (!Array.isArray(output)) {
    conversation.say({ role: 'tool', tool_call_id: callId, content: textOf(item, 'output', place) }, place)
    return
  }
  const parts = toChatParts(output, `${place}.output`)
  const texts = parts.filter(({ part }) => part.type === 'text')
  const media = parts.filter(({ part }) => part.type !== 'text')
  const content = texts.length > 0 ? texts.map(({ part }) => part) : media.length > 0 ? 'The output follows.' : ''
  conversation.say({ role: 'tool', tool_call_id: callId, content }, place, texts)
  if (media.length === 0) return
  const title: Placed = { part: { type: 'text', text: `Output of the tool call ${callId}:` }, place: `${place}.output` }
  const shown = [title, ...media]
  conversation.say({ role: 'user', content: shown.map(({ part }) => part) }, place, shown)
}

function readReasoning(item: Item, place: string, step: Step): void {
  const sealed = item.encrypted_content
  if (typeof sealed !== 'string' || sealed === '') return
  const signatures = openedOf(sealed, step)
  if (signatures === undefined) {
    step.ignore(`${place}.encrypted_content`)
    return
  }
  if (signatures.message === undefined) return
  if (!signatures.isAfter) {
    step.nextMessage = signatures.message
    return
  }
  const message = step.conversation.assistant()
  if (message !== undefined) Object.assign(message, extraOf(signatures.message))
}

const openedOf = (sealed: string, { sealing }: Step): Signatures | undefined => {
  const text = sealing.open(sealed)
  return text === undefined ? undefined : readSignatures(text)
}

/** Takes the signatures of calls before the calls are read: a client may have put items into another order. */
function takeSignatures(item: Item, step: Step): void {
  if (item.type !== 'reasoning' || typeof item.encrypted_content !== 'string') return
  const signatures = openedOf(item.encrypted_content, step)
  for (const [callId, signature] of Object.entries(signatures?.calls ?? {})) step.signatures.set(callId, signature)
}

/** The items of a request; a text is the user's. */
export function itemsOf(input: ResponseRequest['input']): readonly PlacedItem[] {
  if (typeof input === 'string') return [{ item: { role: 'user', content: input }, place: 'input' }]
  return (input ?? []).map((item, index) => ({ item, place: `input[${index}]` }))
}

/**
 * Puts the items that are meant in the place of those that only refer to them and can be found.
 *
 * @throws 400 where one is referred to twice: a request of a few bytes could otherwise become one of any size
 */
export function resolved(items: readonly PlacedItem[], referred: (id: string) => Item | undefined): readonly PlacedItem[] {
  const found = new Set<string>()
  return items.map(({ item, place }) => {
    const meant = typeOf(item) === 'item_reference' && typeof item.id === 'string' ? referred(item.id) : undefined
    if (meant === undefined || typeof item.id !== 'string') return { item, place }
    if (found.has(item.id)) throw duplicateItem(item.id, `${place}.id`)
    found.add(item.id)
    return { item: meant, place }
  })
}

const duplicateItem = (id: string, param: string): Error =>
  apiError('invalid_value', `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`, { param })

/** Ids of the items that are only referred to. */
export const referredIds = (items: readonly PlacedItem[]): string[] =>
  items.flatMap(({ item }) => (isRecord(item) && typeOf(item) === 'item_reference' && typeof item.id === 'string' ? [item.id] : []))
