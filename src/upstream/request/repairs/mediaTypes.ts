import { apiError } from '../../../contract/errors.js'
import { NEEDS_NATIVE_API_TEXT } from '../../../contract/upstreamApi.js'
import { fileTypeOf, mediaTypeByName, mediaTypeByUrl, normalizeMediaType } from '../../media/fileTypes.js'
import { detectMediaType } from '../../media/types.js'
import type { RequestContext } from './context.js'

// Image types that Gemini supports. Source:
// https://ai.google.dev/gemini-api/docs/image-understanding#supported-formats
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'])
const OFFICE_TYPE = /^application\/(?:msword|vnd\.(?:ms-|oasis\.|openxmlformats-))/
const ARCHIVE_TYPE = /^application\/(?:vnd\.rar|(?:x-)?(?:g?zip|tar|7z|rar)\b)/

const isRefused = (type: string): boolean =>
  type.includes('*') || (type.startsWith('image/') && !IMAGE_TYPES.has(type)) || ARCHIVE_TYPE.test(type)

/** The API and the model: they decide whether a media type is accepted. */
export type MediaContext = Pick<RequestContext, 'upstream' | 'traits' | 'modelId'>

/** Media with a media type that Gemini may accept. */
export interface TypedMedia {
  readonly type: string
  /** The media as a data URI. */
  readonly url: string
}

// Number of base64 characters used to detect a media type: a multiple of 4 decodes to whole bytes.
const FIRST_CHARACTERS = 256
// Maximum number of characters before the comma of a data URI; limits the search for the comma.
const LONGEST_HEAD = 1_000

/**
 * Corrects the media type of a data URI, and adds one to bare base64. The data is not copied.
 *
 * @param name - the name of the file, if the client sent it
 * @param param - the request parameter that contains the media
 * @throws 400 `unsupported_value` for a type that the model refuses, `invalid_value` for media that
 *   are empty or not in base64
 */
export function correctMediaType(text: string, name: string | null | undefined, param: string, context: MediaContext): TypedMedia {
  if (!/^data:/i.test(text)) {
    if (text === '') throw emptyMediaError(param)
    // The type defaults to PDF, which OpenAI's clients send as bare base64 without a file name.
    const type = checkType(mediaTypeByName(name) ?? typeByBytes(text) ?? (name ? '' : 'application/pdf'), param, context)
    return { type, url: `data:${type};base64,${text}` }
  }
  const comma = text.slice(0, LONGEST_HEAD).indexOf(',')
  if (comma === -1) throw notDataUriError(param)
  const fields = text
    .slice('data:'.length, comma)
    .split(';')
    .map((each) => each.trim())
  const labels = fields.filter((each) => !/^base64$/i.test(each))
  const [declared = '', ...parameters] = labels
  const data = text.slice(comma + 1)
  if (data === '') throw emptyMediaError(param)
  const type = checkType(fileTypeOf(declared, name) ?? typeByBytes(data) ?? '', param, context)
  if (labels.length === fields.length) throw notDataUriError(param)
  const head = `data:${[type, ...parameters, 'base64'].join(';')},`
  return { type, url: text.startsWith(head) ? text : `${head}${data}` }
}

/** Makes the 400 error for text that is neither a data URI with base64 nor a URL. */
export const notDataUriError = (param: string): Error =>
  apiError('invalid_value', 'Media must be sent as a data URI, such as data:image/png;base64,iVBORw0K, or as an https URL.', { param })

/** Makes the 400 error for empty media; Google's own error would not name the content part. */
export const emptyMediaError = (param: string): Error =>
  apiError('invalid_value', 'This media is empty. Send its data in base64, or remove it.', { param })

const typeByBytes = (base64: string): string | undefined => detectMediaType(Buffer.from(base64.slice(0, FIRST_CHARACTERS), 'base64'))

/**
 * Returns the media type of the file at an https URL; undefined if it is unknown.
 *
 * @param declared - the type that the client, the server or Google declares
 * @throws 400 `unsupported_value` for a type that the model refuses
 */
export function mediaTypeOfUrl(url: string, declared: string | null | undefined, param: string, context: MediaContext): string | undefined {
  const type = normalizeMediaType(declared) ?? mediaTypeByUrl(url)
  return type === undefined ? undefined : checkType(type, param, context)
}

function checkType(type: string, param: string, context: MediaContext): string {
  if (type === '') {
    const message = 'The type of this file is unknown. Send it as a data URI with its media type, such as data:text/plain;base64,SGVsbG8=.'
    throw apiError('unsupported_value', message, { param })
  }
  if (OFFICE_TYPE.test(type)) return checkOffice(type, param, context)
  if (!isRefused(type)) return type
  const message = `Gemini does not support media of the type '${type.slice(0, 100)}'. Convert it to PNG, JPEG, WebP, HEIC, HEIF, PDF or text.`
  throw apiError('unsupported_value', message, { param })
}

function checkOffice(type: string, param: string, { upstream, traits, modelId }: MediaContext): string {
  if (upstream === 'native' && traits.takesOfficeFiles) return type
  const reader = 'use a Gemini 4 model, such as gemini-4-hydrogen'
  const message =
    upstream === 'native'
      ? `${modelId} does not read office documents ('${type.slice(0, 100)}'). Convert the file to PDF or text, or ${reader}.`
      : `Office documents ('${type.slice(0, 100)}') ${NEEDS_NATIVE_API_TEXT} and ${reader}, or convert the file to PDF or text.`
  throw apiError('unsupported_value', message, { param })
}
