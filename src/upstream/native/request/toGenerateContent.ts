import { apiError } from '../../../contract/errors.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { Writable } from '../../../contract/writable.js'
import type { ModelTraits } from '../../models/model.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { isInstruction, joinText } from '../../request/repairs/message.js'
import type { Content, GenerateContentRequest, Part } from '../wire/types.js'
import { toContents } from './contents.js'
import { toGenerationConfig } from './generationConfig.js'
import { toSafetySettings } from './safetySettings.js'
import { isServerPart, toTools } from './tools.js'

/**
 * Encodes a repaired chat request as the body of `generateContent`.
 *
 * @param defaults - the operator's safety settings, for categories that the request does not set
 * @throws 400 for a value that Gemini does not support
 */
export function toGenerateContent(
  chat: ChatCompletionRequest,
  context: RequestContext,
  defaults: readonly object[],
): GenerateContentRequest {
  const { messages, extra_body: extra, service_tier: tier } = chat
  const [first, ...others] = messages
  const instruction = first !== undefined && isInstruction(first) ? joinText(first.content) : undefined
  const cached = extra?.google?.cached_content
  if (cached) checkCached(chat, instruction, context)
  const safetySettings = toSafetySettings(extra?.google?.safety_settings, defaults, context.ignore)
  const generationConfig = toGenerationConfig(chat, context)
  const encoded = toContents(instruction === undefined ? messages : others, context)
  const sentContents = cached ? encoded.map(withoutServerCalls) : encoded
  const hasInstruction = instruction !== undefined && context.traits.takesInstructions
  const contents = instruction === undefined || hasInstruction ? sentContents : withDirections(instruction, sentContents, context.traits)
  const body: Writable<GenerateContentRequest> = { contents, ...toTools(chat, contents, context) }
  if (hasInstruction) body.systemInstruction = { parts: [{ text: instruction }] }
  if (safetySettings.length > 0) body.safetySettings = safetySettings
  if (Object.keys(generationConfig).length > 0) body.generationConfig = generationConfig
  if (cached) body.cachedContent = cached
  if (tier) body.serviceTier = tier
  return body
}

/**
 * Removes calls of Google's own tools and their results: these need a `toolConfig`, which Google
 * refuses together with `cachedContent`.
 */
const withoutServerCalls = ({ role, parts }: Content): Content => ({
  role,
  parts: parts.filter((part) => !isServerPart(part)),
})

/** Adds the system instruction of a speech model to each text, as directions for speaking. */
const withDirections = (style: string, contents: readonly Content[], { speech }: ModelTraits): Content[] =>
  contents.map(({ role, parts }) => ({ role, parts: parts.map((part) => toDirected(part, style, speech)) }))

/** Adds directions for speaking to a text part: as metadata, or for older models as a prefix. */
function toDirected(part: Part, style: string, speech: ModelTraits['speech']): Part {
  if (part.text === undefined) return part
  return speech === 'directed'
    ? { ...part, speechMetadata: { style } }
    : { ...part, text: `${style.trimEnd().replace(/[.:]$/, '')}: ${part.text}` }
}

/**
 * Checks a request with `cached_content`, which already has the system instruction and the tools.
 *
 * @throws 400 if the request also has them, or the model does not support cached content
 */
function checkCached(
  { tools, tool_choice: choice }: ChatCompletionRequest,
  instruction: string | undefined,
  context: RequestContext,
): void {
  const param = 'extra_body.google.cached_content'
  if (!context.traits.takesCachedContent) {
    throw apiError('unsupported_value', `${context.modelId} does not support cached content. Remove \`cached_content\`.`, { param })
  }
  if (instruction === undefined && !tools?.length && !choice) return
  const message = 'Cached content already has the system instruction and the tools. Remove system messages, `tools` and `tool_choice`.'
  throw apiError('invalid_value', message, { param })
}
