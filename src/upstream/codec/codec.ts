import type { ChatCompletionRequest } from '../../contract/types.js'
import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import type { Redact } from '../failures/redact.js'
import type { ModelsCodec } from '../models/modelsCodec.js'
import type { GeminiRequest, GeminiRequestParts } from '../request/repairRequest.js'
import type { EmbeddingCodec } from './embeddingCodec.js'

/** Encodes requests to one of Google's APIs and decodes its answers. */
export interface Codec {
  readonly upstream: UpstreamApi
  /**
   * Repairs and encodes a chat request that has passed validation.
   *
   * @throws 400 for a request that Gemini cannot serve
   */
  encode(request: ChatCompletionRequest, parts: GeminiRequestParts): Promise<GeminiRequest>
  /** Makes the decoder of one answer. @param redact - removes secrets from Google's messages */
  newDecoder(request: ChatCompletionRequest, redact: Redact, wantsDrafts?: boolean): AnswerDecoder
  /** Translates a field path of Google to the client's parameter; null if there is none. */
  toParam(path: string): string | null
  /** Undefined if the API cannot count tokens. */
  readonly tokenCount: TokenCountCodec | undefined
  readonly embeddings: EmbeddingCodec
  readonly models: ModelsCodec
}

/** Encodes requests for the token count of a chat and decodes the answers. */
export interface TokenCountCodec {
  /** Applies the same repairs as {@link Codec.encode}. @throws 400 as it does */
  encode(request: ChatCompletionRequest, parts: GeminiRequestParts): Promise<GeminiRequest>
  /** Returns the token count. @throws 502 if the answer has none */
  decode(answer: object): number
}
