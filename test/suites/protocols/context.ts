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

/** A model that requires the thought signatures of earlier tool calls. */
export const MODEL = 'gemini-3.5-flash'

/** The SDK and the proxy that a case uses. */
export interface Context {
  readonly sdk: Sdk
  /** A proxy that does not retry: otherwise an SDK would have no failure to retry. */
  readonly proxy: ProxyUnderTest
  /** True if the proxy calls Gemini's native API. */
  readonly isNative: boolean
  /** Starts another proxy of the same kind, which shares no state with this one. */
  another(): Promise<ProxyUnderTest>
}

/** A test case: one use of an SDK. It is skipped if the SDK lacks the feature `needs`. */
export interface Case {
  readonly title: string
  readonly needs?: Capability
  run(context: Context): Promise<void>
}

/** Makes two cases of one test: without and with streaming. */
export const bothWays = (title: string, run: (context: Context, isStream: boolean) => Promise<void>, needs?: Capability): Case[] =>
  [false, true].map((isStream) => ({
    title: `${title}, ${isStream ? 'streamed' : 'whole'}`,
    ...(needs === undefined ? {} : { needs }),
    run: (context) => run(context, isStream),
  }))

/** Makes the SDK's settings for a proxy; the SDK does not retry by default. */
export const serverOf = ({ origin }: ProxyUnderTest, more: Partial<Server> = {}): Server => ({
  origin,
  token: TOKEN,
  maxRetries: 0,
  ...more,
})

/** Makes a prompt that causes this behaviour of the simulator. */
export const prompt = (behaviour: Behaviour): string => `Hello. ${simulate(behaviour)}`

/** Starts a chat, with {@link MODEL} by default. */
export const chatOf = ({ sdk }: Context, options: Partial<ChatOptions> = {}): Chat => sdk.chat({ model: MODEL, ...options })

/**
 * Starts a chat, and sends one turn for which the simulator behaves as given. @returns the answer
 */
export const answerOf = (context: Context, behaviour: Behaviour, how: How, options: Partial<ChatOptions> = {}): Promise<Answer> =>
  chatOf(context, options).send(serverOf(context.proxy), { text: prompt(behaviour) }, how)

/** Expects that a call fails, and returns what kind of failure the SDK raises. */
export async function kindOfFailure(call: Promise<unknown>): Promise<FailureKind> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(failure instanceof SdkFailure)) throw new Error(`no failure of the SDK: ${String(failure)}`)
  // For a failure of unknown kind, the output of the test shows the SDK's error message.
  expect(failure.kind, failure.message).not.toBe('other')
  return failure.kind
}

/** The body of the last request that has reached Gemini, as text. */
export const lastSent = ({ simulator }: ProxyUnderTest): string => JSON.stringify(simulator.requests.at(-1)?.body)
