import { DETAILS } from './errorDetails.js'
import type { ErrorForm, GoogleError } from './types.js'

type Row = readonly [code: number, status: string, message: string, details?: GoogleError['details']]

const HIGH_DEMAND = 'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.'
const QUOTA =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.'
const METRIC = '* Quota exceeded for metric: generativelanguage.googleapis.com/'

/** Google's errors, by the names that behaviours and key states use. */
const ROWS = {
  'missing-authorization': [400, 'INVALID_ARGUMENT', 'Missing or invalid Authorization header.'],
  'invalid-authorization': [400, 'INVALID_ARGUMENT', 'Invalid Authorization header.'],
  'multiple-credentials': [400, 'INVALID_ARGUMENT', 'Multiple authentication credentials received. Please pass only one.'],
  invalid: [400, 'INVALID_ARGUMENT', 'Please pass a valid API key'],
  'invalid-long': [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', DETAILS.invalidKey],
  'key-not-found': [400, 'INVALID_ARGUMENT', 'API Key not found. Please pass a valid API key.', DETAILS.invalidKey],
  expired: [400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', DETAILS.invalidKey],
  'token-type': [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    DETAILS.tokenType,
  ],
  leaked: [403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'],
  denied: [403, 'PERMISSION_DENIED', 'Your project has been denied access. Please contact support.'],
  unregistered: [
    403,
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  ],
  disabled: [
    403,
    'PERMISSION_DENIED',
    'Generative Language API has not been used in project 123456789 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project=123456789 then retry.',
    DETAILS.serviceDisabled,
  ],
  region: [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'],
  'free-tier-region': [
    400,
    'FAILED_PRECONDITION',
    'Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.',
  ],
  'model-not-specified': [400, 'INVALID_ARGUMENT', 'model is not specified'],
  'unknown-field': [
    400,
    'INVALID_ARGUMENT',
    'Invalid JSON payload received. Unknown name "frequency_penalty": Cannot find field.',
    DETAILS.unknownField,
  ],
  'multiple-candidates': [400, 'INVALID_ARGUMENT', 'Multiple candidates is not enabled for this model'],
  'one-candidate': [400, 'INVALID_ARGUMENT', 'Only one candidate can be specified in the current model'],
  penalty: [400, 'INVALID_ARGUMENT', 'Penalty is not enabled for this model'],
  'thinking-level-minimal': [400, 'INVALID_ARGUMENT', 'Thinking level MINIMAL is not supported for this model'],
  'thinking-level': [400, 'INVALID_ARGUMENT', 'Thinking level is not supported for this model'],
  'thinking-budget-zero': [400, 'INVALID_ARGUMENT', 'Budget 0 is invalid. This model only works in thinking mode.'],
  'missing-signature': [
    400,
    'INVALID_ARGUMENT',
    'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:tool` , position 2. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.',
  ],
  'function-call-turn': [
    400,
    'INVALID_ARGUMENT',
    'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
  ],
  'model-turn-last': [400, 'INVALID_ARGUMENT', 'Requests ending with a model turn are not supported'],
  'no-contents': [400, 'INVALID_ARGUMENT', '* GenerateContentRequest.contents: contents is not specified\n'],
  'audio-format': [400, 'INVALID_ARGUMENT', 'Invalid audio format "m4a" for audio generation. Valid formats are: [wav, mp3]'],
  'tools-with-json': [400, 'INVALID_ARGUMENT', "Function calling with a response mime type: 'application/json' is unsupported"],
  'invalid-argument': [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  prepaid: [402, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted. All API keys linked to that billing account stop.'],
  'not-found': [
    404,
    'NOT_FOUND',
    'models/unknown is not found for API version v1main, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
  ],
  retired: [
    404,
    'NOT_FOUND',
    'This model models/gemini-2.0-flash is no longer available. Please update your code to use a newer model for the latest features and improvements.',
  ],
  closed: [
    404,
    'NOT_FOUND',
    'This model models/gemini-2.5-flash is no longer available to new users. Please update your code to use models/gemini-3.5-flash-lite.',
  ],
  'quota-minute': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA}\n${METRIC}generate_content_free_tier_requests, limit: 10\nPlease retry in 41.710991998s.`,
    DETAILS.perMinute,
  ],
  'quota-paid': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA} To monitor your current usage, head to: https://ai.dev/rate-limit. \n${METRIC}generate_content_paid_tier_input_token_count, limit: 1000000, model: gemini-2.5-flash\nPlease retry in 48.939935699s.`,
    DETAILS.paidTokens,
  ],
  'quota-second': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA}\n${METRIC}generate_content_free_tier_requests, limit: 10\nPlease retry in 1.2s.`,
    DETAILS.perSecond,
  ],
  'quota-text-only': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA}\n${METRIC}generate_content_free_tier_requests, limit: 10\nPlease retry in 7.5s.`,
  ],
  'quota-day': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA}\n${METRIC}generate_content_free_tier_requests, limit: 250\nPlease retry in 21h3m8.2s.`,
    DETAILS.perDay,
  ],
  'quota-zero': [
    429,
    'RESOURCE_EXHAUSTED',
    `${QUOTA}\n${METRIC}generate_content_free_tier_requests, limit: 0\nPlease retry in 12.5s.`,
    DETAILS.zero,
  ],
  'quota-bare': [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  'no-credit': [
    429,
    'RESOURCE_EXHAUSTED',
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
  ],
  cancelled: [499, 'CANCELLED', 'The operation was cancelled.'],
  internal: [500, 'INTERNAL', 'Internal error encountered.'],
  'internal-short': [500, 'INTERNAL', 'Internal error'],
  'bad-gateway': [502, 'UNAVAILABLE', 'Bad Gateway'],
  unavailable: [503, 'UNAVAILABLE', HIGH_DEMAND],
  overloaded: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  deadline: [504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
} as const satisfies Record<string, Row>

/** The name of a row of the error table. */
export type ErrorName = keyof typeof ROWS

/** All error names, for parameterized tests. */
// The cast is needed because TypeScript widens the keys to string.
export const ERROR_NAMES = Object.keys(ROWS) as readonly ErrorName[]

/** An error in Google's form. Code that validates a request throws it, and the server sends it. */
export class Refusal extends Error {
  constructor(readonly error: GoogleError) {
    super(error.message)
  }
}

/**
 * Returns the error with this name; an object is returned unchanged. For an unknown name (from a
 * prompt) it returns an internal error whose message quotes the name.
 */
export const errorOf = (name: ErrorName | GoogleError): GoogleError => {
  if (typeof name !== 'string') return name
  const row: Row | undefined = ROWS[name]
  if (row === undefined) return { code: 500, message: `Unknown error name "${String(name)}".`, status: 'INTERNAL' }
  const [code, status, message, details] = row
  return details === undefined ? { code, message, status } : { code, message, status, details }
}

/** A refusal by error name, with a specific message instead of the example in the table. */
export const refusal = (name: ErrorName, message?: string): Refusal => {
  const error = errorOf(name)
  return new Refusal(message === undefined ? error : { ...error, message })
}

/** Makes a refusal with status 400 and this message, without details. */
export const invalidArgument = (message: string): Refusal => new Refusal({ code: 400, message, status: 'INVALID_ARGUMENT' })

/** Google's HTML error page, for errors that never reach the API. */
export const htmlPage = (code: number): string =>
  `<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error ${code} (Not Found)!!1</title>\n  <p><b>${code}.</b> <ins>That’s an error.</ins>\n`

const WORDS: { readonly [code: number]: string } = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  429: 'too_many_requests',
  503: 'service_unavailable',
  504: 'gateway_timeout',
}

/** Converts an error to the Interactions API's form, whose code is a word instead of a number. */
export const wordError = ({ code, message }: GoogleError): { readonly message: string; readonly code: string } => ({
  message,
  code: WORDS[code] ?? 'internal_error',
})

/**
 * Formats an error response: its body and content type. The array form has Google's unusual
 * whitespace; `invalid-authorization`, for example, was recorded with 121 bytes.
 */
export const errorBody = (error: GoogleError, form: ErrorForm): { readonly type: string; readonly text: string } => {
  if (form === 'html') return { type: 'text/html; charset=UTF-8', text: htmlPage(error.code) }
  if (form === 'word') return { type: 'application/json; charset=UTF-8', text: JSON.stringify({ error: wordError(error) }) }
  const pretty = JSON.stringify({ error }, null, 2)
  if (form === 'array') return { type: 'application/json; charset=UTF-8', text: `[${pretty}\n]` }
  return { type: form === 'object' ? 'application/json; charset=UTF-8' : 'text/event-stream', text: `${pretty}\n` }
}
