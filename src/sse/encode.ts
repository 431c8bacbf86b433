/** The data of the last event of an answer that is whole. */
export const DONE_DATA = '[DONE]'

/** The last event of an answer that is whole. */
export const DONE = `data: ${DONE_DATA}\n\n`

/** A comment: keeps connections alive, and no client sees it as an event. */
export const HEARTBEAT = ': keep-alive\n\n'

/** One event that carries `value` as JSON. */
export const toEvent = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`

/** Several events in one piece, so that what arrived together leaves in one write. */
export function toEvents(values: readonly unknown[]): string {
  if (values.length === 1) return toEvent(values[0])
  let text = ''
  for (const value of values) text += toEvent(value)
  return text
}

/**
 * One event with an id, by which a client can ask for what comes after it.
 *
 * The id comes last: some clients, fetch-event-source among them, take note of it as soon as they read it, and would miss an event that was
 * cut off after its id.
 */
export const toEventWithId = (id: string, data: string): string => `data: ${data}\nid: ${id}\n\n`

/** Several events in one piece, their ids `<stream>:<number>` counted on from `first`. */
export function toEventsWithIds(stream: string, first: number, values: readonly unknown[]): string {
  let text = ''
  for (const [place, value] of values.entries()) text += toEventWithId(`${stream}:${first + place}`, JSON.stringify(value))
  return text
}

/** The data of the events in a text that was written here: each is one line. */
export const dataOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
