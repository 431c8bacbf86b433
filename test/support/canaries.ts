/** The bearer token of the tests' callers. It must not be logged or sent to Gemini. */
export const TOKEN = 'test-token-4f1d'

/** The admin token of the tests. It must not be logged or sent to Gemini. */
export const ADMIN_TOKEN = 'test-admin-token-7be2'

/** The Gemini key of the tests. It must be sent to Gemini only, in the header of its API. */
export const GEMINI_KEY = 'AQ.test-gemini-key-0123456789abcdef'

/** Credentials that Function Compute adds to each request. They must not be passed on. */
export const FC_CREDENTIALS = {
  'x-fc-access-key-id': 'LTAI.test-fc-key-id-77e1',
  'x-fc-access-key-secret': 'test-fc-secret-5b0c9d2a',
  'x-fc-security-token': 'test-fc-sts-91d3f0e6',
} as const

/** A text in most prompts of the tests, by which a prompt in a log is recognized. */
export const PROMPT_MARK = 'simulate:{'

/** A value that must not leak, with a name for error messages. */
export interface Canary {
  readonly name: string
  readonly value: string
}

const OF_REQUESTS: readonly Canary[] = [
  { name: 'the token of a caller', value: TOKEN },
  { name: 'the admin token', value: ADMIN_TOKEN },
  ...Object.entries(FC_CREDENTIALS).map(([name, value]) => ({ name, value })),
]
const KEY: Canary = { name: 'the Gemini key', value: GEMINI_KEY }

/** Values that must not be in a log of the proxy. */
export const NOT_IN_LOGS: readonly Canary[] = [...OF_REQUESTS, KEY, { name: 'a prompt', value: PROMPT_MARK }]

/** Values that must not be in a request to Gemini, except the key in its header. */
export const NOT_FOR_GEMINI: readonly Canary[] = [...OF_REQUESTS, KEY]

/** Values that must not be in the output of a test's processes, even if they are not proxies. */
export const NOT_IN_OUTPUT: readonly Canary[] = [KEY]
