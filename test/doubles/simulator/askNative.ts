import type { AskResult, Body } from './ask.js'
import type { Simulator } from './index.js'

const KEY = { 'x-goog-api-key': 'some-key' }

/** A `Part` of a native answer, reduced to the members that tests check. */
export interface AnswerPart {
  readonly text?: string
  readonly thought?: boolean
  readonly thoughtSignature?: string
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: Body }
  readonly toolCall?: { readonly id: string; readonly toolType: string; readonly args: Body }
  readonly toolResponse?: { readonly id: string }
  readonly executableCode?: Body
  readonly codeExecutionResult?: Body
  readonly inlineData?: { readonly mimeType: string; readonly data: string }
}

/** A whole answer of the native API, or one event of a streamed answer. */
export interface AnswerObject {
  readonly candidates?: readonly {
    readonly content?: { readonly role: string; readonly parts?: readonly AnswerPart[] }
    readonly finishReason?: string
    readonly finishMessage?: string
    readonly continuationToken?: string
    readonly index: number
    readonly groundingMetadata?: {
      readonly webSearchQueries?: readonly string[]
      readonly groundingChunks: readonly { readonly web: { readonly uri: string } }[]
      readonly groundingSupports: readonly { readonly segment: Segment; readonly groundingChunkIndices: readonly number[] }[]
    }
    readonly urlContextMetadata?: Body
    readonly logprobsResult?: { readonly chosenCandidates: readonly { readonly token: string }[]; readonly topCandidates?: readonly Body[] }
    readonly safetyRatings?: readonly Body[]
  }[]
  readonly promptFeedback?: { readonly blockReason: string }
  readonly usageMetadata: { readonly [name: string]: unknown }
  readonly modelVersion: string
  readonly responseId: string
}

interface Segment {
  readonly startIndex?: number
  readonly endIndex: number
  readonly text: string
}

/** Sends a request to the native API and reads the whole response. */
export const askNative = async (
  simulator: Simulator,
  path: string,
  body?: unknown,
  headers: { readonly [name: string]: string } = KEY,
): Promise<AskResult> => {
  const response = await fetch(`${simulator.origin}/v1beta/models${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

export const MODEL = 'gemini-3.8-flash'

/** Makes a native request with one text of the user. */
export const say = (text: string, more: Body = {}): Body => ({ contents: [{ role: 'user', parts: [{ text }] }], ...more })

/** Sends a native request, and returns the answer. @throws if the simulator refuses it */
export const answerOf = async (simulator: Simulator, body: Body, model = MODEL): Promise<AnswerObject> => {
  const { status, text } = await askNative(simulator, `/${model}:generateContent`, body)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return JSON.parse(text) as AnswerObject // the cast is safe: tests compare the members
}

/** Streams a native request, and returns the events. @throws if the simulator refuses it */
export const eventsOf = async (simulator: Simulator, body: Body, model = MODEL): Promise<AnswerObject[]> => {
  const { status, text } = await askNative(simulator, `/${model}:streamGenerateContent?alt=sse`, body)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return readEvents(text)
}

export const readEvents = (text: string): AnswerObject[] =>
  text
    .split('\r\n\r\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice('data: '.length)) as AnswerObject)

export const partsOf = ({ candidates }: AnswerObject): readonly AnswerPart[] => candidates?.[0]?.content?.parts ?? []

export const textOf = (answers: readonly AnswerObject[]): string =>
  answers
    .flatMap(partsOf)
    .map((part) => (part.thought === true ? '' : (part.text ?? '')))
    .join('')

/** Sends a native request, and returns status and error message; `accepted` if it succeeds. */
export const refusalOfNative = async (simulator: Simulator, body: unknown, model = MODEL): Promise<readonly [number, string]> => {
  const { status, text } = await askNative(simulator, `/${model}:generateContent`, body)
  const { error } = JSON.parse(text) as { error?: { message: string } }
  return [status, error?.message ?? 'accepted']
}

/** Tools of a native request, with functions for the weather and the time. */
export const FUNCTIONS = [
  {
    functionDeclarations: [
      {
        name: 'get_weather',
        description: 'The weather of a city',
        parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
      { name: 'get_time', description: 'The time', parameters: { type: 'OBJECT', properties: { zone: { type: 'STRING' } } } },
    ],
  },
]
