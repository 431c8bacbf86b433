import type OpenAI from 'openai'
import { expect } from 'vitest'
import type { Simulator } from '../../doubles/simulator/index.js'
import { PLACEHOLDER, signaturesIn } from '../signatures/agent.js'

/** Makes a prompt for which the simulator thinks, calls tools step by step, and then answers. */
export const scripted = (steps: readonly (readonly { readonly name: string; readonly arguments: object }[])[], more: object = {}): string =>
  `What is the weather? simulate:${JSON.stringify({ thoughts: ['Let me see.'], steps, ...more })}`

/** Makes three steps for {@link scripted}, each with `parallel` calls of the weather tool. */
export const WEATHER_STEPS = (parallel = 1) =>
  Array.from({ length: 3 }, () => CITIES.slice(0, parallel).map((city) => ({ name: 'get_weather', arguments: { city } })))
const CITIES = ['Oslo', 'Seoul', '杭州']
/** The cities in the tool calls of {@link WEATHER_STEPS}, in their order. */
export const asked = (parallel = 1): string[] => Array.from({ length: 3 }, () => CITIES.slice(0, parallel)).flat()

/**
 * Expects that Gemini accepted every request, and that every step was sent back with its own
 * signature, not with a placeholder.
 */
export function expectSigned(simulator: Simulator, steps: number): void {
  expect(simulator.requests.map(({ status }) => status)).toEqual(Array.from({ length: steps + 1 }, () => 200))
  const signatures = signaturesIn({ simulator })
  expect(signatures).toHaveLength(steps)
  expect(signatures).not.toContain(PLACEHOLDER)
}

/** Result of a function-calling loop with the SDK. */
export interface Outcome {
  readonly text: string
  readonly cities: readonly string[]
  readonly reasoning: number
}

/**
 * Runs a function-calling loop as in OpenAI's guide: sends a request, runs the tools that are
 * called, sends everything back, and repeats this until there is no call.
 */
export async function loop(
  content: string,
  ask: (input: OpenAI.Responses.ResponseInput) => Promise<OpenAI.Responses.Response>,
): Promise<Outcome> {
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content }]
  const cities: string[] = []
  let reasoning = 0
  for (let turn = 0; turn < 8; turn++) {
    const response = await ask(input)
    expect(response.status).toBe('completed')
    // Send back all output items, reasoning included, as OpenAI's guide does.
    input.push(...(response.output as OpenAI.Responses.ResponseInput))
    reasoning += response.output.filter(({ type }) => type === 'reasoning').length
    const calls = response.output.filter((item) => item.type === 'function_call')
    if (calls.length === 0) return { text: response.output_text, cities, reasoning }
    for (const { arguments: given, call_id } of calls) {
      // The cast is safe: the prompt scripts these arguments.
      const { city } = JSON.parse(given) as { city: string }
      cities.push(city)
      input.push({ type: 'function_call_output', call_id, output: `${city}: sunny` })
    }
  }
  throw new Error('The agent loop exceeded its maximum number of steps.')
}
