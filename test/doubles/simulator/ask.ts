import type { Simulator } from './index.js'

/** A JSON object that a test sends to the simulator as a request body. */
export type Body = { readonly [key: string]: unknown }

/** The parts of a response that tests check: the status, the content type and the whole body. */
export interface AskResult {
  readonly status: number
  readonly type: string
  readonly text: string
}

const BEARER = { authorization: 'Bearer some-key' }

/** Posts a body to the compatible API of the simulator, and reads the whole response. */
export const ask = async (
  simulator: Simulator,
  body: unknown,
  headers: { readonly [name: string]: string } = BEARER,
  path = '/chat/completions',
): Promise<AskResult> => {
  const response = await fetch(`${simulator.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

/** A chat request with one user message. */
export const chat = (content: unknown, more: Body = {}): Body => ({
  model: 'gemini-3.8-flash',
  messages: [{ role: 'user', content }],
  ...more,
})

/** Formats a behaviour as a directive for a prompt. */
export const simulate = (behaviour: Body): string => `simulate:${JSON.stringify(behaviour)}`

/** Returns the message of an error response that has Google's array form. */
export const refusalOf = ({ text }: AskResult): string =>
  // The cast is safe: the test compares the message, and fails if it is missing.
  (JSON.parse(text) as [{ readonly error: { readonly message: string } }])[0].error.message

/** The members of a choice that tests check; from a chunk or a completion. */
export interface Choice {
  readonly finish_reason?: string
  readonly delta?: { readonly content?: string | null; readonly tool_calls?: readonly Call[]; readonly extra_content?: object }
  readonly message?: { readonly content?: string; readonly tool_calls?: readonly Call[]; readonly role: string }
}

/** A tool call in a response. */
export interface Call {
  readonly id?: string
  readonly function: { readonly name?: string; readonly arguments: string }
  readonly extra_content?: { readonly google: { readonly thought_signature: string } }
}

/** Returns the first choice of a chat completion. */
// The cast is safe: the test compares the choice, and fails if it is missing.
export const choiceOf = ({ text }: AskResult): Choice => (JSON.parse(text) as { readonly choices: [Choice] }).choices[0]

/** Parses the chunks of a streamed response. */
export const chunksOf = ({ text }: AskResult): { readonly choices: [Choice]; readonly usage?: Body; readonly created: number }[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    // The cast is safe: the test compares the chunks, and fails if members are missing.
    .map((line) => JSON.parse(line.slice(6)) as { choices: [Choice]; created: number })

/** A tool in the format of chat completions: it returns the weather of a city. */
export const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } }, required: ['city'] },
  },
} as const
