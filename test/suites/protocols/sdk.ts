/** The settings with which an SDK calls a proxy. */
export interface Server {
  readonly origin: string
  readonly token: string
  /** How often the SDK retries a failed request. */
  readonly maxRetries: number
}

/** Options of a chat, which apply to all its turns. */
export interface ChatOptions {
  readonly model: string
  readonly system?: string
  /** True if the requests declare the tool {@link WEATHER}. */
  readonly hasTool?: boolean
  /** True if the requests ask for thoughts. */
  readonly thinks?: boolean
  /** True if the requests demand a {@link PERSON} as JSON, which the SDK parses. */
  readonly wantsPerson?: boolean
  readonly maxTokens?: number
}

/** The result of a tool call. */
export interface Result {
  readonly id: string
  readonly name: string
  readonly text: string
  /** A PNG in base64. */
  readonly image?: string
}

/** A turn of the user. */
export interface Turn {
  readonly text?: string
  /** A PNG in base64. */
  readonly image?: string
  readonly results?: readonly Result[]
}

/** A call of a tool. */
export interface Call {
  readonly id: string
  readonly name: string
  readonly input: unknown
}

/** An answer in terms that both protocols have, made from the objects of the SDK. */
export interface Answer {
  readonly text: string
  readonly thoughts: string
  readonly calls: readonly Call[]
  readonly stop: 'end' | 'length' | 'tools' | 'blocked' | 'other'
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number; readonly thinking: number }
  /** The structured output, as the SDK has parsed it. */
  readonly person?: unknown
}

/** Options of one turn. */
export interface How {
  readonly isStream: boolean
  /** Called with each piece of text of a stream. */
  readonly onText?: (text: string) => void
  readonly signal?: AbortSignal
}

/** A conversation: stores the SDK's own objects, and sends them back in the next turn. */
export interface Chat {
  /** Sends a turn, and returns the answer. @throws SdkFailure */
  send(server: Server, turn: Turn, how: How): Promise<Answer>
}

/** Features that not every SDK has. */
export type Capability = 'image in a result' | 'counting' | 'models' | 'embeddings' | 'retry-after'

/** An SDK under test. */
export interface Sdk {
  /** Version of the SDK, as its package states it. */
  readonly version: string
  chat(options: ChatOptions): Chat
  /** Lets the SDK run {@link WEATHER} until there is an answer, and returns its text. */
  runTools(server: Server, model: string, prompt: string): Promise<string>
  countTokens(server: Server, model: string, text: string): Promise<number>
  listModels(server: Server): Promise<readonly string[]>
  getModel(server: Server, id: string): Promise<string>
  embed(server: Server, model: string, texts: readonly string[]): Promise<readonly (readonly number[])[]>
  /** Ends the processes that this adapter has started. */
  close?(): Promise<void>
}

/** An SDK, and how the tests create its adapter. */
export interface SdkUnderTest {
  readonly name: string
  /**
   * Features that the SDK or its protocol does not have, with the reason. Cases that need one are
   * skipped.
   */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>
  make(): Promise<Sdk>
}

/**
 * Kinds of failures that code using an SDK can tell apart: by the error's class, or by its status
 * if there is only one class. `broken`: the stream ended before the answer was complete.
 */
export type FailureKind = 'authentication' | 'not found' | 'bad request' | 'rate limit' | 'overloaded' | 'broken' | 'aborted' | 'other'

/** A failure that the SDK has raised. */
export class SdkFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The tool of the cases. The Python adapters define the same tool as a function. */
export const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city, now.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }: { readonly city: string }): string => `18 degrees in ${city}`,
} as const

/** The JSON Schema of the structured output in the cases. */
export const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, year: { type: 'integer' } },
  required: ['name', 'year'],
  additionalProperties: false,
} as const

const KINDS: Readonly<Record<number, FailureKind>> = {
  400: 'bad request',
  401: 'authentication',
  404: 'not found',
  429: 'rate limit',
  502: 'broken',
  503: 'overloaded',
  529: 'overloaded',
}

/** Returns the kind of a failure by its HTTP status, for SDKs with only one class of errors. */
export const kindOfStatus = (status: number | undefined): FailureKind => KINDS[status ?? 0] ?? 'other'

/** Runs a call of an SDK. @throws SdkFailure with the kind of the failure */
export async function sorted<T>(kindOf: (error: unknown) => FailureKind, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new SdkFailure(kindOf(error), String(error), { cause: error })
  }
}
