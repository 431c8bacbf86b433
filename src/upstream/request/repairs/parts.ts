import { omit, replace, select } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import type { UserContentPart } from '../../../contract/types.js'
import { type LabelledMedia, labelMedia, noMedia, notDataUri } from './mediaTypes.js'

/** An image of a message. */
export type ImagePart = Extract<UserContentPart, { type: 'image_url' }>
type FilePart = Extract<UserContentPart, { type: 'file' }>
type AudioPart = Extract<UserContentPart, { type: 'input_audio' }>

const TEXT_FIELDS = new Set(['type', 'text'])
const IMAGE_PART_FIELDS = new Set(['type', 'image_url'])
const IMAGE_FIELDS = new Set(['url', 'detail'])

/** The formats of audio parts by media type. */
const FORMATS_OF_AUDIO_TYPES: ReadonlyMap<string, 'wav' | 'mp3'> = new Map([
  ['audio/wav', 'wav'],
  ['audio/mp3', 'mp3'],
  ['audio/mpeg', 'mp3'],
])

/**
 * Converts one part of a user message or a tool result, at a path such as
 * `messages[0].content[1]`, to what Google takes: no part for an empty text, else one.
 *
 * @throws 400 `unsupported_value` for media that Gemini does not take
 */
export function toKnownParts(part: UserContentPart, path: string): readonly UserContentPart[] {
  if (part.type === 'text') return part.text === '' ? [] : [select(part, TEXT_FIELDS)]
  if (part.type === 'file') return [toFilePart(part, path)]
  return [part.type === 'image_url' ? toImagePart(part, path) : toAudioPart(part, path)]
}

function toImagePart(part: ImagePart, path: string): ImagePart | AudioPart {
  const { image_url: image } = part
  const param = `${path}.image_url.url`
  checkDataUri(image.url, param)
  const media = labelMedia(image.url, undefined, param)
  // Google does not know OpenAI's newest value.
  const known = select(image.detail === 'original' ? omit(image, 'detail') : image, IMAGE_FIELDS)
  return toRecording(media) ?? replace(select(part, IMAGE_PART_FIELDS), 'image_url', replace(known, 'url', media.url))
}

/**
 * Labels an image of an earlier answer, at a path such as `messages[1].images[0]`.
 *
 * @throws 400 for one that is no data URI
 */
export function toKnownImage(image: ImagePart, path: string): ImagePart {
  const param = `${path}.image_url.url`
  const { url } = image.image_url
  if (!/^data:/i.test(url)) throw notDataUri(param)
  return replace(image, 'image_url', { url: labelMedia(url, undefined, param).url })
}

/** Google has no part type `file`: a document is sent in place of an image. */
function toFilePart({ file }: FilePart, path: string): ImagePart | AudioPart {
  const { file_data: data } = file
  if (typeof data !== 'string') {
    const message = 'File ids are not supported. Send the file as `file_data` instead.'
    throw apiError('unsupported_value', message, { param: `${path}.file.file_id` })
  }
  const param = `${path}.file.file_data`
  refuseRemote(data, param)
  const media = labelMedia(data, file.filename, param)
  return toRecording(media) ?? { type: 'image_url', image_url: { url: media.url } }
}

/** Gemini ignores a recording in place of an image. @returns undefined for other media */
function toRecording({ type, url }: LabelledMedia): AudioPart | undefined {
  const format = FORMATS_OF_AUDIO_TYPES.get(type)
  return format === undefined ? undefined : { type: 'input_audio', input_audio: { data: url.slice(url.indexOf(',') + 1), format } }
}

function toAudioPart({ input_audio: { data, format } }: AudioPart, path: string): AudioPart {
  if (format !== 'wav' && format !== 'mp3')
    throw apiError('unsupported_value', "Audio must be in the format 'wav' or 'mp3'.", { param: `${path}.input_audio.format` })
  if (data === '') throw noMedia(`${path}.input_audio.data`)
  return { type: 'input_audio', input_audio: { data, format } }
}

/** Google would answer with an error that does not name the part. */
function checkDataUri(url: string, path: string): void {
  refuseRemote(url, path)
  if (!/^data:/i.test(url)) throw notDataUri(path)
}

/** With FETCH_REMOTE_MEDIA the addresses have been replaced by data URIs before any repair. */
function refuseRemote(url: string, path: string): void {
  if (!/^https?:/i.test(url)) return
  const message = 'Media URLs are disabled on this proxy (FETCH_REMOTE_MEDIA=false). Send the media as a data URI instead.'
  throw apiError('unsupported_value', message, { param: path })
}
