import { EXIT } from '../context.js'
import type { Given } from '../options.js'
import { Progress } from '../progress.js'
import { callProxy, callProxyJson } from '../proxyClient.js'
import { toSafeJson } from '../terminal.js'
import { parseChunk, readEvents } from './answer.js'
import { askModel, type Conversation } from './ask.js'
import { toChatBody, toUserMessage } from './request.js'

/** Answers one prompt. @returns the exit code @throws {CliError} where there is no whole answer */
export async function chatOnce(conversation: Conversation, prompt: string, given: Given): Promise<number> {
  const messages = [await toUserMessage(prompt, given.list('image'), conversation.context.texts)]
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
  { context, address, settings }: Conversation,
  messages: Parameters<typeof toChatBody>[1],
  stream: boolean,
  signal: AbortSignal,
): Promise<void> {
  const progress = new Progress(context.env)
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
