import type { RequestMessage, UserContentPart } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import { joinText, mediaOf, replaceMessages, type ToolMessage } from './message.js'

/** Moves media from tool results to user messages, which follow the last result in a row. */
export const toolMediaRepair: RequestRepair = {
  name: 'tool-media',
  reason: 'Google accepts only text as a tool result, except for Gemini 3 on the native API; images in the result would be lost.',
  apply: (request, { upstream, traits }) => {
    const isTaken = upstream === 'native' && traits.takesMediaInResults ? isAcceptedInResults : () => false
    if (!request.messages.some(({ role }) => role === 'tool')) return request
    let media: RequestMessage[] = []
    const messages = request.messages.flatMap((message, index, all): RequestMessage[] => {
      if (message.role !== 'tool') return [message]
      const parts = mediaOf(message).filter((part) => !isTaken(part))
      if (parts.length > 0) media.push(toMediaMessage(message, parts))
      const result = toTextResult(message, parts)
      if (all[index + 1]?.role === 'tool') return [result]
      const shown = media
      media = []
      return [result, ...shown]
    })
    return replaceMessages(request, messages)
  },
}

function toTextResult(message: ToolMessage, media: readonly UserContentPart[]): ToolMessage {
  const { content } = message
  if (!Array.isArray(content)) return message
  const moved: ReadonlySet<unknown> = new Set(media)
  const rest = content.filter((part) => !moved.has(part))
  const text = joinText(content) || (media.length > 0 ? 'The output follows.' : '')
  return {
    ...message,
    content: rest.every(({ type }) => type === 'text') ? text : [{ type: 'text', text }, ...rest.filter(({ type }) => type !== 'text')],
  }
}

// Media types that Gemini 3 accepts in tool results. Source:
// https://ai.google.dev/gemini-api/docs/function-calling#multimodal
const RESULT_MEDIA_URL = /^data:(?:image\/(?:png|jpeg|webp)|application\/pdf|text\/plain)[;,]/

/** True for a content part that Gemini 3 accepts in a tool result. */
const isAcceptedInResults = (part: UserContentPart): boolean => part.type === 'image_url' && RESULT_MEDIA_URL.test(part.image_url.url)

const toMediaMessage = ({ tool_call_id: id }: ToolMessage, media: readonly UserContentPart[]): RequestMessage => ({
  role: 'user',
  content: [{ type: 'text', text: `Output of the tool call ${id}:` }, ...media],
})
