import type { ChatCompletionRequest } from '../contract/types.js'

/** What the making of an upstream request knows and tells. */
export interface RequestContext {
  /** The Gemini model that is to answer. */
  readonly served: string
  /** Names of parameters that were not forwarded; added to on the way. */
  readonly ignoredParams: string[]
}

/** A request as it goes to Gemini. */
export type GeminiRequest = Record<string, unknown>

// Google's parser answers 400 to every field that it does not know. Source: recorded traffic and its compatibility page.
const FORWARDED = new Set([
  'messages',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'stop',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'service_tier',
  'extra_body',
])

/** Makes Gemini's request out of OpenAI's: what Google accepts goes on, the rest is named. */
export function toGeminiRequest(request: ChatCompletionRequest, context: RequestContext): GeminiRequest {
  const body: GeminiRequest = { model: context.served }
  for (const [name, value] of Object.entries(request)) {
    if (value === null || name === 'model') continue
    if (FORWARDED.has(name)) body[name] = value
    else context.ignoredParams.push(name)
  }
  return body
}
