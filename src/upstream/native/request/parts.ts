import type { RequestMessage, UserContentPart } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import type { ImagePart } from '../../request/repairs/parts.js'
import type { Part } from '../wire/types.js'

type UserParts = Extract<RequestMessage, { role: 'user' }>['content']

/** Encodes the content of a user message as parts: text, images, audio, files and videos. */
export function toUserParts(content: UserParts | null | undefined, context: RequestContext): Part[] {
  if (typeof content === 'string') return [{ text: content }]
  return (content ?? []).map((part) => toPart(part, context))
}

function toPart(part: UserContentPart, context: RequestContext): Part {
  switch (part.type) {
    case 'text':
      return { text: part.text }
    case 'image_url':
      return { ...toDataPart(part.image_url), ...toResolution(part, context) }
    case 'input_audio': {
      const { data, format } = part.input_audio
      return { inlineData: { mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`, data } }
    }
    case 'file':
      return toInlinePart(part.file.file_data ?? '')
    case 'video_url':
      return toDataPart(part.video_url)
  }
}

type MediaLink = Pick<ImagePart['image_url'], 'url' | 'format' | 'video_metadata'>

/** Encodes an image or video: from an https URL, which Google itself fetches, or a data URI. */
function toDataPart({ url, format: mimeType, video_metadata: video }: MediaLink): Part {
  const part = /^https:/i.test(url) ? { fileData: { ...(mimeType ? { mimeType } : {}), fileUri: url } } : toInlinePart(url)
  if (!video) return part
  const { start_offset: startOffset, end_offset: endOffset, fps } = video
  const videoMetadata = { ...(startOffset ? { startOffset } : {}), ...(endOffset ? { endOffset } : {}), ...(fps ? { fps } : {}) }
  return { ...part, videoMetadata }
}

/** Encodes a data URI as `inlineData`. Its media type must have been checked before. */
export function toInlinePart(url: string): Part {
  const comma = url.indexOf(',')
  const [mimeType = ''] = url.slice('data:'.length, comma).split(';')
  return { inlineData: { mimeType, data: url.slice(comma + 1) } }
}

/** Encodes `detail` of an image, `low` or `high`, which only chat models since Gemini 3 support. */
function toResolution({ image_url: { detail } }: ImagePart, { traits }: RequestContext): Pick<Part, 'mediaResolution'> {
  if (!traits.takesMediaInResults || traits.makesImages || (detail !== 'low' && detail !== 'high')) return {}
  return { mediaResolution: { level: `MEDIA_RESOLUTION_${detail.toUpperCase()}` } }
}
