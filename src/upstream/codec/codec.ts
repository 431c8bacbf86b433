import type { ChatCompletionRequest } from '../../contract/types.js'
import type { UpstreamApi } from '../../contract/upstreamApi.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import type { Redact } from '../failures/redact.js'
import type { ModelsCodec } from '../models/modelsCodec.js'
import type { GeminiRequest, RepairRequestInputs } from '../request/repairRequest.js'
import type { EmbeddingCodec } from './embeddingCodec.js'

/** Encodes requests to one of Google's APIs and decodes its answers. */
export interface Codec {
  readonly upstream: UpstreamApi
  /**
   * Repairs and encodes a chat request that has passed validation.
   *
   * @throws 400 for a request that Gemini cannot serve
   */
  encode(request: ChatCompletionRequest, parts: RepairRequestInputs): Promise<GeminiRequest>
  /**
   * Makes the decoder of one answer.
   *
   * @param redact - removes secrets from Google's messages
   * @param wantsPartialImages - true to return images that the model generates while it thinks
   */
  newDecoder(request: ChatCompletionRequest, redact: Redact, wantsPartialImages?: boolean): AnswerDecoder
  /** Translates a field path in an error message of Google to the client's parameter, or null. */
  toParam(path: string): string | null
  /** Encodes requests for token counts; undefined if the API cannot count tokens. */
  readonly tokenCountCodec: TokenCountCodec | undefined
  readonly embeddings: EmbeddingCodec
  readonly models: ModelsCodec
}

/** Encodes requests that count the tokens of a chat request, and decodes the answers. */
export interface TokenCountCodec {
  /** Repairs and encodes a chat request for counting. @throws 400 as {@link Codec.encode} */
  encode(request: ChatCompletionRequest, parts: RepairRequestInputs): Promise<GeminiRequest>
  /** Returns the token count in an answer. @throws 502 if the answer has none */
  decode(answer: object): number
}
