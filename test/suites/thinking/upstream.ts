import { post } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'

/** The kinds of requests: a title, the API, and whether the response is streamed. */
export const REQUEST_KINDS = [
  ['a chat', 'chat/completions', false],
  ['a streamed chat', 'chat/completions', true],
  ['a response', 'responses', false],
  ['a streamed response', 'responses', true],
] as const

/** One of {@link REQUEST_KINDS}, without its title. */
export interface RequestKind {
  readonly path: 'chat/completions' | 'responses'
  readonly stream: boolean
}

/** Makes the member `extra_body` of a chat request, with the given settings of Google. */
export const google = (settings: object): object => ({ extra_body: { google: settings } })

/** Makes the member `extra_body` of a chat request, with the given thinking settings of Google. */
export const thinking = (config: object): object => google({ thinking_config: config })

/** The request that Gemini received, and the response that the client received. */
export interface Outcome {
  readonly status: number
  /** The whole body of the response. */
  readonly text: string
  /** The names in `x-gemini-proxy-ignored-params`. */
  readonly ignored: readonly string[]
  /**
   * The latest request to Gemini as a chat request, without model, messages and stream settings.
   */
  readonly sent: object
}

/**
 * Sends a request of one of the kinds in {@link REQUEST_KINDS}.
 *
 * @param body - members by their names in the chat API
 */
export async function askBy(
  proxy: ProxyUnderTest,
  { path, stream }: RequestKind,
  body: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
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
