import type { RecordedRequest, Records } from '../console/recorder.js'
import type { Operation } from '../contract/operation.js'
import type { AnswerOf } from '../contract/types.js'

type ConsoleRequest = AnswerOf<'listConsoleRequests'>['requests'][number]

/** GET /console/api/requests: the latest requests, newest first. */
export const makeListConsoleRequests =
  (records: Records): Operation<'listConsoleRequests'> =>
  async () => ({ json: { requests: records.requests().map(toConsoleRequest) } })

/** Converts a request to the names of the contract, which are those of the summary in snake case. */
function toConsoleRequest(request: RecordedRequest): ConsoleRequest {
  const fields = Object.entries(request).filter(([, value]) => value !== undefined)
  // The contract declares each field of the summary; its test compares them.
  return Object.fromEntries(fields.map(([name, value]) => [toSnakeCase(name), value])) as ConsoleRequest
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
