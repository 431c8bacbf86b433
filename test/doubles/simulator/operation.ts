import { errorOf } from './errors.js'
import type { Gate } from './gate.js'
import type { Log } from './log.js'
import type { Continuations } from './native/continuations.js'
import type { FileStorage } from './native/files.js'
import type { Interactions } from './native/interactions.js'
import type { Queue } from './queue.js'
import { type Reply, replyError, replyRaw } from './reply.js'
import type { Behaviour, JsonObject, Settings } from './types.js'

/** The path prefix of every operation of the compatibility layer. */
export const BASE_PATH = '/v1beta/openai'

/** The state and settings of a running simulator, as operations use them. */
export interface Parts {
  readonly settings: Settings
  readonly log: Log
  readonly queue: Queue
  readonly gate: Gate
  readonly continuations: Continuations
  readonly interactions: Interactions
  readonly files: FileStorage
}

/** A request whose body has been read. */
export interface Call {
  readonly path: string
  readonly query: string
  readonly body: JsonObject | undefined
  /** The body as it was received. */
  readonly bytes: Buffer
  readonly length: number
  readonly queued: Behaviour
  readonly directed: { readonly text: string; readonly behaviour: Behaviour }
}

/** Responds to one accepted request. */
export type Operation = (parts: Parts, call: Call, reply: Reply) => Promise<void>

/** Sends the error or the raw body that the behaviour sets; otherwise calls `usual` to respond. */
export async function replyOr(reply: Reply, isStream: boolean, usual: () => Promise<void>): Promise<void> {
  const { error, rawBody } = reply.behaviour
  if (rawBody !== undefined) await replyRaw(reply, rawBody, isStream)
  else if (error !== undefined) await replyError(reply, errorOf(error))
  else await usual()
}
