import { refusal } from './errors.js'
import { CHAT_FIELDS } from './fields.js'
import { type Model, modelOf } from './models.js'
import { refuseAll, violationsOf } from './strict.js'
import { checkTools } from './toolRules.js'
import { checkTurns } from './turns.js'
import type { JsonObject, Settings } from './types.js'
import { checkValues } from './values.js'
import type { ChatRequest } from './wire.js'

/** Returns the name of the model. Throws 400 without one: Google checks this before the key. */
export const modelNameOf = (body: unknown): string => {
  const name = typeof body === 'object' && body !== null && 'model' in body ? body.model : undefined
  if (name === undefined || name === null || name === '') throw refusal('model-not-specified')
  return typeof name === 'string' ? name : JSON.stringify(name)
}

/**
 * Parses a chat request as strictly as Google does.
 *
 * @throws Refusal from the first check that fails: field names and types, the model, values, tools,
 *   turns
 */
export const readChatRequest = (body: JsonObject, settings: Settings): { readonly request: ChatRequest; readonly model: Model } => {
  refuseAll(violationsOf(body, CHAT_FIELDS))
  // The cast is safe: the body has been checked against CHAT_FIELDS.
  const request = body as unknown as ChatRequest
  if (!Array.isArray(request.messages) || request.messages.length === 0) throw refusal('no-contents')
  const model = modelOf(request.model, 'chat', settings)
  checkValues(request, model)
  checkTools(request, model, settings)
  checkTurns(request.messages, model)
  return { request, model }
}
