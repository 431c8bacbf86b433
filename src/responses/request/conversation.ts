import type { ToolCall } from '../../contract/types.js'
import type { ChatPart, LocatedPart } from './parts.js'

/** A message of a chat request that is being built. */
export interface ConversationMessage {
  readonly role: string
  content?: string | ChatPart[] | null
  tool_calls?: ToolCall[]
  readonly tool_call_id?: string
  /** Images that the assistant generated. */
  images?: ChatPart[]
  extra_content?: object
}

/** The paths in the client's request from which a message, its calls and its parts were made. */
export interface MessageLocation {
  readonly path: string
  readonly calls: string[]
  readonly parts: readonly LocatedPart[]
}

/** `extra_content` of a message that describes code which Google has executed. */
const CODE_MARK = { google: { is_code: true } }

/** Builds the chat messages from the items of a request. */
export class Conversation {
  readonly messages: ConversationMessage[] = []
  /** For each of `messages`, the client's paths from which it was made. */
  readonly locations: MessageLocation[] = []

  /** Appends a chat message. @param path - path of its source in the client's request */
  addMessage(message: ConversationMessage, path: string, parts: readonly LocatedPart[] = []): void {
    this.messages.push(message)
    this.locations.push({ path, parts, calls: [] })
  }

  /** Adds a tool call to the last message if that is the assistant's, otherwise to a new one. */
  addCall(call: ToolCall, path: string): void {
    const message = this.lastAssistantMessage()
    if (message === undefined) this.addMessage({ role: 'assistant', content: null, tool_calls: [call] }, path)
    else if (message.tool_calls === undefined) message.tool_calls = [call]
    else message.tool_calls.push(call)
    this.locations.at(-1)?.calls.push(path)
  }

  /**
   * Adds a description of code that Google executed. On the native API, Gemini's original parts
   * replace it if they are stored.
   */
  addCode(text: string, path: string): void {
    // Code goes before a message with tool calls, because the tool outputs must directly follow it.
    const index = this.messages.length - (this.lastAssistantMessage()?.tool_calls === undefined ? 0 : 1)
    this.messages.splice(index, 0, { role: 'assistant', content: text, extra_content: CODE_MARK })
    this.locations.splice(index, 0, { path, parts: [], calls: [] })
  }

  /** Returns the last message if it is the assistant's and does not describe executed code. */
  lastAssistantMessage(): ConversationMessage | undefined {
    const last = this.messages.at(-1)
    return last?.role === 'assistant' && last.extra_content !== CODE_MARK ? last : undefined
  }
}

/** Appends content to a message in place: copying its parts each time would be slow. */
export function appendContent(message: ConversationMessage, content: string | ChatPart[]): void {
  const parts = toParts(message.content)
  for (const part of toParts(content)) parts.push(part)
  message.content = parts
}

function toParts(content: string | ChatPart[] | null | undefined): ChatPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}
