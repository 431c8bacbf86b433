import { ApiError } from './errors.js'
import type { ClientParams } from './paramNames.js'

/** Converts a failure of the internal chat request to one that names the client's parameters. */
export type ToClientFailure = (failure: ApiError) => ApiError

/** Translates a failure's `param` from a path of the chat request to the client's parameter. */
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
