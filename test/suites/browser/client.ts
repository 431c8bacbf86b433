// Runs in the page: bundled for browsers as the global `client`. Functions return plain values,
// which can be transferred out of a page.
import OpenAI, { type ClientOptions } from 'openai'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import { CITY, MODEL, prompt, REPORT } from '../frameworks/weather.js'

/** The properties of an SDK error. */
export interface Failure {
  readonly name: string
  readonly status: number | undefined
  readonly code: string | null | undefined
  readonly requestId: string | null | undefined
  readonly retryAfter: string | null | undefined
}

const connect = (options: ClientOptions): OpenAI => new OpenAI({ maxRetries: 0, dangerouslyAllowBrowser: true, ...options })
const asking = (content: string) => ({ model: MODEL, messages: [{ role: 'user' as const, content }] })

/** Sends a chat request without streaming. @returns the response with its request id */
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

/** Assembles two parallel tool calls from a stream. */
export async function toolCalls(options: ClientOptions) {
  const tools = [zodFunction({ name: 'get_weather', parameters: CITY })]
  const runner = connect(options).chat.completions.stream({ ...asking(prompt(1, 2)), tools })
  const calls = (await runner.finalMessage()).tool_calls ?? []
  return calls.map((call) => (call.type === 'function' ? [call.function.name, JSON.parse(call.function.arguments)] : [call.type]))
}

/** Returns true if a structured answer matches its schema. */
export async function parse(options: ClientOptions) {
  const { choices } = await connect(options).chat.completions.parse({
    ...asking('Report.'),
    response_format: zodResponseFormat(REPORT, 'report'),
  })
  return REPORT.safeParse(choices[0]?.message.parsed).success
}

/** Returns the ids of the models. */
export async function models(options: ClientOptions) {
  const ids: string[] = []
  for await (const { id } of connect(options).models.list()) ids.push(id)
  return ids
}

/** Returns the length of each vector for two texts. */
export async function embeddings(options: ClientOptions) {
  const { data } = await connect(options).embeddings.create({ model: 'gemini-embedding-001', input: ['one', 'two'], dimensions: 768 })
  return data.map(({ embedding }) => embedding.length)
}

/** Returns the error of a chat request. */
export async function failure(options: ClientOptions, content: string): Promise<Failure> {
  try {
    await connect(options).chat.completions.create(asking(content))
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error
    const { status, code, requestID, headers } = error as InstanceType<typeof OpenAI.APIError>
    return { name: error.constructor.name, status, code, requestId: requestID, retryAfter: headers?.get('retry-after') }
  }
  throw new Error('nothing failed')
}

/** Aborts a stream after its first text. */
export async function abort(options: ClientOptions, content: string) {
  const controller = new AbortController()
  const chunks = await connect(options).chat.completions.create({ ...asking(content), stream: true }, { signal: controller.signal })
  for await (const { choices } of chunks) if (choices[0]?.delta.content) controller.abort()
  return controller.signal.aborted
}
