import type { RequestFailure } from '../state/session.js'

/** A tool call of the model. */
export interface PlayCall {
  readonly id: string
  readonly name: string
  /** JSON text, as the model generated it. */
  readonly arguments: string
  /** Google's additions, such as the thought signature; sent back with the call. */
  readonly extra?: unknown
}

/** A generated image. */
export interface PlayImage {
  /** A data URI. */
  readonly url: string
  /** The content part that a chat sends back, with its signature; absent in other APIs. */
  readonly part?: unknown
}

/** Tokens of one answer. */
export interface PlayTokens {
  readonly prompt: number
  readonly completion: number
  readonly reasoning: number | undefined
  readonly cached: number | undefined
}

/** An answer of the model, complete or still arriving. */
export interface AnswerTurn {
  readonly role: 'assistant'
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly PlayCall[]
  readonly images: readonly PlayImage[]
  /** Generated speech. */
  readonly sound?: Blob | undefined
  /** The messages or items that the next request sends back for this answer. */
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

/** The reader's message. Images are data URIs or URLs. */
export interface UserTurn {
  readonly role: 'user'
  readonly text: string
  readonly images: readonly string[]
  /** The recording to transcribe. */
  readonly recording?: File | undefined
}

/** The reader's results of the preceding tool calls. */
export interface ResultsTurn {
  readonly role: 'tool'
  readonly results: readonly { readonly call: PlayCall; readonly output: string }[]
}

/** One turn of the conversation. */
export type Turn = UserTurn | AnswerTurn | ResultsTurn

/** An answer before its first chunk. */
export const EMPTY_ANSWER: AnswerTurn = { role: 'assistant', text: '', reasoning: '', calls: [], images: [], replay: [] }
