import type { RequestMessage, UserContentPart } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import { joinText, mediaOf, replaceMessages, type ToolMessage } from './message.js'

/** Moves images, audio and files of tool results to user messages, after all results of a step. */
export const toolMediaRepair: RequestRepair = {
  name: 'tool-media',
  reason: 'Google takes text only as the result of a tool, but for Gemini 3 by its own API; a picture in it would be lost.',
  apply: (request, { upstream, traits }) => {
    if (upstream === 'native' && traits.takesMediaInResults) return request
    if (!request.messages.some(({ role }) => role === 'tool')) return request
    let media: RequestMessage[] = []
    const messages = request.messages.flatMap((message, index, all): RequestMessage[] => {
      if (message.role !== 'tool') return [message]
      const parts = mediaOf(message)
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
  if (!Array.isArray(message.content)) return message
  return { ...message, content: joinText(message.content) || (media.length > 0 ? 'The output follows.' : '') }
}

const toMediaMessage = ({ tool_call_id: id }: ToolMessage, media: readonly UserContentPart[]): RequestMessage => ({
  role: 'user',
  content: [{ type: 'text', text: `Output of the tool call ${id}:` }, ...media],
})
