import { type StoredFile, toStoredFile } from '../storedFile.js'
import type { Operation } from './operation.js'

/**
 * GET /openapi.json: the contract, as OpenAPI 3.1 for client generators.
 *
 * @param document - it is put into words at the first request, once
 */
export const makeGetOpenApi = (document: object): Operation<'getOpenApi'> => {
  let file: StoredFile | undefined
  return async () => {
    file ??= toStoredFile(JSON.stringify(document), 'application/json; charset=utf-8')
    return { file }
  }
}
