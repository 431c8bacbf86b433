/** Alternative names of media types, mapped to the names that Google knows. */
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
  ['audio/x-mpeg', 'audio/mp3'],
  ['audio/mpga', 'audio/mp3'],
  ['audio/x-pn-wav', 'audio/wav'],
  ['application/ogg', 'audio/ogg'],
  ['audio/mpeg3', 'audio/mp3'],
  ['audio/x-mpeg-3', 'audio/mp3'],
])

/** Matches text types other than `text/...`. Gemini refuses most: they are sent as `text/plain`. */
const TEXT_TYPE =
  /^application\/(?:(?:x-)?(?:json|json5|jsonl|jsonlines|ndjson|xml|yaml|csv|toml|sql|sh|shellscript|javascript|ecmascript|typescript|python|python-code|graphql|httpd-php|php|ruby|perl|bash|csh|tex|subrip|log|jsonc|json-lines|markdown)|[^+]+\+(?:json|xml|yaml))$/

const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const PPTX_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/** File name extensions by media type; text formats, such as CSV, are listed as `text/plain`. */
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
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'video/mp4': 'mp4 m4v',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/mpeg': 'mpeg mpg',
  'video/x-msvideo': 'avi',
  'video/x-flv': 'flv',
  'video/wmv': 'wmv',
  'video/3gpp': '3gp 3gpp',
  'audio/ogg': 'ogg oga',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
  'audio/aiff': 'aif aiff',
  'audio/mp4': 'm4a',
}

const TYPES_BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries(FILE_NAME_EXTENSIONS).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
)

/** Generic media types, which do not identify the format of a file. */
const GENERIC_TYPES: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream', 'application/x-binary'])

// Allows only characters of HTTP tokens, as the type of an upload is sent to Google in a header.
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/

/** False for generic types, and for text that is no media type, such as `undefined` or `jpg`. */
const isKnownType = (type: string): boolean => MEDIA_TYPE.test(type) && !GENERIC_TYPES.has(type)

/**
 * Returns the media type that a client or a server declares, under Google's name for it; undefined
 * if the declared type is absent, invalid or generic.
 */
export function normalizeMediaType(declared: string | null | undefined): string | undefined {
  const [head = ''] = (declared ?? '').toLowerCase().split(';')
  const bare = head.trim()
  const type = TEXT_TYPE.test(bare) ? 'text/plain' : (MEDIA_TYPE_ALIASES.get(bare) ?? bare)
  return isKnownType(type) ? type : undefined
}

/** Returns the media type for the extension of a file name; undefined for an unknown extension. */
export const mediaTypeByName = (name: string | null | undefined): string | undefined =>
  TYPES_BY_EXTENSION.get(/\.(\w{1,9})\s*$/.exec((name ?? '').slice(-20))?.[1]?.toLowerCase() ?? '')

/**
 * Returns the declared media type of a file, else that of its name. A name with a text extension
 * has priority over types such as `application/vnd.ms-excel`, which Windows declares for CSV files.
 */
export function fileTypeOf(declared: string | null | undefined, name: string | null | undefined): string | undefined {
  const type = normalizeMediaType(declared)
  const named = mediaTypeByName(name)
  const isText = named === 'text/plain' && type !== 'application/pdf' && type?.startsWith('application/')
  return isText ? named : (type ?? named)
}

/** Returns the media type for the extension in a URL's path; undefined for an unknown extension. */
export const mediaTypeByUrl = (url: string): string | undefined => mediaTypeByName(/^[^?#]*/.exec(url)?.[0])
