import { expect, test } from 'vitest'
import { detectMediaType } from '../../../../src/upstream/media/types.js'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const ftyp = (...brands: readonly string[]): Buffer => {
  const [major = '', ...others] = brands
  const size = Buffer.alloc(4)
  size.writeUInt32BE(16 + 4 * others.length)
  return Buffer.concat([size, latin1(`ftyp${major}\0\0\0\0${others.join('')}`), Buffer.alloc(8)])
}

test.each([
  ['image/png', latin1('\x89PNG\r\n\x1a\n\0\0')],
  ['image/jpeg', latin1('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['image/webp', latin1('RIFF\x10\0\0\0WEBPVP8 ')],
  ['image/heic', ftyp('heic', 'mif1', 'heic')],
  ['image/heif', ftyp('mif1', 'heic')],
  ['audio/wav', latin1('RIFF\x24\0\0\0WAVEfmt ')],
  ['audio/mp3', latin1('ID3\x04\0\0\0\0\0\0')],
  ['audio/mp3', latin1('\xff\xfb\x90\x64')],
  ['application/pdf', latin1('%PDF-1.7\n')],
])('%s is recognised by its first bytes', (mediaType, bytes) => {
  expect(detectMediaType(bytes)).toBe(mediaType)
})

test.each([
  ['nothing', latin1('')],
  ['a page', latin1('<!doctype html><html>')],
  ['an SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['JSON', latin1('{"AccessKeyId":"a"}')],
  ['a ZIP', latin1('PK\x03\x04')],
  ['half a PNG', latin1('\x89PNG')],
  ['a GIF', latin1('GIF89a\x01\0')],
  ['AVIF', ftyp('avif', 'mif1')],
  ['AVIF labelled as HEIF', ftyp('mif1', 'avif')],
  ['an MP4', ftyp('isom', 'mp42')],
  ['a short ftyp', latin1('\0\0\0\x08ftyp')],
  ['AVI', latin1('RIFF\x10\0\0\0AVI LIST')],
  ['AAC', latin1('\xff\xf1\x50\x80')],
  ['UTF-16 text', latin1('\xff\xfea\0b\0')],
  ['a PDF preceded by other bytes', latin1('xx%PDF-1.7')],
])('%s is not accepted', (_title, bytes) => {
  expect(detectMediaType(bytes)).toBeUndefined()
})
