import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { API_VARIANTS, type ApiVariant, sendBy } from '../../../support/ways.js'
import { PNG } from '../media/pictureHost.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const JPEG_DATA = '/9j/4AAQSkZJRgABAQEASABIAAA='
const PNG_DATA = PNG.toString('base64')
const PDF_DATA = 'JVBERi0xLjQK'
const WAV_DATA = Buffer.from('RIFF\x04\0\0\0WAVEfmt ', 'latin1').toString('base64')
const TEXT_DATA = 'SGVsbG8='

const image = (url: string) => ({ type: 'image_url', image_url: { url } })
const file = (data: string, filename?: string) => ({
  type: 'file',
  file: { file_data: data, ...(filename === undefined ? {} : { filename }) },
})
const recording = (data: string, format: string) => ({ type: 'input_audio', input_audio: { data, format } })

/** Sends a user message with a text and this part. */
const sendPart = (way: ApiVariant, part: object) =>
  sendBy(proxy, way, { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: [{ type: 'text', text: 'what is it?' }, part] }] })

/**
 * Returns the path of the media that {@link sendPart} sends, as it is in the `param` of an error.
 */
function pathOf(way: ApiVariant, part: object): string {
  if ('input_audio' in part) return `${way.startsWith('chat') ? 'messages' : 'input'}[0].content[1].input_audio.data`
  if (way.startsWith('chat')) return `messages[0].content[1].${'file' in part ? 'file.file_data' : 'image_url.url'}`
  return `input[0].content[1].${'file' in part ? 'file_data' : 'image_url'}`
}

/** Media types of text that Gemini does not know. */
const TEXT_NAMES = 'xml yaml x-yaml csv json x-ndjson x-javascript typescript sql x-sh x-httpd-php toml ld+json atom+xml'
const TEXT_TYPES = TEXT_NAMES.split(' ').map((name) => `application/${name}`)

/** A part as a client sends it, and the part that Gemini gets, with the correct media type. */
const CORRECTED: readonly [what: string, part: object, sent: object][] = [
  ['image/*', image(`data:image/*;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['*/*', image(`data:*/*;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['image/jpg', image(`data:image/jpg;base64,${JPEG_DATA}`), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['image/pjpeg', image(`data:image/pjpeg;base64,${JPEG_DATA}`), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['image/x-png', image(`data:image/x-png;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['IMAGE/PNG', image(`data:IMAGE/PNG;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['image/JPG', image(`data:image/JPG;base64,${JPEG_DATA}`), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['DATA:', image(`DATA:image/png;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['the spelling Data: and BASE64', image(`Data:Image/Png;BASE64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['spaces in the data URI header', image(`data: image/png ; base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['`undefined`, but with the bytes of a PNG', image(`data:undefined;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['`null`, but with the bytes of a JPEG', image(`data:null;base64,${JPEG_DATA}`), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['`image`, but with the bytes of a PNG', image(`data:image;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['`image/`, but with the bytes of a PNG', image(`data:image/;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  ['`jpg`, with the name a.jpg', file(`data:jpg;base64,${JPEG_DATA}`, 'a.jpg'), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['base64 alone', file(`data:base64,${PDF_DATA}`, 'a.pdf'), image(`data:application/pdf;base64,${PDF_DATA}`)],
  ['no type, but with the bytes of a PNG', image(`data:;base64,${PNG_DATA}`), image(`data:image/png;base64,${PNG_DATA}`)],
  [
    'application/octet-stream, but with the bytes of a JPEG',
    image(`data:application/octet-stream;base64,${JPEG_DATA}`),
    image(`data:image/jpeg;base64,${JPEG_DATA}`),
  ],
  ['a file of image/jpg', file(`data:image/jpg;base64,${JPEG_DATA}`, 'a.jpg'), image(`data:image/jpeg;base64,${JPEG_DATA}`)],
  ['a file that begins with DATA:', file(`DATA:application/pdf;base64,${PDF_DATA}`), image(`data:application/pdf;base64,${PDF_DATA}`)],
  ['a file of Application/PDF', file(`data:Application/PDF;base64,${PDF_DATA}`), image(`data:application/pdf;base64,${PDF_DATA}`)],
  ['application/x-pdf', file(`data:application/x-pdf;base64,${PDF_DATA}`), image(`data:application/pdf;base64,${PDF_DATA}`)],
  [
    'application/octet-stream, with the name a.pdf',
    file(`data:application/octet-stream;base64,${PDF_DATA}`, 'a.pdf'),
    image(`data:application/pdf;base64,${PDF_DATA}`),
  ],
  [
    'binary/octet-stream, with the name B.JPEG',
    file(`data:binary/octet-stream;base64,${JPEG_DATA}`, 'B.JPEG'),
    image(`data:image/jpeg;base64,${JPEG_DATA}`),
  ],
  [
    'application/octet-stream, with the name notes.txt',
    file(`data:application/octet-stream;base64,${TEXT_DATA}`, 'notes.txt'),
    image(`data:text/plain;base64,${TEXT_DATA}`),
  ],
  ...TEXT_TYPES.map((type): [string, object, object] => [
    type,
    file(`data:${type};base64,${TEXT_DATA}`),
    image(`data:text/plain;base64,${TEXT_DATA}`),
  ]),
  ['no data URI header, with the name notes.txt', file(TEXT_DATA, 'notes.txt'), image(`data:text/plain;base64,${TEXT_DATA}`)],
  ['no data URI header, with the name main.py', file(TEXT_DATA, 'src/main.py'), image(`data:text/plain;base64,${TEXT_DATA}`)],
  ['no data URI header, with the name photo.PNG', file(PNG_DATA, 'photo.PNG'), image(`data:image/png;base64,${PNG_DATA}`)],
  ['no data URI header, with the name a.pdf', file(PDF_DATA, 'a.pdf'), image(`data:application/pdf;base64,${PDF_DATA}`)],
  ['no data URI header and no extension, but with the bytes of a PNG', file(PNG_DATA, 'photo'), image(`data:image/png;base64,${PNG_DATA}`)],
  ['no data URI header and no name', file('AAAA'), image('data:application/pdf;base64,AAAA')],
  ['a recording as a file', file(WAV_DATA, 'a.wav'), recording(WAV_DATA, 'wav')],
  ['a recording as a file of audio/mpeg', file('data:audio/mpeg;base64,SUQzAAAA', 'a.mp3'), recording('SUQzAAAA', 'mp3')],
  [
    'a CSV file as Windows declares it',
    file(`data:application/vnd.ms-excel;base64,${TEXT_DATA}`, 'a.csv'),
    image(`data:text/plain;base64,${TEXT_DATA}`),
  ],
  ['a recording as a file of audio/mpga', file('data:audio/mpga;base64,SUQzAAAA'), recording('SUQzAAAA', 'mp3')],
  ['a recording as a file of audio/x-mpeg', file('data:audio/x-mpeg;base64,SUQzAAAA'), recording('SUQzAAAA', 'mp3')],
  ['a recording sent as an image', image(`data:audio/x-wav;base64,${WAV_DATA}`), recording(WAV_DATA, 'wav')],
]

const UNCHANGED = [
  'data:image/png;base64,iVBORw0KGgo=',
  'data:image/webp;base64,UklGRg==',
  'data:image/heic;base64,AAAA',
  'data:image/heif;base64,AAAA',
  'data:application/pdf;base64,JVBERi0xLjQK',
  'data:text/plain;charset=utf-8;base64,SGVsbG8=',
  'data:text/csv;base64,SGVsbG8=',
  'data:video/mp4;base64,AAAA',
]

/** Media of types that Gemini does not accept. */
const REFUSED: readonly [what: string, part: object][] = [
  ['image/gif', image('data:image/gif;base64,R0lGODlhAQABAAAAACw=')],
  ['image/svg+xml', image('data:image/svg+xml;base64,PHN2Zy8+')],
  ['image/bmp', image('data:image/bmp;base64,Qk0=')],
  ['image/tiff', image('data:image/tiff;base64,SUkqAA==')],
  ['image/avif', image('data:image/avif;base64,AAAA')],
  ['IMAGE/GIF', image('DATA:IMAGE/GIF;base64,R0lGODlhAQABAAAAACw=')],
  ['docx by its type', file('data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,UEsDBA==', 'a.docx')],
  ['docx by its file name', file('UEsDBA==', 'a.docx')],
  ['xlsx of application/octet-stream', file('data:application/octet-stream;base64,UEsDBA==', 'A.XLSX')],
  ['doc', file('data:application/msword;base64,0M8R4A==', 'a.doc')],
  ['gif by its file name', file('R0lGODlh', 'a.gif')],
  ['application/octet-stream of unknown bytes', file('data:application/octet-stream;base64,AAAA', 'data.bin')],
  ['zip', file('data:application/zip;base64,UEsDBA==', 'a.zip')],
  ['x-zip-compressed', file('data:application/x-zip-compressed;base64,UEsDBA==', 'a.zip')],
  ['gzip', file('data:application/gzip;base64,H4sIAA==', 'a.gz')],
  ['zip by its file name', file('UEsDBA==', 'a.zip')],
  ['a recording in Ogg', file('data:audio/ogg;base64,T2dnUwAC', 'a.ogg')],
  ['a recording in Ogg of another type', file('data:application/ogg;base64,T2dnUwAC')],
  ['a recording in M4A, by its file name', file('AAAAHGZ0eXBNNEEg', 'a.m4a')],
  ['a recording in FLAC sent as an image', image('data:audio/flac;base64,ZkxhQw==')],
  ['the type undefined with unknown bytes', image('data:undefined;base64,AAAA')],
  ['unknown bytes with an unknown name', file('AAAA', 'data.bin')],
]

/** Parts whose media is not a base64 data URI. */
const MALFORMED: readonly [what: string, part: object][] = [
  ['an image without base64', image('data:image/png,%89PNG')],
  ['an image whose data URI header lacks `base64`', image(`data:image/png,${PNG_DATA}`)],
  ['a text that is percent-encoded', file('data:text/plain,hello%20world', 'a.txt')],
  ['a data URI header without data', image('data:image/png;base64')],
  ['a data URI header that is too long', image(`data:image/png;${'a'.repeat(2_000)};base64,${PNG_DATA}`)],
  ['a file without a comma', file('data:application/pdf', 'a.pdf')],
  ['an empty image', image('data:image/png;base64,')],
  ['an empty file', file('', 'a.pdf')],
  ['an empty file without a name', file('')],
  ['an empty file with a type', file('data:application/pdf;base64,', 'a.pdf')],
  ['an empty recording', recording('', 'wav')],
]

describe.each(API_VARIANTS)('by %s', (way) => {
  test.each(CORRECTED)('media labelled with %s are sent with a type that Gemini supports', async (_, part, sent) => {
    const outcome = await sendPart(way, part)
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(outcome.sent?.messages[0]?.content).toEqual([{ type: 'text', text: 'what is it?' }, sent])
  })

  test.each(UNCHANGED)('%s is sent unchanged', async (url) => {
    const outcome = await sendPart(way, image(url))
    expect(outcome.status).toBe(200)
    expect(outcome.sent?.messages[0]?.content).toEqual([{ type: 'text', text: 'what is it?' }, image(url)])
  })

  test.each(REFUSED)('%s is refused with its path', async (_, part) => {
    const { status, sent, error } = await sendPart(way, part)
    expect({ status, sent }).toEqual({ status: 400, sent: undefined })
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'unsupported_value', param: pathOf(way, part) })
  })

  test.each(MALFORMED)('%s is refused with its path', async (_, part) => {
    const { status, sent, error } = await sendPart(way, part)
    expect({ status, sent }).toEqual({ status: 400, sent: undefined })
    expect(error).toMatchObject({ code: 'invalid_value', param: pathOf(way, part), message: expect.stringContaining('base64') })
  })

  test('media in tool results are relabelled, too', async () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }
    const { status, sent } = await sendBy(proxy, way, {
      model: 'gemini-3.5-flash',
      messages: [
        { role: 'user', content: 'look' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', content: [image(`data:image/jpg;base64,${JPEG_DATA}`), file(TEXT_DATA, 'notes.md')] },
      ],
    })
    expect(status).toBe(200)
    expect(sent?.messages.at(-1)?.content).toMatchObject([
      {},
      image(`data:image/jpeg;base64,${JPEG_DATA}`),
      image(`data:text/plain;base64,${TEXT_DATA}`),
    ])
  })
})
