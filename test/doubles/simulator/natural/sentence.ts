import { isObject } from '../strict.js'
import { hasChinese } from '../tokens.js'
import { type ChatMessage, type Part, type SentCall, textOf } from '../wire.js'
import { sizeOfImage } from './picture.js'

const MAX_RESULT = 20_000

/**
 * Makes one sentence per tool result, joined to one text.
 *
 * @param calls - the calls of which these are the results
 */
export function resultSentences(results: readonly ChatMessage[], calls: readonly SentCall[], userText: string): string {
  const isChinese = hasChinese(userText)
  return results
    .map((result) => {
      const call = calls.find(({ id }) => id === result.tool_call_id)?.function
      const text = resultOf(textOf(result.content).trim().slice(0, MAX_RESULT))
      const about = aboutOf(call?.arguments ?? '', text)
      const name = call?.name ?? 'the tool'
      const end = /[.!?。！？]$/.test(text) ? '' : isChinese ? '。' : '.'
      if (isChinese) return `根据 ${name}${about === '' ? '' : `（${about}）`}的结果：${text}${end}`
      return `According to ${name}${about === '' ? '' : ` for ${about}`}: ${text}${end}`
    })
    .join(isChinese ? '' : ' ')
}

/** Formats a JSON object as `name: value, ...`; unquotes a JSON string; else returns the text. */
function resultOf(text: string): string {
  const value = parsed(text)
  if (!isObject(value)) return typeof value === 'string' ? value : text
  return Object.entries(value)
    .map(([key, member]) => `${key.replaceAll('_', ' ')}: ${typeof member === 'string' ? member : JSON.stringify(member)}`)
    .join(', ')
}

/** Returns up to three short arguments of a call; '' if the result repeats one of them. */
function aboutOf(text: string, result: string): string {
  const given = parsed(text)
  if (!isObject(given)) return ''
  const short = Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' && value.length <= 40 && value !== name ? [value] : [],
  )
  return short.some((value) => result.includes(value)) ? '' : short.slice(0, 3).join(', ')
}

/** Parses JSON; returns undefined if the text is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON
  }
}

/** Makes a sentence about the received images, audio and files; '' without such media. */
export function mediaSentence(content: ChatMessage['content'], userText: string): string {
  if (typeof content === 'string' || !content) return ''
  const media = content.filter((part) => part.type !== 'text').map(mediumOf)
  if (media.length === 0) return ''
  return hasChinese(userText) ? `我收到了：${media.join('；')}。` : `I received ${media.join('; ')}.`
}

function mediumOf(part: Part): string {
  if (part.type === 'input_audio') {
    const bytes = Buffer.from(part.input_audio?.data ?? '', 'base64')
    return `audio (${part.input_audio?.format}, ${bytes.length} bytes)`
  }
  const [, type = '', data = ''] = /^data:([^;,]*)[^,]*,(.*)$/s.exec(part.image_url?.url ?? '') ?? []
  const bytes = Buffer.from(data, 'base64')
  // Links and uploaded files come without their bytes, so their length is left out.
  const length = data === '' ? '' : `, ${bytes.length} bytes`
  if (!type.startsWith('image/')) return `${type.split('/', 1)[0] === 'audio' ? 'audio' : 'a file'} (${type}${length})`
  const size = sizeOfImage(bytes)
  return `an image (${type}${size === undefined ? '' : `, ${size.width}×${size.height} pixels`}${length})`
}
