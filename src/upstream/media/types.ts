const latin1 = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end)
const startsWith = (text: string) => (bytes: Buffer) => latin1(bytes, 0, text.length) === text
const riff = (form: string) => (bytes: Buffer) => latin1(bytes, 0, 4) === 'RIFF' && latin1(bytes, 8, 12) === form

const MAX_BRANDS = 32

/** Returns the brands (format codes) of an ISO media file, the major one first; [] for others. */
function brandsOf(bytes: Buffer): readonly string[] {
  if (bytes.length < 16 || latin1(bytes, 4, 8) !== 'ftyp') return []
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 16 + 4 * MAX_BRANDS)
  const brands = [latin1(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4))
  return brands
}

const HEIC = new Set(['heic', 'heix', 'heim', 'heis'])
const HEIF = new Set(['mif1', 'msf1', 'heif'])

/**
 * Makes the check for an image with one of these major brands. AVIF files can have the same major
 * brands, but Gemini does not accept them: their other brands include `avif`.
 */
const isoImage = (majors: ReadonlySet<string>) => (bytes: Buffer) => {
  const brands = brandsOf(bytes)
  return majors.has(brands[0] ?? '') && !brands.includes('avif')
}

/** True for the header of an MP3 frame: 11 sync bits, layer III, and no reserved value. */
function isMp3Frame(bytes: Buffer): boolean {
  const [sync = 0, kind = 0, rates = 0] = bytes
  const isLayer3 = sync === 0xff && (kind & 0xe0) === 0xe0 && (kind & 0x06) === 0x02 && (kind & 0x18) !== 0x08
  return isLayer3 && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c
}

// Media types that Gemini accepts, each with a test of a file's first bytes.
const MEDIA_TYPES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': startsWith('\x89PNG\r\n\x1a\n'),
  'image/jpeg': startsWith('\xff\xd8\xff'),
  'image/webp': riff('WEBP'),
  'image/heic': isoImage(HEIC),
  'image/heif': isoImage(HEIF),
  'audio/wav': riff('WAVE'),
  'audio/mp3': (bytes) => startsWith('ID3')(bytes) || isMp3Frame(bytes),
  'application/pdf': startsWith('%PDF-'),
}

/** Detects the type of a file, such as `image/png`; undefined if Gemini does not accept it. */
export const detectMediaType = (bytes: Buffer): string | undefined => Object.entries(MEDIA_TYPES).find(([, matches]) => matches(bytes))?.[0]
