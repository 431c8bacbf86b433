import { apiError } from '../../../contract/errors.js'
import { isRecord, only, withMember, without } from './context.js'

type Part = Readonly<Record<string, unknown>>

const TEXT_FIELDS = new Set(['type', 'text'])
const IMAGE_PART_FIELDS = new Set(['type', 'image_url'])
const IMAGE_FIELDS = new Set(['url', 'detail'])
const KNOWN_DETAILS: ReadonlySet<unknown> = new Set(['auto', 'low', 'high'])
/** True for an address that Google would have to fetch. */
export const isRemote = (url: unknown): url is string => typeof url === 'string' && /^https?:/i.test(url)

/**
 * Brings one part of a user message to what Google takes.
 *
 * @param path - where it stands in the request, such as `messages[0].content[1]`
 * @returns no part, or one; the media itself is never copied
 * @throws 400 `unsupported_value` for what Gemini cannot be given
 */
export function toKnownParts(part: Part, path: string): readonly Part[] {
  if (part.type === 'text') return part.text === '' ? [] : [only(part, TEXT_FIELDS)]
  if (part.type === 'refusal') return [{ type: 'text', text: part.refusal }]
  if (part.type === 'file') return [toFilePart(part, path)]
  if (part.type === 'image_url') return [toImagePart(part, path)]
  return part.type === 'input_audio' ? [toAudioPart(part, path)] : [part]
}

function toImagePart(part: Part, path: string): Part {
  const { url, detail } = isRecord(part.image_url) ? part.image_url : {}
  if (typeof url === 'string') refuseOthers(url, `${path}.image_url.url`)
  const image = isRecord(part.image_url) ? part.image_url : {}
  const known = only(KNOWN_DETAILS.has(detail) ? image : without(image, 'detail'), IMAGE_FIELDS)
  return withMember(only(part, IMAGE_PART_FIELDS), 'image_url', known)
}

/** A document goes where an image may stand: Google has no part type `file`. */
function toFilePart(part: Part, path: string): Part {
  const file = isRecord(part.file) ? part.file : {}
  const data = file.file_data
  if (typeof data !== 'string')
    throw apiError('unsupported_value', 'File ids are not supported. Send the file as `file_data` instead.', {
      param: `${path}.file.file_id`,
    })
  refuseRemote(data, `${path}.file.file_data`)
  return { type: 'image_url', image_url: { url: data.startsWith('data:') ? data : `data:application/pdf;base64,${data}` } }
}

function toAudioPart(part: Part, path: string): Part {
  const { data, format } = isRecord(part.input_audio) ? part.input_audio : {}
  if (format !== 'wav' && format !== 'mp3')
    throw apiError('unsupported_value', "Audio must be in the format 'wav' or 'mp3'.", { param: `${path}.input_audio.format` })
  return { type: 'input_audio', input_audio: { data, format } }
}

/** What is neither the media itself nor an address, Google would call an unsupported file, and not say where it stands. */
function refuseOthers(url: string, path: string): void {
  refuseRemote(url, path)
  if (/^data:/i.test(url)) return
  throw apiError('invalid_value', 'Media must be sent as a data URI, such as data:image/png;base64,iVBORw0K.', { param: path })
}

/** Addresses that are to be fetched have been replaced by what is there before any repair. */
function refuseRemote(url: string, path: string): void {
  if (!isRemote(url)) return
  throw apiError(
    'unsupported_value',
    'Media URLs are disabled on this proxy (FETCH_REMOTE_MEDIA=false). Send the media as a data URI instead.',
    { param: path },
  )
}
