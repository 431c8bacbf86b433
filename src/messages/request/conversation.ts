import type { SealedRecords, ToolCallRecord } from '../../contract/callRecord.js'
import type { MessageCountRequest } from '../../contract/types.js'
import { Conversation } from '../../responses/request/conversation.js'
import type { LocatedPart } from '../../responses/request/parts.js'
import { type JsonObject, requireString } from '../../responses/request/readers.js'
import { type CallerSeals, parseSignatures, type ThoughtSignatures } from '../../responses/request/signatures.js'
import { convertBlocks, type LocatedBlock, type ReportIgnored, toBlocks } from './blocks.js'

/** Dependencies of {@link convertMessages}. */
export interface ConversationContext {
  readonly seals: CallerSeals
  readonly ignore: ReportIgnored
}

/** A converted conversation, with the thought signatures decrypted from its thinking blocks. */
export interface ConvertedMessages {
  readonly conversation: Conversation
  readonly sealed: SealedRecords
}

interface LocatedMessage {
  readonly role: MessageCountRequest['messages'][number]['role']
  readonly path: string
  readonly blocks: readonly LocatedBlock[]
}

interface ConversionState extends ConversationContext {
  readonly conversation: Conversation
  readonly calls: Map<string, ToolCallRecord>
  readonly textModels: Map<string, string>
}

// The first line of a system text, which Claude Code changes with every session. It is removed,
// because a prompt whose start changes cannot be found in Gemini's cache.
const BILLING_LINE = /^x-anthropic-billing-header:[^\r\n]*[\r\n]*/

/** Converts `system` and `messages` to chat messages. @throws 400 for an invalid block */
export function convertMessages(
  { system, messages }: Pick<MessageCountRequest, 'system' | 'messages'>,
  context: ConversationContext,
): ConvertedMessages {
  const conversation = new Conversation()
  const state: ConversionState = { ...context, conversation, calls: new Map(), textModels: new Map() }
  addInstruction(toBlocks(system, 'system'), 'system', state)
  const located = messages.map(({ role, content }, index): LocatedMessage => {
    const path = `messages[${index}]`
    return { role, path, blocks: toBlocks(content, `${path}.content`) }
  })
  for (const { role, blocks, path } of joinAnswers(moveInstructionsFirst(located))) {
    if (role === 'assistant') addAnswer(blocks, path, state)
    else if (role === 'user') addUserMessage(blocks, path, state)
    else addInstruction(blocks, path, state)
  }
  return { conversation, sealed: { calls: state.calls, textSignatureModels: state.textModels } }
}

/**
 * Moves system messages before the first answer to the start, where they join Gemini's system
 * instruction. Later ones keep their position: moving them would change the start of the prompt,
 * and Gemini's cache would miss the conversation before them.
 */
function moveInstructionsFirst(messages: readonly LocatedMessage[]): readonly LocatedMessage[] {
  const answer = messages.findIndex(({ role }) => role === 'assistant')
  const before = answer === -1 ? messages : messages.slice(0, answer)
  const isInstruction = ({ role }: LocatedMessage): boolean => role === 'system'
  const others = before.filter((message) => !isInstruction(message))
  return [...before.filter(isInstruction), ...others, ...messages.slice(before.length)]
}

/** Joins neighbouring assistant messages: in Anthropic's API they are one turn. */
function joinAnswers(messages: readonly LocatedMessage[]): LocatedMessage[] {
  const joined: LocatedMessage[] = []
  let turn: LocatedBlock[] | undefined
  for (const message of messages) {
    if (message.role !== 'assistant') {
      turn = undefined
      joined.push(message)
      continue
    }
    if (turn === undefined) {
      turn = []
      joined.push({ ...message, blocks: turn })
    }
    // Called for each message: texts of different messages stay separate.
    for (const block of joinTexts(message.blocks)) turn.push(block)
  }
  return joined
}

/** Adds the text blocks as one system message; ignores other blocks. */
function addInstruction(blocks: readonly LocatedBlock[], path: string, { conversation, ignore }: ConversionState): void {
  const texts = blocks.flatMap(({ block, path: blockPath }) => {
    if (block.type === 'text') return [requireString(block, 'text', blockPath).replace(BILLING_LINE, '')]
    ignore(blockPath)
    return []
  })
  const content = texts.filter((text) => text !== '').join('\n\n')
  if (content !== '') conversation.addMessage({ role: 'system', content }, path)
}

/** Adds a user message. Tool results go first: they must follow their tool calls. */
function addUserMessage(blocks: readonly LocatedBlock[], path: string, state: ConversionState): void {
  const isResult = ({ block }: LocatedBlock): boolean => block.type === 'tool_result'
  for (const result of blocks.filter(isResult)) addResult(result, state)
  const others = blocks.filter((block) => !isResult(block))
  // Tool results alone need no user message. A message without any block is a turn: it is added.
  if (others.length === 0 && blocks.length > 0) return
  const parts = convertBlocks(others, state.ignore)
  state.conversation.addMessage({ role: 'user', content: toContent(parts) }, path, parts)
}

function addResult({ block, path }: LocatedBlock, state: ConversionState): void {
  const id = requireString(block, 'tool_use_id', path)
  const parts = convertBlocks(toBlocks(block.content, `${path}.content`), state.ignore)
  // Tool messages have no error flag, so the text has to mark the failure.
  const marked = block.is_error === true ? [{ part: { type: 'text', text: 'Error:' }, path }, ...parts] : parts
  state.conversation.addMessage({ role: 'tool', tool_call_id: id, content: toContent(marked) }, path, marked)
}

/** Returns chat content. One text is always a string, so that equal prompts hit Gemini's cache. */
function toContent(parts: readonly LocatedPart[]): string | LocatedPart['part'][] {
  const [first] = parts
  if (first === undefined) return ''
  return parts.length === 1 && typeof first.part.text === 'string' ? first.part.text : parts.map(({ part }) => part)
}

/** Adds an assistant message: its texts, tool calls and thought signatures. */
function addAnswer(blocks: readonly LocatedBlock[], path: string, state: ConversionState): void {
  const { conversation, ignore } = state
  const parts: LocatedPart[] = []
  const calls: LocatedBlock[] = []
  let signature: string | undefined
  for (const located of blocks) {
    const { block, path: blockPath } = located
    if (block.type === 'thinking') signature = readThinking(block, blockPath, state) ?? signature
    else if (block.type === 'tool_use') calls.push(located)
    else if (block.type === 'text') parts.push(...convertBlocks([located], ignore))
    // A `compaction` block is Anthropic's summary of the earlier conversation.
    else if (block.type === 'compaction' && typeof block.content === 'string')
      parts.push({ part: { type: 'text', text: block.content }, path: blockPath })
    else ignore(blockPath)
  }
  const extra = signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
  const content = parts.length === 0 && calls.length > 0 ? null : toContent(parts)
  conversation.addMessage({ role: 'assistant', content, ...extra }, path, parts)
  for (const { block, path: callPath } of calls) conversation.addCall(toCall(block, callPath), callPath)
}

const THINKING_BLOCKS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking'])

/** Joins the texts into which citations and thinking have divided the text of an answer. */
function joinTexts(blocks: readonly LocatedBlock[]): LocatedBlock[] {
  const joined: LocatedBlock[] = []
  let start = -1 // the index in `joined` of the text to which a further text is added; -1 for none
  for (const located of blocks) {
    const { block, path } = located
    const earlier = joined[start]
    if (block.type === 'text' && earlier !== undefined) {
      const text = `${requireString(earlier.block, 'text', earlier.path)}${requireString(block, 'text', path)}`
      joined[start] = { ...earlier, block: { type: 'text', text } }
      continue
    }
    joined.push(located)
    if (!THINKING_BLOCKS.has(block.type)) start = block.type === 'text' ? joined.length - 1 : -1
  }
  return joined
}

function toCall(block: JsonObject, path: string): Parameters<Conversation['addCall']>[0] {
  const id = requireString(block, 'id', path)
  const name = requireString(block, 'name', path)
  const { input } = block
  // Some clients send the input as the JSON text that they read from a stream. The text is not
  // parsed here: a request repair fixes text that is not a JSON object.
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? {})
  return { id, type: 'function', function: { name, arguments: text } }
}

/** Unseals a thinking block's signatures. @returns the signature of the answer's text, if any */
function readThinking(block: JsonObject, path: string, { seals, ignore, calls, textModels }: ConversionState): string | undefined {
  const { signature: sealed } = block
  if (sealed === undefined || sealed === null || sealed === '') return undefined
  const signatures = typeof sealed === 'string' ? unseal(sealed, seals) : undefined
  if (signatures === undefined) {
    // Ignored: another deployment sealed it, or this one for another caller, or it was changed.
    ignore(`${path}.signature`)
    return undefined
  }
  for (const [id, record] of Object.entries(signatures.calls)) calls.set(id, record)
  const { message, model } = signatures
  if (message !== undefined && model !== undefined) textModels.set(message, model)
  return message
}

function unseal(sealed: string, seals: CallerSeals): ThoughtSignatures | undefined {
  const text = seals.open(sealed)
  return text === undefined ? undefined : parseSignatures(text)
}
