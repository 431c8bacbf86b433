import type { ChatPart, Placed } from './parts.js'

/** A tool call of a chat message. */
export interface ChatCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
  readonly extra_content?: object
}

/** A chat message while the conversation is put together. */
export interface ChatMessage {
  readonly role: string
  content?: string | ChatPart[] | null
  tool_calls?: ChatCall[]
  readonly tool_call_id?: string
  extra_content?: object
}

/** Where a message, and each of its parts, stands in the request. */
export interface Place {
  readonly path: string
  readonly parts: readonly Placed[]
}

/** The chat that the items of a request become. */
export interface Conversation {
  readonly messages: ChatMessage[]
  /** One for each message. */
  readonly places: Place[]
  /** Adds a message. */
  say(message: ChatMessage, path: string, parts?: readonly Placed[]): void
  /** Adds a tool call: to the step that is under way, whose calls belong together. */
  call(call: ChatCall, path: string): void
  /** Adds words to a message of this conversation. Costs no more than they are, however many came before. */
  append(message: ChatMessage, words: string | readonly ChatPart[]): void
  /** The last message of the assistant; undefined where another has spoken since. */
  assistant(): ChatMessage | undefined
}

/** Makes an empty conversation. */
export function makeConversation(): Conversation {
  const messages: ChatMessage[] = []
  const places: Place[] = []
  const assistant = (): ChatMessage | undefined => {
    const last = messages.at(-1)
    return last?.role === 'assistant' ? last : undefined
  }
  const say: Conversation['say'] = (message, path, parts = []) => {
    messages.push(message)
    places.push({ path, parts })
  }
  return {
    messages,
    places,
    say,
    assistant,
    append: (message, words) => {
      const parts = partsOf(message.content)
      for (const part of partsOf(words)) parts.push(part)
      message.content = parts
    },
    call: (call, path) => {
      const step = assistant()
      if (step === undefined) say({ role: 'assistant', content: null, tool_calls: [call] }, path)
      else if (step.tool_calls === undefined) step.tool_calls = [call]
      else step.tool_calls.push(call)
    },
  }
}

/** The parts of a content: its own list, where it is one. */
const partsOf = (content: string | readonly ChatPart[] | null | undefined): ChatPart[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : ((content as ChatPart[] | null) ?? [])
