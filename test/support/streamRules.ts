/** An event of a stream: its name, if it has one, and its data. */
export interface Frame {
  readonly event: string | undefined
  readonly data: string
}

/**
 * Checks one stream by the rules that the schema of a single event cannot express, such as the
 * order of events.
 */
export interface StreamRules {
  /** Adds the next event. Returns how it violates the rules at its position in the stream. */
  add(frame: Frame): string[]
  /** Ends the stream. Returns how its end violates the rules. */
  end(): string[]
}

const problems = (...rules: readonly (readonly [isBroken: boolean, problem: string])[]): string[] =>
  rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []))

/** Makes the rules of a chat stream: only the last event is `[DONE]` or an error. */
export function chatRules(): StreamRules {
  let isFailed = false
  let isDone = false
  return {
    add: ({ data }) => {
      const found = problems(
        [isFailed, 'an error event is not the only and last one'],
        [isDone, data === '[DONE]' ? '[DONE] is sent twice' : 'an event follows [DONE]'],
      )
      isDone ||= data === '[DONE]'
      isFailed ||= data.startsWith('{"error"')
      return found
    },
    end: () => problems([!isFailed && !isDone, 'the stream ends without [DONE] and without an error']),
  }
}

/** Makes the rules of a speech or transcription stream: `done` or an error is the last event. */
export function audioRules(): StreamRules {
  let isEnded = false
  return {
    add: ({ data }) => {
      const found = problems([isEnded, 'an event follows the last one'])
      isEnded ||= /^\{"(?:error"|type":"(?:speech\.audio|transcript\.text)\.done")/.test(data)
      return found
    },
    end: () => problems([!isEnded, 'the stream has no last event']),
  }
}

const TERMINAL = /^(response\.(completed|incomplete|failed)|error)$/

/**
 * Makes the rules of a Responses API stream: events are named after their types and numbered
 * without gaps; only the last one is terminal.
 */
export function namedRules(): StreamRules {
  let next: number | undefined
  let isEnded = false
  return {
    add: ({ event, data }) => {
      if (data === '[DONE]') return ['the stream has a [DONE]']
      const { type, sequence_number: number } = JSON.parse(data) as { type?: unknown; sequence_number?: unknown }
      const found = problems(
        [event !== type, 'an event is not named after its type'],
        [number !== (next ?? number), 'the sequence numbers have a gap'],
        [isEnded, `the stream continues with ${event} after its terminal event`],
      )
      next = Number(number) + 1
      isEnded ||= TERMINAL.test(String(type))
      return found
    },
    end: () => problems([!isEnded, 'the stream has no terminal event']),
  }
}

/**
 * Makes the rules of a Messages API stream: named events, one open block at a time, consecutive
 * block indexes, and `message_stop` or `error` as the last event only.
 */
export function messageRules(): StreamRules {
  let next = 0
  let isOpen = false
  let hasBegun = false
  let isEnded = false
  return {
    add: ({ event, data }) => {
      const { type, index } = JSON.parse(data) as { type?: unknown; index?: unknown }
      const isBlock = String(type).startsWith('content_block_')
      const isStart = type === 'content_block_start'
      const found = problems(
        [event !== type, 'an event is not named after its type'],
        [isEnded, `the stream continues with ${event} after its last event`],
        [type === 'message_start' && hasBegun, 'the message begins twice'],
        [type !== 'message_start' && type !== 'ping' && type !== 'error' && !hasBegun, `${event} comes before message_start`],
        [isBlock && index !== next, `${event} has the index ${String(index)} instead of ${next}`],
        [isBlock && isStart === isOpen, `${event} comes while a block is ${isOpen ? 'open' : 'closed'}`],
        [(type === 'message_delta' || type === 'message_stop') && isOpen, `${event} comes while a block is open`],
      )
      hasBegun ||= type === 'message_start'
      if (isBlock) isOpen = type !== 'content_block_stop'
      if (type === 'content_block_stop') next += 1
      isEnded ||= type === 'message_stop' || type === 'error'
      return found
    },
    end: () => problems([!isEnded, 'the stream has no last event']),
  }
}

/** Makes the rules of an Images API stream: named events; a complete image or `error` is last. */
export function imageRules(): StreamRules {
  let last: unknown
  return {
    add: ({ event, data }) => {
      const { type } = JSON.parse(data) as { type?: unknown }
      const found = problems(
        [event !== type, 'an event is not named after its type'],
        [last === 'error', `the stream continues with ${event} after its last event`],
      )
      last = type
      return found
    },
    end: () => problems([last !== 'error' && !String(last).endsWith('.completed'), 'the stream has no last event']),
  }
}

/** Returns the rules for a stream, by its first event. */
export function rulesFor({ event, data }: Frame): StreamRules {
  if (event === undefined) return /^\{"type":"(?:speech|transcript)\./.test(data) ? audioRules() : chatRules()
  if (/^image_(?:generation|edit)\./.test(event)) return imageRules()
  // An `error` event without a sequence number belongs to the Messages API: the Responses API has
  // one.
  return event.startsWith('message_') || event === 'ping' || (event === 'error' && !data.includes('"sequence_number"'))
    ? messageRules()
    : namedRules()
}

/**
 * Parses an event in the proxy's format: LF line ends, an optional name, one line of data, then an
 * optional id. Returns undefined for any other text.
 */
export function frameOf(block: string): Frame | undefined {
  const [, event, data] = /^(?:event: ([^\n\r]*)\n)?data: ([^\n\r]*)(?:\nid: [^\n\r]+)?$/.exec(block) ?? []
  return data === undefined ? undefined : { event, data }
}

/** Returns the data of each event of a stream. */
export const dataOf = (text: string): string[] => text.split('\n\n').flatMap((block) => frameOf(block)?.data ?? [])
