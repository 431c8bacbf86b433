import { ApiError } from './errors.js'
import type { ClientParams } from './paramNames.js'

/**
 * Converts a failure of the chat request that the proxy made from a request of another API: the
 * result names the client's own parameters.
 */
export type ToClientFailure = (failure: ApiError) => ApiError

/** Replaces a failure's `param`, a path of that chat request, by the client's own parameter. */
export const withClientParam = (failure: ApiError, rename: ClientParams['rename']): ApiError =>
  failure.param === null ? failure : failure.withParam(rename(failure.param) || null)

/** Runs a task. @throws the errors of the task, each ApiError converted by `toClient` */
export async function runConvertingFailures<T>(toClient: ToClientFailure, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    throw error instanceof ApiError ? toClient(error) : error
  }
}
