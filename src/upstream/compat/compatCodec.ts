import type { Codec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { COMPAT_DECODER } from './decoder.js'
import { COMPAT_EMBEDDINGS } from './embeddings.js'
import { COMPAT_MODELS } from './models.js'
import { fromCompatParam } from './params.js'

/** Codec of Google's OpenAI-compatible API, whose request body is the repaired chat request. */
export const COMPAT_CODEC: Codec = {
  upstream: 'compat',
  encode: async (request, parts) => {
    const { chat, ignored, tokenLimit, hasReplaceableSignatures } = await repairRequest('compat', request, parts)
    return {
      path: '/chat/completions',
      body: chat,
      isStreamed: request.stream === true,
      ignored: [...ignored],
      tokenLimit,
      hasReplaceableSignatures,
    }
  },
  newDecoder: () => COMPAT_DECODER,
  toParam: fromCompatParam,
  tokenCountCodec: undefined,
  embeddings: COMPAT_EMBEDDINGS,
  models: COMPAT_MODELS,
}
