import type { ChatCompletionRequest } from '../../contract/types.js'
import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import type { Redact } from '../failures/redact.js'
import type { ModelsCodec } from '../models/modelsCodec.js'
import type { GeminiRequest, GeminiRequestParts } from '../request/repairRequest.js'
import type { EmbeddingCodec } from './embeddingCodec.js'

/** One of Google's APIs: how its requests are written, and how its answers are read. */
export interface Codec {
  readonly upstream: UpstreamApi
  /**
   * Repairs a chat request, which has passed the contract's validation, and encodes it.
   *
   * @throws 400 for a request that Gemini cannot serve
   */
  encode(request: ChatCompletionRequest, parts: GeminiRequestParts): Promise<GeminiRequest>
  /** Makes the decoder of the answer to a request. @param redact - for messages of Google in it */
  newDecoder(request: ChatCompletionRequest, redact: Redact, wantsDrafts?: boolean): AnswerDecoder
  /** Translates the path of a field of a request to the client's; null where it has none. */
  toParam(path: string): string | null
  /** Counts the tokens of a chat; undefined where the API cannot. */
  readonly tokenCount: TokenCountCodec | undefined
  readonly embeddings: EmbeddingCodec
  readonly models: ModelsCodec
}

/** How an API is asked for the number of tokens of a chat. */
export interface TokenCountCodec {
  /** Like {@link Codec.encode}, with the same repairs. */
  encode(request: ChatCompletionRequest, parts: GeminiRequestParts): Promise<GeminiRequest>
  /** Reads the answer. @throws 502 where it has no count */
  decode(answer: object): number
}
