import { readFile } from 'node:fs/promises'
import type { RequestMessage } from '../../contract/types.js'
import { DEFAULT_MODEL } from '../../upstream/models/catalogue.js'
import { CliError, EXIT } from '../io/context.js'
import type { ParsedArguments } from '../io/options.js'
import { toOneLine } from '../io/terminal.js'
import type { CliTexts } from '../io/textsEn.js'

/** The settings of a conversation. `/model` and `/system` change them. */
export interface ChatSettings {
  model: string
  system: string | undefined
  readonly effort: string | undefined
}

/** Command line options of `chat`. */
export const CHAT_OPTIONS = {
  model: { type: 'string', short: 'm', value: 'MODEL' },
  system: { type: 'string', short: 's', value: 'TEXT' },
  image: { type: 'string', short: 'i', multiple: true, value: 'FILE|URL' },
  effort: { type: 'string', value: 'LEVEL' },
  reasoning: { type: 'string', value: 'show|hide', choices: ['show', 'hide'] },
  json: { type: 'boolean' },
  stream: { type: 'boolean' },
} as const

/** Reads the initial settings of a conversation from the options. */
export const readChatSettings = (given: ParsedArguments): ChatSettings => ({
  model: given.text('model') ?? DEFAULT_MODEL,
  system: given.text('system'),
  effort: given.text('effort'),
})

/** Makes the JSON body of a chat completion request. */
export const toChatBody = ({ model, system, effort }: ChatSettings, messages: readonly RequestMessage[], stream: boolean): object => ({
  model,
  messages: [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...messages],
  ...(effort !== undefined && { reasoning_effort: effort }),
  ...(stream && { stream, stream_options: { include_usage: true } }),
})

/** Makes the user message of a prompt. @param images - URLs, or paths of files to embed */
export async function toPromptMessage(prompt: string, images: readonly string[], texts: CliTexts): Promise<RequestMessage> {
  if (images.length === 0) return { role: 'user', content: prompt }
  const urls = await Promise.all(images.map((image) => (/^(https?|data):/i.test(image) ? image : readImage(image, texts))))
  return {
    role: 'user',
    content: [{ type: 'text', text: prompt }, ...urls.map((url) => ({ type: 'image_url' as const, image_url: { url } }))],
  }
}

async function readImage(path: string, texts: CliTexts): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(texts.unreadableFile(toOneLine(path), error.code ?? ''), EXIT.usage)
  })
  const type = detectImageType(bytes)
  if (type === undefined) throw new CliError(texts.noImage(toOneLine(path)), EXIT.usage)
  return `data:${type};base64,${bytes.toString('base64')}`
}

/** Patterns of the first bytes of image files, each with the media type. */
const IMAGE_FILE_PATTERNS = [
  [/^\x89PNG/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^GIF8/, 'image/gif'],
  [/^.{4}ftyphei[cxms]/s, 'image/heic'],
  [/^.{4}ftyp(mif1|msf1)/s, 'image/heif'],
] as const

function detectImageType(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 16)
  return IMAGE_FILE_PATTERNS.find(([beginning]) => beginning.test(start))?.[1]
}
