import OpenAI from 'openai'
import type { Behaviour, Simulator } from '../../doubles/simulator/index.js'
import { TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'

type Create = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>
/** A response, as OpenAI's SDK returns it. */
export type Answer = OpenAI.Responses.Response
/** One event of a response's stream, as OpenAI's SDK returns it. */
export type Event = OpenAI.Responses.ResponseStreamEvent

/** A model that requires the signatures of earlier tool calls. */
export const STRICT = 'gemini-3.5-flash'

/** Makes OpenAI's client for a proxy, without retries. */
export const openai = ({ baseUrl }: { readonly baseUrl: string }, token = TOKEN): OpenAI =>
  new OpenAI({ baseURL: baseUrl, apiKey: token, maxRetries: 0 })

/** Makes a prompt that controls the simulator. */
export const prompt = (behaviour: Behaviour): string => `Hello simulate:${JSON.stringify(behaviour)}`

/** Makes a request whose prompt controls the simulator. */
export const asking = (behaviour: Behaviour, more: Partial<Create> = {}): Create => ({ model: STRICT, input: prompt(behaviour), ...more })

/** The function that most tests declare as a tool. */
export const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
} as const satisfies OpenAI.Responses.FunctionTool

/** Makes a call of {@link WEATHER} for the simulator. */
export const callOf = (city: string) => ({ name: 'get_weather', arguments: { city } })

/** Reads a stream of the SDK to its end. */
export async function eventsOf(client: OpenAI, request: Create): Promise<Event[]> {
  const events: Event[] = []
  for await (const event of await client.responses.create({ ...request, stream: true })) events.push(event)
  return events
}

/** Returns the response in the last event of a stream. */
export function answerOf(events: readonly Event[]): Answer {
  const last = events.at(-1)
  if (last === undefined || !('response' in last)) throw new Error('the last event has no response')
  return last.response
}

/** Makes an output for every call of a response. */
export const outputsOf = ({ output }: Answer, text = 'done'): OpenAI.Responses.ResponseInputItem[] =>
  output.flatMap((item): OpenAI.Responses.ResponseInputItem[] => {
    if (item.type === 'function_call') return [{ type: 'function_call_output', call_id: item.call_id, output: text }]
    return item.type === 'custom_tool_call' ? [{ type: 'custom_tool_call_output', call_id: item.call_id, output: text }] : []
  })

/** A request that reached Gemini, converted to a chat request. */
export interface Sent {
  readonly messages: readonly {
    readonly role: string
    readonly content?: unknown
    readonly tool_calls?: readonly {
      readonly function: { readonly name: string; readonly arguments: string }
      readonly extra_content?: { readonly google: { readonly thought_signature: string } }
    }[]
  }[]
  readonly [name: string]: unknown
}

/** Returns the last request that reached Gemini. */
export function lastSent({ simulator }: { readonly simulator: Simulator }): Sent {
  const [last] = simulator.requests.slice(-1)
  if (last === undefined) throw new Error('no request reached Gemini')
  return sentChat(last) as Sent // the cast is safe: the request was a chat request
}
