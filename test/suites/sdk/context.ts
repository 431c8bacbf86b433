import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type OpenAI from 'openai'
import type { ClientOptions } from 'openai'
import type { Scenario, ScenarioName, Scenarios } from './scenarios.js'
import type { Sdk } from './sdks.js'

/** A service that the cases are run against. */
export interface Target {
  readonly name: string
  /** Base URL for OpenAI clients, ending in `/v1`. */
  readonly baseUrl: string
  readonly token: string
  readonly model: string
  readonly embeddingModel: string
  readonly scenarios: Scenarios
  /**
   * URL at which the simulator behind the target reports its state; undefined without a simulator.
   */
  readonly stateUrl?: string
}

/** The SDK version and the target that a case uses, with helpers for requests. */
export interface Context {
  readonly sdk: Sdk
  readonly target: Target
  /** Makes a client of the target; it does not retry by default. */
  client(options?: ClientOptions): OpenAI
  /** Makes the arguments of `chat.completions.create` for a scenario. */
  ask(
    name: ScenarioName,
    more?: object,
  ): [body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, options: { headers: Record<string, string> }]
  scenario(name: ScenarioName): Scenario
}

/** A case: one use of the SDK. `run` throws if the target does not support it. */
export interface Case {
  readonly feature:
    | 'chat'
    | 'stream'
    | 'tools'
    | 'parse'
    | 'errors'
    | 'abort'
    | 'retries'
    | 'embeddings'
    | 'models'
    | 'completions'
    | 'images'
  readonly title: string
  readonly needs: readonly ScenarioName[]
  run(context: Context): Promise<void>
}

/** Makes the context of the cases of one SDK on one target. */
export function makeContext(sdk: Sdk, target: Target): Context {
  const scenario = (name: ScenarioName): Scenario => {
    const found = target.scenarios[name]
    if (found === undefined) throw new Error(`${target.name} has no scenario ${name}`)
    return { ...found, prompt: found.prompt.replaceAll('%unique%', randomUUID()) }
  }
  return {
    sdk,
    target,
    scenario,
    client: (options = {}) => new sdk.OpenAI({ baseURL: target.baseUrl, apiKey: target.token, maxRetries: 0, ...options }),
    ask: (name, more = {}) => {
      const { prompt, params, headers, token } = scenario(name)
      const body = { model: target.model, messages: [{ role: 'user', content: prompt }], ...params, ...more }
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      // The cast is safe: the members of a scenario form a valid request.
      return [body as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, { headers: { ...headers, ...authorization } }]
    },
  }
}

/** Reads a stream to its end. */
export async function collect<T>(source: PromiseLike<AsyncIterable<T>> | AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of await source) items.push(item)
  return items
}

const WAIT_MS = 15_000

type State = { readonly abortedRequests: number; readonly openRequests: number }

// The cast is safe: this is what the control endpoint of the simulator returns.
const stateOf = async (url: string): Promise<State> => (await (await fetch(url)).json()) as State

async function until(url: string, isTrue: (state: State) => boolean, otherwise: string): Promise<void> {
  const end = performance.now() + WAIT_MS
  while (!isTrue(await stateOf(url))) {
    assert.ok(performance.now() < end, otherwise)
    await pause(10)
  }
}

/** Waits until Gemini has received the request; waits 0.1 s if the target does not report that. */
export const asked = ({ target: { stateUrl } }: Context): Promise<void> =>
  stateUrl === undefined ? pause(100) : until(stateUrl, ({ openRequests }) => openRequests > 0, 'Gemini was not asked')

/**
 * Makes a client disconnect, and waits until the call to Gemini has been aborted, if the target
 * reports that.
 */
export async function givingUp({ target: { stateUrl } }: Context, leave: () => Promise<void>): Promise<void> {
  const before = stateUrl === undefined ? 0 : (await stateOf(stateUrl)).abortedRequests
  await leave()
  if (stateUrl !== undefined)
    await until(stateUrl, ({ abortedRequests }) => abortedRequests > before, 'The call to Gemini was not aborted.')
}
