import { FC_CREDENTIALS } from '../../support/canaries.js'
import { load, versionOf } from './packages.js'
import {
  type Answer,
  type Chat,
  type ChatOptions,
  type FailureKind,
  PERSON,
  type Sdk,
  type Server,
  sorted,
  type Turn,
  WEATHER,
} from './sdk.js'

/** A content block of a message, of any type. */
interface Block {
  readonly type: string
  readonly text?: string
  readonly thinking?: string
  readonly id?: string
  readonly name?: string
  readonly input?: unknown
}

/** A message that the SDK returns: the members that the tests read. */
interface Message {
  readonly content: readonly Block[]
  readonly stop_reason: string | null
  readonly usage: {
    readonly input_tokens: number
    readonly cache_read_input_tokens: number
    readonly output_tokens: number
    readonly output_tokens_details?: { readonly thinking_tokens?: number }
  }
  readonly parsed_output?: unknown
}

interface MessageStream {
  on(event: 'text', listener: (text: string) => void): unknown
  finalMessage(): Promise<Message>
}

interface Client {
  readonly messages: {
    create(body: object, options?: object): Promise<Message>
    parse(body: object, options?: object): Promise<Message>
    stream(body: object, options?: object): MessageStream
    countTokens(body: object): Promise<{ readonly input_tokens: number }>
  }
  readonly beta: { readonly messages: { toolRunner(body: object): PromiseLike<Message> } }
  readonly models: { list(query?: object): AsyncIterable<{ readonly id: string }>; retrieve(id: string): Promise<{ readonly id: string }> }
}

type ErrorClass = abstract new (...given: never[]) => Error

interface Package {
  readonly default: (new (options: object) => Client) & Readonly<Record<string, ErrorClass>>
}

/**
 * Makes the adapter of one version of Anthropic's SDK. @param folder - the package, under the name
 * that the lock file gives it
 */
export async function makeAnthropicSdk(folder: string): Promise<Sdk> {
  const { default: Anthropic } = await load<Package>(folder, 'index.mjs')
  const { jsonSchemaOutputFormat } = await load<{ jsonSchemaOutputFormat(schema: object): object }>(folder, 'helpers/json-schema.mjs')
  const { betaTool } = await load<{ betaTool(tool: object): object }>(folder, 'helpers/beta/json-schema.mjs')
  const clientOf = ({ origin, token, maxRetries }: Server): Client =>
    new Anthropic({ baseURL: origin, apiKey: token, maxRetries, defaultHeaders: FC_CREDENTIALS })
  const kindOf = (error: unknown): FailureKind => kindOfError(Anthropic, error)
  const run = <T>(call: () => Promise<T>): Promise<T> => sorted(kindOf, call)
  return {
    version: versionOf(folder),
    chat: (options) => makeChat(options, clientOf, run, jsonSchemaOutputFormat),
    runTools: (server, model, prompt) =>
      run(async () => {
        const tool = betaTool({ name: WEATHER.name, description: WEATHER.description, inputSchema: WEATHER.parameters, run: WEATHER.run })
        const body = { model, max_tokens: 1_000, messages: [{ role: 'user', content: prompt }], tools: [tool] }
        return textOf(await clientOf(server).beta.messages.toolRunner(body))
      }),
    countTokens: (server, model, text) =>
      run(async () => (await clientOf(server).messages.countTokens({ model, messages: [{ role: 'user', content: text }] })).input_tokens),
    listModels: (server) =>
      run(async () => {
        const ids: string[] = []
        for await (const { id } of clientOf(server).models.list({ limit: 5 })) ids.push(id)
        return ids
      }),
    getModel: (server, id) => run(async () => (await clientOf(server).models.retrieve(id)).id),
    embed: () => Promise.reject(new Error('Anthropic has no embeddings')),
  }
}

const CLASSES: readonly (readonly [string, FailureKind])[] = [
  ['APIUserAbortError', 'aborted'],
  ['AuthenticationError', 'authentication'],
  ['NotFoundError', 'not found'],
  ['BadRequestError', 'bad request'],
  ['RateLimitError', 'rate limit'],
  ['InternalServerError', 'overloaded'],
  ['APIError', 'broken'],
]

const kindOfError = (classes: Readonly<Record<string, ErrorClass>>, error: unknown): FailureKind =>
  CLASSES.find(([name]) => classes[name] !== undefined && error instanceof classes[name])?.[1] ?? 'other'

function makeChat(
  { model, system, hasTool = false, thinks = false, wantsPerson = false, maxTokens = 2_000 }: ChatOptions,
  clientOf: (server: Server) => Client,
  run: <T>(call: () => Promise<T>) => Promise<T>,
  toFormat: (schema: object) => object,
): Chat {
  const messages: object[] = []
  const fixed = {
    model,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    ...(hasTool ? { tools: [{ name: WEATHER.name, description: WEATHER.description, input_schema: WEATHER.parameters }] } : {}),
    ...(thinks ? { thinking: { type: 'enabled', budget_tokens: 1_024 } } : {}),
    ...(wantsPerson ? { output_config: { format: toFormat(PERSON) } } : {}),
  }
  return {
    send: (server, turn, { isStream, onText, signal }) =>
      run(async () => {
        messages.push({ role: 'user', content: toContent(turn) })
        const { messages: api } = clientOf(server)
        const body = { ...fixed, messages: [...messages] }
        const message = await ask()
        messages.push({ role: 'assistant', content: message.content })
        return toAnswer(message)

        async function ask(): Promise<Message> {
          if (!isStream) return wantsPerson ? api.parse(body, { signal }) : api.create(body, { signal })
          const stream = api.stream(body, { signal })
          stream.on('text', (text) => onText?.(text))
          return stream.finalMessage()
        }
      }),
  }
}

const toImage = (data: string): object => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } })

const toContent = ({ text, image, results = [] }: Turn): object[] => [
  ...results.map(({ id, text: result, image: file }) => ({
    type: 'tool_result',
    tool_use_id: id,
    content: [{ type: 'text', text: result }, ...(file === undefined ? [] : [toImage(file)])],
  })),
  ...(image === undefined ? [] : [toImage(image)]),
  ...(text === undefined ? [] : [{ type: 'text', text }]),
]

const textOf = ({ content }: Message): string => content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('')

const STOPS: Readonly<Record<string, Answer['stop']>> = { end_turn: 'end', max_tokens: 'length', tool_use: 'tools', refusal: 'blocked' }

function toAnswer(message: Message): Answer {
  const { content, stop_reason: stop, usage, parsed_output: person } = message
  const calls = content.filter(({ type }) => type === 'tool_use')
  const cached = usage.cache_read_input_tokens
  return {
    text: textOf(message),
    thoughts: content.map(({ thinking = '' }) => thinking).join(''),
    calls: calls.map(({ id = '', name = '', input }) => ({ id, name, input })),
    stop: STOPS[String(stop)] ?? 'other',
    usage: {
      input: usage.input_tokens + cached,
      cached,
      output: usage.output_tokens,
      thinking: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
    person,
  }
}
