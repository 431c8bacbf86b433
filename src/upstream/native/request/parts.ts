import type { RequestMessage, UserContentPart } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import type { Part } from '../wire/types.js'

type UserParts = Extract<RequestMessage, { role: 'user' }>['content']

/** Encodes the content of a user message. */
export function toUserParts(content: UserParts | null | undefined, context: RequestContext): Part[] {
  if (typeof content === 'string') return [{ text: content }]
  return (content ?? []).map((part) => toPart(part, context))
}

function toPart(part: UserContentPart, context: RequestContext): Part {
  switch (part.type) {
    case 'text':
      return { text: part.text }
    case 'image_url':
      return { ...toBlob(part.image_url.url), ...toResolution(part, context) }
    case 'input_audio': {
      const { data, format } = part.input_audio
      return { inlineData: { mimeType: format === 'mp3' ? 'audio/mpeg' : 'audio/wav', data } }
    }
    case 'file':
      return toBlob(part.file.file_data ?? '')
  }
}

/** Encodes media. @param url - a data URI, whose media type has been checked */
export function toBlob(url: string): Part {
  const comma = url.indexOf(',')
  const [mimeType = ''] = url.slice('data:'.length, comma).split(';')
  return { inlineData: { mimeType, data: url.slice(comma + 1) } }
}

/** Only Gemini 3 and later take a resolution for one part, and no models that make images. */
function toResolution(
  { image_url: { detail } }: Extract<UserContentPart, { type: 'image_url' }>,
  { traits }: RequestContext,
): Pick<Part, 'mediaResolution'> {
  if (!traits.takesMediaInResults || traits.makesImages || (detail !== 'low' && detail !== 'high')) return {}
  return { mediaResolution: { level: `MEDIA_RESOLUTION_${detail.toUpperCase()}` } }
}
