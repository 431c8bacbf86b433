import { isRecord } from '../../../contract/isRecord.js'
import type { RawJson } from '../../../contract/rawJson.js'

/** Names of the member of a `countTokens` body that contains a request, in both spellings. */
export const NESTED_REQUEST_MEMBERS = ['generateContentRequest', 'generate_content_request'] as const

/**
 * Returns the bytes of a body in which each `model` is the one of the URL: Google refuses a body
 * with another one. A body that is not JSON is returned unchanged.
 *
 * @param model - the model's id at Gemini, without `models/`
 */
export function withModel(body: RawJson, model: string): Uint8Array {
  let parsed: unknown
  try {
    parsed = body.parse()
  } catch {
    return body.bytes // Google reports the invalid JSON
  }
  return Buffer.from(JSON.stringify(replaceModel(parsed, `models/${model}`)))
}

/** Returns the bytes of an interaction's body with its `model` set to an id without `models/`. */
export const withInteractionModel = (body: Readonly<Record<string, unknown>>, model: string): Uint8Array =>
  Buffer.from(JSON.stringify({ ...body, model }))

function replaceModel(value: unknown, model: string): unknown {
  if (!isRecord(value)) return value
  const { requests } = value
  return {
    ...value,
    ...('model' in value ? { model } : {}),
    ...Object.fromEntries(NESTED_REQUEST_MEMBERS.filter((name) => name in value).map((name) => [name, replaceModel(value[name], model)])),
    ...(Array.isArray(requests) ? { requests: requests.map((each) => replaceModel(each, model)) } : {}),
  }
}
