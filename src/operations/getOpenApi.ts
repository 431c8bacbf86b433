import type { Operation } from '../contract/operation.js'
import { type StaticFile, toStaticFile } from '../contract/storedFile.js'

/** Handler of GET /openapi.json: the OpenAPI contract. @param read - called at the first request */
export const makeGetOpenApi = (read: () => Promise<object>): Operation<'getOpenApi'> => {
  let file: Promise<StaticFile> | undefined
  return async () => {
    file ??= read().then((document) => toStaticFile(JSON.stringify(document), 'application/json; charset=utf-8'))
    return { file: await file }
  }
}
