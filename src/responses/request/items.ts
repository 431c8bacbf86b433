import type { SealedRecords, ToolCallRecord } from '../../contract/callRecord.js'
import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { ExtraContent, ResponseRequest } from '../../contract/types.js'
import { appendContent, Conversation } from './conversation.js'
import { describeCode } from './googleTools.js'
import type { Item, LocatedItem } from './item.js'
import { addMadeImage, isImageReference } from './madeImages.js'
import { type LocatedPart, refusalsToTexts, toChatParts } from './parts.js'
import { optionalString, requireString, unknownValueError } from './readers.js'
import { type CallerSeals, parseSignatures, type ThoughtSignatures } from './signatures.js'
import { toChatName } from './toolNames.js'
import { describeFoundTools, isToolSearch, TOOL_SEARCH, toSearchArguments } from './toolSearch.js'
import { toChatTools } from './tools.js'

/** Dependencies of {@link toConversation}. */
export interface ItemContext {
  readonly hasGoogleTools: boolean
  readonly seals: CallerSeals
  /** Called with the path of each part of the input that is accepted and has no effect. */
  readonly ignore: (path: string) => void
  /** Items of tool searches that the client, not OpenAI, executes. */
  readonly clientSearches: ReadonlySet<Item>
}

interface ItemState extends ItemContext {
  readonly conversation: Conversation
  /** Call records (Gemini's id and signature) by the client's call ids. */
  readonly calls: Map<string, ToolCallRecord>
  /** The model that made each thought signature of a message, by signature. */
  readonly textModels: Map<string, string>
  /** Thought signature for the next assistant message. */
  nextMessageSignature: string | undefined
}

type ItemReader = (item: Item, path: string, state: ItemState) => void

const ROLES = ['user', 'assistant', 'system', 'developer']

/** Readers of input items by type. Items without a reader, of OpenAI's own tools, are ignored. */
const ITEM_READERS: ReadonlyMap<string, ItemReader> = new Map<string, ItemReader>([
  ['message', readMessage],
  ['agent_message', readAgentMessage],
  ['function_call', (item, path, state) => readCall(item, requireString(item, 'arguments', path), path, state)],
  ['custom_tool_call', (item, path, state) => readCall(item, JSON.stringify({ input: requireString(item, 'input', path) }), path, state)],
  ['function_call_output', readOutput],
  ['custom_tool_call_output', readOutput],
  ['tool_search_call', (item, path, state) => readCall({ ...item, name: TOOL_SEARCH }, toSearchArguments(item), path, state)],
  ['tool_search_output', readSearchOutput],
  ['reasoning', readReasoning],
  ['additional_tools', () => undefined], // toChatTools reads these items
  ['item_reference', readReference],
])

/** Readers of the items of tools that Google executes, by item type. */
const GOOGLE_READERS: ReadonlyMap<string, ItemReader> = new Map<string, ItemReader>([
  // A web search is skipped: its results are in the text of the answer.
  ['web_search_call', () => undefined],
  ['code_interpreter_call', readCodeCall],
  ['image_generation_call', (item, path, { conversation, ignore }) => addMadeImage(item, path, conversation, ignore)],
])

const readerOf = (item: Item, { hasGoogleTools }: ItemContext): ItemReader | undefined =>
  ITEM_READERS.get(itemType(item)) ?? (hasGoogleTools ? GOOGLE_READERS.get(itemType(item)) : undefined)

/** A converted conversation, with the thought signatures decrypted from its reasoning items. */
export interface UnsealedConversation {
  readonly conversation: Conversation
  readonly sealed: SealedRecords
}

/** Converts items to chat messages. @throws 400 for an invalid item, 404 for an unknown item id */
export function toConversation(items: readonly LocatedItem[], context: ItemContext): UnsealedConversation {
  const conversation = new Conversation()
  const state: ItemState = { ...context, conversation, calls: new Map(), textModels: new Map(), nextMessageSignature: undefined }
  // The signatures of all calls are read first: a client may have reordered the items.
  for (const { item } of items) collectCallRecords(item, state)
  const unreadable = findUnreadable(items, context)
  for (const { item, path } of items) {
    if (unreadable.has(item)) state.ignore(path)
    else readerOf(item, context)?.(item, path, state)
  }
  return { conversation, sealed: { calls: state.calls, textSignatureModels: state.textModels } }
}

const CALL_TYPES: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call', 'tool_search_call'])

/** Finds the items to ignore: those of OpenAI's built-in tools, and the outputs of their calls. */
function findUnreadable(items: readonly LocatedItem[], context: ItemContext): ReadonlySet<Item> {
  const isForOpenAi = (item: Item): boolean =>
    readerOf(item, context) === undefined || (isToolSearch(item) && !context.clientSearches.has(item))
  const unreadable = new Set<Item>()
  const callIds = new Set<unknown>()
  for (const { item } of items) {
    if (!isForOpenAi(item)) continue
    unreadable.add(item)
    if (typeof item.call_id === 'string') callIds.add(item.call_id)
  }
  for (const { item } of items) if (CALL_TYPES.has(itemType(item)) && !unreadable.has(item)) callIds.delete(item.call_id)
  for (const { item } of items) if (ITEM_READERS.get(itemType(item)) === readOutput && callIds.has(item.call_id)) unreadable.add(item)
  return unreadable
}

function itemType({ type, role, id }: Item): string {
  if (type !== undefined && type !== null) return type
  return role === undefined && typeof id === 'string' ? 'item_reference' : 'message'
}

function readMessage(item: Item, path: string, state: ItemState): void {
  const { role, content } = item
  if (role === undefined || role === null) requireString(item, 'role', path)
  if (typeof role !== 'string' || !ROLES.includes(role)) throw unknownValueError(role, ROLES, `${path}.role`)
  const read = Array.isArray(content) ? toChatParts(content, `${path}.content`, state.ignore) : []
  const parts = role === 'assistant' ? read : refusalsToTexts(read)
  const chatContent = Array.isArray(content) ? parts.map(({ part }) => part) : requireString(item, 'content', path)
  const { conversation } = state
  const previous = role === 'assistant' ? conversation.lastAssistantMessage() : undefined
  if (previous?.tool_calls !== undefined) {
    // Text after tool calls joins the message of the calls: tool outputs must directly follow it.
    appendContent(previous, chatContent)
    return
  }
  const signature = role === 'assistant' ? state.nextMessageSignature : undefined
  state.nextMessageSignature = undefined
  conversation.addMessage({ role, content: chatContent, ...toSignatureMember(signature) }, path, parts)
}

/** Adds a message of another Codex agent as a user message: the assistant did not write it. */
function readAgentMessage(item: Item, path: string, state: ItemState): void {
  if (Array.isArray(item.content) && item.content.length === 0) state.ignore(path)
  else readMessage({ ...item, role: 'user' }, path, state)
}

/** Returns the message field that carries a thought signature; nothing without a signature. */
const toSignatureMember = (signature: string | undefined): { extra_content?: ExtraContent } =>
  signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }

function readCall(item: Item, callArguments: string, path: string, { conversation }: ItemState): void {
  const id = requireString(item, 'call_id', path)
  const name = toChatName(requireString(item, 'name', path), optionalString(item, 'namespace'))
  conversation.addCall({ id, type: 'function', function: { name, arguments: callArguments } }, path)
}

/** Adds code that Google executed, and its output, as an assistant message. */
function readCodeCall(item: Item, path: string, { conversation, ignore }: ItemState): void {
  const text = describeCode(item)
  if (text === undefined) ignore(path)
  else conversation.addCode(text, path)
}

/** Adds a tool output as a tool message, or as a user message if it has a name but no call id. */
function readOutput(item: Item, path: string, state: ItemState): void {
  const hasCall = item.call_id !== undefined && item.call_id !== null
  const name = optionalString(item, 'name')
  if (!hasCall && name !== undefined) {
    addNamedOutput(name, item, path, state)
    return
  }
  const callId = requireString(item, 'call_id', path)
  const { output } = item
  if (!Array.isArray(output)) {
    state.conversation.addMessage({ role: 'tool', tool_call_id: callId, content: requireString(item, 'output', path) }, path)
    return
  }
  const parts = toOutputParts(output, path, state)
  state.conversation.addMessage({ role: 'tool', tool_call_id: callId, content: parts.map(({ part }) => part) }, path, parts)
}

/** Adds a named output without a tool call, such as the goal in Codex, as a user message. */
function addNamedOutput(name: string, item: Item, path: string, state: ItemState): void {
  const { output } = item
  const namespace = optionalString(item, 'namespace')
  const source = namespace === undefined ? name : `${namespace}.${name}`
  const content = Array.isArray(output) ? output : [{ type: 'text', text: requireString(item, 'output', path) }]
  const label: LocatedPart = { part: { type: 'text', text: `Output of ${source}:` }, path: `${path}.name` }
  const parts = [label, ...toOutputParts(content, path, state)]
  state.conversation.addMessage({ role: 'user', content: parts.map(({ part }) => part) }, path, parts)
}

const toOutputParts = (output: readonly unknown[], path: string, { ignore }: ItemState): LocatedPart[] =>
  refusalsToTexts(toChatParts(output, `${path}.output`, ignore))

/** Adds the output of a tool search; toChatTools declares the tools it contains. */
function readSearchOutput(item: Item, path: string, { hasGoogleTools, conversation, clientSearches }: ItemState): void {
  const found = toChatTools(undefined, { hasGoogleTools, items: [{ item, path }], clientSearches })
  const content = describeFoundTools([...found.declared.keys()])
  conversation.addMessage({ role: 'tool', tool_call_id: requireString(item, 'call_id', path), content }, path)
}

function readReasoning(item: Item, path: string, state: ItemState): void {
  const sealed = item.encrypted_content
  if (typeof sealed !== 'string' || sealed === '') return
  const signatures = openSignatures(sealed, state)
  if (signatures?.message !== undefined && signatures.model !== undefined) state.textModels.set(signatures.message, signatures.model)
  if (signatures === undefined) state.ignore(`${path}.encrypted_content`)
  else if (!signatures.isAfterMessage) state.nextMessageSignature = signatures.message ?? state.nextMessageSignature
  else Object.assign(state.conversation.lastAssistantMessage() ?? {}, toSignatureMember(signatures.message))
}

function openSignatures(sealed: string, { seals }: ItemState): ThoughtSignatures | undefined {
  const text = seals.open(sealed)
  return text === undefined ? undefined : parseSignatures(text)
}

function collectCallRecords(item: Item, state: ItemState): void {
  if (item.type !== 'reasoning' || typeof item.encrypted_content !== 'string') return
  const signatures = openSignatures(item.encrypted_content, state)
  for (const [callId, record] of Object.entries(signatures?.calls ?? {})) state.calls.set(callId, record)
}

/**
 * Ignores a reference to an unknown reasoning or message item, as the Vercel AI SDK sends them.
 * @throws 404 for the id of a tool call, or if the conversation is still empty
 */
function readReference(item: Item, path: string, { conversation, ignore }: ItemState): void {
  const isCall = /^(fc|ctc|tsc)_/.test(requireString(item, 'id', path))
  if (isCall || conversation.messages.length === 0) throw apiError('item_not_found', undefined, { param: path })
  ignore(path)
}

/** Returns the items of a request's `input`; a string counts as one user message. */
export function toItems(input: ResponseRequest['input']): readonly LocatedItem[] {
  if (typeof input === 'string') return [{ item: { role: 'user', content: input }, path: 'input' }]
  return (input ?? []).map((item, index) => ({ item, path: `input[${index}]` }))
}

/**
 * Replaces references by the stored items; references to unknown items remain.
 *
 * @throws 400 for a repeated reference, with which a small request could become very large
 */
export function resolveReferences(items: readonly LocatedItem[], findItem: (id: string) => Item | undefined): readonly LocatedItem[] {
  const found = new Set<string>()
  return items.map(({ item, path }) => {
    const id = referencedId(item)
    const stored = id === undefined ? undefined : findItem(id)
    if (id === undefined || stored === undefined) return { item, path }
    const duplicate = `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`
    if (found.has(id)) throw apiError('invalid_value', duplicate, { param: `${path}.id` })
    found.add(id)
    return { item: stored, path }
  })
}

const referencedId = (item: Item): string | undefined =>
  isRecord(item) && (itemType(item) === 'item_reference' || isImageReference(item)) && typeof item.id === 'string' ? item.id : undefined

/** Returns the ids of the `item_reference` items and image references. */
export const referencedIds = (items: readonly LocatedItem[]): string[] =>
  items.map(({ item }) => referencedId(item)).filter((id) => id !== undefined)
