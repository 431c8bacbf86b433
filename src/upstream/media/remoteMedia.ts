import { type CancelSignal, toAbortSignal } from '../../contract/cancelSignal.js'
import { ApiError, apiError } from '../../contract/errors.js'
import type { CountMemory } from '../../contract/operation.js'
import type { ChatCompletionRequest, RequestMessage } from '../../contract/types.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../../contract/upstreamApi.js'
import { makeAddressGuard } from './addresses.js'
import type { FetchedMedia, MediaFetcher } from './fetcher.js'
import { mediaTypeByUrl } from './fileTypes.js'
import { UnsuitableMedia } from './limits.js'
import { checkGoogleFetchedUrl } from './url.js'
import { toYouTubeUrl } from './youtube.js'

/** One part of the content of a chat message. */
export type ContentPart = Exclude<NonNullable<RequestMessage['content']>, string>[number]

/** True for a message whose media are sent to the model; false if a repair removes them. */
export type MessageFilter = (message: RequestMessage) => boolean

interface ReplaceOptions {
  /** Aborts the downloads, and all else that the replacement waits for. */
  readonly signal: CancelSignal
  /** Selects the messages whose parts are replaced; all by default. */
  readonly hasMedia?: MessageFilter
}

/** Replaces the media URLs in chat requests. */
export interface RemoteMedia {
  /**
   * Replaces media URLs with the fetched files, or with references to files that Google fetches.
   *
   * @throws what the fetcher throws, and 400 for a URL that neither the proxy nor Google may fetch;
   *   the first failure aborts the other fetches
   */
  replace(request: ChatCompletionRequest, options: ReplaceOptions & { readonly countMemory: CountMemory }): Promise<ChatCompletionRequest>
}

/** Dependencies of {@link makeRemoteMedia}. */
export interface RemoteMediaParts {
  readonly upstream: UpstreamApi
  /** Makes the fetcher of one client request; undefined if FETCH_REMOTE_MEDIA is off. */
  readonly makeFetcher: ((countMemory: CountMemory) => MediaFetcher) | undefined
}

const AUDIO_FORMATS: Readonly<Record<string, 'wav' | 'mp3'>> = { 'audio/wav': 'wav', 'audio/mp3': 'mp3' }

/** True if one of the selected messages of a chat request contains the URL of a media file. */
export const hasRemoteMedia = ({ messages }: ChatCompletionRequest, hasMedia: MessageFilter): boolean =>
  messages.some((message) => hasMedia(message) && partsOf(message).some((part) => referenceIn(part) !== undefined))

/** Makes {@link RemoteMedia}. Only the native API accepts URLs that Google fetches. */
export function makeRemoteMedia({ upstream, makeFetcher }: RemoteMediaParts): RemoteMedia {
  const isPublic = makeAddressGuard()
  const refer = (part: ContentPart, { url, param }: LocatedReference, mediaType: string | undefined): ContentPart => {
    checkGoogleFetchedUrl(url, param, isPublic)
    return withReference(part, url, mediaType)
  }
  const replacePart = async (part: ContentPart, reference: LocatedReference, fetcher: MediaFetcher | undefined, signal: AbortSignal) => {
    const { url, param } = reference
    const isVideo = part.type === 'video_url' || mediaTypeByUrl(url)?.startsWith('video/') === true
    const youTubeUrl = toYouTubeUrl(url)
    if (upstream === 'compat' && (isVideo || youTubeUrl !== undefined))
      throw apiError('unsupported_value', `Links to videos ${NEEDS_NATIVE_API_TEXT}.`, { param })
    if (youTubeUrl !== undefined) return withReference(part, youTubeUrl, 'video/mp4')
    if (upstream === 'native' && (isVideo || fetcher === undefined)) return refer(part, reference, undefined)
    // The part stays unchanged: a repair of the request refuses its URL.
    if (fetcher === undefined) return part
    try {
      return withMedia(part, await fetcher.fetch(url, param, signal))
    } catch (error) {
      if (upstream === 'compat' || !(error instanceof ApiError) || !(error.cause instanceof UnsuitableMedia)) throw error
      return refer(part, reference, error.cause.mediaType)
    }
  }
  return {
    replace: (request, options) => {
      const fetcher = makeFetcher?.(options.countMemory)
      return replaceParts(request, options, (part, path, either) => {
        const found = referenceIn(part)
        return found === undefined ? undefined : replacePart(part, { url: found.url, param: `${path}.${found.path}` }, fetcher, either)
      })
    },
  }
}

/**
 * Replaces content parts in the selected messages of a request, all in parallel.
 *
 * @param replacePart - receives a part and its path; returns undefined to leave the part unchanged
 * @throws the first error of `replacePart`; the other replacements are aborted
 */
export async function replaceParts(
  request: ChatCompletionRequest,
  { signal, hasMedia = () => true }: ReplaceOptions,
  replacePart: (part: ContentPart, path: string, signal: AbortSignal) => Promise<ContentPart> | undefined,
): Promise<ChatCompletionRequest> {
  const failed = new AbortController()
  const either = AbortSignal.any([toAbortSignal(signal), failed.signal])
  const replaceIn = async (message: RequestMessage, index: number): Promise<RequestMessage> => {
    const parts = hasMedia(message) ? partsOf(message) : []
    const replaced = parts.map((part, position) => replacePart(part, `messages[${index}].content[${position}]`, either))
    if (replaced.every((each) => each === undefined)) return message
    const content = await Promise.all(replaced.map((each, position) => each ?? parts[position]))
    // The cast is safe: each replacement is a part that the contract allows in the same message.
    return { ...message, content } as RequestMessage
  }
  try {
    return { ...request, messages: await Promise.all(request.messages.map(replaceIn)) }
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

/** Returns the content parts of a message; [] if its content is a string. */
export const partsOf = ({ content }: RequestMessage): readonly ContentPart[] => (Array.isArray(content) ? content : [])

interface LocatedReference {
  readonly url: string
  readonly param: string
}

const isHttpUrl = (url: string | null | undefined): url is string => typeof url === 'string' && /^https?:/i.test(url)

/** Returns the media URL of a content part and its path in the part; undefined if it has none. */
function referenceIn(part: ContentPart): { url: string; path: string } | undefined {
  if (part.type === 'image_url' && isHttpUrl(part.image_url.url)) return { url: part.image_url.url, path: 'image_url.url' }
  if (part.type === 'video_url' && isHttpUrl(part.video_url.url)) return { url: part.video_url.url, path: 'video_url.url' }
  if (part.type !== 'file') return undefined
  // `file_id` is read as well, because some clients send a URL in it.
  const { file_data: data, file_id: id } = part.file
  if (isHttpUrl(data)) return { url: data, path: 'file.file_data' }
  return isHttpUrl(id) ? { url: id, path: 'file.file_id' } : undefined
}

/** Puts a fetched file into a content part. Gemini reads audio only in an `input_audio` part. */
function withMedia(part: ContentPart, { mediaType, base64 }: FetchedMedia): ContentPart {
  const format = AUDIO_FORMATS[mediaType]
  if (format !== undefined) return { type: 'input_audio', input_audio: { data: base64, format } }
  const url = `data:${mediaType};base64,${base64}`
  if (part.type === 'image_url') return { ...part, image_url: { ...part.image_url, url } }
  return { type: 'file', file: { file_data: url } }
}

/** Puts a URL that Google fetches into a part. @param mediaType - for a part without `format` */
export function withReference(part: ContentPart, url: string, mediaType: string | undefined): ContentPart {
  const toLink = <Link extends { readonly format?: string | null }>(link: Link): Link & { readonly format: string | null } => ({
    ...link,
    format: link.format ?? mediaType ?? null,
  })
  if (part.type === 'image_url') return { ...part, image_url: { ...toLink(part.image_url), url } }
  if (part.type === 'video_url') return { ...part, video_url: { ...toLink(part.video_url), url } }
  if (part.type !== 'file') return part
  const { file_id: _id, ...file } = part.file
  return { ...part, file: { ...toLink(file), file_data: url } }
}
