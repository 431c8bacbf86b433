/** A proxy, as a client knows it. */
export interface Server {
  readonly origin: string
  readonly token: string
  /** How often the SDK repeats a request by itself. */
  readonly maxRetries: number
}

/** What a chat has from its first turn on. */
export interface ChatOptions {
  readonly model: string
  readonly system?: string
  /** The model may call {@link WEATHER}. */
  readonly hasTool?: boolean
  /** Thoughts are asked for. */
  readonly thinks?: boolean
  /** The answer has to be a {@link PERSON}, which the SDK parses. */
  readonly wantsPerson?: boolean
  readonly maxTokens?: number
}

/** The result of a call. */
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
  /** The object that the SDK has parsed. */
  readonly person?: unknown
}

/** How a turn is sent. */
export interface How {
  readonly isStream: boolean
  /** Called with each piece of text of a stream. */
  readonly onText?: (text: string) => void
  readonly signal?: AbortSignal
}

/** A conversation in the SDK's own objects, which come back in the next turn. */
export interface Chat {
  /** @throws SdkFailure */
  send(server: Server, turn: Turn, how: How): Promise<Answer>
}

/** What not every SDK can do. */
export type Capability = 'image in a result' | 'counting' | 'models' | 'embeddings' | 'retry-after'

/** An SDK under test. */
export interface Sdk {
  /** Its version, as the package states it. */
  readonly version: string
  chat(options: ChatOptions): Chat
  /** Lets the SDK run {@link WEATHER} until there is an answer, and returns its text. */
  runTools(server: Server, model: string, prompt: string): Promise<string>
  countTokens(server: Server, model: string, text: string): Promise<number>
  listModels(server: Server): Promise<readonly string[]>
  getModel(server: Server, id: string): Promise<string>
  embed(server: Server, model: string, texts: readonly string[]): Promise<readonly (readonly number[])[]>
  /** Ends what the adapter has started. */
  close?(): Promise<void>
}

/** How an SDK joins the suite. */
export interface SdkUnderTest {
  readonly name: string
  /**
   * What the SDK or its protocol does not have, with the reason. The cases that need it are left
   * out.
   */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>
  make(): Promise<Sdk>
}

/**
 * What a failure is to the code that uses the SDK: by its class, or by its status where there is
 * one class only. `broken`: the answer has not come to its end.
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

/** The tool of the cases. The Python adapters have it as a function. */
export const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city, now.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }: { readonly city: string }): string => `18 degrees in ${city}`,
} as const

/** The structured output of the cases. */
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

/** For SDKs with one class of errors, whose status says what it is. */
export const kindOfStatus = (status: number | undefined): FailureKind => KINDS[status ?? 0] ?? 'other'

/** Runs a call of an SDK, and says of its failure what it is. */
export async function sorted<T>(kindOf: (error: unknown) => FailureKind, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw new SdkFailure(kindOf(error), String(error), { cause: error })
  }
}
