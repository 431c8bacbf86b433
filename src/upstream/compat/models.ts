import { isRecord } from '../../contract/isRecord.js'
import type { ModelsCodec } from '../models/modelsCodec.js'

/** The list of Google's OpenAI-compatible API: one page, which does not say what a model does. */
export const COMPAT_MODELS: ModelsCodec = {
  pathOf: () => '/models',
  decode: (answer) => {
    if (!isRecord(answer) || !Array.isArray(answer.data)) return undefined
    const ids = answer.data.flatMap((model: unknown) => (isRecord(model) && typeof model.id === 'string' ? model.id : []))
    return { ids, chatIds: ids }
  },
}
