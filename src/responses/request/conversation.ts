import type { ToolCall } from '../../contract/types.js'
import type { ChatPart, LocatedPart } from './parts.js'

/** A chat message of a request. */
export interface ConversationMessage {
  readonly role: string
  content?: string | ChatPart[] | null
  tool_calls?: ToolCall[]
  readonly tool_call_id?: string
  /** The images of an answer. */
  images?: ChatPart[]
  extra_content?: object
}

/** Where a message, its parts and its calls come from, as paths in the client's request. */
export interface MessageLocation {
  readonly path: string
  readonly calls: string[]
  readonly parts: readonly LocatedPart[]
}

/** Marks a message that describes code which Google has executed. */
const CODE_MARK = { google: { is_code: true } }

/** The chat messages that the items of a request become. */
export class Conversation {
  readonly messages: ConversationMessage[] = []
  /** The locations of the messages, in the same order. */
  readonly locations: MessageLocation[] = []

  /** Adds a message. */
  addMessage(message: ConversationMessage, path: string, parts: readonly LocatedPart[] = []): void {
    this.messages.push(message)
    this.locations.push({ path, parts, calls: [] })
  }

  /** Adds a tool call to the last message if it is the assistant's, otherwise to a new message. */
  addCall(call: ToolCall, path: string): void {
    const message = this.lastAssistantMessage()
    if (message === undefined) this.addMessage({ role: 'assistant', content: null, tool_calls: [call] }, path)
    else if (message.tool_calls === undefined) message.tool_calls = [call]
    else message.tool_calls.push(call)
    this.locations.at(-1)?.calls.push(path)
  }

  /**
   * Adds a description of code that Google has executed. The model gets the stored parts of the
   * answer instead, if there are any.
   */
  addCode(text: string, path: string): void {
    // Before the calls, whose outputs must follow directly.
    const index = this.messages.length - (this.lastAssistantMessage()?.tool_calls === undefined ? 0 : 1)
    this.messages.splice(index, 0, { role: 'assistant', content: text, extra_content: CODE_MARK })
    this.locations.splice(index, 0, { path, parts: [], calls: [] })
  }

  /** Returns the last message; undefined if it is not the assistant's, or describes code. */
  lastAssistantMessage(): ConversationMessage | undefined {
    const last = this.messages.at(-1)
    return last?.role === 'assistant' && last.extra_content !== CODE_MARK ? last : undefined
  }
}

/** Appends to the content of a message, in time proportional to the appended content alone. */
export function appendContent(message: ConversationMessage, content: string | ChatPart[]): void {
  const parts = toParts(message.content)
  for (const part of toParts(content)) parts.push(part)
  message.content = parts
}

function toParts(content: string | ChatPart[] | null | undefined): ChatPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}
