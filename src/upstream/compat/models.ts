import { isRecord } from '../../contract/isRecord.js'
import type { ModelsCodec } from '../models/modelsCodec.js'

/** Decodes the model list of Google's OpenAI-compatible API: one page, without capabilities. */
export const COMPAT_MODELS: ModelsCodec = {
  pathOf: () => '/models',
  decode: (answer) => {
    if (!isRecord(answer) || !Array.isArray(answer.data)) return undefined
    const ids = answer.data.flatMap((model: unknown) => (isRecord(model) && typeof model.id === 'string' ? model.id : []))
    return { ids, chatIds: ids }
  },
}
