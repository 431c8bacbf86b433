import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { isInstruction, joinText } from '../../request/repairs/message.js'
import type { GenerateContentRequest } from '../types.js'
import { toContents } from './contents.js'
import { toGenerationConfig } from './generationConfig.js'
import { toSafetySettings } from './safetySettings.js'
import { toTools } from './tools.js'

/**
 * Encodes a repaired chat request.
 *
 * @param defaults - the operator's safety settings, which those of the request replace
 * @throws 400 for a value that Gemini cannot take
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
  const safetySettings = toSafetySettings(extra?.google?.safety_settings, defaults)
  const generationConfig = toGenerationConfig(chat, context)
  const contents = toContents(instruction === undefined ? messages : others, context)
  return {
    ...(instruction === undefined ? {} : { systemInstruction: { parts: [{ text: instruction }] } }),
    contents,
    ...toTools(chat, contents, context),
    ...(safetySettings.length === 0 ? {} : { safetySettings }),
    ...(Object.keys(generationConfig).length === 0 ? {} : { generationConfig }),
    ...(cached ? { cachedContent: cached } : {}),
    ...(tier ? { serviceTier: tier } : {}),
  }
}
