/** The last event of an answer that is whole. */
export const DONE = 'data: [DONE]\n\n'

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
