/** A chat to request, independent of the API. */
export interface Chat {
  readonly model: string
  readonly prompt: string
  readonly stream: boolean
  readonly usesTools?: boolean
  /** Additional members of a chat completion request. */
  readonly more?: object
}

/** The parsed content of a complete stream. */
export interface ReadStream {
  /** Number of events that end the stream, such as `[DONE]`. */
  readonly ends: number
  /** True if the last event is an end marker and nothing follows it. */
  readonly isEndLast: boolean
  readonly hasFailed: boolean
  /** Number of choices that have a finish reason. */
  readonly finished: number
  /** The text of each choice. */
  readonly texts: readonly string[]
}

/** Converts chats to requests of one API, and the responses of this API to text. */
export interface ApiFormat {
  path(chat: Chat): string
  body(chat: Chat): object
  /** Returns the text of each choice of a whole answer; undefined for an error. */
  texts(answer: object): readonly string[] | undefined
  read(stream: string): ReadStream
}

const WEATHER = { type: 'object', properties: { city: { type: 'string' } } }
const dataOf = (stream: string): string[] => [...stream.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data.trimEnd())

interface Choice {
  readonly index: number
  readonly message?: { readonly content?: string | null }
  readonly delta?: { readonly content?: string | null }
  readonly finish_reason: unknown
}

interface Completion {
  readonly error?: unknown
  readonly choices?: readonly Choice[]
}

/** OpenAI's chat completions. */
export const COMPLETIONS: ApiFormat = {
  path: () => '/v1/chat/completions',
  body: ({ model, prompt, stream, usesTools, more }) => ({
    model,
    stream,
    messages: [{ role: 'user', content: prompt }],
    ...(usesTools ? { tools: [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER } }] } : {}),
    ...more,
  }),
  texts: ({ error, choices = [] }: Completion) => (error === undefined ? choices.map(({ message }) => message?.content ?? '') : undefined),
  read: (stream) => {
    const events = dataOf(stream)
    const ends = events.filter((data) => data === '[DONE]' || data.startsWith('{"error"'))
    const texts: string[] = []
    let finished = 0
    for (const data of events) {
      if (ends.includes(data)) continue
      for (const { index, delta, finish_reason: finish } of (JSON.parse(data) as Completion).choices ?? []) {
        texts[index] = (texts[index] ?? '') + (delta?.content ?? '')
        if (finish !== null) finished += 1
      }
    }
    const isEndLast = events.at(-1) === ends[0] && stream.endsWith('\n\n')
    return { ends: ends.length, isEndLast, hasFailed: ends[0] !== '[DONE]', finished, texts }
  },
}

interface Message {
  readonly type: string
  readonly content?: readonly { readonly text?: string }[]
}

interface MessageEvent {
  readonly type: string
  readonly delta?: { readonly text?: string; readonly stop_reason?: unknown }
}

/** Anthropic's Messages API. */
export const MESSAGES: ApiFormat = {
  path: () => '/v1/messages',
  body: ({ model, prompt, stream, usesTools }) => ({
    model,
    stream,
    max_tokens: 8_000,
    messages: [{ role: 'user', content: prompt }],
    ...(usesTools ? { tools: [{ name: 'get_weather', input_schema: WEATHER }] } : {}),
  }),
  texts: (answer) => {
    const { type, content = [] } = answer as Message
    return type === 'error' ? undefined : [content.map(({ text = '' }) => text).join('')]
  },
  read: (stream) => {
    const events = dataOf(stream).map((data) => JSON.parse(data) as MessageEvent)
    const ends = events.filter(({ type }) => type === 'message_stop' || type === 'error')
    return {
      ends: ends.length,
      isEndLast: events.at(-1) === ends[0] && stream.endsWith('\n\n'),
      hasFailed: ends[0]?.type === 'error',
      finished: events.filter(({ delta }) => typeof delta?.stop_reason === 'string').length,
      texts: [events.map(({ delta }) => delta?.text ?? '').join('')],
    }
  },
}

interface Generated {
  readonly error?: unknown
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[] }
    readonly finishReason?: string
  }[]
}

const generatedText = ({ candidates = [] }: Generated): string =>
  candidates
    .flatMap(({ content }) => content?.parts ?? [])
    .map(({ text = '', thought = false }) => (thought ? '' : text))
    .join('')

/** Google's native API, whose streams end with the last finish reason or an error. */
export const GENERATE_CONTENT: ApiFormat = {
  path: ({ model, stream }) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: ({ prompt, usesTools }) => ({
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    ...(usesTools ? { tools: [{ functionDeclarations: [{ name: 'get_weather', parameters: WEATHER }] }] } : {}),
  }),
  texts: (answer) => {
    // An error in Google's format may be the only element of an array.
    const [generated] = [answer].flat() as [Generated]
    return generated.error === undefined ? [generatedText(generated)] : undefined
  },
  read: (stream) => {
    const [, events = '', error] = /^(.*?)(\{\n {2}"error": .*)?$/s.exec(stream) ?? []
    const read = dataOf(events).map((data) => JSON.parse(data) as Generated)
    const finished = read.filter(({ candidates = [] }) => candidates.some(({ finishReason }) => finishReason !== undefined)).length
    return {
      // In Google's API an error ends the stream, even after a finish reason.
      ends: error === undefined ? Math.min(finished, 1) : 1,
      isEndLast: true,
      // JSON.parse() throws for an error event that was cut off, so that the soak test notices it.
      hasFailed: error !== undefined && typeof JSON.parse(error) === 'object',
      finished: Math.min(finished, 1),
      texts: [read.map(generatedText).join('')],
    }
  },
}
