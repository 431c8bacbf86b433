import type { Operation } from '../contract/operation.js'
import { type StoredFile, toStoredFile } from '../contract/storedFile.js'

/** GET /openapi.json: the contract as OpenAPI 3.1. @param read - called at the first request */
export const makeGetOpenApi = (read: () => Promise<object>): Operation<'getOpenApi'> => {
  let file: Promise<StoredFile> | undefined
  return async () => {
    file ??= read().then((document) => toStoredFile(JSON.stringify(document), 'application/json; charset=utf-8'))
    return { file: await file }
  }
}
