import { isRecord } from '../contract/isRecord.js'
import { type Trouble, trouble } from './check.js'
import type { CheckId } from './result.js'
import type { TargetResponse } from './targetClient.js'

const CHECK_BY_ERROR_CODE: Readonly<Record<string, CheckId>> = {
  upstream_auth_error: 'keys',
  upstream_region_unsupported: 'region',
  insufficient_quota: 'quota',
  rate_limit_exceeded: 'quota',
}

/** Returns the id of the check that reports a proxy's error with this `error.code` and message. */
export const checkIdOfError = (code: string, message: string): CheckId =>
  code === 'upstream_error' && /^The (?:connection to Gemini|response did not come)/.test(message)
    ? 'connection'
    : (CHECK_BY_ERROR_CODE[code] ?? 'model')

/** Makes the {@link Trouble} for a 429 of the deployment's own limit, RATE_LIMIT_RPM. */
export const newRateLimitTrouble = (): Trouble =>
  trouble(
    'quota',
    {
      en: 'The rate limit of the deployment is reached: RATE_LIMIT_RPM requests per minute and caller.',
      zh: '达到该部署自身的限制：每个调用方每分钟 RATE_LIMIT_RPM 个请求。',
    },
    { en: 'Wait a minute, or raise RATE_LIMIT_RPM.', zh: '请等待一分钟，或调高 RATE_LIMIT_RPM。' },
  )

/** Makes the {@link Trouble} for a deployment whose address redirects to another address. */
export function newRedirectTrouble(base: URL, response: TargetResponse): Trouble {
  const location = response.header('location')[0] ?? ''
  const to = URL.canParse(location, base.href) ? new URL(location, base.href).origin : '?'
  return trouble(
    'target',
    {
      en: `${base.origin} redirects to ${to} (HTTP ${response.status}); clients drop the body of a POST request when they follow a redirect.`,
      zh: `${base.origin} 重定向到 ${to}（HTTP ${response.status}）；客户端的 POST 请求体会在途中丢失。`,
    },
    { en: `Use TARGET=${to} here, and ${to}/v1 in the clients.`, zh: `此处请使用 TARGET=${to}，客户端请使用 ${to}/v1。` },
  )
}

/** Returns an object unchanged, and an empty object for any other value. */
export const objectOrEmpty = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {})

/** Parses a JSON object; returns an empty object for any other text, such as an HTML page. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOrEmpty(JSON.parse(text))
  } catch {
    return {} // the text is not JSON
  }
}

/** Returns the code in an error body: `error.code` (proxy) or `errorCode` (Function Compute). */
export function readErrorCode(text: string): string | undefined {
  const { error, errorCode } = parseJsonObject(text)
  const code = objectOrEmpty(error).code ?? errorCode
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : undefined
}
