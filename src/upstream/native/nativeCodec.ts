import type { Config } from '../../config/settings.js'
import type { Codec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { hasServerTools } from '../request/repairs/serverTools.js'
import { NativeDecoder } from './answer/decoder.js'
import { toGenerateContent } from './request/toGenerateContent.js'

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
  // Only an answer with functions continues the turn, in which Google's own calls must come back.
  newDecoder: (request) => new NativeDecoder(hasServerTools(request) && request.tools?.some(({ type }) => type === 'function')),
})
