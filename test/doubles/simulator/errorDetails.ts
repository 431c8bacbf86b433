import type { JsonObject } from './types.js'

const RPC = 'type.googleapis.com/google.rpc.'
const SERVICE = 'generativelanguage.googleapis.com'
const FREE_METRIC = `${SERVICE}/generate_content_free_tier_requests`
const HELP = {
  '@type': `${RPC}Help`,
  links: [{ description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/gemini-api/docs/rate-limits' }],
}

const quota = (quotaMetric: string, quotaId: string, quotaValue: string): JsonObject => ({
  '@type': `${RPC}QuotaFailure`,
  violations: [{ quotaMetric, quotaId, quotaDimensions: { location: 'global', model: 'gemini-2.5-flash' }, quotaValue }],
})

const retry = (retryDelay: string): JsonObject => ({ '@type': `${RPC}RetryInfo`, retryDelay })

const PER_MINUTE = quota(FREE_METRIC, 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', '10')

/** Makes the entry of an error's `details` that lists which fields of the request are invalid. */
export const badRequest = (fieldViolations: readonly { readonly field?: string; readonly description: string }[]): JsonObject => ({
  '@type': `${RPC}BadRequest`,
  fieldViolations,
})

/** The `details` of those errors of Google that have this member. */
export const DETAILS = {
  invalidKey: [
    { '@type': `${RPC}ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com', metadata: { service: SERVICE } },
    { '@type': `${RPC}LocalizedMessage`, locale: 'en-US', message: 'API key not valid. Please pass a valid API key.' },
  ],
  tokenType: [
    {
      '@type': `${RPC}ErrorInfo`,
      reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
      metadata: { method: 'google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent', service: SERVICE },
    },
  ],
  serviceDisabled: [
    {
      '@type': `${RPC}ErrorInfo`,
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata: { service: SERVICE, consumer: 'projects/123456789' },
    },
  ],
  unknownField: [badRequest([{ description: 'Invalid JSON payload received. Unknown name "frequency_penalty": Cannot find field.' }])],
  perMinute: [PER_MINUTE, HELP, retry('41s')],
  perSecond: [PER_MINUTE, HELP, retry('1.2s')],
  paidTokens: [
    HELP,
    quota(`${SERVICE}/generate_content_paid_tier_input_token_count`, 'GenerateContentPaidTierInputTokensPerModelPerMinute', '1000000'),
    retry('48s'),
  ],
  perDay: [quota(FREE_METRIC, 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', '250'), HELP, retry('75788s')],
  zero: [quota(FREE_METRIC, 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', '0'), HELP, retry('12s')],
} as const
