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
  /** Where the simulator behind it reports its state; undefined if there is none. */
  readonly stateUrl?: string
}

/** What a case works with. */
export interface Context {
  readonly sdk: Sdk
  readonly target: Target
  /** Makes a client of the target; it does not retry by default. */
  client(options?: ClientOptions): OpenAI
  /** Makes the arguments of `create`. */
  ask(
    name: ScenarioName,
    more?: object,
  ): [body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, options: { headers: Record<string, string> }]
  scenario(name: ScenarioName): Scenario
}

/** One use of the SDK. Throws if the service does not support it. */
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
      // A request of this case.
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

const stateOf = async (url: string): Promise<State> => (await (await fetch(url)).json()) as State // the simulator's control endpoint returns this

async function until(url: string, isTrue: (state: State) => boolean, otherwise: string): Promise<void> {
  const end = performance.now() + WAIT_MS
  while (!isTrue(await stateOf(url))) {
    assert.ok(performance.now() < end, otherwise)
    await pause(10)
  }
}

/**
 * Waits until Gemini has received the request; a tenth of a second if the target does not report
 * that.
 */
export const asked = ({ target: { stateUrl } }: Context): Promise<void> =>
  stateUrl === undefined ? pause(100) : until(stateUrl, ({ openRequests }) => openRequests > 0, 'Gemini was not asked')

/**
 * Makes a client disconnect, and waits until the call to Gemini has been aborted, if the target
 * reports that.
 */
export async function givingUp({ target: { stateUrl } }: Context, leave: () => Promise<void>): Promise<void> {
  const before = stateUrl === undefined ? 0 : (await stateOf(stateUrl)).abortedRequests
  await leave()
  if (stateUrl !== undefined) await until(stateUrl, ({ abortedRequests }) => abortedRequests > before, 'the call to Gemini goes on')
}
