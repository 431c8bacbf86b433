import OpenAI, { type ClientOptions } from 'openai'
import { expect, vi } from 'vitest'
import type { ErrorResponse } from '../../src/contract/types.js'
import type { Behaviour } from '../doubles/simulator/index.js'
import { type Body, type EventStream, isOnChat, onApi } from './apis.js'
import { FC_CREDENTIALS } from './canaries.js'
import { type ProxyUnderTest, TOKEN } from './proxy.js'

/** The default model of the tests. It does not require clients to return thought signatures. */
export const MODEL = 'gemini-2.5-flash'

/** Settings with which each request makes exactly one upstream call: no retries, no thoughts. */
export const PLAIN = { MAX_RETRIES: '0', THOUGHTS: 'off' } as const

export type { Body, EventStream } from './apis.js'

/** Makes a request whose prompt sets the behaviour of the simulator. */
export const chat = (behaviour: Behaviour, more: Body = {}): Body =>
  onApi().toBody(`Hello simulate:${JSON.stringify(behaviour)}`, { model: MODEL, ...more })

/** Makes a streamed request whose prompt sets the behaviour of the simulator. */
export const streamed = (behaviour: Behaviour, more: Body = {}): Body => chat(behaviour, { stream: true, ...more })

/** Makes a request for the SDK's `create` whose prompt sets the behaviour of the simulator. */
export const makeSdkRequest = (behaviour: Behaviour, more: Body = {}): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming =>
  // The cast is safe: the test makes a valid request.
  chat(behaviour, more) as unknown as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming

/**
 * Posts a request with `fetch`, the caller's token, and the credential headers of Function Compute.
 */
export const post = (
  { baseUrl }: { readonly baseUrl: string },
  body: unknown,
  { headers = {}, signal }: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Response> =>
  fetch(`${baseUrl}${onApi().path}`, {
    method: 'POST',
    headers: { ...FC_CREDENTIALS, authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })

/** Parses an event stream. @throws for text that is neither a comment nor a valid event */
export const parseStream = (text: string): EventStream => onApi().parse(text)

/** Returns the text of a whole answer. */
export const contentOf = (answer: unknown): string | undefined => onApi().contentOf(answer)

/** Reads an error response, converted to the chat API's status and body. */
export async function failureIn(response: Response): Promise<readonly [status: number, body: ErrorResponse]> {
  const { toChatStatus, toChatError } = onApi()
  return [toChatStatus(response.status), toChatError(await response.json())]
}

/** Posts a streamed request and reads the stream to its end; the status must be 200. */
export async function stream(proxy: { readonly baseUrl: string }, behaviour: Behaviour, more: Body = {}): Promise<EventStream> {
  const response = await post(proxy, streamed(behaviour, more))
  expect(response.status).toBe(200)
  return parseStream(await response.text())
}

/** An event stream that a test reads step by step. */
export interface StreamReading {
  /** Reads until the text so far matches, and returns the text. @throws if the stream ends first */
  until(pattern: RegExp): Promise<string>
  /** Reads the stream to its end, and parses it. */
  rest(): Promise<EventStream>
  /** Reads the stream to its end, and returns its whole text. */
  whole(): Promise<string>
}

/** Starts to read an event stream once its headers have arrived. */
export async function startReading(answer: Promise<Response>): Promise<StreamReading> {
  const { status, body } = await answer
  expect(status).toBe(200)
  const decoder = new TextDecoder()
  const pieces = body?.[Symbol.asyncIterator]()
  let text = ''
  const readOn = async (): Promise<boolean> => {
    const next = await pieces?.next()
    if (next === undefined || next.done === true) return false
    text += decoder.decode(next.value, { stream: true })
    return true
  }
  const whole = async (): Promise<string> => {
    while (await readOn());
    return text
  }
  return {
    whole,
    until: async (pattern) => {
      while (!pattern.test(text)) if (!(await readOn())) throw new Error(`the stream ended before ${pattern}:\n${text}`)
      return text
    },
    rest: async () => parseStream(await whole()),
  }
}

/** Posts a streamed request, holds its upstream call until the response starts, then reads it. */
export async function streamWithHeldUpstream(proxy: ProxyUnderTest, behaviour: Behaviour): Promise<EventStream> {
  const answer = await startReading(post(proxy, streamed({ hold: 'before-headers', ...behaviour })))
  // Releases this and all later upstream calls, because the simulator holds the retries, too.
  proxy.simulator.release(Number.POSITIVE_INFINITY)
  return answer.rest()
}

/** Makes an OpenAI client for a proxy; by default without retries. */
export const openai = ({ baseUrl }: { readonly baseUrl: string }, options: ClientOptions = {}): OpenAI =>
  new OpenAI({ baseURL: baseUrl, apiKey: TOKEN, maxRetries: 0, defaultHeaders: FC_CREDENTIALS, ...options })

/** Returns the error that a promise rejects with. */
export const failureOf = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The request did not fail.')
}

/** Reads a stream of the SDK to its end and returns its chunks. */
export const collect = async <T>(source: PromiseLike<AsyncIterable<T>>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of await source) items.push(item)
  return items
}

/** Creates a stream with the SDK, in the API that this test file uses. */
export function sdkStream(client: OpenAI, body: Body): Promise<AsyncIterable<unknown>> {
  const created: unknown = isOnChat()
    ? client.chat.completions.create(body as never)
    : client.post(onApi().path, { body, stream: true } as never)
  return created as Promise<AsyncIterable<unknown>> // the cast is safe: `body` has `stream: true`
}

/** Repeats `check` until it does not throw, by default for up to a minute; returns its result. */
export const eventually = <T>(check: () => T | Promise<T>, timeoutMs = 60_000): Promise<T> =>
  vi.waitFor(check, { timeout: timeoutMs, interval: 2 })

/** Waits for the log line of the only chat request that a test has sent, and returns it. */
export async function chatLine({ logs }: ProxyUnderTest): Promise<Record<string, unknown>> {
  const lines = () => logs.filter(({ operation }) => operation === onApi().operation)
  await eventually(() => expect(lines()).toHaveLength(1))
  return lines()[0] ?? {}
}
