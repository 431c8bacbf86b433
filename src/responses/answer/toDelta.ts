import type { ChatCompletion, ChunkDelta } from '../../contract/types.js'

type Message = ChatCompletion['choices'][number]['message']

/** Converts the message of a chat completion to the single delta of an equivalent stream. */
export function toDelta({ tool_calls: calls = [], ...message }: Message): Omit<Message, 'tool_calls'> & Pick<ChunkDelta, 'tool_calls'> {
  const functions = calls.filter((call) => call.type === 'function')
  return { ...message, tool_calls: functions.map(({ extra_content: _, ...call }, index) => ({ ...call, index })) }
}
