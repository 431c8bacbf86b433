import { describe, expect, test } from 'vitest'
import { AnswerMedia } from '../../../src/contract/answerMedia.js'
import { MediaDetacher } from '../../../src/json/mediaDetacher.js'

const KIBIBYTE = 1024
const LONG = 200 * KIBIBYTE
const base64 = (length: number, seed = 0): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + seed + (index >> 6)) % 64]).join('')
}
const IMAGE = base64(LONG)
const OTHER = base64(LONG + 3, 5)

/**
 * Passes a text to a MediaDetacher in pieces of these lengths. @returns among others the text with
 * media placeholders (`rest`), the number of media bytes (`counted`), and the restored text
 * (`whole`)
 */
function detach(text: string, lengths: (index: number) => number) {
  const counted: number[] = []
  const media = new AnswerMedia((bytes) => counted.push(bytes))
  const detacher = new MediaDetacher(media, /"(?:data|thoughtSignature)"\s*:\s*$/)
  const bytes = Buffer.from(text)
  const left: Uint8Array[] = []
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const end = at + Math.max(1, lengths(index))
    left.push(detacher.push(bytes.subarray(at, end)))
    at = end
  }
  const rest = Buffer.concat(left).toString()
  return {
    rest,
    media,
    detacher,
    counted: counted.reduce((sum, each) => sum + each, 0),
    whole: Buffer.concat(media.toPieces(rest)).toString(),
  }
}

const event = (...parts: readonly object[]): string => `data: ${JSON.stringify({ candidates: [{ content: { parts } }] })}\r\n\r\n`
const blob = (data: string): object => ({ inlineData: { mimeType: 'image/png', data } })
const READS: [string, (index: number) => number][] = [
  ['of 16 KiB', () => 16 * KIBIBYTE],
  ['of 64 KiB', () => 64 * KIBIBYTE],
  ['of prime lengths', (index) => [7, 997, 40_009, 65_537][index % 4] ?? 1],
  ['of one byte in between', (index) => (index % 3 === 0 ? 1 : 8_191)],
]

describe.each(READS)('in reads %s', (_name, lengths) => {
  test('an image is replaced by a placeholder, and its bytes can be restored', () => {
    const text = event({ text: 'Here.' }, blob(IMAGE))
    const { rest, whole, counted } = detach(text, lengths)
    expect(rest.length).toBeLessThan(150 * KIBIBYTE)
    expect(whole).toBe(text)
    expect(counted).toBeGreaterThan(LONG - 140 * KIBIBYTE)
  })

  test('two images and a signature of one event get a placeholder each', () => {
    const text = event({ ...blob(IMAGE), thoughtSignature: OTHER }, { text: '好 "quoted" \\' }, blob(OTHER))
    const { rest, whole, media } = detach(text, lengths)
    expect(media.countPlaceholders(rest)).toBe(3)
    expect(whole).toBe(text)
    expect(JSON.parse(rest.slice(6))).toMatchObject({ candidates: [{ content: { parts: [{}, { text: '好 "quoted" \\' }, {}] } }] })
  })

  test('a body of many lines and one of a single line are read alike', () => {
    const value = { candidates: [{ content: { parts: [blob(IMAGE), { thoughtSignature: OTHER, text: '' }] } }] }
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      const { rest, whole, media } = detach(text, lengths)
      expect(media.countPlaceholders(rest)).toBe(2)
      expect(whole).toBe(text)
    }
  })

  test('other strings stay in the text: with escapes, other names, or short ones', () => {
    const escaped = `{"data":"${'\\u0041\\"'.repeat(20_000)}"}\n`
    const other = `{"text":"${IMAGE}"}\n`
    const short = `{"data":"${IMAGE.slice(0, 60 * KIBIBYTE)}"}\n`
    for (const text of [escaped, other, short]) {
      const { rest, counted } = detach(text, lengths)
      expect(rest === text).toBe(true)
      expect(counted).toBe(0)
    }
  })

  test('an escape after media stays in the text', () => {
    const text = `{"data":"${IMAGE}\\u003d\\u003d","next":"${'\\\\'}"}\n`
    const { rest, whole, media } = detach(text, lengths)
    expect(media.countPlaceholders(rest)).toBe(1)
    expect(rest).toContain('\\u003d\\u003d","next":"')
    expect(whole).toBe(text)
  })

  test('a text that looks like a media member is not detached', () => {
    const text = `{"text":"say \\"data\\": ","other":"${IMAGE}"}\n`
    expect(detach(text, lengths).rest === text).toBe(true)
  })

  test('a character that is not visible ASCII ends the media: the rest is left to the parser', () => {
    const text = `{"data":"${IMAGE}\u0007${IMAGE}好"}\n`
    const { rest, whole } = detach(text, lengths)
    expect(whole).toBe(text)
    expect(rest).toContain('\u0007')
  })
})

test('media split at any byte of its ends are restored', () => {
  const text = event({ ...blob(base64(70 * KIBIBYTE)), thoughtSignature: base64(80 * KIBIBYTE) }, blob(base64(90 * KIBIBYTE)))
  const ends = [...text.matchAll(/"(?:data|thoughtSignature)":"|"[,}]/g)].map(({ index }) => index)
  for (const end of ends) {
    for (let at = end - 2; at < end + 25; at += 1) {
      const cuts = [at, 1, 1, 66 * KIBIBYTE, 2 * KIBIBYTE]
      expect(detach(text, (index) => cuts[index] ?? 16 * KIBIBYTE).whole === text).toBe(true)
    }
  }
})

test('short lines are returned unchanged, without being scanned', () => {
  const media = new AnswerMedia(() => undefined)
  const detacher = new MediaDetacher(media, /"data"\s*:\s*$/)
  for (let index = 0; index < 100; index += 1) {
    const bytes = Buffer.from(event({ text: 'x'.repeat(30_000) }))
    const [first, second] = [bytes.subarray(0, 20_000), bytes.subarray(20_000)]
    expect(detacher.push(first)).toBe(first)
    expect(detacher.push(second)).toBe(second)
  }
  expect(media.isEmpty).toBe(true)
})

test('discarded media are no longer counted', () => {
  const { rest, media, detacher, counted } = detach(event(blob(IMAGE)).slice(0, -10), () => 16 * KIBIBYTE)
  expect(media.countPlaceholders(rest)).toBe(1)
  detacher.discard()
  expect(media.toText(rest).length).toBeLessThan(rest.length)
  media.count(counted)
  expect(() => media.reserve(0)).not.toThrow()
})

test('media beyond the limit of one answer are refused with a message', () => {
  const detacher = new MediaDetacher(new AnswerMedia(() => undefined), /"data"\s*:\s*$/)
  const piece = Buffer.alloc(1_048_576, 'A')
  detacher.push(Buffer.from('{"data":"'))
  expect(() => {
    for (let index = 0; index < 140; index += 1) detacher.push(piece)
  }).toThrow('Gemini sent more than 128 MiB of media in one answer.')
})
