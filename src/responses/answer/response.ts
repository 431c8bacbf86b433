import type { ApiError } from '../../contract/errors.js'
import type { ModelResponse, ResponseRequest, Usage } from '../../contract/types.js'
import { type ToolWithSecrets, withoutSecrets } from '../toolSecrets.js'

/** The fields of a response that are known when it begins. */
export interface ResponseHead {
  readonly id: string
  /** Creation time, in seconds since 1970. */
  readonly created: number
  /** True if the response is stored, so that later requests can refer to it. */
  readonly isStored: boolean
}

/** Makes an `in_progress` response without output, with the parameters of the request. */
export function startResponse(request: ResponseRequest, { id, created, isStored }: ResponseHead): ModelResponse {
  const { text, reasoning } = request
  return {
    id,
    object: 'response',
    created_at: created,
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    model: request.model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? reasoning?.generate_summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    // The requested tier, until Gemini reports the tier that served the request.
    service_tier: request.service_tier ?? null,
    store: isStored,
    temperature: request.temperature ?? 1,
    text: { format: text?.format ?? { type: 'text' }, verbosity: text?.verbosity ?? 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: (request.tools ?? []).map(toResponseTool),
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    ...(request.user === undefined || request.user === null ? {} : { user: request.user }),
    metadata: request.metadata ?? {},
  }
}

/** Adds `parameters` and `strict` to a function, like OpenAI; removes secrets from other tools. */
const toResponseTool = (tool: ToolWithSecrets): ToolWithSecrets =>
  tool.type === 'function' ? { ...tool, parameters: tool.parameters ?? null, strict: tool.strict ?? false } : withoutSecrets(tool)

/** Converts the token counts of a chat completion to the format of the Responses API. */
export const toResponseUsage = (usage: Usage): NonNullable<ModelResponse['usage']> => ({
  input_tokens: usage.prompt_tokens,
  input_tokens_details: { cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0, cache_write_tokens: 0 },
  output_tokens: usage.completion_tokens,
  output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0 },
  total_tokens: usage.total_tokens,
})

type ResponseErrorCode = NonNullable<ModelResponse['error']>['code']

// OpenAI's codes that are also codes of the proxy. On `context_length_exceeded`, Codex compacts the
// conversation; on `insufficient_quota` it does not retry.
const SHARED_CODES: ReadonlySet<string | null> = new Set<ResponseErrorCode>([
  'rate_limit_exceeded',
  'context_length_exceeded',
  'insufficient_quota',
])
const isSharedCode = (code: string | null): code is ResponseErrorCode => SHARED_CODES.has(code)

/** Makes the `error` of a response: `code` is OpenAI's, `reason` is the proxy's error code. */
export const toResponseError = ({ code, message, type, param }: ApiError): ModelResponse['error'] => ({
  code: isSharedCode(code) ? code : 'server_error',
  message,
  type,
  param,
  reason: code,
})
