import { type CancelSignal, toAbortSignal } from '../../contract/cancelSignal.js'
import type { ChatCompletionRequest, RequestMessage } from '../../contract/types.js'
import type { Media, MediaFetcher } from './fetcher.js'

type ContentPart = Exclude<NonNullable<RequestMessage['content']>, string>[number]

const AUDIO_FORMATS: Readonly<Record<string, 'wav' | 'mp3'>> = { 'audio/wav': 'wav', 'audio/mp3': 'mp3' }

/** True where a request contains the URL of a media file. */
export const hasRemoteMedia = ({ messages }: ChatCompletionRequest): boolean => messages.some(hasReference)

/**
 * Replaces the media URLs in a request with the files.
 *
 * @throws what the fetcher throws; the first failure aborts the other fetches
 */
export async function replaceRemoteMedia(
  request: ChatCompletionRequest,
  makeFetcher: () => MediaFetcher,
  signal: CancelSignal,
): Promise<ChatCompletionRequest> {
  const fetcher = makeFetcher()
  const failed = new AbortController()
  const either = AbortSignal.any([toAbortSignal(signal), failed.signal])
  const replace = async (part: ContentPart, path: string): Promise<ContentPart> => {
    const reference = referenceIn(part)
    if (reference === undefined) return part
    return withMedia(part, await fetcher.fetch(reference.url, `${path}.${reference.path}`, either))
  }
  try {
    const messages = await Promise.all(
      request.messages.map(async (message, index) => {
        if (!hasReference(message)) return message
        const content = await Promise.all(
          partsOf(message).map((part, position) => replace(part, `messages[${index}].content[${position}]`)),
        )
        // Each part became another one that the contract allows in the same message.
        return { ...message, content } as RequestMessage
      }),
    )
    return { ...request, messages }
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

const partsOf = ({ content }: RequestMessage): readonly ContentPart[] => (Array.isArray(content) ? content : [])

const hasReference = (message: RequestMessage): boolean => partsOf(message).some((part) => referenceIn(part) !== undefined)

const isHttpUrl = (url: string | null | undefined): url is string => typeof url === 'string' && /^https?:/i.test(url)

/** The media URL in a part, with its path there. */
function referenceIn(part: ContentPart): { url: string; path: string } | undefined {
  if (part.type === 'image_url' && isHttpUrl(part.image_url.url)) return { url: part.image_url.url, path: 'image_url.url' }
  if (part.type === 'file' && isHttpUrl(part.file.file_data)) return { url: part.file.file_data, path: 'file.file_data' }
  return undefined
}

/** The part with the file itself. Audio becomes an audio part: Gemini ignores it elsewhere. */
function withMedia(part: ContentPart, { mediaType, base64 }: Media): ContentPart {
  const format = AUDIO_FORMATS[mediaType]
  if (format !== undefined) return { type: 'input_audio', input_audio: { data: base64, format } }
  const url = `data:${mediaType};base64,${base64}`
  if (part.type === 'image_url') return { ...part, image_url: { ...part.image_url, url } }
  return { type: 'file', file: { file_data: url } }
}
