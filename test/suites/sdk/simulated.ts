import type { Target } from './context.js'
import { SIMULATED } from './scenarios.js'

/** Makes a target of the SDK tests from a service whose upstream is a simulator. */
export const simulated = (proxy: Pick<Target, 'baseUrl'> & { readonly simulator: { readonly origin: string } }, token: string): Target => ({
  name: 'simulator',
  baseUrl: proxy.baseUrl,
  token,
  model: 'gemini-2.5-flash',
  embeddingModel: 'gemini-embedding-001',
  scenarios: SIMULATED,
  stateUrl: `${proxy.simulator.origin}/__simulator/state`,
})
