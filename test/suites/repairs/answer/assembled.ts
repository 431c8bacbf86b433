import { expect } from 'vitest'
import type { ChunkChoice } from '../../../../src/contract/types.js'

/** A message as a client assembles it from deltas. */
export interface Message {
  content: string | null
  refusal: string | null
  reasoning_content?: string
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[]
  function_call?: { name: string; arguments: string }
}

/**
 * Assembles deltas as clients do. Checks what clients rely on: one role, in the first delta; one
 * finish reason, in the last one; pieces of calls with an index.
 */
export function assembled(choices: readonly ChunkChoice[]): {
  readonly index: number
  readonly message: Message
  readonly logprobs: null
  readonly finish_reason: string | null | undefined
} {
  const [first] = choices
  expect(first?.delta).toEqual({ role: 'assistant', content: first?.delta.content, refusal: null })
  expect(choices.map(({ finish_reason: finish }) => finish !== null)).toEqual([...choices.slice(1).map(() => false), true])
  const message: Message = { content: null, refusal: null }
  for (const { delta } of choices) {
    const { content, refusal, reasoning_content: reasoning, tool_calls: calls = [], function_call: called, role, ...rest } = delta
    expect(role).toBe(delta === first?.delta ? 'assistant' : undefined)
    Object.assign(message, role === undefined ? {} : { role }, rest)
    if (typeof content === 'string') message.content = (message.content ?? '') + content
    if (refusal) message.refusal = (message.refusal ?? '') + refusal
    if (reasoning) message.reasoning_content = (message.reasoning_content ?? '') + reasoning
    if (called)
      message.function_call = {
        name: (message.function_call?.name ?? '') + (called.name ?? ''),
        arguments: (message.function_call?.arguments ?? '') + (called.arguments ?? ''),
      }
    for (const { index, id, type, function: part, extra_content: extra } of calls) {
      message.tool_calls ??= []
      expect(index).toBeLessThanOrEqual(message.tool_calls.length)
      const known = message.tool_calls[index]
      expect([typeof id, type, typeof part?.name]).toEqual(
        known === undefined ? ['string', 'function', 'string'] : ['undefined', undefined, 'undefined'],
      )
      if (known !== undefined) known.function.arguments += part?.arguments ?? ''
      else
        message.tool_calls[index] = {
          id: id ?? '',
          type: type ?? '',
          function: { name: part?.name ?? '', arguments: part?.arguments ?? '' },
          ...(extra === undefined ? {} : { extra_content: extra }),
        }
    }
  }
  return { index: 0, message, logprobs: null, finish_reason: choices.at(-1)?.finish_reason }
}
