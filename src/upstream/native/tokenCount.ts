import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { TokenCountCodec } from '../codec/codec.js'
import { repairRequest } from '../request/repairRequest.js'
import { toGenerateContent } from './request/toGenerateContent.js'

/** Makes the codec of Google's method `countTokens`. */
export const makeTokenCountCodec = (config: Pick<Config, 'safetySettings'>): TokenCountCodec => ({
  encode: async (request, parts) => {
    const { chat, context, ignored, ...rest } = await repairRequest('native', request, parts)
    const model = `models/${parts.modelId}`
    return {
      path: `/models/${encodeURIComponent(parts.modelId)}:countTokens`,
      // Send the whole request: given only `contents`, Google counts no instruction and no tools.
      body: { generateContentRequest: { model, ...toGenerateContent(chat, context, config.safetySettings) } },
      isStreamed: false,
      ignored: [...ignored],
      tokenLimit: rest.tokenLimit,
      hasReplaceableSignatures: rest.hasReplaceableSignatures,
    }
  },
  decode: (answer) => {
    const count: unknown = 'totalTokens' in answer ? answer.totalTokens : undefined
    if (Number.isInteger(count) && Number(count) >= 0) return Number(count)
    throw apiError('upstream_error', 'Gemini did not return a token count. Retry the request.')
  },
})
