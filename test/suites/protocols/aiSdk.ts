import { FC_CREDENTIALS } from '../../support/canaries.js'
import { load, versionOf } from './packages.js'
import {
  type Answer,
  type Chat,
  type ChatOptions,
  type FailureKind,
  kindOfStatus,
  PERSON,
  type Sdk,
  type Server,
  sorted,
  type Turn,
  WEATHER,
} from './sdk.js'

/** The members of an answer, whole or streamed, that the tests read. */
interface Generated {
  readonly text: string
  readonly reasoningText?: string | undefined
  readonly toolCalls: readonly { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }[]
  readonly finishReason: string
  readonly usage: {
    readonly inputTokens?: number
    readonly inputTokenDetails: { readonly cacheReadTokens?: number }
    readonly outputTokens?: number
    readonly outputTokenDetails: { readonly reasoningTokens?: number }
  }
  readonly response: { readonly messages: readonly object[] }
  readonly output: unknown
}

type Streamed = { readonly [Member in keyof Generated]: PromiseLike<Generated[Member]> } & {
  readonly fullStream: AsyncIterable<{ readonly type: string; readonly text?: string; readonly error?: unknown }>
}

interface Package {
  generateText(options: object): Promise<Generated>
  streamText(options: object): Streamed
  embedMany(options: object): Promise<{ readonly embeddings: readonly (readonly number[])[] }>
  tool(options: object): object
  jsonSchema(schema: object): object
  stepCountIs(count: number): object
  readonly Output: { object(options: object): object }
  readonly APICallError: { isInstance(error: unknown): error is { readonly statusCode?: number } }
  readonly RetryError: { isInstance(error: unknown): error is { readonly lastError: unknown } }
}

/** Creates the language models of a provider, and its embedding models. */
interface Provider {
  (id: string): object
  embeddingModel(id: string): object
}

/** A provider of the AI SDK, such as Google's. */
export interface AiProvider {
  readonly folder: string
  /** Path of the provider's API on the proxy, such as `/v1beta`. */
  readonly path: string
  /** The `providerOptions` with which a request asks for thoughts. */
  readonly thinking: object
  make(module: never): (options: object) => Provider
}

/** Makes the adapter of the AI SDK with one of its providers. */
export async function makeAiSdk({ folder, path, thinking, make }: AiProvider): Promise<Sdk> {
  const ai = await load<Package>('ai', 'dist/index.js')
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
  // The cast is safe: `folder` contains the module that `make` takes.
  const create = make((await load(folder, 'dist/index.js')) as never)
  const providerOf = ({ origin, token }: Server): Provider =>
    create({ baseURL: `${origin}${path}`, apiKey: token, headers: FC_CREDENTIALS })
  const run = <T>(call: () => Promise<T>): Promise<T> => sorted((error) => kindOfError(ai, error), call)
  return {
    version: versionOf(folder),
    chat: (options) => makeChat(options, ai, providerOf, thinking, run),
    runTools: (server, model, prompt) =>
      run(async () => {
        const tools = { [WEATHER.name]: makeTool(ai, async (input: { readonly city: string }) => WEATHER.run(input)) }
        const { maxRetries } = server
        return (await ai.generateText({ model: providerOf(server)(model), prompt, tools, stopWhen: ai.stepCountIs(5), maxRetries })).text
      }),
    countTokens: () => Promise.reject(new Error('the AI SDK does not count tokens')),
    listModels: () => Promise.reject(new Error('the AI SDK lists no models')),
    getModel: () => Promise.reject(new Error('the AI SDK retrieves no models')),
    embed: (server, model, values) =>
      run(async () => (await ai.embedMany({ model: providerOf(server).embeddingModel(model), values, maxRetries: 0 })).embeddings),
  }
}

const makeTool = ({ tool, jsonSchema }: Package, execute?: (input: { readonly city: string }) => Promise<string>): object =>
  tool({ description: WEATHER.description, inputSchema: jsonSchema(WEATHER.parameters), ...(execute === undefined ? {} : { execute }) })

function kindOfError(ai: Package, error: unknown): FailureKind {
  if (ai.RetryError.isInstance(error)) return kindOfError(ai, error.lastError)
  if (ai.APICallError.isInstance(error)) return error.statusCode === 200 ? 'broken' : kindOfStatus(error.statusCode)
  if (!(error instanceof Error)) return 'other'
  if (error.name === 'AbortError') return 'aborted'
  return error.name.includes('StreamProviderError') ? 'broken' : 'other'
}

function makeChat(
  { model, system, hasTool = false, thinks = false, wantsPerson = false, maxTokens }: ChatOptions,
  ai: Package,
  providerOf: (server: Server) => Provider,
  thinking: object,
  run: <T>(call: () => Promise<T>) => Promise<T>,
): Chat {
  const messages: object[] = []
  const fixed = {
    instructions: system,
    maxOutputTokens: maxTokens,
    ...(hasTool ? { tools: { [WEATHER.name]: makeTool(ai) } } : {}),
    ...(thinks ? { providerOptions: thinking } : {}),
    ...(wantsPerson ? { output: ai.Output.object({ schema: ai.jsonSchema(PERSON) }) } : {}),
  }
  return {
    send: (server, turn, { isStream, onText, signal }) =>
      run(async () => {
        messages.push(...toMessages(turn))
        const { maxRetries } = server
        const options = { ...fixed, model: providerOf(server)(model), messages: [...messages], abortSignal: signal, maxRetries }
        const generated = isStream ? await read(ai.streamText({ ...options, onError: () => {} }), onText) : await ai.generateText(options)
        messages.push(...generated.response.messages)
        return toAnswer(generated, wantsPerson)
      }),
  }
}

/** Reads a stream to its end. @throws the error that it contains */
async function read(stream: Streamed, onText: ((text: string) => void) | undefined): Promise<Generated> {
  for await (const { type, text = '', error } of stream.fullStream) {
    if (type === 'error') throw error
    if (type === 'abort') throw Object.assign(new Error('The stream was aborted.'), { name: 'AbortError' })
    if (type === 'text-delta') onText?.(text)
  }
  // If a protocol has no error event, only the finish reason shows that a stream broke.
  if ((await stream.finishReason) === 'interrupted') throw Object.assign(new Error('The stream broke.'), { name: 'StreamProviderError' })
  return {
    text: await stream.text,
    reasoningText: await stream.reasoningText,
    toolCalls: await stream.toolCalls,
    finishReason: await stream.finishReason,
    usage: await stream.usage,
    response: await stream.response,
    // This promise rejects if no structured output was requested, or none was received.
    output: await stream.output.then(
      (output) => output,
      () => undefined,
    ),
  }
}

const toFile = (data: string): object => ({ type: 'file', mediaType: 'image/png', data: { type: 'data', data } })

function toMessages({ text, image, results = [] }: Turn): object[] {
  const parts = results.map(({ id, name, text: value, image: file }) => ({
    type: 'tool-result',
    toolCallId: id,
    toolName: name,
    output: file === undefined ? { type: 'text', value } : { type: 'content', value: [{ type: 'text', text: value }, toFile(file)] },
  }))
  const content = [...(image === undefined ? [] : [toFile(image)]), ...(text === undefined ? [] : [{ type: 'text', text }])]
  return [...(parts.length > 0 ? [{ role: 'tool', content: parts }] : []), ...(content.length > 0 ? [{ role: 'user', content }] : [])]
}

const STOPS: Readonly<Record<string, Answer['stop']>> = {
  stop: 'end',
  length: 'length',
  'tool-calls': 'tools',
  'content-filter': 'blocked',
}

const toAnswer = (generated: Generated, wantsPerson: boolean): Answer => {
  const { usage } = generated
  return {
    text: generated.text,
    thoughts: generated.reasoningText ?? '',
    calls: generated.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input })),
    stop: STOPS[generated.finishReason] ?? 'other',
    usage: {
      input: usage.inputTokens ?? 0,
      cached: usage.inputTokenDetails.cacheReadTokens ?? 0,
      output: usage.outputTokens ?? 0,
      thinking: usage.outputTokenDetails.reasoningTokens ?? 0,
    },
    ...(wantsPerson ? { person: generated.output } : {}),
  }
}
