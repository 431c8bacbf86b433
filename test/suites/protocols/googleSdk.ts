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

interface FunctionCall {
  readonly id?: string
  readonly name: string
  readonly args: { readonly city: string }
}

interface Part {
  readonly text?: string
  readonly functionCall?: FunctionCall
  readonly thought?: boolean
}

/** A whole answer or one piece of a stream from the SDK: the members that the tests read. */
interface Response {
  readonly text?: string
  readonly functionCalls?: readonly FunctionCall[]
  readonly candidates?: readonly {
    readonly finishReason?: string
    readonly content?: { readonly parts?: readonly Part[] }
  }[]
  readonly promptFeedback?: { readonly blockReason?: string }
  readonly usageMetadata?: {
    readonly promptTokenCount?: number
    readonly cachedContentTokenCount?: number
    readonly candidatesTokenCount?: number
    readonly thoughtsTokenCount?: number
  }
}

interface Client {
  readonly models: {
    generateContent(params: object): Promise<Response>
    countTokens(params: object): Promise<{ readonly totalTokens?: number }>
    embedContent(params: object): Promise<{ readonly embeddings?: readonly { readonly values?: readonly number[] }[] }>
    list(params: object): Promise<AsyncIterable<{ readonly name?: string }>>
    get(params: object): Promise<{ readonly name?: string }>
  }
  readonly chats: {
    create(params: object): {
      sendMessage(params: object): Promise<Response>
      sendMessageStream(params: object): Promise<AsyncIterable<Response>>
    }
  }
}

interface Package {
  readonly GoogleGenAI: new (options: object) => Client
  readonly ApiError: new (...given: never[]) => Error & { readonly status: number }
}

/** Makes the adapter of Google's SDK. */
export async function makeGoogleSdk(): Promise<Sdk> {
  const { GoogleGenAI, ApiError } = await load<Package>('@google/genai', 'dist/node/index.mjs')
  const clientOf = ({ origin, token, maxRetries }: Server, more: object = {}): Client => {
    const retryOptions = maxRetries === 0 ? {} : { retryOptions: { attempts: maxRetries + 1, initialDelay: 0.01, jitter: 0 } }
    return new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: origin, headers: { ...FC_CREDENTIALS }, ...retryOptions, ...more } })
  }
  const kindOf = (error: unknown): FailureKind => {
    if (error instanceof ApiError) return kindOfStatus(error.status)
    return error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'other'
  }
  const run = <T>(call: () => Promise<T>): Promise<T> => sorted(kindOf, call)
  // Without this version, the SDK would request the path of OpenAI's list of models.
  const listing = { apiVersion: 'v1beta' }
  return {
    version: versionOf('@google/genai'),
    chat: (options) => makeChat(options, clientOf, run),
    runTools: (server, model, prompt) =>
      run(async () => {
        const config = { tools: [callable], automaticFunctionCalling: { maximumRemoteCalls: 4 } }
        return (await clientOf(server).models.generateContent({ model, contents: prompt, config })).text ?? ''
      }),
    countTokens: (server, model, text) =>
      run(async () => (await clientOf(server).models.countTokens({ model, contents: text })).totalTokens ?? 0),
    listModels: (server) =>
      run(async () => {
        const names: string[] = []
        for await (const { name = '' } of await clientOf(server, listing).models.list({ config: { pageSize: 5 } })) names.push(name)
        return names.map((name) => name.replace('models/', ''))
      }),
    getModel: (server, id) =>
      run(async () => (await clientOf(server, listing).models.get({ model: id })).name?.replace('models/', '') ?? ''),
    embed: (server, model, texts) =>
      run(async () =>
        ((await clientOf(server).models.embedContent({ model, contents: texts })).embeddings ?? []).map(({ values = [] }) => values),
      ),
  }
}

const declaration = { name: WEATHER.name, description: WEATHER.description, parametersJsonSchema: WEATHER.parameters }

/** The tool {@link WEATHER}, for the SDK's automatic function calling. */
const callable = {
  tool: async () => ({ functionDeclarations: [declaration] }),
  callTool: async (calls: readonly FunctionCall[]) =>
    calls.map(({ id, name, args }) => ({ functionResponse: { id, name, response: { output: WEATHER.run(args) } } })),
}

function makeChat(
  { model, system, hasTool = false, thinks = false, wantsPerson = false, maxTokens }: ChatOptions,
  clientOf: (server: Server) => Client,
  run: <T>(call: () => Promise<T>) => Promise<T>,
): Chat {
  const config = {
    systemInstruction: system,
    maxOutputTokens: maxTokens,
    ...(hasTool ? { tools: [{ functionDeclarations: [declaration] }] } : {}),
    ...(thinks ? { thinkingConfig: { includeThoughts: true } } : {}),
    ...(wantsPerson ? { responseMimeType: 'application/json', responseJsonSchema: PERSON } : {}),
  }
  let history: object[] = []
  return {
    send: (server, turn, { isStream, onText, signal }) =>
      run(async () => {
        const chat = clientOf(server).chats.create({ model, config, history })
        const params = { message: toParts(turn), config: { ...config, abortSignal: signal } }
        const responses = isStream ? await read(await chat.sendMessageStream(params), onText) : [await chat.sendMessage(params)]
        history = (chat as unknown as { getHistory(isCurated: boolean): object[] }).getHistory(false)
        return toAnswer(responses, wantsPerson)
      }),
  }
}

async function read(stream: AsyncIterable<Response>, onText: ((text: string) => void) | undefined): Promise<Response[]> {
  const responses: Response[] = []
  for await (const response of stream) {
    responses.push(response)
    const text = textOf(response)
    if (text !== '') onText?.(text)
  }
  return responses
}

const toImage = (data: string): object => ({ inlineData: { mimeType: 'image/png', data } })

const toParts = ({ text, image, results = [] }: Turn): object[] => [
  ...results.map(({ id, name, text: output, image: file }) => ({
    functionResponse: { id, name, response: { output }, ...(file === undefined ? {} : { parts: [toImage(file)] }) },
  })),
  ...(image === undefined ? [] : [toImage(image)]),
  ...(text === undefined ? [] : [{ text }]),
]

const partsOf = ({ candidates: [candidate] = [] }: Response): readonly Part[] => candidate?.content?.parts ?? []

/** Returns the SDK's `text`; empty if there are calls, because reading it would print a warning. */
const textOf = (response: Response): string =>
  partsOf(response).some(({ functionCall }) => functionCall !== undefined) ? '' : (response.text ?? '')

const STOPS: Readonly<Record<string, Answer['stop']>> = { STOP: 'end', MAX_TOKENS: 'length', SAFETY: 'blocked' }

function toAnswer(responses: readonly Response[], wantsPerson: boolean): Answer {
  const candidates = responses.flatMap(({ candidates: [candidate] = [] }) => (candidate === undefined ? [] : [candidate]))
  const calls = responses.flatMap(({ functionCalls = [] }) => functionCalls)
  const text = responses.map(textOf).join('')
  const reason = candidates.findLast(({ finishReason }) => finishReason !== undefined)?.finishReason
  const isBlocked = responses.some(({ promptFeedback }) => promptFeedback?.blockReason !== undefined)
  const thoughts = responses.flatMap(partsOf).filter(({ thought }) => thought)
  const usage = responses.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata ?? {}
  const thinking = usage.thoughtsTokenCount ?? 0
  return {
    text,
    thoughts: thoughts.map(({ text: thought = '' }) => thought).join(''),
    calls: calls.map(({ id = '', name, args }) => ({ id, name, input: args })),
    stop: isBlocked ? 'blocked' : calls.length > 0 ? 'tools' : (STOPS[reason ?? ''] ?? 'other'),
    usage: {
      input: usage.promptTokenCount ?? 0,
      cached: usage.cachedContentTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + thinking,
      thinking,
    },
    ...(wantsPerson ? { person: JSON.parse(text) } : {}),
  }
}
