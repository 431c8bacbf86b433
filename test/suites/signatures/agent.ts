import { expect } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type Body, parseStream, post } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'

/** A tool call as an OpenAI client sees it. */
export interface Call {
  readonly id: string
  readonly type: string
  readonly function: { readonly name: string; readonly arguments: string }
  readonly extra_content?: unknown
}

/** A kind of client, and how it changes a tool call of a response before it sends the call back. */
export interface ClientKind {
  readonly name: string
  readonly keep: (call: Call, place: string) => Call
}

const plain = ({ id, type, function: called }: Call): Call => ({ id, type, function: called })

/** Sends tool calls back unchanged, with their signatures. */
export const KEEPS: ClientKind = { name: 'keeps extra_content', keep: (call) => call }
export const DROPS: ClientKind = { name: 'drops extra_content', keep: plain }
export const REWRITES: ClientKind = { name: 'rewrites ids', keep: (call, place) => ({ ...plain(call), id: `mine-${place}` }) }

/** The number of steps in which the model calls tools; then it gives its final answer. */
export const STEPS = 10
const TOOLS = ['get_weather', 'get_time', 'get_news'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}))

/** The address of a proxy. */
type Door = Pick<ProxyUnderTest, 'baseUrl'>

/** The settings of an agent: a loop of requests until the model calls no tools. */
export interface Loop {
  readonly model: string
  readonly client: ClientKind
  readonly isStream: boolean
  /** Number of parallel tool calls in each step. */
  readonly parallel: number
  readonly placement?: Behaviour['parallelPlacement']
  /**
   * The proxies that receive the agent's requests, one after the other and then from the first
   * again.
   */
  readonly proxies: readonly Door[]
}

/** The result of running an agent. */
export interface Run {
  readonly answer: string
  readonly steps: number
  /** The ids of all tool calls, as the client received them. */
  readonly ids: readonly string[]
}

/** Runs an agent until the model calls no tools. A rejected request fails the test. */
export async function runAgent(loop: Loop): Promise<Run> {
  const behaviour: Behaviour = {
    steps: { count: STEPS, parallel: loop.parallel },
    ...(loop.placement ? { parallelPlacement: loop.placement } : {}),
  }
  const messages: Body[] = [{ role: 'user', content: `Find it out. simulate:${JSON.stringify(behaviour)}` }]
  const ids: string[] = []
  for (let turn = 0; turn <= STEPS; turn++) {
    const proxy = loop.proxies[turn % loop.proxies.length] as Door // the cast is safe: `proxies` is never empty
    const message = await askForMessage(proxy, { model: loop.model, messages, tools: TOOLS }, loop.isStream)
    if (message.calls.length === 0) return { answer: message.content ?? '', steps: turn, ids }
    ids.push(...message.calls.map(({ id }) => id))
    const calls = message.calls.map((call, place) => loop.client.keep(call, `${turn}-${place}`))
    messages.push({ role: 'assistant', content: message.content, tool_calls: calls })
    for (const { id, function: called } of calls) messages.push({ role: 'tool', tool_call_id: id, content: `${called.name} is fine` })
  }
  throw new Error('The agent loop exceeded its maximum number of steps.')
}

interface Message {
  readonly content: string | null
  readonly calls: readonly Call[]
  readonly extra_content?: unknown
}

/**
 * Sends a chat request and returns the message of the answer. If it is streamed, joins the deltas
 * as clients do, those of a tool call by its index.
 */
export async function askForMessage(proxy: Door, body: Body, isStream: boolean): Promise<Message> {
  const response = await post(proxy, { ...body, stream: isStream })
  const text = await response.text()
  expect([response.status, text.slice(0, 300)]).toEqual([200, text.slice(0, 300)])
  if (!isStream) {
    const { message } = JSON.parse(text).choices[0] as { message: Omit<Message, 'calls'> & { tool_calls?: Call[] } }
    return { content: message.content, calls: message.tool_calls ?? [], ...extraOf(message) }
  }
  const { chunks, content, errors, dones } = parseStream(text)
  expect([errors, dones]).toEqual([[], 1])
  const calls: Call[] = []
  for (const delta of chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])) {
    const known = calls[delta.index]
    const before = known?.function ?? { name: '', arguments: '' }
    const called = { name: delta.function?.name ?? before.name, arguments: `${before.arguments}${delta.function?.arguments ?? ''}` }
    const { function: _, index: __, ...rest } = delta
    calls[delta.index] = { ...(known ?? { id: '', type: '' }), ...rest, function: called } as Call
  }
  const extra = chunks.map(({ choices }) => choices[0]?.delta).findLast((delta) => delta?.extra_content !== undefined)
  return { content: content === '' ? null : content, calls, ...extraOf(extra ?? {}) }
}

const extraOf = ({ extra_content: extra }: { extra_content?: unknown }): { extra_content?: unknown } =>
  extra === undefined ? {} : { extra_content: extra }

/**
 * Returns the thought signatures in the last request that Gemini received from a proxy: for each
 * step, the signature of its first tool call.
 */
export function signaturesIn({ simulator }: Pick<ProxyUnderTest, 'simulator'>): string[] {
  const { messages } = (simulator.requests.slice(-1).map(sentChat)[0] ?? {}) as {
    messages: { tool_calls?: { extra_content?: { google: { thought_signature: string } } }[] }[]
  }
  return messages.flatMap(({ tool_calls: [first] = [] }) => first?.extra_content?.google.thought_signature ?? [])
}

/** Google's placeholder for a missing thought signature: with it, Gemini accepts a tool call. */
export const PLACEHOLDER = 'skip_thought_signature_validator'
