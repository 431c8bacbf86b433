/** The bearer token of the tests' callers. It belongs in no log, and never goes to Gemini. */
export const TOKEN = 'test-token-4f1d'

/** The Gemini key of the tests. Nobody but Gemini may see it, and Gemini only in the header that is for it. */
export const GEMINI_KEY = 'AQ.test-gemini-key-0123456789abcdef'

/** What Function Compute sends along with each request: credentials of the function's role, which are for nobody else. */
export const FC_CREDENTIALS = {
  'x-fc-access-key-id': 'LTAI.test-fc-key-id-77e1',
  'x-fc-access-key-secret': 'test-fc-secret-5b0c9d2a',
  'x-fc-security-token': 'test-fc-sts-91d3f0e6',
} as const

/** What stands in most prompts of the tests, and in nothing else. */
export const PROMPT_MARK = 'simulate:{'

/** Who must not be found where, by name. */
export interface Canary {
  readonly name: string
  readonly value: string
}

const OF_CALLER: readonly Canary[] = [
  { name: 'the token of a caller', value: TOKEN },
  ...Object.entries(FC_CREDENTIALS).map(([name, value]) => ({ name, value })),
]
const KEY: Canary = { name: 'the Gemini key', value: GEMINI_KEY }

/** What no log of the proxy may hold. */
export const NOT_IN_LOGS: readonly Canary[] = [...OF_CALLER, KEY, { name: 'a prompt', value: PROMPT_MARK }]

/** What no request to Gemini may hold, apart from the key in its header. */
export const NOT_FOR_GEMINI: readonly Canary[] = [...OF_CALLER, KEY]

/** What no other process of a test may print. */
export const NOT_IN_OUTPUT: readonly Canary[] = [KEY]
