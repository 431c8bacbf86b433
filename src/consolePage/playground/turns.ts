import type { RequestFailure } from '../state/session.js'

/** A tool call of the model. */
export interface PlayCall {
  readonly id: string
  readonly name: string
  /** The arguments of the call: JSON text, as the model generated it. */
  readonly arguments: string
  /** `extra_content` of the call: its thought signature, which the next request sends back. */
  readonly extra?: unknown
}

/** A generated image. */
export interface PlayImage {
  /** The image as a data URI, or its URL. */
  readonly url: string
  /** The image as a content part, with the thought signature that the next request returns. */
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
  readonly audio?: Blob | undefined
  /** This answer as the next request returns it: chat messages, or items of the Responses API. */
  readonly history: readonly unknown[]
  readonly finishReason?: string | undefined
  readonly tokens?: PlayTokens | undefined
  /** Milliseconds from the request to the first text, thought, tool call, image or audio. */
  readonly firstContentMs?: number | undefined
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
export interface ToolResultsTurn {
  readonly role: 'tool'
  readonly results: readonly { readonly call: PlayCall; readonly output: string }[]
}

/** One turn of the conversation. */
export type Turn = UserTurn | AnswerTurn | ToolResultsTurn

/** The turn of an answer before any of its content has arrived. */
export const EMPTY_ANSWER: AnswerTurn = { role: 'assistant', text: '', reasoning: '', calls: [], images: [], history: [] }

/** Returns true once an answer has any content. */
export const hasBegun = ({ text, reasoning, calls, images, audio }: AnswerTurn): boolean =>
  text !== '' || reasoning !== '' || calls.length > 0 || images.length > 0 || audio !== undefined
