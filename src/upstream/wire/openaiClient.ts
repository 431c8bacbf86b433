import OpenAI from 'openai'
import type { Secret } from '../../config/secret.js'
import { translateFailure } from '../failures/rules.js'
import type { NoResponse, Transport, UpstreamInit, UpstreamResponse } from './transport.js'

/** Calls Gemini's OpenAI-compatible endpoint and hands out the raw answer, whatever its status. */
export interface Client {
  /**
   * Posts a JSON body.
   *
   * @param path - below the base URL, such as `/chat/completions`
   * @throws an ApiError where no answer came, or the signal's reason where it aborted
   */
  post(path: string, body: unknown, options: CallOptions): Promise<UpstreamResponse>
  /** Gets a page. Throws like {@link Client.post}. */
  get(path: string, options: CallOptions): Promise<UpstreamResponse>
}

/** What each call brings along. */
export interface CallOptions {
  /** The Gemini key that pays. */
  readonly key: Secret
  readonly signal: AbortSignal
}

/** What {@link makeClient} needs. */
export interface ClientParts {
  readonly baseUrl: string
  readonly authHeader: 'authorization' | 'x-goog-api-key'
  readonly transport: Transport
}

// Our own deadlines rule; the SDK's timer gets the longest that Node.js knows.
const NO_TIMEOUT_MS = 2_147_483_647
// Written here, with its type: the SDK would otherwise hold the body against FormData and the like, for which Node.js loads its whole `fetch`.
const JSON_TYPE = { 'content-type': 'application/json' }

/** Makes the client: the `openai` SDK as raw transport, with its retries and its organisation and project headers off. */
export function makeClient({ baseUrl, authHeader, transport }: ClientParts): Client {
  const sdk = new OpenAI({
    baseURL: baseUrl,
    // The credential goes out in the headers below, exactly one.
    apiKey: 'unused',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    // Its types want DOM's fetch; only what the SDK really passes is used.
    fetch: transport.fetch as typeof fetch,
  })
  const credential = (key: Secret): Record<string, string> =>
    authHeader === 'authorization' ? { authorization: `Bearer ${key.reveal()}` } : { 'x-goog-api-key': key.reveal() }
  // Travels through the SDK untouched. Its own signal would be listened to for ever, and its headers hold more than Google may see.
  const toOptions = (signal: AbortSignal, headers: UpstreamInit['upstream']['headers']): OpenAI.RequestOptions => {
    const own: UpstreamInit = { upstream: { signal, headers } }
    return { fetchOptions: own as NonNullable<OpenAI.RequestOptions['fetchOptions']> }
  }

  const answered = async (call: Promise<Response>, signal: AbortSignal): Promise<UpstreamResponse> => {
    try {
      // Made by our transport, whatever the SDK believes.
      const answer = (await call) as unknown as UpstreamResponse | NoResponse
      if ('failure' in answer) throw answer.failure
      return answer
    } catch (error) {
      throw translateFailure(error, signal)
    }
  }

  return {
    post: (path, body, { key, signal }) =>
      answered(
        sdk
          .post(path, { body: JSON.stringify(body), headers: JSON_TYPE, ...toOptions(signal, { ...credential(key), ...JSON_TYPE }) })
          .asResponse(),
        signal,
      ),
    get: (path, { key, signal }) => answered(sdk.get(path, toOptions(signal, credential(key))).asResponse(), signal),
  }
}
