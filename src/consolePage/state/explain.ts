import type { ErrorCode } from '../../contract/errors.js'
import type { Bilingual } from '../../contract/language.js'
import { sayBilingual } from './language.js'

/** The cause of a failed request, and the next step for the operator. */
interface Explanation {
  readonly cause: Bilingual
  readonly nextStep: Bilingual
}

const both = (en: string, zh: string): Bilingual => ({ en, zh })

const INVALID_PARAMETER: Explanation = {
  cause: both('A parameter of the request is not valid.', '请求中的某个参数无效。'),
  nextStep: both('Correct the parameter that the message names.', '请修正消息中指出的参数。'),
}
const NOT_STORED: Explanation = {
  cause: both('The stream, response or item that the request names does not exist or has expired.', '请求引用的内容不存在或已过期。'),
  nextStep: both('Send the whole conversation instead.', '请改为发送完整的对话。'),
}
const NO_SUCH_URL: Explanation = {
  cause: both('The client called a URL or method that the proxy does not offer.', '客户端调用了代理不提供的 URL 或方法。'),
  nextStep: both('Check the base URL of the client: it ends with /v1.', '请检查客户端的 base URL：应以 /v1 结尾。'),
}
const BUSY_PROXY: Explanation = {
  cause: both('The proxy has no free capacity.', '代理已无可用容量。'),
  nextStep: both(
    'Retry shortly; if it lasts, add instances or raise MAX_CONCURRENT_REQUESTS.',
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
    cause: both('The request body is not valid JSON.', '请求体不是有效的 JSON。'),
    nextStep: both('Check how the client encodes the body.', '请检查客户端如何编码请求体。'),
  },
  invalid_request: {
    cause: both('Gemini refused the content of the request.', 'Gemini 拒绝了请求的内容。'),
    nextStep: both('Change the request as the message says; a retry fails again.', '请按消息修改请求；直接重试仍会失败。'),
  },
  context_length_exceeded: {
    cause: both('The prompt is longer than the context window of the model.', '提示词超过了模型的上下文窗口。'),
    nextStep: both('Shorten the conversation, or use a model with a larger window.', '请缩短对话，或使用上下文窗口更大的模型。'),
  },
  invalid_api_key: {
    cause: both(
      'The token is not one of AUTH_TOKEN, or for the console not ADMIN_TOKEN.',
      '令牌不在 AUTH_TOKEN 中；访问控制台时，令牌不是 ADMIN_TOKEN。',
    ),
    nextStep: both('Use a token of AUTH_TOKEN, or add this one and restart.', '请使用 AUTH_TOKEN 中的令牌，或加入该令牌后重启。'),
  },
  model_not_found: {
    cause: both('The model does not exist.', '该模型不存在。'),
    nextStep: both('Choose a model of the list, or map its name with MODEL_ALIASES.', '请从列表中选择模型，或用 MODEL_ALIASES 映射名称。'),
  },
  unknown_url: NO_SUCH_URL,
  method_not_allowed: NO_SUCH_URL,
  stream_not_found: NOT_STORED,
  response_not_found: NOT_STORED,
  previous_response_not_found: NOT_STORED,
  item_not_found: NOT_STORED,
  request_too_large: {
    cause: both('The request is larger than allowed.', '请求超过了允许的大小。'),
    nextStep: both(
      'Send less, or raise BODY_LIMIT_BYTES; Function Compute allows 32 MB.',
      '请减少内容，或调高 BODY_LIMIT_BYTES；函数计算上限为 32 MB。',
    ),
  },
  rate_limit_exceeded: {
    cause: both('Gemini or RATE_LIMIT_RPM limits the number of requests per minute.', 'Gemini 或 RATE_LIMIT_RPM 限制了每分钟的请求数。'),
    nextStep: both(
      'Wait a minute; for more requests, add keys of other Google projects.',
      '请等待一分钟；如需更多请求，请加入其他 Google 项目的密钥。',
    ),
  },
  insufficient_quota: {
    cause: both('The Gemini quota of the keys is used up.', '密钥的 Gemini 配额已用尽。'),
    nextStep: both(
      'Enable billing in Google AI Studio, add a key of another project, or wait for midnight (Pacific time).',
      '请在 Google AI Studio 启用计费，加入其他项目的密钥，或等到太平洋时间午夜。',
    ),
  },
  internal_error: {
    cause: both('The proxy failed.', '代理内部出错。'),
    nextStep: both('Look up the request id in the log of the server.', '请在服务器日志中查找该请求 ID。'),
  },
  upstream_error: {
    cause: both('Gemini could not be reached, or its answer was not valid.', '无法连接 Gemini，或其响应无效。'),
    nextStep: both('Run the doctor: it checks DNS, HTTPS_PROXY and the connection.', '请运行诊断：它会检查 DNS、HTTPS_PROXY 和连接。'),
  },
  malformed_function_call: {
    cause: both('The model generated a tool call that is not valid.', '模型生成了无效的工具调用。'),
    nextStep: both('Retry; simplify the schema of the tool if it recurs.', '请重试；若反复出现，请简化工具的 schema。'),
  },
  stream_interrupted: {
    cause: both('The instance that generated the answer stopped.', '生成响应的实例已停止。'),
    nextStep: both('Send the request again.', '请重新发送请求。'),
  },
  upstream_auth_error: {
    cause: both('Gemini rejected the API key of the proxy.', 'Gemini 拒绝了代理的 API 密钥。'),
    nextStep: both(
      'Check GEMINI_API_KEY in Google AI Studio, replace it and restart.',
      '请在 Google AI Studio 检查 GEMINI_API_KEY，更换后重启。',
    ),
  },
  upstream_region_unsupported: {
    cause: both('Gemini is not offered in the region of the proxy.', 'Gemini 在代理所在地域不可用。'),
    nextStep: both(
      'Deploy in a supported region, such as Tokyo or Singapore, or set HTTPS_PROXY.',
      '请部署到受支持的地域（如东京、新加坡），或设置 HTTPS_PROXY。',
    ),
  },
  upstream_overloaded: {
    cause: both('The model is overloaded at Gemini.', 'Gemini 的该模型过载。'),
    nextStep: both(
      'Retry in a few seconds; MODEL_FALLBACKS can switch to another model.',
      '请几秒后重试；MODEL_FALLBACKS 可切换到其他模型。',
    ),
  },
  upstream_timeout: {
    cause: both('Gemini did not answer in time.', 'Gemini 未及时响应。'),
    nextStep: both('Stream the answer, lower the reasoning effort, or raise the time limit.', '请使用流式响应，降低思考强度，或调高时限。'),
  },
  server_overloaded: BUSY_PROXY,
  shutting_down: BUSY_PROXY,
}

/** Explains an error code of the proxy in the page's language; undefined for unknown codes. */
export function explain(code: string | null | undefined): { readonly cause: string; readonly nextStep: string } | undefined {
  if (code === null || code === undefined || !Object.hasOwn(EXPLANATIONS, code)) return undefined
  const found = EXPLANATIONS[code as ErrorCode] // hasOwn has found the code in the table
  return found && { cause: sayBilingual(found.cause), nextStep: sayBilingual(found.nextStep) }
}
