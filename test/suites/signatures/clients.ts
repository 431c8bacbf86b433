import type OpenAI from 'openai'
import type { Behaviour } from '../../doubles/simulator/index.js'
import type { Body } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { answerOf, eventsOf, openai, outputsOf, prompt } from '../responses/asking.js'
import { askForMessage, type Call } from './agent.js'

type Address = Pick<ProxyUnderTest, 'baseUrl'>
type Item = OpenAI.Responses.ResponseInputItem

/** A model that requires the signatures of its tool calls. */
export const MODEL = 'gemini-3.5-flash'
const NAMES = ['a', 'b', 'get_weather']
const PARAMETERS = { type: 'object', properties: { x: { type: 'string' } } }

/** A tool call as its client sees it. */
export interface SeenCall {
  readonly id: string
  readonly name: string
}

/** An answer as its client sees it. */
export interface Seen {
  readonly calls: readonly SeenCall[]
  readonly text: string
}

/** A client in the middle of a conversation. */
export interface Client {
  /** Sends a question that controls the simulator. */
  ask(behaviour: Behaviour): Promise<Seen>
  /** Sends a result for each call of the last answer; by default to the same proxy. */
  sendResults(proxy?: Address): Promise<Seen>
}

/** A kind of client, by its API and by what it sends back of an answer. */
export interface ClientKind {
  readonly name: string
  readonly start: (proxy: Address, model?: string) => Client
}

const chatClient =
  (isStream: boolean, keepsSignatures: boolean): ClientKind['start'] =>
  (first, model = MODEL) => {
    const messages: Body[] = []
    let calls: readonly Call[] = []
    const tools = NAMES.map((name) => ({ type: 'function', function: { name, parameters: PARAMETERS } }))
    const next = async (proxy: Address): Promise<Seen> => {
      const { content, ...message } = await askForMessage(proxy, { model, messages, tools }, isStream)
      calls = keepsSignatures ? message.calls : message.calls.map(dropSignature)
      const extra = keepsSignatures && message.extra_content !== undefined ? { extra_content: message.extra_content } : {}
      messages.push({ role: 'assistant', content, ...extra, ...(calls.length === 0 ? {} : { tool_calls: calls }) })
      return { calls: calls.map(({ id, function: { name } }) => ({ id, name })), text: content ?? '' }
    }
    return {
      ask: (behaviour) => {
        messages.push({ role: 'user', content: prompt(behaviour) })
        return next(first)
      },
      sendResults: (proxy = first) => {
        for (const { id } of calls) messages.push({ role: 'tool', tool_call_id: id, content: `result of ${id}` })
        return next(proxy)
      },
    }
  }

const responsesClient =
  (isStream: boolean, isStored: boolean): ClientKind['start'] =>
  (first, model = MODEL) => {
    const items: Item[] = []
    let last: OpenAI.Responses.Response | undefined
    const tools = NAMES.map((name) => ({ type: 'function' as const, name, parameters: PARAMETERS, strict: false }))
    const next = async (proxy: Address, input: Item[]): Promise<Seen> => {
      items.push(...input)
      const previous = isStored ? last?.id : undefined
      const request = {
        model,
        tools,
        store: isStored,
        input: previous === undefined ? items : input,
        ...(previous === undefined ? {} : { previous_response_id: previous }),
      }
      last = isStream ? answerOf(await eventsOf(openai(proxy), request)) : await openai(proxy).responses.create(request)
      items.push(...(last.output as Item[]))
      const calls = last.output.flatMap((item) => (item.type === 'function_call' ? [{ id: item.call_id, name: item.name }] : []))
      const parts = last.output.flatMap((item) => (item.type === 'message' ? item.content : []))
      return { calls, text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('') }
    }
    return {
      ask: (behaviour) => next(first, [{ role: 'user', content: prompt(behaviour) }]),
      sendResults: (proxy = first) => {
        if (last === undefined) throw new Error('no answer yet')
        const results = outputsOf(last).map((item) => ('call_id' in item ? { ...item, output: `result of ${item.call_id}` } : item))
        return next(proxy, results as Item[])
      },
    }
  }

const dropSignature = ({ id, type, function: called }: Call): Call => ({ id, type, function: called })

const kinds = (name: string, start: (isStream: boolean) => ClientKind['start']): ClientKind[] =>
  [false, true].map((isStream) => ({ name: `${name}, ${isStream ? 'streamed' : 'in JSON'}`, start: start(isStream) }))

/** Chat clients that send no signature back. */
export const DROPPING = kinds('chat without signatures', (isStream) => chatClient(isStream, false))
/** Chat clients that send the signature back. */
export const KEEPING = kinds('chat with signatures', (isStream) => chatClient(isStream, true))
/** Clients of the Responses API that send all items back. */
export const BY_ITEMS = kinds('responses by items', (isStream) => responsesClient(isStream, false))
/** Clients of the Responses API that refer to the previous response. */
export const BY_ID = kinds('responses by previous_response_id', (isStream) => responsesClient(isStream, true))
/** All kinds of clients. */
export const EVERY_KIND = [...DROPPING, ...KEEPING, ...BY_ITEMS, ...BY_ID]

/** A tool call in a request that Gemini received, with its result. */
export interface SentCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
  readonly signature: string | undefined
  readonly result: string | undefined
  readonly resultId: string | undefined
}

interface SentMessage {
  readonly role: string
  readonly content?: string
  readonly tool_call_id?: string
  readonly extra_content?: { readonly google: { readonly thought_signature?: string } }
  readonly tool_calls?: readonly Call[]
}

/**
 * Returns the messages of a request that Gemini received: the one at `position`, by default the
 * last one.
 */
export function sentMessages({ simulator }: Pick<ProxyUnderTest, 'simulator'>, position = -1): readonly SentMessage[] {
  const { messages } = sentAt(simulator.requests, position) as { messages: SentMessage[] }
  return messages
}

/**
 * Returns the tool calls of a request that Gemini received, each with its result: the request at
 * `position`, by default the last one.
 */
export function sentCalls(proxy: Pick<ProxyUnderTest, 'simulator'>, position = -1): SentCall[] {
  const messages = sentMessages(proxy, position)
  return messages.flatMap(({ tool_calls: calls = [] }, index) =>
    calls.map((call, at) => {
      const result = messages[index + 1 + at]
      const extra = call.extra_content as SentMessage['extra_content']
      return {
        id: call.id,
        ...call.function,
        signature: extra?.google.thought_signature,
        result: result?.role === 'tool' ? result.content : undefined,
        resultId: result?.tool_call_id,
      }
    }),
  )
}

/** Returns the names of the repairs in a proxy's last request summary. */
export const loggedRepairs = ({ logs }: Pick<ProxyUnderTest, 'logs'>): unknown =>
  logs.filter(({ operation }) => operation !== undefined).at(-1)?.repairs
