/** A media type that Gemini accepts, and how to recognise its files. */
interface MediaType {
  readonly mediaType: string
  readonly matches: (bytes: Buffer) => boolean
}

const latin1 = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end)
const startsWith = (text: string) => (bytes: Buffer) => latin1(bytes, 0, text.length) === text
const riff = (form: string) => (bytes: Buffer) => latin1(bytes, 0, 4) === 'RIFF' && latin1(bytes, 8, 12) === form

const MAX_BRANDS = 32

/**
 * The brands of an ISO media file: the major one, then the compatible ones; empty for other files.
 */
function brandsOf(bytes: Buffer): readonly string[] {
  if (bytes.length < 16 || latin1(bytes, 4, 8) !== 'ftyp') return []
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 16 + 4 * MAX_BRANDS)
  const brands = [latin1(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4))
  return brands
}

const HEIC = new Set(['heic', 'heix', 'heim', 'heis'])
const HEIF = new Set(['mif1', 'msf1', 'heif'])

/** AVIF files declare HEIF as a compatible brand, but Gemini does not accept them. */
const isoImage = (majors: ReadonlySet<string>) => (bytes: Buffer) => {
  const brands = brandsOf(bytes)
  return majors.has(brands[0] ?? '') && !brands.includes('avif')
}

/**
 * An MPEG audio frame, layer III: 11 sync bits, then a version, bit rate and sample rate none of
 * which is reserved.
 */
function isMp3Frame(bytes: Buffer): boolean {
  const [sync = 0, kind = 0, rates = 0] = bytes
  const isLayer3 = sync === 0xff && (kind & 0xe0) === 0xe0 && (kind & 0x06) === 0x02 && (kind & 0x18) !== 0x08
  return isLayer3 && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c
}

const MEDIA_TYPES: readonly MediaType[] = [
  { mediaType: 'image/png', matches: startsWith('\x89PNG\r\n\x1a\n') },
  { mediaType: 'image/jpeg', matches: startsWith('\xff\xd8\xff') },
  { mediaType: 'image/webp', matches: riff('WEBP') },
  { mediaType: 'image/gif', matches: (bytes) => startsWith('GIF87a')(bytes) || startsWith('GIF89a')(bytes) },
  { mediaType: 'image/heic', matches: isoImage(HEIC) },
  { mediaType: 'image/heif', matches: isoImage(HEIF) },
  { mediaType: 'audio/wav', matches: riff('WAVE') },
  { mediaType: 'audio/mp3', matches: (bytes) => startsWith('ID3')(bytes) || isMp3Frame(bytes) },
  { mediaType: 'application/pdf', matches: startsWith('%PDF-') },
]

/**
 * Detects the media type of a file by its first bytes; HTTP headers are not trusted.
 *
 * @returns a type such as `image/png`; undefined for files that Gemini does not accept
 */
export const mediaTypeOf = (bytes: Buffer): string | undefined => MEDIA_TYPES.find(({ matches }) => matches(bytes))?.mediaType
