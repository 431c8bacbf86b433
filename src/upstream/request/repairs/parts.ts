import { omit, pickSetMembers, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import type { UserContentPart } from '../../../contract/types.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../../../contract/upstreamApi.js'
import { fileTypeOf } from '../../media/fileTypes.js'
import type { RequestContext } from './context.js'
import { correctMediaType, emptyMediaError, mediaTypeOfUrl, notDataUriError, type TypedMedia } from './mediaTypes.js'

/** A content part of the type `image_url`, with an image or with other media in the same format. */
export type ImagePart = Extract<UserContentPart, { type: 'image_url' }>
type FilePart = Extract<UserContentPart, { type: 'file' }>
type VideoPart = Extract<UserContentPart, { type: 'video_url' }>
type AudioPart = Extract<UserContentPart, { type: 'input_audio' }>

const TEXT_FIELDS = new Set(['type', 'text'])
const IMAGE_PART_FIELDS = new Set(['type', 'image_url'])
const IMAGE_FIELDS = new Set(['url', 'detail'])
const VIDEO_FIELDS = new Set(['url', 'detail', 'video_metadata'])

/** The values of `input_audio.format` that Google takes. */
const ACCEPTED_AUDIO_FORMATS: Readonly<Record<UpstreamApi, readonly string[]>> = {
  compat: ['wav', 'mp3'],
  native: ['wav', 'mp3', 'aiff', 'aac', 'ogg', 'flac'],
}

/** The value of `input_audio.format`, by media type. */
const FORMATS_OF_AUDIO_TYPES: ReadonlyMap<string, 'wav' | 'mp3'> = new Map([
  ['audio/wav', 'wav'],
  ['audio/mp3', 'mp3'],
  ['audio/mpeg', 'mp3'],
])

/**
 * Converts one content part of a user message or a tool result, at a path such as
 * `messages[0].content[1]`, to a part that Google takes; removes an empty text.
 *
 * @throws 400 `unsupported_value` for media that Gemini does not take
 */
export function toKnownParts(part: UserContentPart, path: string, context: RequestContext): readonly UserContentPart[] {
  if (part.type === 'text') return part.text === '' ? [] : [pickSetMembers(part, TEXT_FIELDS)]
  if (part.type === 'file') return [toFilePart(part, path, context)]
  if (part.type === 'video_url') return [toVideoPart(part, path, context)]
  return [part.type === 'image_url' ? toImagePart(part, path, context) : toAudioPart(part, path, context)]
}

function toImagePart(part: ImagePart, path: string, context: RequestContext): ImagePart | AudioPart {
  const { image_url: image } = part
  const param = `${path}.image_url.url`
  // Google does not know `original`, OpenAI's newest value of `detail`: omit it.
  const known = image.detail === 'original' ? omit(image, 'detail') : image
  if (isLink(image.url)) return { type: 'image_url', image_url: toLink(known, param, context) }
  checkDataUri(image.url, param)
  const media = correctMediaType(image.url, undefined, param, context)
  const labelled = replaceMember(pickSetMembers(known, fieldsOf(known, param, context)), 'url', media.url)
  return makeAudioPart(media, param, context) ?? replaceMember(pickSetMembers(part, IMAGE_PART_FIELDS), 'image_url', labelled)
}

/**
 * Corrects the media type of an image in an earlier answer, at a path such as
 * `messages[1].images[0]` or `messages[1].content[0]`.
 *
 * @throws 400 for an image that is not a data URI
 */
export function correctImageMediaType(image: ImagePart, path: string, context: RequestContext): ImagePart {
  const param = `${path}.image_url.url`
  const { url } = image.image_url
  if (!/^data:/i.test(url)) throw apiError('invalid_value', NO_LINKS_IN_ANSWERS, { param })
  return replaceMember(image, 'image_url', { url: correctMediaType(url, undefined, param, context).url })
}

/** Converts a `file` part, which Google refuses: audio to an audio part, others to image parts. */
function toFilePart({ file }: FilePart, path: string, context: RequestContext): ImagePart | AudioPart {
  const { file_data: data, file_id: id, filename } = file
  if (typeof data !== 'string' && typeof id !== 'string') {
    const param = `${path}.file.file_data`
    throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
  }
  // Only on the compatible API: for the native API, the proxy has already resolved file ids.
  if (typeof data !== 'string') throw apiError('unsupported_value', NO_FILE_IDS, { param: `${path}.file.file_id` })
  return toMediaPart({ ...file, url: data }, filename, `${path}.file.file_data`, context)
}

function toVideoPart({ video_url: video }: VideoPart, path: string, context: RequestContext): ImagePart | AudioPart {
  const param = `${path}.video_url.url`
  if (!isLink(video.url)) checkDataUri(video.url, param)
  return toMediaPart(video, undefined, param, context)
}

const NO_LINKS_IN_ANSWERS =
  'An image of an earlier answer must be a data URI, such as data:image/png;base64,iVBORw0K. Links belong in user messages.'
const NO_FILE_IDS = `File ids ${NEEDS_NATIVE_API_TEXT}, or send the file as \`file_data\`.`

function toMediaPart(link: MediaSource, name: string | null | undefined, param: string, context: RequestContext): ImagePart | AudioPart {
  if (isLink(link.url))
    return {
      type: 'image_url',
      image_url: toLink({ ...link, format: fileTypeOf(link.format, name) ?? null }, param, context),
    }
  const media = correctMediaType(link.url, name, param, context)
  const audio = makeAudioPart(media, param, context)
  return audio ?? { type: 'image_url', image_url: { ...pickSetMembers(link, fieldsOf(link, param, context)), url: media.url } }
}

/** The members of a content part that describe media: a URL or a data URI, and its settings. */
type MediaSource = Pick<ImagePart['image_url'], 'url' | 'format' | 'video_metadata' | 'detail'>

const isLink = (url: string): boolean => /^https?:/i.test(url)

/** Adds the media type to a URL that Google fetches. @throws 400 on the compatible API */
function toLink(link: MediaSource, param: string, context: RequestContext): MediaSource {
  if (context.upstream === 'compat') throw apiError('unsupported_value', NOT_FETCHED, { param })
  const format = mediaTypeOfUrl(link.url, link.format, param, context)
  return { ...pickSetMembers(link, VIDEO_FIELDS), ...(format === undefined ? {} : { format }) }
}

/** Returns the fields of a media part that the API takes; reports an ignored `video_metadata`. */
function fieldsOf({ video_metadata: metadata }: MediaSource, param: string, { upstream, ignore }: RequestContext): ReadonlySet<string> {
  if (upstream === 'native') return VIDEO_FIELDS
  if (metadata) ignore(param.replace(/\.\w+$/, '.video_metadata'))
  return IMAGE_FIELDS
}

/**
 * Makes an audio part from WAV or MP3; undefined for other media. Needed because the compatible API
 * ignores audio in other types of content parts.
 *
 * @throws 400 `unsupported_value` for other audio on the compatible API
 */
function makeAudioPart({ type, url }: TypedMedia, param: string, { upstream }: RequestContext): AudioPart | undefined {
  const format = FORMATS_OF_AUDIO_TYPES.get(type)
  if (format !== undefined) return { type: 'input_audio', input_audio: { data: url.slice(url.indexOf(',') + 1), format } }
  if (upstream === 'compat' && type.startsWith('audio/')) throw audioFormatError(upstream, param)
  return undefined
}

function toAudioPart({ input_audio: { data, format } }: AudioPart, path: string, { upstream }: RequestContext): AudioPart {
  if (!ACCEPTED_AUDIO_FORMATS[upstream].includes(format)) throw audioFormatError(upstream, `${path}.input_audio.format`)
  if (data === '') throw emptyMediaError(`${path}.input_audio.data`)
  return { type: 'input_audio', input_audio: { data, format } }
}

function audioFormatError(upstream: UpstreamApi, param: string): Error {
  const others = upstream === 'compat' ? ` Other formats ${NEEDS_NATIVE_API_TEXT}.` : ''
  const message = `Audio must be in one of these formats: ${ACCEPTED_AUDIO_FORMATS[upstream].join(', ')}.${others}`
  return apiError('unsupported_value', message, { param })
}

/** Throws a 400 for text that is not a data URI: Google's own error would not name the part. */
function checkDataUri(url: string, path: string): void {
  if (!/^data:/i.test(url)) throw notDataUriError(path)
}

// A URL gets here only with FETCH_REMOTE_MEDIA=false: otherwise, a data URI has replaced it.
const NOT_FETCHED = 'Media URLs are disabled on this proxy (FETCH_REMOTE_MEDIA=false). Send the media as a data URI instead.'
