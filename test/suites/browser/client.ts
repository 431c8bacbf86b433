// This module runs in a page: it is bundled as the global `client`. Its functions return plain
// values, because only these can be transferred from the page to the test.
import OpenAI, { type ClientOptions } from 'openai'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import { CITY, MODEL, prompt, REPORT } from '../frameworks/weather.js'

/** The properties of an SDK error that tests check. */
export interface Failure {
  readonly name: string
  readonly status: number | undefined
  readonly code: string | null | undefined
  readonly requestId: string | null | undefined
  readonly retryAfter: string | null | undefined
}

const connect = (options: ClientOptions): OpenAI => new OpenAI({ maxRetries: 0, dangerouslyAllowBrowser: true, ...options })
const asking = (content: string) => ({ model: MODEL, messages: [{ role: 'user' as const, content }] })

/** Sends a chat request without streaming. @returns the text of the answer and the request id */
export async function chat(options: ClientOptions, content: string) {
  const { data, request_id: requestId } = await connect(options).chat.completions.create(asking(content)).withResponse()
  return { content: data.choices[0]?.message.content, requestId }
}

/** Sends a streaming chat request. @returns the number of chunks with text, and the whole text */
export async function stream(options: ClientOptions, content: string) {
  const texts: string[] = []
  for await (const { choices } of await connect(options).chat.completions.create({ ...asking(content), stream: true })) {
    const text = choices[0]?.delta.content
    if (text) texts.push(text)
  }
  return { chunks: texts.length, content: texts.join('') }
}

/** Requests two parallel tool calls, and assembles them from a stream. */
export async function toolCalls(options: ClientOptions) {
  const tools = [zodFunction({ name: 'get_weather', parameters: CITY })]
  const runner = connect(options).chat.completions.stream({ ...asking(prompt(1, 2)), tools })
  const calls = (await runner.finalMessage()).tool_calls ?? []
  return calls.map((call) => (call.type === 'function' ? [call.function.name, JSON.parse(call.function.arguments)] : [call.type]))
}

/** Requests a structured answer. Returns true if it matches its schema. */
export async function parse(options: ClientOptions) {
  const { choices } = await connect(options).chat.completions.parse({
    ...asking('Report.'),
    response_format: zodResponseFormat(REPORT, 'report'),
  })
  return REPORT.safeParse(choices[0]?.message.parsed).success
}

/** Lists the models, and returns their ids. */
export async function models(options: ClientOptions) {
  const ids: string[] = []
  for await (const { id } of connect(options).models.list()) ids.push(id)
  return ids
}

/** Requests embeddings of two texts, and returns the length of each vector. */
export async function embeddings(options: ClientOptions) {
  const { data } = await connect(options).embeddings.create({ model: 'gemini-embedding-001', input: ['one', 'two'], dimensions: 768 })
  return data.map(({ embedding }) => embedding.length)
}

/** Sends a chat request that fails, and returns the SDK's error. */
export async function failure(options: ClientOptions, content: string): Promise<Failure> {
  try {
    await connect(options).chat.completions.create(asking(content))
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error
    const { status, code, requestID, headers } = error as InstanceType<typeof OpenAI.APIError>
    return { name: error.constructor.name, status, code, requestId: requestID, retryAfter: headers?.get('retry-after') }
  }
  throw new Error('The request did not fail.')
}

/** Aborts a stream after its first text. Returns true once it is aborted. */
export async function abort(options: ClientOptions, content: string) {
  const controller = new AbortController()
  const chunks = await connect(options).chat.completions.create({ ...asking(content), stream: true }, { signal: controller.signal })
  for await (const { choices } of chunks) if (choices[0]?.delta.content) controller.abort()
  return controller.signal.aborted
}
