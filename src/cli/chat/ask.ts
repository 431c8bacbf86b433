import type { RequestMessage } from '../../contract/types.js'
import type { CliContext } from '../io/context.js'
import { callProxy, type ProxyAddress } from '../io/proxyClient.js'
import { readChatAnswer, readEvents } from './answer.js'
import { AnswerOutput } from './output.js'
import { type ChatSettings, toChatBody } from './request.js'

/** A conversation with a model through a running proxy: its address and settings. */
export interface ChatConversation {
  readonly context: CliContext
  readonly address: ProxyAddress
  readonly settings: ChatSettings
  readonly showsReasoning: boolean
}

/**
 * Sends messages to the model and prints its answer as it arrives.
 *
 * @param signal - cancels the request; the answer so far is returned
 * @returns the text of the answer, incomplete if it was cancelled
 * @throws {CliError} if the request fails or the answer breaks off
 */
export async function askModel(conversation: ChatConversation, messages: readonly RequestMessage[], signal: AbortSignal): Promise<string> {
  const { context, address, settings, showsReasoning } = conversation
  const output = new AnswerOutput(context, settings.model, showsReasoning)
  output.showProgress()
  try {
    const body = toChatBody(settings, messages, true)
    const response = await callProxy(address, { path: '/chat/completions', body, signal }, context)
    const parts = readChatAnswer(readEvents(response, address, context, signal), context)
    let next = await parts.next()
    for (; next.done !== true; next = await parts.next()) output.add(next.value)
    output.end()
    output.summarize(next.value)
  } catch (error) {
    output.end()
    if (!signal.aborted) throw error
  }
  return output.text
}
