import { apiError } from '../../../contract/errors.js'
import { isRecord, only, type RequestRepair, withMember, without } from './context.js'

// Google's parser answers 400 to every field that it does not know. Source: recorded traffic and its compatibility page.
const FORWARDED = new Set([
  'model',
  'messages',
  'temperature',
  'top_p',
  'max_tokens',
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
const GOOGLE_EXTRAS = new Set(['cached_content', 'thinking_config'])
const THINKING_EXTRAS = new Set(['include_thoughts', 'thinking_budget', 'thinking_level'])

const impossible: RequestRepair = {
  name: 'impossible-parameters',
  stage: 'request',
  reason: 'Gemini gives neither log probabilities nor audio; an answer without them would not be what was asked for.',
  apply: (request) => {
    if (request.logprobs === true)
      throw apiError('unsupported_value', 'Log probabilities are not supported. Remove `logprobs`.', { param: 'logprobs' })
    const { modalities } = request
    if (Array.isArray(modalities) && modalities.includes('audio'))
      throw apiError('unsupported_value', 'Audio output is not supported. Remove `audio` from `modalities`.', { param: 'modalities' })
    if (typeof request.n === 'number' && request.n > 8) throw apiError('unsupported_value', '`n` must be at most 8.', { param: 'n' })
    return request
  },
}

const limits: RequestRepair = {
  name: 'one-token-limit',
  stage: 'request',
  reason: 'OpenAI has two names for the token limit and lets both be sent; Google takes them for the same field.',
  apply: (request, { ignore }) => {
    const { max_completion_tokens: limit, max_tokens: older } = request
    if (limit === null || limit === undefined) return request
    if (older !== null && older !== undefined && older !== limit) ignore('max_tokens')
    return { ...without(request, 'max_completion_tokens'), max_tokens: limit }
  },
}

const allowList: RequestRepair = {
  name: 'unknown-parameters',
  stage: 'request',
  reason: 'Google answers 400 `Unknown name` to every parameter that it does not know, such as `seed`, `user` or `frequency_penalty`.',
  apply: (request, { ignore }) =>
    only(request, FORWARDED, (name) => {
      // It is served by several calls.
      if (name !== 'n') ignore(name)
    }),
}

const extraBody: RequestRepair = {
  name: 'extra-body',
  stage: 'request',
  reason: "Google's own settings are read from `extra_body.google` only, and an unknown one among them is a 400 too.",
  apply: (request, { ignore }) => {
    const { extra_body: extra } = request
    if (extra === undefined) return request
    const body = isRecord(extra) ? only(extra, new Set(['google']), (name) => ignore(`extra_body.${name}`)) : {}
    const known = isRecord(body.google) ? only(body.google, GOOGLE_EXTRAS, (name) => ignore(`extra_body.google.${name}`)) : {}
    const config = known.thinking_config
    const google = isRecord(config)
      ? withMember(
          known,
          'thinking_config',
          only(config, THINKING_EXTRAS, (name) => ignore(`extra_body.google.thinking_config.${name}`)),
        )
      : known
    if (Object.keys(google).length === 0) return without(request, 'extra_body')
    return withMember(request, 'extra_body', withMember(body, 'google', google))
  },
}

const serviceTier: RequestRepair = {
  name: 'service-tier',
  stage: 'request',
  reason: "Google knows the tiers `standard`, `flex` and `priority`; OpenAI's others would be refused.",
  apply: (request, { ignore }) => {
    const tier = request.service_tier
    if (tier === undefined || tier === 'flex' || tier === 'priority' || tier === 'standard') return request
    ignore('service_tier')
    return without(request, 'service_tier')
  },
}

const streamOptions: RequestRepair = {
  name: 'stream-usage',
  stage: 'request',
  reason: 'Google counts tokens in a stream only when asked; the log and the metrics need the count of every stream.',
  apply: (request) => {
    const rest = without(request, 'stream_options', 'stream')
    return request.stream === true ? { ...rest, stream: true, stream_options: { include_usage: true } } : rest
  },
}

/** Repairs of single parameters, in the order in which they apply. */
export const PARAMETER_REPAIRS: readonly RequestRepair[] = [impossible, limits, allowList, extraBody, serviceTier, streamOptions]
