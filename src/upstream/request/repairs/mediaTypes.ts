import { apiError } from '../../../contract/errors.js'
import { mediaTypeOf } from '../../media/types.js'

/** Other spellings of the types that Google knows. */
const MEDIA_TYPE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/jfif', 'image/jpeg'],
  ['image/x-png', 'image/png'],
  ['image/x-webp', 'image/webp'],
  ['application/x-pdf', 'application/pdf'],
  ['audio/x-wav', 'audio/wav'],
  ['audio/wave', 'audio/wav'],
  ['audio/vnd.wave', 'audio/wav'],
  ['audio/x-mp3', 'audio/mp3'],
])

const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const PPTX_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/** Extensions of file names by their type. Gemini reads every kind of text as plain text. */
const FILE_NAME_EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg jpeg jpe jfif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'image/bmp': 'bmp',
  'image/tiff': 'tif tiff',
  'image/avif': 'avif',
  'audio/wav': 'wav',
  'audio/mp3': 'mp3',
  'text/plain': 'txt text md markdown csv tsv json jsonl xml yaml yml toml ini log html htm css js ts py sh sql c h cpp go rs java',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  [DOCX_TYPE]: 'docx',
  [XLSX_TYPE]: 'xlsx',
  [PPTX_TYPE]: 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
}

const TYPES_BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries(FILE_NAME_EXTENSIONS).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
)

/** Types that say nothing about a file. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream', 'application/x-binary'])

// Source: https://ai.google.dev/gemini-api/docs/image-understanding#supported-formats
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'])
/** Office documents and archives. */
const REFUSED_TYPE = /^application\/(?:msword|vnd\.(?:ms-|oasis\.|openxmlformats-|rar)|(?:x-)?(?:g?zip|tar|7z|rar)\b)/

const isRefused = (type: string): boolean =>
  type.includes('*') || (type.startsWith('image/') && !IMAGE_TYPES.has(type)) || REFUSED_TYPE.test(type)

/** False for the types that programs write where they know none, such as `undefined` or `jpg`. */
const isKnownType = (type: string): boolean => /^[^/]+\/./.test(type) && !UNKNOWN_TYPES.has(type)

/** Media with a type that Gemini may accept. */
export interface LabelledMedia {
  readonly type: string
  /** A data URI. */
  readonly url: string
}

// Characters of base64 from which a type is detected; a multiple of four.
const FIRST_CHARACTERS = 256
const LONGEST_HEAD = 1_000

/**
 * Corrects the media type of a data URI; bare base64 gets one. The data is not copied.
 *
 * @param name - the name of the file, if the client sent it
 * @param param - path of the media in the request
 * @throws 400 `unsupported_value` for a type that Gemini refuses, `invalid_value` without base64 or
 *   data
 */
export function labelMedia(text: string, name: string | null | undefined, param: string): LabelledMedia {
  if (!/^data:/i.test(text)) {
    if (text === '') throw noMedia(param)
    // OpenAI's clients send a PDF without any label.
    const type = checkType(typeByName(name) ?? typeByBytes(text) ?? (name ? '' : 'application/pdf'), param)
    return { type, url: `data:${type};base64,${text}` }
  }
  const comma = text.slice(0, LONGEST_HEAD).indexOf(',')
  if (comma === -1) throw notDataUri(param)
  const words = text
    .slice('data:'.length, comma)
    .split(';')
    .map((each) => each.trim())
  const labels = words.filter((each) => !/^base64$/i.test(each))
  const [declared = '', ...parameters] = labels
  const known = MEDIA_TYPE_ALIASES.get(declared.toLowerCase()) ?? declared.toLowerCase()
  const data = text.slice(comma + 1)
  if (data === '') throw noMedia(param)
  const type = checkType(isKnownType(known) ? known : (typeByName(name) ?? typeByBytes(data) ?? ''), param)
  if (labels.length === words.length) throw notDataUri(param)
  const head = `data:${[type, ...parameters, 'base64'].join(';')},`
  return { type, url: text.startsWith(head) ? text : `${head}${data}` }
}

/** Makes the 400 for what is no data URI, or one without base64. */
export const notDataUri = (param: string): Error =>
  apiError('invalid_value', 'Media must be sent as a data URI, such as data:image/png;base64,iVBORw0K, or as an https URL.', { param })

/** Makes the 400 for media without data, for which Google's error does not name the part. */
export const noMedia = (param: string): Error =>
  apiError('invalid_value', 'This media is empty. Send its data in base64, or leave it out.', { param })

const typeByName = (name: string | null | undefined): string | undefined =>
  TYPES_BY_EXTENSION.get(/\.(\w{1,9})\s*$/.exec((name ?? '').slice(-20))?.[1]?.toLowerCase() ?? '')

const typeByBytes = (base64: string): string | undefined => mediaTypeOf(Buffer.from(base64.slice(0, FIRST_CHARACTERS), 'base64'))

function checkType(type: string, param: string): string {
  if (type === '') {
    const message = 'The type of this file is unknown. Send it as a data URI with its media type, such as data:text/plain;base64,SGVsbG8=.'
    throw apiError('unsupported_value', message, { param })
  }
  if (!isRefused(type)) return type
  const message = `Gemini does not support media of the type '${type.slice(0, 100)}'. Convert it to PNG, JPEG, WebP, HEIC, HEIF, PDF or text.`
  throw apiError('unsupported_value', message, { param })
}
