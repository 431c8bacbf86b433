import { type CliContext, CliError, EXIT } from '../io/context.js'
import type { ParsedArguments } from '../io/options.js'
import { readAddress } from '../io/proxyClient.js'
import type { ChatConversation } from './ask.js'
import { chatOnce } from './oneShot.js'
import { readChatSettings } from './request.js'
import { chatOnTerminal } from './session.js'

const MAX_INPUT_BYTES = 33_554_432

/** `chat`: gets the answer to a prompt, or starts a conversation. @returns the exit code */
export async function runChat(given: ParsedArguments, context: CliContext): Promise<number> {
  const isTerminal = process.stdout.isTTY === true && process.stderr.isTTY === true
  const conversation: ChatConversation = {
    context,
    address: readAddress(given, context),
    settings: readChatSettings(given),
    showsReasoning: (given.text('reasoning') ?? (isTerminal ? 'show' : 'hide')) === 'show',
  }
  const parts = [given.positionals.join(' '), process.stdin.isTTY ? '' : await readPipedText(context)]
  const prompt = parts.filter((part) => part.trim() !== '').join('\n\n')
  if (prompt !== '') return chatOnce(conversation, prompt, given)
  if (!process.stdin.isTTY || given.has('json')) throw new CliError(context.texts.noPrompt, EXIT.usage)
  return chatOnTerminal(conversation, given.list('image'))
}

async function readPipedText({ texts }: CliContext): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_INPUT_BYTES) throw new CliError(texts.inputTooLarge, EXIT.usage)
    parts.push(part)
  }
  return Buffer.concat(parts).toString().trimEnd()
}
