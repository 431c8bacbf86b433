import type { ChatCompletionChunk, FinishReason, Usage } from '../../contract/types.js'
import { DONE } from '../../sse/chatFormat.js'
import { EventSplitter } from '../../sse/parse.js'
import { type CliContext, CliError } from '../io/context.js'
import { describeConnectionFailure, type ProxyAddress, readApiError } from '../io/proxyClient.js'
import { toOneLine } from '../io/terminal.js'

/** A piece of a streamed answer: text, reasoning, or a tool call. */
export interface ChatAnswerPart {
  readonly kind: 'text' | 'reasoning' | 'call'
  readonly text: string
}

/** The end of an answer: why it ended, and its usage. */
export interface AnswerEnd {
  readonly finishReason: FinishReason | undefined
  readonly usage: Usage | undefined
}

const LARGEST_EVENT_BYTES = 33_554_432

/**
 * Reads the events of a streamed response.
 *
 * @returns the JSON text of each event
 * @throws {CliError} if the response is no event stream, reports an error or breaks off; the
 *   signal's reason if aborted
 */
export async function* readEvents(
  response: Response,
  address: ProxyAddress,
  context: CliContext,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream'))
    throw new CliError(context.texts.noProxy(address.baseUrl, response.status))
  const splitter = new EventSplitter(LARGEST_EVENT_BYTES, DONE)
  try {
    for await (const bytes of response.body ?? []) {
      for (const event of splitter.push(bytes)) yield checkEvent(event)
    }
    for (const event of splitter.end()) yield checkEvent(event)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof CliError ? error : new CliError(describeConnectionFailure(error, address, context))
  }
  if (!splitter.hasEnded) throw new CliError(context.texts.cutOff)
}

function checkEvent(event: string): string {
  const { message, code } = readApiError(event)
  if (message !== undefined) throw new CliError(toOneLine(message), undefined, code)
  return event
}

/**
 * Yields the parts of a streamed chat answer, and returns how it ended.
 *
 * @throws {CliError} if an event is not a chunk, and the errors of `events`
 */
export async function* readChatAnswer(events: AsyncIterable<string>, context: CliContext): AsyncGenerator<ChatAnswerPart, AnswerEnd> {
  let finishReason: FinishReason | undefined
  let usage: Usage | undefined
  for await (const event of events) {
    const chunk = parseChunk(event, context)
    usage = chunk.usage ?? usage
    const choice = chunk.choices[0]
    finishReason = choice?.finish_reason ?? finishReason
    const { reasoning_content: reasoning, content, refusal, tool_calls: calls } = choice?.delta ?? {}
    if (reasoning) yield { kind: 'reasoning', text: reasoning }
    const text = `${content ?? ''}${refusal ?? ''}`
    if (text !== '') yield { kind: 'text', text }
    for (const call of calls ?? []) yield { kind: 'call', text: `${call.function?.name ?? ''}${call.function?.arguments ?? ''}` }
  }
  return { finishReason, usage }
}

/** Parses an event of a chat stream. @throws {CliError} if it is not a chunk */
export function parseChunk(event: string, { texts }: CliContext): Pick<ChatCompletionChunk, 'choices' | 'usage'> {
  try {
    // Only `choices` is validated; the other fields are assumed to have the contract's types.
    const chunk = JSON.parse(event) as ChatCompletionChunk
    if (Array.isArray(chunk.choices)) return chunk
  } catch {
    // The event is not JSON, so another server than the proxy sent it.
  }
  throw new CliError(texts.noChunk)
}
