import type { RequestFailure } from '../state/session.js'

/** A tool call of the model. */
export interface PlayCall {
  readonly id: string
  readonly name: string
  /** The arguments of the call: JSON text, as the model generated it. */
  readonly arguments: string
  /** `extra_content` of the call with its thought signature, which is sent back with it. */
  readonly extra?: unknown
}

/** A generated image. */
export interface PlayImage {
  /** The image as a data URI, or its URL. */
  readonly url: string
  /** The image as a content part with its thought signature, which chats send back. */
  readonly part?: unknown
}

/** Token counts of one answer. */
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
  /** Audio of generated speech. */
  readonly sound?: Blob | undefined
  /** This answer as messages or items, which the next request of the conversation contains. */
  readonly replay: readonly unknown[]
  readonly finish?: string | undefined
  readonly tokens?: PlayTokens | undefined
  /** Milliseconds from the request to the first text, thought, tool call, image or audio. */
  readonly firstMs?: number | undefined
  readonly totalMs?: number | undefined
  readonly requestId?: string | undefined
  readonly failure?: RequestFailure | undefined
  readonly isStopped?: boolean | undefined
}

/** A message of the user. Its images are data URIs or URLs. */
export interface UserTurn {
  readonly role: 'user'
  readonly text: string
  readonly images: readonly string[]
  /** The audio file to transcribe. */
  readonly recording?: File | undefined
}

/** The results that the user entered for the preceding tool calls. */
export interface ResultsTurn {
  readonly role: 'tool'
  readonly results: readonly { readonly call: PlayCall; readonly output: string }[]
}

/** One turn of the conversation. */
export type Turn = UserTurn | AnswerTurn | ResultsTurn

/** The turn of an answer of which nothing has arrived. */
export const EMPTY_ANSWER: AnswerTurn = { role: 'assistant', text: '', reasoning: '', calls: [], images: [], replay: [] }
