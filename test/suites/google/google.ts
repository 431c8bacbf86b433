import type { Settings } from '../../doubles/simulator/index.js'
import { type Answer, type Ask, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

/** A model of the simulator. */
export const MODEL = 'gemini-3.5-flash'

/** Starts a proxy that calls the native API. Only then does it offer Google's API to clients. */
export const startNativeProxy = (env: Record<string, string> = {}, settings: Partial<Settings> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_UPSTREAM: 'native', ...env }, settings)

/** Makes a minimal generateContent request. */
export const prompt = (text: string): object => ({ contents: [{ role: 'user', parts: [{ text }] }] })

/**
 * Calls a method of a model.
 *
 * @param method - name and query, such as `streamGenerateContent?alt=sse`
 */
export const ask = (
  { origin }: ProxyUnderTest,
  method: string,
  body: unknown,
  more: Ask & { readonly model?: string } = {},
): Promise<Answer> => {
  const { model = MODEL, ...rest } = more
  return call(origin, { path: `/v1beta/models/${model}:${method}`, body, ...rest })
}

/** Parses the JSON of each event of a stream. */
export const eventsOf = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (.*?)\r?$/gm)].map(([, json = '']) => JSON.parse(json) as Record<string, unknown>)

/** Returns the `reason` in the details of an error, which the proxy sets in its own errors. */
export const reasonOf = ({ json }: Answer): unknown =>
  (json as { error: { details?: readonly { reason?: string }[] } }).error.details?.[0]?.reason
