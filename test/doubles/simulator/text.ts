import type { Turn } from './calls.js'
import { sampleOf } from './sample.js'
import { hasChinese } from './tokens.js'
import type { Behaviour } from './types.js'
import { type ChatRequest, textOf } from './wire.js'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/**
 * The default text of an answer: JSON if the request sets a JSON format, else an echo of the user
 * with the tool results.
 */
export const textFor = (request: ChatRequest, behaviour: Behaviour, turn: Turn): string => {
  const extra = `${' ![image](data:image/png;base64,PIXEL)'.replace('PIXEL', PIXEL).repeat(behaviour.images ?? 0)}${'x'.repeat(behaviour.hugeEventBytes ?? 0)}`
  const format = request.response_format
  if (format?.type === 'json_schema') return JSON.stringify(sampleOf(format.json_schema?.schema ?? { type: 'object' }))
  const plain = plainText(request, turn)
  return format?.type === 'json_object' ? JSON.stringify({ answer: plain }) : plain + extra
}

function plainText(request: ChatRequest, turn: Turn): string {
  const said = hasChinese(turn.userText) ? `你说：${turn.userText}` : `You said: ${turn.userText}`
  if (turn.results.length === 0) return `${said}${mediaNote(request)}`
  return `${said} Results: ${turn.results.map((result) => textOf(result.content)).join('; ')}`
}

/** Lists the media that arrived, so that a test can check them. */
function mediaNote(request: ChatRequest): string {
  const last = (request.messages ?? []).findLast((message) => message.role === 'user')?.content
  if (typeof last === 'string' || !last) return ''
  const media = last.filter((part) => part.type !== 'text').map((part) => part.type)
  return media.length === 0 ? '' : ` [received: ${media.join(', ')}]`
}
