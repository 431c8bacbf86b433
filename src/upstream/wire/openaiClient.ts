import OpenAI from 'openai'
import { APIPromise } from 'openai/core/api-promise'
import type { GeminiAddress } from '../../config/geminiAddress.js'
import type { Secret } from '../../config/secret.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import type { MediaBytes } from '../../contract/mediaBytes.js'
import { toWellFormedJson } from '../../json/wellFormed.js'
import { translateFailure } from '../failures/rules.js'
import type { Transport, UpstreamRequest } from './transport.js'
import type { UpstreamResponse } from './upstreamCall.js'

/** Calls one of Gemini's APIs and returns the raw response, whatever its status. */
export interface GeminiClient {
  /**
   * Posts a JSON body.
   *
   * @param path - path below the base URL, such as `/chat/completions`
   * @throws an ApiError if no response arrived, or the signal's reason if it aborted
   */
  post(path: string, body: unknown, options: PostOptions): Promise<UpstreamResponse>
  /** Posts the bytes of a JSON body. Throws like {@link GeminiClient.post}. */
  postBytes(path: string, body: Uint8Array, options: CallOptions): Promise<UpstreamResponse>
  /**
   * Uploads bytes of any type, with `/upload` before `path`. Throws like {@link GeminiClient.post}.
   */
  upload(path: string, body: Uint8Array, options: CallOptions): Promise<UpstreamResponse>
  /** Sends a GET request. Throws like {@link GeminiClient.post}. */
  get(path: string, options: CallOptions): Promise<UpstreamResponse>
  /** Sends a POST or DELETE request without a body. Throws like {@link GeminiClient.post}. */
  send(method: 'POST' | 'DELETE', path: string, options: CallOptions): Promise<UpstreamResponse>
}

/** Key, signal and headers of a call. */
export interface CallOptions {
  /** The Gemini API key that authenticates the call. */
  readonly key: Secret
  readonly signal: CancelSignal
  /** Headers to send besides credential and content type, by name in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Options of {@link GeminiClient.post}. */
export interface PostOptions extends CallOptions {
  /** Bytes that replace the media placeholders in the body; undefined if it has none. */
  readonly media?: MediaBytes | undefined
}

/** HTTP methods by the SDK's names, which are in lower case; all others are sent as POST. */
const SENT_METHODS: Readonly<Record<string, UpstreamRequest['method']>> = { get: 'GET', delete: 'DELETE' }

type SdkRequest = Parameters<OpenAI['request']>[0]
type SdkResponse = ConstructorParameters<typeof APIPromise>[1]

/**
 * The `openai` SDK, sending through {@link Transport} instead of its own `request`, which would add
 * unused features to each call: retries, a timer, headers that identify the SDK, log entries.
 */
class GeminiSdk extends OpenAI {
  constructor(
    baseURL: string,
    private readonly transport: Transport,
  ) {
    // `apiKey` is never sent: the headers of each request contain the real key.
    super({ baseURL, apiKey: 'unused', organization: null, project: null, logLevel: 'off' })
  }

  override request<T>(options: SdkRequest): APIPromise<T> {
    return new APIPromise<T>(this, this.#send(options))
  }

  async #send(options: SdkRequest): SdkResponse {
    const { method, path, body, headers, signal } = await options
    const response = await this.transport.send({
      method: SENT_METHODS[method] ?? 'POST',
      path,
      // The casts are safe: `makeGeminiClient` passes no other types.
      headers: headers as Record<string, string>,
      body: body as string | readonly Uint8Array[] | undefined,
      signal: signal as CancelSignal,
    })
    // `asResponse` returns this very object, although the SDK declares another type.
    return { response } as unknown as Awaited<SdkResponse>
  }
}

/** Casts a signal to the SDK's type: the SDK only passes it on to {@link GeminiSdk}. */
const asSdkSignal = (signal: CancelSignal): AbortSignal => signal as AbortSignal

// Asks for uncompressed responses: the proxy reads them as they arrive, without decompression.
const ACCEPT = { accept: 'application/json, text/event-stream', 'accept-encoding': 'identity' }

/** Makes the client: the `openai` SDK, which sends its requests through the transport. */
export function makeGeminiClient({ baseUrl, authHeader }: GeminiAddress, transport: Transport): GeminiClient {
  const sdk = new GeminiSdk(baseUrl, transport)
  const headersFor = (key: Secret): Record<string, string> =>
    authHeader === 'authorization' ? { ...ACCEPT, authorization: `Bearer ${key.reveal()}` } : { ...ACCEPT, 'x-goog-api-key': key.reveal() }
  const receive = async (response: APIPromise<unknown>, signal: CancelSignal): Promise<UpstreamResponse> => {
    try {
      // The cast is safe: this is the response that the transport returned.
      return (await response.asResponse()) as unknown as UpstreamResponse
    } catch (error) {
      throw translateFailure(error, signal)
    }
  }

  const postBody = (path: string, body: string | readonly Uint8Array[], options: CallOptions): Promise<UpstreamResponse> => {
    const { key, signal } = options
    const headers = { ...options.headers, ...headersFor(key), 'content-type': 'application/json', ...lengthOf(body) }
    return receive(sdk.post(path, { body, headers, signal: asSdkSignal(signal) }), signal)
  }

  return {
    post: (path, value, options) => {
      const json = toWellFormedJson(JSON.stringify(value))
      return postBody(path, options.media?.toPieces(json) ?? json, options)
    },
    postBytes: (path, body, options) => postBody(path, [body], options),
    upload: async (path, bytes, { key, signal, headers }) => {
      const sent = { ...headers, ...headersFor(key), ...lengthOf([bytes]) }
      try {
        return await transport.send({ method: 'POST', path, isUpload: true, headers: sent, body: [bytes], signal })
      } catch (error) {
        throw translateFailure(error, signal)
      }
    },
    get: (path, { key, signal, headers }) =>
      receive(sdk.get(path, { headers: { ...headers, ...headersFor(key) }, signal: asSdkSignal(signal) }), signal),
    send: (method, path, { key, signal, headers }) => {
      const options = { headers: { ...headers, ...headersFor(key) }, signal: asSdkSignal(signal) }
      return receive(method === 'DELETE' ? sdk.delete(path, options) : sdk.post(path, options), signal)
    },
  }
}

/** Returns `content-length` for a body of byte arrays; for a string, undici adds the header. */
function lengthOf(body: string | readonly Uint8Array[]): Record<string, string> {
  return typeof body === 'string' ? {} : { 'content-length': String(body.reduce((sum, { length }) => sum + length, 0)) }
}
