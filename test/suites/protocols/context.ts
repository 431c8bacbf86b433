import { expect } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { simulate } from '../../support/contractHook.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { TOKEN } from '../../support/proxy.js'
import {
  type Answer,
  type Capability,
  type Chat,
  type ChatOptions,
  type FailureKind,
  type How,
  type Sdk,
  SdkFailure,
  type Server,
} from './sdk.js'

/** A model that insists on its thought signatures. */
export const MODEL = 'gemini-3.5-flash'

/** What a case works with. */
export interface Context {
  readonly sdk: Sdk
  /** The proxy does not repeat by itself, or the SDKs have nothing to repeat. */
  readonly proxy: ProxyUnderTest
  /** The proxy uses Gemini's native API. */
  readonly isNative: boolean
  /** Starts one more proxy of the same kind, which knows nothing of the first. */
  another(): Promise<ProxyUnderTest>
}

/** One use of an SDK. */
export interface Case {
  readonly title: string
  readonly needs?: Capability
  run(context: Context): Promise<void>
}

/** Makes two cases of one: the answer whole, and as a stream. */
export const bothWays = (title: string, run: (context: Context, isStream: boolean) => Promise<void>, needs?: Capability): Case[] =>
  [false, true].map((isStream) => ({
    title: `${title}, ${isStream ? 'streamed' : 'whole'}`,
    ...(needs === undefined ? {} : { needs }),
    run: (context) => run(context, isStream),
  }))

/** The proxy as the SDK is told of it; it does not repeat by itself unless it is asked to. */
export const serverOf = ({ origin }: ProxyUnderTest, more: Partial<Server> = {}): Server => ({
  origin,
  token: TOKEN,
  maxRetries: 0,
  ...more,
})

/** A prompt upon which the simulator behaves like this. */
export const prompt = (behaviour: Behaviour): string => `Hello. ${simulate(behaviour)}`

/** Begins a chat. */
export const chatOf = ({ sdk }: Context, options: Partial<ChatOptions> = {}): Chat => sdk.chat({ model: MODEL, ...options })

/** Sends one turn, whose answer behaves like this. */
export const answerOf = (context: Context, behaviour: Behaviour, how: How, options: Partial<ChatOptions> = {}): Promise<Answer> =>
  chatOf(context, options).send(serverOf(context.proxy), { text: prompt(behaviour) }, how)

/** Expects that a call fails, and returns what kind of failure the SDK raises. */
export async function kindOfFailure(call: Promise<unknown>): Promise<FailureKind> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(failure instanceof SdkFailure)) throw new Error(`no failure of the SDK: ${String(failure)}`)
  // The message shows what the SDK has raised where it is of no kind.
  expect(failure.kind, failure.message).not.toBe('other')
  return failure.kind
}

/** The body of the last request that has reached Gemini, as text. */
export const lastSent = ({ simulator }: ProxyUnderTest): string => JSON.stringify(simulator.requests.at(-1)?.body)
