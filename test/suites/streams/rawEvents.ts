import type { Behaviour } from '../../doubles/simulator/index.js'
import { DONE, toEvent } from '../../support/geminiWire.js'
import { TOKEN } from '../../support/proxy.js'

/**
 * Makes an event stream in the format of the upstream API under test. A string is the data of an
 * event or the end marker `[DONE]`; an object is converted and sent as JSON.
 */
export const toStream = (...events: readonly (object | string)[]): string =>
  events.map((event) => (event === '[DONE]' ? DONE : toEvent(event))).join('')

/**
 * Makes a chunk in the form of Gemini's compatible API: each chunk has a role, and only the last
 * one a finish reason.
 */
export const chunkOf = (delta: object, finish?: string, more: object = {}): object => ({
  choices: [{ delta: { role: 'assistant', ...delta }, index: 0, ...(finish === undefined ? {} : { finish_reason: finish }) }],
  ...more,
})

/**
 * Makes one chunk for each thought summary. As in the compatible API, the first begins with
 * `<thought>`.
 */
export const thoughtsOf = (...texts: readonly string[]): object[] =>
  texts.map((text, index) => chunkOf({ content: index === 0 ? `<thought>${text}` : text, extra_content: { google: { thought: true } } }))

/** Makes a behaviour that sends these events and `[DONE]`. */
export const answering = (...events: readonly (object | string)[]): Behaviour => ({ rawBody: toStream(...events, '[DONE]') })

/** Posts a request. @returns the status and body of the response, and the data of all its events */
export async function exchange(
  { baseUrl }: { readonly baseUrl: string },
  path: string,
  body: object,
): Promise<{ readonly status: number; readonly text: string; readonly data: readonly string[] }> {
  const response = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, text, data: [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data) }
}
