import type { RequestFailure } from '../state/session.js'

/** A tool call of the model. */
export interface PlayCall {
  readonly id: string
  readonly name: string
  /** JSON, as the model wrote it. */
  readonly arguments: string
  /** Google's additions, such as the signature, which are sent back. */
  readonly extra?: unknown
}

/** An image of the model. */
export interface PlayImage {
  /** A data URI. */
  readonly url: string
  /** What a chat sends back for it, with its signature; absent in the other APIs. */
  readonly part?: unknown
}

/** Tokens of one answer. */
export interface PlayTokens {
  readonly prompt: number
  readonly completion: number
  readonly reasoning: number | undefined
  readonly cached: number | undefined
}

/** The answer of the model, complete or still growing. */
export interface AnswerTurn {
  readonly role: 'assistant'
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly PlayCall[]
  readonly images: readonly PlayImage[]
  /** The speech of the model. */
  readonly sound?: Blob | undefined
  /** What the next request sends back for this answer, in the format of its API. */
  readonly replay: readonly unknown[]
  readonly finish?: string | undefined
  readonly tokens?: PlayTokens | undefined
  /** Milliseconds from the request to the first text, thought or call. */
  readonly firstMs?: number | undefined
  readonly totalMs?: number | undefined
  readonly requestId?: string | undefined
  readonly failure?: RequestFailure | undefined
  readonly isStopped?: boolean | undefined
}

/** The reader's message. An image is a data URI or a URL. */
export interface UserTurn {
  readonly role: 'user'
  readonly text: string
  readonly images: readonly string[]
  /** What is to be transcribed. */
  readonly recording?: File | undefined
}

/** The reader's results of the calls before. */
export interface ResultsTurn {
  readonly role: 'tool'
  readonly results: readonly { readonly call: PlayCall; readonly output: string }[]
}

/** One turn of the conversation. */
export type Turn = UserTurn | AnswerTurn | ResultsTurn

/** An answer of which nothing has arrived. */
export const EMPTY_ANSWER: AnswerTurn = { role: 'assistant', text: '', reasoning: '', calls: [], images: [], replay: [] }
