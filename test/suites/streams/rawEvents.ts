import type { Behaviour } from '../../doubles/simulator/index.js'
import { DONE, toEvent } from '../../support/geminiWire.js'
import { TOKEN } from '../../support/proxy.js'

/**
 * Makes the bytes of an event stream, in the form of the API under test; a text is the data itself,
 * an object is sent as JSON.
 */
export const toStream = (...events: readonly (object | string)[]): string =>
  events.map((event) => (event === '[DONE]' ? DONE : toEvent(event))).join('')

/** Makes a chunk of Gemini's: its role is in each, and a finish reason only in the last. */
export const chunkOf = (delta: object, finish?: string, more: object = {}): object => ({
  choices: [{ delta: { role: 'assistant', ...delta }, index: 0, ...(finish === undefined ? {} : { finish_reason: finish }) }],
  ...more,
})

/** Makes the chunks of thoughts. */
export const thoughtsOf = (...texts: readonly string[]): object[] =>
  texts.map((text, index) => chunkOf({ content: index === 0 ? `<thought>${text}` : text, extra_content: { google: { thought: true } } }))

/** Makes a behaviour that sends these events and `[DONE]`. */
export const answering = (...events: readonly (object | string)[]): Behaviour => ({ rawBody: toStream(...events, '[DONE]') })

/** Posts a request, and returns the status with the data of all events, or with the body. */
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
