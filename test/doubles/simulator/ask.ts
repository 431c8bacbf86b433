import type { Simulator } from './index.js'

/** A request body of the simulator's own tests. */
export type Body = { readonly [key: string]: unknown }

/** What a test looks at. */
export interface Told {
  readonly status: number
  readonly type: string
  readonly text: string
}

const BEARER = { authorization: 'Bearer some-key' }

/** Sends a body and reads the whole answer. */
export const ask = async (
  simulator: Simulator,
  body: unknown,
  headers: { readonly [name: string]: string } = BEARER,
  path = '/chat/completions',
): Promise<Told> => {
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

/** A directive to stand in a prompt. */
export const simulate = (behaviour: Body): string => `simulate:${JSON.stringify(behaviour)}`

/** The message of a refusal in Google's array. */
export const refusalOf = ({ text }: Told): string =>
  (JSON.parse(text) as [{ readonly error: { readonly message: string } }])[0].error.message // the tests compare the message

/** The choice of a chunk or an answer, as far as tests look at it. */
export interface Choice {
  readonly finish_reason?: string
  readonly delta?: { readonly content?: string | null; readonly tool_calls?: readonly Call[]; readonly extra_content?: object }
  readonly message?: { readonly content?: string; readonly tool_calls?: readonly Call[]; readonly role: string }
}

/** A tool call as answered. */
export interface Call {
  readonly id?: string
  readonly function: { readonly name?: string; readonly arguments: string }
  readonly extra_content?: { readonly google: { readonly thought_signature: string } }
}

/** The first choice of a JSON answer. */
export const choiceOf = ({ text }: Told): Choice => (JSON.parse(text) as { readonly choices: [Choice] }).choices[0] // the tests compare the choice

/** The chunks of a stream. */
export const chunksOf = ({ text }: Told): { readonly choices: [Choice]; readonly usage?: Body; readonly created: number }[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { choices: [Choice]; created: number }) // the tests compare the chunks

/** A weather tool. */
export const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } }, required: ['city'] },
  },
} as const
