import type { RequestLog } from '../contract/requestLog.js'
import type { ChatCompletionRequest, Usage } from '../contract/types.js'
import { sumUsage } from './answer/usage.js'
import type { Attempts } from './retries.js'
import type { SignatureStore } from './signatureStore.js'
import type { Client } from './wire/openaiClient.js'

/** How a client calls the parameters of a chat that it has not written in the chat's words. */
export interface Dialect {
  /** What it has asked for that has no effect and is not in the chat. */
  readonly ignored: readonly string[]
  /** Its path for one of the chat. */
  readonly rename: (path: string) => string
}

/** One call of Gemini's chat. */
export interface Call {
  /** The Gemini model that is to answer. */
  readonly served: string
  readonly signal: AbortSignal
  /** When the time of the request is up, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Who asks; signatures are kept for each caller apart. */
  readonly caller: string
  readonly requestLog: RequestLog
  /** Only where the request was not made in the chat's words. */
  readonly dialect?: Dialect
}

/** What the chat side of Gemini is made of. */
export interface GeminiParts {
  readonly client: Client
  readonly attempts: Attempts
  readonly signatures: SignatureStore
  readonly thoughts: 'auto' | 'off'
  readonly maxEventBytes: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

/** One of the upstream calls that a request takes: Gemini gives a single choice for each. */
export interface Branch {
  readonly request: ChatCompletionRequest
  readonly call: Call
  readonly parts: GeminiParts
  /** Index of its choice. */
  readonly index: number
  readonly onUsage: (usage: Usage) => void
  /** Ends the other branches. */
  readonly cancel: (reason: unknown) => void
}

/** Takes a request apart into the calls that its `n` asks for. They end together. */
export function toBranches(request: ChatCompletionRequest, call: Call, parts: GeminiParts): Branch[] {
  const count = request.n ?? 1
  const counts: Usage[] = []
  const onUsageOf = (index: number) => (usage: Usage) => {
    counts[index] = usage
    call.requestLog.usage = count === 1 ? usage : sumUsage(counts.filter(Boolean))
  }
  if (count === 1) return [{ request, call, parts, index: 0, onUsage: onUsageOf(0), cancel: () => undefined }]
  const together = new AbortController()
  // One more than is allowed shows the repairs that it is too many.
  return Array.from({ length: Math.min(count, 9) }, (_, index) => ({
    request,
    // One for each: each has listeners of its own, and Node.js warns of the eleventh.
    call: { ...call, signal: AbortSignal.any([call.signal, together.signal]) },
    parts,
    index,
    onUsage: onUsageOf(index),
    cancel: (reason) => together.abort(reason),
  }))
}
