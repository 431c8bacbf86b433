import { isRecord } from '../../contract/isRecord.js'
import type { ModelsCodec } from '../models/modelsCodec.js'

// The largest page size, to get all models in as few requests as possible. Google's default is 50.
const FIRST_PAGE = '/models?pageSize=1000'

/** Requests and decodes the list of models of Google's native API. */
export const NATIVE_MODELS: ModelsCodec = {
  pathOf: (pageToken) => (pageToken === undefined ? FIRST_PAGE : `${FIRST_PAGE}&pageToken=${encodeURIComponent(pageToken)}`),
  decode: (answer) => {
    if (!isRecord(answer) || !Array.isArray(answer.models)) return undefined
    const models: readonly unknown[] = answer.models
    const named = models.filter(isNamed)
    const { nextPageToken } = answer
    return {
      ids: named.map(({ name }) => name),
      chatIds: named.filter(canChat).map(({ name }) => name),
      nextPageToken: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined,
    }
  },
}

interface NamedModel {
  readonly name: string
  readonly supportedGenerationMethods?: unknown
}

const isNamed = (model: unknown): model is NamedModel => isRecord(model) && typeof model.name === 'string'

/** False if the model lists its supported methods, and `generateContent` is not among them. */
const canChat = ({ supportedGenerationMethods: methods }: NamedModel): boolean =>
  !Array.isArray(methods) || methods.includes('generateContent')
