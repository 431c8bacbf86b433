import type { Config } from '../../config/settings.js'
import type { Codec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { NativeDecoder } from './answer/decoder.js'
import { NATIVE_EMBEDDINGS } from './embeddings.js'
import { NATIVE_MODELS } from './models.js'
import { fromNativeParam } from './params.js'
import { toGenerateContent } from './request/toGenerateContent.js'
import { makeTokenCountCodec } from './tokenCount.js'

/** Makes the codec of Google's native API. */
export const makeNativeCodec = (config: Pick<Config, 'safetySettings'>): Codec => ({
  upstream: 'native',
  encode: async (request, parts) => {
    const { chat, context, ignored, tokenLimit, hasReplaceableSignatures } = await repairRequest('native', request, parts)
    const isStreamed = request.stream === true || context.traits.supportsContinuations
    const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent'
    const body = toGenerateContent(chat, context, config.safetySettings)
    return {
      path: `/models/${encodeURIComponent(parts.modelId)}:${method}`,
      body,
      isStreamed,
      // Omit `toContinuation` for models without continuations: it would hold the body in memory.
      ...(context.traits.supportsContinuations ? { toContinuation: (continuationToken: string) => ({ ...body, continuationToken }) } : {}),
      ignored: [...ignored],
      tokenLimit,
      hasReplaceableSignatures,
    }
  },
  toParam: fromNativeParam,
  tokenCountCodec: makeTokenCountCodec(config),
  embeddings: NATIVE_EMBEDDINGS,
  newDecoder: (request, redact, wantsPartialImages) => new NativeDecoder(request, redact, wantsPartialImages),
  models: NATIVE_MODELS,
})
