import { isRecord } from '../../../contract/isRecord.js'
import type { RawJson } from '../../../contract/rawJson.js'

/** The members in which a body of `countTokens` holds a request, by both of Google's spellings. */
export const HOLDERS = ['generateContentRequest', 'generate_content_request'] as const

/**
 * Returns the bytes of a body in which every `model` is the one that is called: Google refuses a
 * request that names another than its URL. Without such a member the bytes stay as they are.
 *
 * @param model - the id at Gemini
 */
export function withModel(body: RawJson, model: string): Uint8Array {
  let parsed: unknown
  try {
    parsed = body.parse()
  } catch {
    return body.bytes // Google says what is wrong with it
  }
  return Buffer.from(JSON.stringify(replaceModel(parsed, `models/${model}`)))
}

/** Likewise for the body of an interaction, which names a model without a prefix. */
export const withInteractionModel = (body: Readonly<Record<string, unknown>>, model: string): Uint8Array =>
  Buffer.from(JSON.stringify({ ...body, model }))

function replaceModel(value: unknown, model: string): unknown {
  if (!isRecord(value)) return value
  const { requests } = value
  return {
    ...value,
    ...('model' in value ? { model } : {}),
    ...Object.fromEntries(HOLDERS.filter((name) => name in value).map((name) => [name, replaceModel(value[name], model)])),
    ...(Array.isArray(requests) ? { requests: requests.map((each) => replaceModel(each, model)) } : {}),
  }
}
