import type { Config } from '../../config/settings.js'
import type { Codec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { NativeDecoder } from './answer/decoder.js'
import { NATIVE_EMBEDDINGS } from './embeddings.js'
import { NATIVE_MODELS } from './models.js'
import { toNativeParam } from './params.js'
import { toGenerateContent } from './request/toGenerateContent.js'
import { makeTokenCount } from './tokenCount.js'

/** Makes the codec of Google's own API. */
export const makeNativeCodec = (config: Pick<Config, 'safetySettings'>): Codec => ({
  upstream: 'native',
  encode: async (request, parts) => {
    const { chat, context, ignored, tokenLimit, hasReplaceableSignatures } = await repairRequest('native', request, parts)
    const method = request.stream === true ? 'streamGenerateContent?alt=sse' : 'generateContent'
    return {
      path: `/models/${encodeURIComponent(parts.modelId)}:${method}`,
      body: toGenerateContent(chat, context, config.safetySettings),
      ignored: [...ignored],
      tokenLimit,
      hasReplaceableSignatures,
    }
  },
  newDecoder: () => new NativeDecoder(),
  toParam: toNativeParam,
  tokenCount: makeTokenCount(config),
  embeddings: NATIVE_EMBEDDINGS,
  models: NATIVE_MODELS,
})
