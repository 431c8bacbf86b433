import { expect } from 'vitest'
import type { AnthropicMessage, MessageStreamEvent } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'

/** A request body, or a part of one. */
export type Json = Readonly<Record<string, unknown>>

/** A model that requires the signatures of earlier tool calls. */
export const STRICT = 'gemini-3.5-flash'

/** A tool as clients of Anthropic declare it. */
export const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** Makes a call of {@link WEATHER} for the simulator. */
export const callOf = (city: string) => ({ name: 'get_weather', arguments: { city } })

/** Makes a request whose prompt controls the simulator. */
export const asking = (behaviour: Behaviour, more: Json = {}): Json => ({
  model: STRICT,
  max_tokens: 1_024,
  messages: [{ role: 'user', content: `Hello simulate:${JSON.stringify(behaviour)}` }],
  ...more,
})

/** Sends a request as Anthropic's SDK does, and checks the response against the contract. */
export const send = (
  { origin }: ProxyUnderTest,
  body: unknown,
  path = '/v1/messages',
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call(origin, { path, token: null, body, headers: { 'x-api-key': TOKEN, 'anthropic-version': '2023-06-01', ...headers } })

/** Sends a request, as JSON or as a stream, and expects a 200. @returns the message */
export async function messageOf(proxy: ProxyUnderTest, body: Json): Promise<AnthropicMessage> {
  const answer = await send(proxy, body)
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)])
  return body.stream === true ? collect(answer.events as MessageStreamEvent[]) : (answer.json as AnthropicMessage)
}

/**
 * Assembles a message from the events of a stream, as SDKs do. Expects that blocks do not overlap.
 */
export function collect(events: readonly MessageStreamEvent[]): AnthropicMessage {
  let message: AnthropicMessage | undefined
  const blocks: Record<string, unknown>[] = []
  const inputs: string[] = []
  let stopped = 0
  for (const event of events) {
    if ('index' in event) expect(event.index).toBe(stopped)
    if (event.type === 'message_start') message = event.message
    else if (event.type === 'content_block_stop') stopped += 1
    else if (event.type === 'content_block_start') {
      expect(blocks).toHaveLength(stopped)
      blocks.push({ ...event.content_block })
    } else if (event.type === 'content_block_delta') {
      const block = blocks[event.index] ?? {}
      const { text, thinking, signature, partial_json: json, citation } = event.delta
      if (text !== undefined) block.text = `${String(block.text)}${text}`
      if (thinking !== undefined) block.thinking = `${String(block.thinking)}${thinking}`
      if (signature !== undefined) block.signature = signature
      if (citation !== undefined) block.citations = [...((block.citations as unknown[] | null) ?? []), citation]
      if (json !== undefined) inputs[event.index] = (inputs[event.index] ?? '') + json
    } else if (event.type === 'message_delta' && message !== undefined)
      message = { ...message, ...(event.delta as Partial<AnthropicMessage>), usage: event.usage }
  }
  for (const [index, json] of inputs.entries()) if (json !== undefined) Object.assign(blocks[index] ?? {}, { input: JSON.parse(json) })
  expect(events.at(-1)).toEqual({ type: 'message_stop' })
  if (message === undefined) throw new Error('the stream has no message_start')
  return { ...message, content: blocks as AnthropicMessage['content'] }
}

/** A request that reached Gemini, converted to a chat request. */
export interface SentChat extends Json {
  readonly messages: readonly (Json & { readonly role: string; readonly tool_calls?: readonly Json[] })[]
}

/** Returns the last request that reached Gemini, as a chat request. */
export function lastSent({ simulator }: ProxyUnderTest): SentChat {
  const last = simulator.requests.at(-1)
  if (last === undefined) throw new Error('nothing has reached Gemini')
  return sentChat(last) as SentChat
}
