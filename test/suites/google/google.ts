import type { Settings } from '../../doubles/simulator/index.js'
import { type Answer, type Ask, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

/** A model of the simulator. */
export const MODEL = 'gemini-3.5-flash'

/** Starts a proxy that can pass requests on to Gemini's own API. */
export const startGoogle = (env: Record<string, string> = {}, settings: Partial<Settings> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_UPSTREAM: 'native', ...env }, settings)

/** The smallest request. */
export const prompt = (text: string): object => ({ contents: [{ role: 'user', parts: [{ text }] }] })

/**
 * Calls a method of a model. @param method - with its query, such as
 * `streamGenerateContent?alt=sse`
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

/** The JSON of each event of a stream. */
export const eventsOf = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (.*?)\r?$/gm)].map(([, json = '']) => JSON.parse(json) as Record<string, unknown>)

/** The reason that our own errors have. */
export const reasonOf = ({ json }: Answer): unknown =>
  (json as { error: { details?: readonly { reason?: string }[] } }).error.details?.[0]?.reason
