import OpenAI from 'openai'
import type { Secret } from '../../config/secret.js'
import type { Config } from '../../config/settings.js'
import { translateFailure } from '../failures/rules.js'
import type { Transport, UpstreamCall, UpstreamInit, UpstreamResponse } from './transport.js'

/** Calls Gemini's OpenAI-compatible endpoint and returns the raw response, whatever its status. */
export interface Client {
  /**
   * Posts a JSON body.
   *
   * @param path - below the base URL, such as `/chat/completions`
   * @throws an ApiError where no response arrived, or the signal's reason where it aborted
   */
  post(path: string, body: unknown, options: CallOptions): Promise<UpstreamResponse>
  /** Gets a resource. Throws like {@link Client.post}. */
  get(path: string, options: CallOptions): Promise<UpstreamResponse>
}

/** What every call needs. */
export interface CallOptions {
  /** The Gemini API key that authenticates the call. */
  readonly key: Secret
  readonly signal: AbortSignal
}

// The proxy has its own timeouts. This is the longest delay that Node.js supports.
const NO_TIMEOUT_MS = 2_147_483_647
// Without it the SDK compares the body with FormData, for which Node.js loads its whole `fetch`.
const JSON_TYPE = { 'content-type': 'application/json' }

/** Makes the client: the `openai` SDK, without its retries, organisation and project headers. */
export function makeClient(
  { geminiBaseUrl, geminiAuthHeader }: Pick<Config, 'geminiBaseUrl' | 'geminiAuthHeader'>,
  transport: Transport,
): Client {
  const sdk = new OpenAI({
    baseURL: geminiBaseUrl,
    // The credential is sent in the headers below.
    apiKey: 'unused',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    // The type demands the DOM's fetch; the SDK passes no more than the transport reads.
    fetch: transport.fetch as typeof fetch,
  })
  const credential = (key: Secret): Record<string, string> =>
    geminiAuthHeader === 'authorization' ? { authorization: `Bearer ${key.reveal()}` } : { 'x-goog-api-key': key.reveal() }

  type Start = (options: OpenAI.RequestOptions) => ReturnType<OpenAI['get']>
  const send = async (call: UpstreamCall, start: Start): Promise<UpstreamResponse> => {
    // Signal and credential go to the transport in fetchOptions. Do not pass them to the SDK: it
    // never removes its abort listener, and its headers (User-Agent, X-Stainless-*) identify it.
    const init: UpstreamInit = { upstream: call }
    try {
      const response = await start({ fetchOptions: init as NonNullable<OpenAI.RequestOptions['fetchOptions']> }).asResponse()
      // Made by our transport; the SDK only declares another type.
      return response as unknown as UpstreamResponse
    } catch (error) {
      throw translateFailure(call.failure ?? error, call.signal)
    }
  }

  return {
    post: (path, body, { key, signal }) =>
      send({ signal, headers: { ...credential(key), ...JSON_TYPE } }, (options) =>
        sdk.post(path, { ...options, body: JSON.stringify(body), headers: JSON_TYPE }),
      ),
    get: (path, { key, signal }) => send({ signal, headers: credential(key) }, (options) => sdk.get(path, options)),
  }
}
