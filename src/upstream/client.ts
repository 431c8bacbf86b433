import OpenAI from 'openai'
import type { Secret } from '../secret.js'
import { translateFailure } from './failures.js'
import type { NoResponse, Transport, UpstreamResponse } from './transport.js'

/** Calls Gemini's OpenAI-compatible endpoint and hands out the raw answer, whatever its status. */
export interface Client {
  /**
   * Posts a JSON body.
   *
   * @param path - below the base URL, such as `/chat/completions`
   * @throws an ApiError where no answer came, or the signal's reason where it aborted
   */
  post(path: string, body: unknown, signal: AbortSignal): Promise<UpstreamResponse>
  /** Gets a page. Throws like {@link Client.post}. */
  get(path: string, signal: AbortSignal): Promise<UpstreamResponse>
}

/** What {@link makeClient} needs. */
export interface ClientParts {
  readonly baseUrl: string
  readonly apiKey: Secret
  readonly authHeader: 'authorization' | 'x-goog-api-key'
  readonly transport: Transport
}

// Our own deadlines rule; the SDK's timer gets the longest that Node.js knows.
const NO_TIMEOUT_MS = 2_147_483_647

/** Makes the client: the `openai` SDK as raw transport, with its retries and its organisation and project headers off. */
export function makeClient({ baseUrl, apiKey, authHeader, transport }: ClientParts): Client {
  const sdk = new OpenAI({
    baseURL: baseUrl,
    // Exactly one credential goes out, in the header below.
    apiKey: 'unused',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    // Its types want DOM's fetch; only what the SDK really passes is used.
    fetch: transport.fetch as typeof fetch,
  })
  // The other header is taken out by name: the SDK adds what OPENAI_CUSTOM_HEADERS says.
  const credential =
    authHeader === 'authorization'
      ? { authorization: `Bearer ${apiKey.reveal()}`, 'x-goog-api-key': null }
      : { authorization: null, 'x-goog-api-key': apiKey.reveal() }

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
    post: (path, body, signal) => answered(sdk.post(path, { body, signal, headers: credential }).asResponse(), signal),
    get: (path, signal) => answered(sdk.get(path, { signal, headers: credential }).asResponse(), signal),
  }
}
