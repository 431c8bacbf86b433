import type { Config } from '../../config/settings.js'
import type { Codec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { NativeDecoder } from './answer/decoder.js'
import { NATIVE_EMBEDDINGS } from './embeddings.js'
import { NATIVE_MODELS } from './models.js'
import { toNativeParam } from './params.js'
import { toGenerateContent } from './request/toGenerateContent.js'
import { makeTokenCount } from './tokenCount.js'

/** Makes the codec of Google's native API. */
export const makeNativeCodec = (config: Pick<Config, 'safetySettings'>): Codec => ({
  upstream: 'native',
  encode: async (request, parts) => {
    const { chat, context, ignored, tokenLimit, hasReplaceableSignatures } = await repairRequest('native', request, parts)
    const isStreamed = request.stream === true || context.traits.continues
    const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent'
    const body = toGenerateContent(chat, context, config.safetySettings)
    return {
      path: `/models/${encodeURIComponent(parts.modelId)}:${method}`,
      body,
      isStreamed,
      // Only for models with continuations: it keeps the body in memory until the answer ends.
      ...(context.traits.continues ? { toContinuation: (continuationToken: string) => ({ ...body, continuationToken }) } : {}),
      ignored: [...ignored],
      tokenLimit,
      hasReplaceableSignatures,
    }
  },
  toParam: toNativeParam,
  tokenCount: makeTokenCount(config),
  embeddings: NATIVE_EMBEDDINGS,
  newDecoder: (request, redact, wantsDrafts) => new NativeDecoder(request, redact, wantsDrafts),
  models: NATIVE_MODELS,
})
