/** An event as it was sent. */
export interface Frame {
  readonly event: string | undefined
  readonly data: string
}

/** Holds the events of a stream against what no schema of one event can say. */
export interface StreamRules {
  /** Takes the next event; gives what is wrong with its place. */
  add(frame: Frame): string[]
  /** Gives what is missing at the end. */
  end(): string[]
}

const problems = (...rules: readonly (readonly [isBroken: boolean, problem: string])[]): string[] =>
  rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []))

/** A stream of the chat: at its end `[DONE]` or an error, and nowhere else. */
export function chatRules(): StreamRules {
  let isFailed = false
  let isDone = false
  return {
    add: ({ data }) => {
      const found = problems(
        [isFailed, 'an error event is not the only and last one'],
        [isDone, data === '[DONE]' ? '[DONE] comes twice' : 'an event comes after [DONE]'],
      )
      isDone ||= data === '[DONE]'
      isFailed ||= data.startsWith('{"error"')
      return found
    },
    end: () => problems([!isFailed && !isDone, 'the stream ends without [DONE] and without an error']),
  }
}

const TERMINAL = /^(response\.(completed|incomplete|failed)|error)$/

/** A stream of the Responses API: events are named after their types and counted by one; the last, and no other, is terminal. */
export function namedRules(): StreamRules {
  let next: number | undefined
  let isEnded = false
  return {
    add: ({ event, data }) => {
      if (data === '[DONE]') return ['the stream has a [DONE]']
      const { type, sequence_number: number } = JSON.parse(data) as { type?: unknown; sequence_number?: unknown }
      const found = problems(
        [event !== type, 'an event is not named after its type'],
        [number !== (next ?? number), 'the events are not counted by one'],
        [isEnded, `the stream goes on with ${event} after its terminal event`],
      )
      next = Number(number) + 1
      isEnded ||= TERMINAL.test(String(type))
      return found
    },
    end: () => problems([!isEnded, 'the stream has no terminal event']),
  }
}

/** An event, by the rules for the streams that we send: LF, a name or none, one line of data, an id behind it or none. */
export function frameOf(block: string): Frame | undefined {
  const [, event, data] = /^(?:event: ([^\n\r]*)\n)?data: ([^\n\r]*)(?:\nid: [^\n\r]+)?$/.exec(block) ?? []
  return data === undefined ? undefined : { event, data }
}

/** The data of each event of a stream. */
export const dataOf = (text: string): string[] => text.split('\n\n').flatMap((block) => frameOf(block)?.data ?? [])
