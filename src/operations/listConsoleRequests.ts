import type { RecordedRequest, RequestRecords } from '../console/recorder.js'
import type { Operation } from '../contract/operation.js'
import type { JsonResponseOf } from '../contract/types.js'

type RequestJson = JsonResponseOf<'listConsoleRequests'>['requests'][number]

/** Handler of GET /console/api/requests: the latest requests, newest first. */
export const makeListConsoleRequests =
  (records: RequestRecords): Operation<'listConsoleRequests'> =>
  async () => ({ json: { requests: records.requests().map(toConsoleRequest) } })

/** Converts the field names of a request summary to snake case. */
function toConsoleRequest(request: RecordedRequest): RequestJson {
  const fields = Object.entries(request).filter(([, value]) => value !== undefined)
  // The cast is safe: a test verifies that the contract declares every field of a request summary.
  return Object.fromEntries(fields.map(([name, value]) => [snakeCaseOf(name), value])) as RequestJson
}

const snakeCaseOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
