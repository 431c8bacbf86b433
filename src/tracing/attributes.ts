import type { Attributes } from '@opentelemetry/api'
import type { RequestSummary } from '../contract/requestSummary.js'

const EMBEDDINGS = 'createEmbedding'

/** Names the trace span of a request: its HTTP method and the template of its path. */
export const toRequestSpanName = ({ method, route }: RequestSummary): string => (route === undefined ? method : `${method} ${route}`)

/**
 * OpenTelemetry attributes of a request's span, without the client's exact path and address.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export const toRequestSpanAttributes = (summary: RequestSummary): Attributes => ({
  'http.request.method': summary.method,
  'http.route': summary.route,
  'http.response.status_code': summary.status,
  'url.scheme': 'http',
  'url.path': summary.route ?? summary.path,
  'error.type': summary.errorCode,
  'enduser.id': summary.caller,
  'gemini_proxy.request_id': summary.requestId,
  'gemini_proxy.operation': summary.operation,
  'gemini_proxy.requested_model': summary.model,
  'gemini_proxy.param': summary.param,
  'gemini_proxy.cancelled': summary.cancelled || undefined,
  'gemini_proxy.resumed': summary.resumed,
  'gemini_proxy.repairs': summary.repairs && [...summary.repairs],
})

/** Names the trace span of an upstream call: `chat` or `embeddings`, followed by the model. */
export const toCallSpanName = (summary: RequestSummary): string => `${operationOf(summary)} ${geminiModelOf(summary) ?? ''}`.trim()

/**
 * OpenTelemetry attributes of the span of an upstream call, by the GenAI conventions.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export const toCallSpanAttributes = (summary: RequestSummary, gemini: URL): Attributes => ({
  'gen_ai.operation.name': operationOf(summary),
  'gen_ai.provider.name': 'gcp.gemini',
  'gen_ai.request.model': geminiModelOf(summary),
  'gen_ai.response.model': summary.status < 400 ? geminiModelOf(summary) : undefined,
  'gen_ai.usage.input_tokens': summary.promptTokens,
  'gen_ai.usage.output_tokens': summary.completionTokens,
  'gen_ai.usage.cache_read.input_tokens': summary.cachedTokens,
  'gen_ai.usage.reasoning.output_tokens': summary.reasoningTokens,
  'gen_ai.response.time_to_first_chunk': summary.firstByteMs === undefined ? undefined : summary.firstByteMs / 1000,
  'server.address': gemini.hostname,
  'server.port': Number(gemini.port) || (gemini.protocol === 'https:' ? 443 : 80),
  'http.request.resend_count': summary.repeats,
  'error.type': summary.errorCode,
  'gemini_proxy.key': summary.key,
})

const operationOf = ({ operation }: RequestSummary): string => (operation === EMBEDDINGS ? 'embeddings' : 'chat')

const geminiModelOf = ({ servedModel, model }: RequestSummary): string | undefined => servedModel ?? model
