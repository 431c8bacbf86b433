import type { RecordedRequest, Simulator } from '../simulator/index.js'
import { CANARIES } from './canaries.js'
import { type DeployedFunction, tokensOf } from './function.js'

/** A marker in the tests' prompts; no log may contain it. */
export const PROMPT_CANARY = 'canary-prompt-3d9e'

/**
 * Searches all requests that the simulator of Gemini has received for secrets, also those before a
 * reset of the simulator, which discards them.
 *
 * @returns a function that returns the leaks found so far
 */
export function watchUpstream(simulator: Simulator, secrets: readonly string[]): () => string[] {
  const found = new Set<string>()
  const look = (): void => {
    for (const request of simulator.requests)
      for (const secret of secretsIn(request, secrets)) found.add(`Gemini received ${secret.slice(0, 14)}...`)
  }
  const { reset } = simulator
  Object.assign(simulator, {
    reset: () => {
      look()
      reset()
    },
  })
  return () => {
    look()
    return [...found]
  }
}

function secretsIn({ headers, path, body }: RecordedRequest, secrets: readonly string[]): string[] {
  const text = JSON.stringify([headers, path, body])
  const ofPlatform = Object.keys(headers).filter((name) => name.startsWith('x-fc-') || name === 'x-forwarded-for')
  return [...secrets.filter((secret) => text.includes(secret)), ...ofPlatform]
}

/** Strings that must not reach Gemini: values set by Function Compute, and tokens of callers. */
export const upstreamSecrets = (authToken: string | undefined): string[] => [...CANARIES, ...tokensOf(authToken)]

/**
 * Returns the problems of a function after its tests: leaks, responses that the platform refuses,
 * and requests without exactly one log line.
 */
export async function faultsOf(deployed: DeployedFunction, foundUpstream: () => readonly string[]): Promise<string[]> {
  const { spec, findings } = deployed
  // The log lines are checked only at the level `info`: above it, requests are not logged.
  const isLogged = (spec.env.LOG_LEVEL ?? 'info') === 'info'
  const unlogged = isLogged ? await deployed.unlogged() : []
  const secrets = [...CANARIES, spec.env.GEMINI_API_KEY ?? '', ...tokensOf(spec.env.AUTH_TOKEN), PROMPT_CANARY].filter(Boolean)
  const output = deployed.output()
  return [
    ...findings,
    ...foundUpstream(),
    ...secrets.filter((secret) => output.includes(secret)).map((secret) => `an instance wrote ${secret.slice(0, 14)}...`),
    ...unlogged.map(({ method, path, ending }) => `${method} ${path} (${ending}) does not have exactly one log line`),
  ]
}
