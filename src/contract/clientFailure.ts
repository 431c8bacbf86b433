import { ApiError } from './errors.js'
import type { ParamNames } from './paramNames.js'

/** Converts a failure about a chat request to one about the client's own request. */
export type ToClientFailure = (failure: ApiError) => ApiError

/** Replaces `param` of a failure, a path of the chat request, by the client's own parameter. */
export const withClientParam = (failure: ApiError, rename: ParamNames['rename']): ApiError =>
  failure.param === null ? failure : failure.withParam(rename(failure.param) || null)

/** Runs a task. @throws its errors, with `toClient` applied to each ApiError */
export async function inClientTerms<T>(toClient: ToClientFailure, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    throw error instanceof ApiError ? toClient(error) : error
  }
}
