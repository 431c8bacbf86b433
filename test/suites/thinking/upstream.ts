import { post } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'

/** How a client asks: by which API, streamed or not. */
export const WAYS = [
  ['a chat', 'chat/completions', false],
  ['a streamed chat', 'chat/completions', true],
  ['a response', 'responses', false],
  ['a streamed response', 'responses', true],
] as const

/** One of {@link WAYS}, without its title. */
export interface Way {
  readonly path: 'chat/completions' | 'responses'
  readonly stream: boolean
}

/** Google's own settings of a request. */
export const google = (settings: object): object => ({ extra_body: { google: settings } })

/** Google's setting of how a model thinks. */
export const thinking = (config: object): object => google({ thinking_config: config })

/** What Gemini received of a request, and what the client learned about it. */
export interface Outcome {
  readonly status: number
  /** The whole body of the response. */
  readonly text: string
  /** The names in `x-gemini-proxy-ignored-params`. */
  readonly ignored: readonly string[]
  /** The latest request to Gemini without its model, messages and stream settings. */
  readonly sent: object
}

/**
 * Sends a request by one of the ways.
 *
 * @param body - members by their names in the chat API
 */
export async function askBy(proxy: ProxyUnderTest, { path, stream }: Way, body: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const { reasoning_effort: effort, max_tokens: limit, ...rest } = body
  const response =
    path === 'responses'
      ? await fetch(`${proxy.baseUrl}/responses`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            input: 'Hello.',
            ...rest,
            ...(effort === undefined ? {} : { reasoning: { effort } }),
            ...(limit === undefined ? {} : { max_output_tokens: limit }),
            stream,
          }),
        })
      : await post(proxy, { messages: [{ role: 'user', content: 'Hello.' }], ...body, stream })
  const text = await response.text()
  const ignored = response.headers.get('x-gemini-proxy-ignored-params')
  const {
    messages: _,
    model: __,
    stream: ___,
    stream_options: ____,
    ...sent
  } = (proxy.simulator.requests.slice(-1).map(sentChat)[0] ?? {}) as Record<string, unknown>
  return { status: response.status, text, ignored: ignored === null ? [] : ignored.split(', '), sent }
}
