import { type StoredFile, toStoredFile } from '../storedFile.js'
import type { Operation } from './operation.js'

/**
 * GET /openapi.json: the contract, as OpenAPI 3.1 for client generators.
 *
 * @param read - gives it; asked at the first request, once
 */
export const makeGetOpenApi = (read: () => Promise<object>): Operation<'getOpenApi'> => {
  let file: Promise<StoredFile> | undefined
  return async () => {
    file ??= read().then((document) => toStoredFile(JSON.stringify(document), 'application/json; charset=utf-8'))
    return { file: await file }
  }
}
