/** What a stream must not be. */
export type Rule = readonly [isBroken: boolean, problem: string]

/** A stream of the chat: at its end `[DONE]` or an error, and nowhere else. */
export function chatRules(events: readonly unknown[]): Rule[] {
  const failures = events.filter((event) => typeof event === 'object' && event !== null && 'error' in event)
  return [
    [failures.length > 1 || failures.some((each) => each !== events.at(-1)), 'an error event is not the only and last one'],
    [failures.length === 0 && events.at(-1) !== '[DONE]', 'the stream ends without [DONE] and without an error'],
    [events.filter((event) => event === '[DONE]').length > 1, '[DONE] comes twice'],
  ]
}

const TERMINAL = /^(response\.(completed|incomplete|failed)|error)$/

/** A stream of the Responses API: events are named after their types and counted by one; the last, and no other, is terminal. */
export function namedRules(text: string, events: readonly unknown[]): Rule[] {
  const read = events as readonly { type?: unknown; sequence_number?: unknown }[]
  const names = framesOf(text).map(({ event }) => event)
  const ends = read.flatMap(({ type }, place) => (TERMINAL.test(String(type)) ? [place] : []))
  const first = Number(read[0]?.sequence_number)
  return [
    [names.some((name, place) => name !== read[place]?.type), 'an event is not named after its type'],
    [read.some(({ sequence_number: number }, place) => number !== first + place), 'the events are not counted by one'],
    [ends.length !== 1 || ends[0] !== read.length - 1, `the stream has not exactly one terminal event, as its last: ${names.join(', ')}`],
    [/^data: \[DONE\]$/m.test(text), 'the stream has a [DONE]'],
  ]
}

/** The events of a stream, by the rules for the streams that we send: LF, a name or none, one line of data each, an id behind it or none. */
export const framesOf = (text: string): { readonly event: string | undefined; readonly data: string }[] =>
  text.split('\n\n').flatMap((block) => {
    const [, event, data] = /^(?:event: (.*)\n)?data: (.*)(?:\nid: .*)?$/.exec(block) ?? []
    return data === undefined ? [] : [{ event, data }]
  })

/** The data of each of them. */
export const dataOf = (text: string): string[] => framesOf(text).map(({ data }) => data)
