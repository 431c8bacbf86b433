import type { ApiError } from '../../contract/errors.js'
import type { ChatCompletionChunk, ModelResponse, ResponseStreamEvent, Usage } from '../../contract/types.js'
import type { Asked } from '../request/parseRequest.js'
import { type ItemStatus, makeEmitter, type OpenItem } from './emitter.js'
import { type OpenCall, type OpenMessage, type OpenReasoning, openCall, openMessage, openReasoning } from './openItems.js'
import { type Head, toBegun, toResponseUsage } from './response.js'

type Choice = ChatCompletionChunk['choices'][number]
/** A piece of a chat's answer. */
export type Delta = Choice['delta']
type CallDelta = NonNullable<Delta['tool_calls']>[number]
type FinishReason = NonNullable<Choice['finish_reason']>

/** One answer while it is made: takes pieces of a chat, gives events. */
export interface Answer {
  /** Tells that the answer begins. */
  begin(head: Head): void
  add(delta: Delta): void
  /** Ends it. The last event says how. @returns what {@link AnswerParts.onEnd} returns: the client is told of the end after it */
  finish(reason: FinishReason, usage: Usage | undefined): Promise<void>
  /** Ends it by a failure; does nothing once it has ended. */
  fail(failure: ApiError): void
  /** Takes the events since the last time. */
  take(): ResponseStreamEvent[]
  /** The answer as it stands. */
  response(): ModelResponse
}

/** How an answer has ended, by the chat's word for it. */
const ENDS: Readonly<Partial<Record<FinishReason, 'max_output_tokens' | 'content_filter'>>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
}

type Open = OpenMessage | OpenReasoning

/** What an answer needs besides the request. */
export interface AnswerParts {
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
  /** Is given the answer when it has ended, unless it has failed. */
  readonly onEnd: (response: ModelResponse) => Promise<void>
}

/** Makes the answer to a request. */
export function makeAnswer({ request, declared, hasSummaries, hasWordSignatures, seal }: Asked, { now, onEnd }: AnswerParts): Answer {
  const emitter = makeEmitter()
  const calls = new Map<number, OpenCall>()
  let response: ModelResponse = toBegun(request, { id: '', created: 0, isKept: false })
  let isOver = false
  let open: Open | undefined
  /** The signature of the message that is open. */
  let messageSignature: string | undefined

  const close = (status: ItemStatus = 'completed'): void => {
    open?.close(status)
    open = undefined
    if (messageSignature === undefined) return
    const message = messageSignature
    messageSignature = undefined // first of all: what carries it closes what is open
    reasoning().carry({ message, isAfter: true })
    close()
  }
  const reasoning = (): OpenReasoning => {
    if (open?.type === 'reasoning') return open
    close()
    const opened = openReasoning(emitter, seal)
    open = opened
    return opened
  }
  const say = (kind: 'output_text' | 'refusal', text: string): void => {
    closeCalls((call) => call.isWhole())
    if (open?.type !== 'message') {
      close()
      open = openMessage(emitter)
    }
    open.write(kind, text)
  }
  const closeCalls = (isDue: (call: OpenCall) => boolean, status: ItemStatus = 'completed'): void => {
    for (const [index, call] of calls) {
      if (!isDue(call)) continue
      calls.delete(index)
      call.close(status)
    }
  }
  const addCall = ({ index, id, function: called, extra_content: extra }: CallDelta): void => {
    const signature = extra?.google?.thought_signature
    if (id !== undefined) {
      closeCalls((call) => call.isWhole())
      if (signature) reasoning().carry({ calls: { [id]: signature } })
      close()
      const name = called?.name ?? ''
      calls.set(index, openCall(emitter, id, declared.get(name) ?? { kind: 'function', name, namespace: undefined }))
    }
    calls.get(index)?.write(called?.arguments ?? '')
  }
  const addSignature = (signature: string): void => {
    if (!hasWordSignatures) return
    if (open?.type === 'message') messageSignature = signature
    else reasoning().carry({ message: signature })
  }
  const end = (change: Partial<ModelResponse>, type: 'completed' | 'incomplete' | 'failed'): void => {
    isOver = true
    response = { ...response, status: type, ...change }
    emitter.tell({ type: `response.${type}`, response })
  }

  return {
    begin: (head) => {
      response = toBegun(request, head)
      for (const type of ['response.created', 'response.in_progress'] as const) emitter.tell({ type, response })
    },
    add: ({ content, refusal, reasoning_content: thought, extra_content: extra, tool_calls }) => {
      if (thought && hasSummaries) reasoning().write(thought)
      // Before the words, so that in an answer of one piece they need no item after the message.
      if (extra?.google?.thought_signature) addSignature(extra.google.thought_signature)
      if (content) say('output_text', content)
      if (refusal) say('refusal', refusal)
      for (const call of tool_calls ?? []) addCall(call)
    },
    finish: (reason, usage) => {
      const why = ENDS[reason]
      const status = why === undefined ? 'completed' : 'incomplete'
      close(status)
      closeCalls(() => true, status)
      const rest = { output: emitter.output(), ...(usage === undefined ? {} : { usage: toResponseUsage(usage) }) }
      if (why === undefined) end({ ...rest, completed_at: Math.floor(now() / 1000) }, 'completed')
      else end({ ...rest, incomplete_details: { reason: why } }, 'incomplete')
      return onEnd(response)
    },
    fail: (failure) => {
      if (isOver) return
      end({ error: toFailure(failure), output: withUnfinished(emitter.output(), [open, ...calls.values()]) }, 'failed')
    },
    take: emitter.take,
    response: () => response,
  }
}

/** OpenAI's class of a failure, and its exact kind. */
export const toFailure = ({ code, message, type, param }: ApiError): ModelResponse['error'] => ({
  code: code === 'rate_limit_exceeded' ? code : 'server_error',
  message,
  type,
  param,
  reason: code,
})

function withUnfinished(output: ModelResponse['output'], unfinished: readonly (OpenItem | undefined)[]): ModelResponse['output'] {
  const rest = unfinished.flatMap((item) => (item === undefined ? [] : [item.soFar()]))
  return [...output, ...rest.sort((one, other) => one.index - other.index).map(({ item }) => item)]
}
