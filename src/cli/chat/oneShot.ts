import { EXIT } from '../io/context.js'
import type { ParsedArguments } from '../io/options.js'
import { ProgressLine } from '../io/progress.js'
import { callProxy, callProxyJson } from '../io/proxyClient.js'
import { toSafeJson } from '../io/terminal.js'
import { parseChunk, readEvents } from './answer.js'
import { askModel, type ChatConversation } from './ask.js'
import { toChatBody, toPromptMessage } from './request.js'

/** Prints the answer to one prompt. @returns the exit code @throws {CliError} on a failure */
export async function chatOnce(conversation: ChatConversation, prompt: string, given: ParsedArguments): Promise<number> {
  const messages = [await toPromptMessage(prompt, given.list('image'), conversation.context.texts)]
  const cancel = new AbortController()
  process.once('SIGINT', () => {
    cancel.abort()
    process.once('SIGINT', () => process.exit(EXIT.interrupted))
  })
  if (given.has('json')) await printJson(conversation, messages, given.has('stream'), cancel.signal)
  else await askModel(conversation, messages, cancel.signal)
  return cancel.signal.aborted ? EXIT.interrupted : EXIT.ok
}

async function printJson(
  { context, address, settings }: ChatConversation,
  messages: Parameters<typeof toChatBody>[1],
  stream: boolean,
  signal: AbortSignal,
): Promise<void> {
  const progress = new ProgressLine(context.env)
  progress.show((seconds) => context.texts.waiting(settings.model, seconds))
  try {
    const request = { path: '/chat/completions', body: toChatBody(settings, messages, stream), signal }
    if (!stream) {
      const completion = await callProxyJson(address, request, context)
      progress.stop()
      process.stdout.write(`${toSafeJson(completion, 2)}\n`)
      return
    }
    for await (const event of readEvents(await callProxy(address, request, context), address, context, signal)) {
      progress.stop()
      process.stdout.write(`${toSafeJson(parseChunk(event, context))}\n`)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    progress.stop()
  }
}
