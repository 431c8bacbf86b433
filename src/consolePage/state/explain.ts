import type { ErrorCode } from '../../contract/errors.js'
import type { Bilingual } from '../../contract/language.js'
import { sayBilingual } from './language.js'

/** The cause of a failed request, and the next step for the operator. */
interface Explanation {
  readonly cause: Bilingual
  readonly nextStep: Bilingual
}

const bilingual = (en: string, zh: string): Bilingual => ({ en, zh })

const INVALID_PARAMETER: Explanation = {
  cause: bilingual('A parameter of the request is not valid.', '请求中的某个参数无效。'),
  nextStep: bilingual('Correct the parameter that the error message names.', '请修正错误信息中指出的参数。'),
}
const NOT_STORED: Explanation = {
  cause: bilingual(
    'The stream, response or item that the request names does not exist or has expired.',
    '请求引用的流、response 或条目不存在或已过期。',
  ),
  nextStep: bilingual('Send the whole conversation instead.', '请改为发送完整的对话。'),
}
const NO_SUCH_URL: Explanation = {
  cause: bilingual('The client called a URL or method that the proxy does not support.', '客户端调用了代理不提供的 URL 或方法。'),
  nextStep: bilingual('Check the base URL of the client: it ends with /v1.', '请检查客户端的 base URL：应以 /v1 结尾。'),
}
const BUSY_PROXY: Explanation = {
  cause: bilingual('The proxy has no free capacity.', '代理已无可用容量。'),
  nextStep: bilingual(
    'Retry shortly; if the error persists, add instances or raise MAX_CONCURRENT_REQUESTS.',
    '请稍后重试；若持续出现，请增加实例或调高 MAX_CONCURRENT_REQUESTS。',
  ),
}

const EXPLANATIONS: Partial<Record<ErrorCode, Explanation>> = {
  invalid_type: INVALID_PARAMETER,
  invalid_value: INVALID_PARAMETER,
  missing_required_parameter: INVALID_PARAMETER,
  unsupported_value: INVALID_PARAMETER,
  empty_array: INVALID_PARAMETER,
  array_too_long: INVALID_PARAMETER,
  string_too_short: INVALID_PARAMETER,
  decimal_below_min_value: INVALID_PARAMETER,
  decimal_above_max_value: INVALID_PARAMETER,
  integer_below_min_value: INVALID_PARAMETER,
  integer_above_max_value: INVALID_PARAMETER,
  invalid_json: {
    cause: bilingual('The request body is not valid JSON.', '请求体不是有效的 JSON。'),
    nextStep: bilingual('Check how the client encodes the body.', '请检查客户端如何编码请求体。'),
  },
  invalid_request: {
    cause: bilingual('Gemini refused the content of the request.', 'Gemini 拒绝了请求的内容。'),
    nextStep: bilingual(
      'Change the request as the error message describes; a retry of the same request fails again.',
      '请按错误信息修改请求；直接重试仍会失败。',
    ),
  },
  context_length_exceeded: {
    cause: bilingual('The prompt is longer than the context window of the model.', '提示词超过了模型的上下文窗口。'),
    nextStep: bilingual('Shorten the conversation, or use a model with a larger window.', '请缩短对话，或使用上下文窗口更大的模型。'),
  },
  invalid_api_key: {
    cause: bilingual(
      'The token is not one of the tokens in AUTH_TOKEN, or, for the console, not the ADMIN_TOKEN.',
      '令牌不在 AUTH_TOKEN 中；访问控制台时，令牌不是 ADMIN_TOKEN。',
    ),
    nextStep: bilingual(
      'Use a token of AUTH_TOKEN, or add this token to AUTH_TOKEN and restart the proxy.',
      '请使用 AUTH_TOKEN 中的令牌，或加入该令牌后重启。',
    ),
  },
  model_not_found: {
    cause: bilingual('The model does not exist.', '该模型不存在。'),
    nextStep: bilingual(
      'Choose a model of GET /v1/models, or map the requested name with MODEL_ALIASES.',
      '请从 GET /v1/models 中选择模型，或用 MODEL_ALIASES 映射请求的名称。',
    ),
  },
  unknown_url: NO_SUCH_URL,
  method_not_allowed: NO_SUCH_URL,
  stream_not_found: NOT_STORED,
  response_not_found: NOT_STORED,
  previous_response_not_found: NOT_STORED,
  item_not_found: NOT_STORED,
  request_too_large: {
    cause: bilingual('The request is larger than allowed.', '请求超过了允许的大小。'),
    nextStep: bilingual(
      'Send less, or raise BODY_LIMIT_BYTES; Function Compute allows 32 MB.',
      '请减少内容，或调高 BODY_LIMIT_BYTES；函数计算上限为 32 MB。',
    ),
  },
  rate_limit_exceeded: {
    cause: bilingual(
      'Gemini or RATE_LIMIT_RPM limits the number of requests per minute.',
      'Gemini 或 RATE_LIMIT_RPM 限制了每分钟的请求数。',
    ),
    nextStep: bilingual(
      'Wait a minute; to allow more requests, add keys of other Google projects.',
      '请等待一分钟；如需更多请求，请加入其他 Google 项目的密钥。',
    ),
  },
  insufficient_quota: {
    cause: bilingual('The Gemini quota of the keys is used up.', '密钥的 Gemini 配额已用尽。'),
    nextStep: bilingual(
      'Enable billing in Google AI Studio, add a key of another project, or wait for midnight (Pacific time).',
      '请在 Google AI Studio 启用结算，加入其他项目的密钥，或等到太平洋时间零点。',
    ),
  },
  internal_error: {
    cause: bilingual('The proxy failed to process the request.', '代理内部出错。'),
    nextStep: bilingual('Search the log of the server for the request id.', '请在服务器日志中查找该请求 ID。'),
  },
  upstream_error: {
    cause: bilingual('Gemini could not be reached, or its answer was not valid.', '无法连接 Gemini，或其响应无效。'),
    nextStep: bilingual('Run the doctor: it checks DNS, HTTPS_PROXY and the connection.', '请运行诊断：它会检查 DNS、HTTPS_PROXY 和连接。'),
  },
  malformed_function_call: {
    cause: bilingual('The model generated a tool call that is not valid.', '模型生成了无效的工具调用。'),
    nextStep: bilingual('Retry; if the error recurs, simplify the schema of the tool.', '请重试；若反复出现，请简化工具的 Schema。'),
  },
  stream_interrupted: {
    cause: bilingual('The instance that generated the answer stopped.', '生成该回答的实例已停止。'),
    nextStep: bilingual('Send the request again.', '请重新发送请求。'),
  },
  upstream_auth_error: {
    cause: bilingual('Gemini rejected the API key of the proxy.', 'Gemini 拒绝了代理的 API 密钥。'),
    nextStep: bilingual(
      'Check the key in Google AI Studio. If it is invalid, set another GEMINI_API_KEY and restart or redeploy the proxy.',
      '请在 Google AI Studio 检查该密钥；如已失效，请更换 GEMINI_API_KEY，然后重启或重新部署。',
    ),
  },
  upstream_region_unsupported: {
    cause: bilingual('Gemini is not available in the region of the proxy.', 'Gemini 不向代理所在的地区提供服务。'),
    nextStep: bilingual(
      'Deploy in a supported region, such as Tokyo or Singapore, or set HTTPS_PROXY.',
      '请部署到受支持的地域（如东京、新加坡），或设置 HTTPS_PROXY。',
    ),
  },
  upstream_overloaded: {
    cause: bilingual('The model is overloaded at Gemini.', 'Gemini 的该模型过载。'),
    nextStep: bilingual(
      'Retry in a few seconds; with MODEL_FALLBACKS, another model serves the requests meanwhile.',
      '请几秒后重试；设置 MODEL_FALLBACKS 后，过载期间会由其他模型处理请求。',
    ),
  },
  upstream_timeout: {
    cause: bilingual('Gemini did not respond in time.', 'Gemini 未在规定时间内响应。'),
    nextStep: bilingual(
      'Stream the answer, lower the reasoning effort, or raise the time limit.',
      '请使用流式响应，降低思考强度，或调高时限。',
    ),
  },
  server_overloaded: BUSY_PROXY,
  shutting_down: BUSY_PROXY,
}

/** Explains an error code of the proxy in the page's language; undefined for unknown codes. */
export function explain(code: string | null | undefined): { readonly cause: string; readonly nextStep: string } | undefined {
  if (code === null || code === undefined || !Object.hasOwn(EXPLANATIONS, code)) return undefined
  const found = EXPLANATIONS[code as ErrorCode] // the cast is safe: hasOwn has found the code
  return found && { cause: sayBilingual(found.cause), nextStep: sayBilingual(found.nextStep) }
}
