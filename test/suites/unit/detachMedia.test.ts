import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../src/contract/errors.js'
import { MediaBytes } from '../../../src/contract/mediaBytes.js'
import type { ChatCompletionRequest } from '../../../src/contract/types.js'
import { areMediaOfMessages, detachMedia } from '../../../src/http/body/detachMedia.js'
import { scanJson } from '../../../src/http/body/scanJson.js'
import { COMPAT_CODEC } from '../../../src/upstream/compat/compatCodec.js'
import { SchemaBudget } from '../../../src/upstream/request/schema/budget.js'

const MODEL = 'gemini-3.5-flash'
const BOUNDS = { maxBodyValues: 1_000, maxBodyDepth: 100 }
/** Makes base64 of 80,000 characters, long enough to be detached, that begins with `start`. */
const base64 = (start = ''): string => start + randomBytes(60_000).toString('base64').slice(start.length)

interface Sent {
  readonly text: string
  readonly ignored: readonly string[]
}

/**
 * Encodes a request for Gemini. @returns its text and the ignored parameters, or the error if the
 * proxy refuses it
 */
async function sentFor(request: ChatCompletionRequest, toText: (body: object) => string): Promise<Sent | object> {
  try {
    const { body, ignored } = await COMPAT_CODEC.encode(request, {
      modelId: MODEL,
      firstModelId: MODEL,
      thoughts: 'auto',
      schemaBudget: new SchemaBudget(),
      areSignaturesRefused: false,
      areSchemasTooComplex: false,
      sealed: undefined,
      findCalls: async () => new Map(),
      onRepair: () => undefined,
    })
    return { text: toText(body), ignored }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { code: error.code, message: error.message, param: error.param }
  }
}

const detach = (text: string): ReturnType<typeof detachMedia> => detachMedia(Buffer.from(text), scanJson(Buffer.from(text), BOUNDS))

const asText = (media: MediaBytes, body: unknown): string => Buffer.concat(media.toPieces(JSON.stringify(body))).toString()

const kind = fc.constantFrom('image/png', 'image/JPG', 'audio/mpeg', 'audio/x-wav', 'application/pdf', 'image/gif', 'text/plain', 'jpg', '')
const filename = fc.constantFrom(undefined, null, 'a.pdf', 'photo.JPEG', 'song.mp3', 'table.xlsx')
const start = fc.constantFrom('', 'iVBORw0KGgo', '/9j/4AAQ', 'UklGRiQAAABXQVZF', 'JVBERi0', 'SUQzBAAA', 'R0lGODlh')
const uri = fc.tuple(
  kind,
  fc.constantFrom('', ';charset=utf-8', `;name=${'n'.repeat(970)}`, ';x=1,2'),
  fc.constantFrom(';base64', ''),
  start,
)
const text = fc.oneof(
  uri.map(([type, parameter, encoding, first]) => `data:${type}${parameter}${encoding},${base64(first)}`),
  start.map(base64),
  fc
    .constantFrom('世', ' ', '\\', '"', '\n', '\u0000', '\u007f', '\ud800')
    .map((character) => `data:image/png;base64,${base64()}${character}${base64()}`),
  fc.constantFrom('https://a.example/', 'HTTP://a.example/', 'ftp://a.example/').map((scheme) => scheme + base64()),
  fc.constantFrom('data:image/png;base64,iVBORw0K', 'Hello, 世界.'),
)
const part = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.constantFrom('What?', '这是什么？', '<media:0>', '\u0001 "\\') }),
  text.map((url) => ({ type: 'image_url', image_url: { url, detail: 'original' } })),
  fc.record({ data: text, format: fc.constantFrom('wav', 'mp3', 'flac') }).map((input_audio) => ({ type: 'input_audio', input_audio })),
  fc.record({ file_data: text, filename }).map((file) => ({ type: 'file', file })),
)
const request = fc.array(fc.array(part, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((contents) => ({
  model: MODEL,
  seed: 1,
  messages: contents.map((content) => ({ role: 'user', content })),
}))

describe('a request with detached media', () => {
  test('is sent or refused as if the media had been parsed', async () => {
    let detachedCount = 0
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const json = JSON.stringify(sent)
        const detached = detach(json)
        if (detached === undefined) return
        const { media } = detached
        const parsed = JSON.parse(detached.text)
        detachedCount += 1
        expect(areMediaOfMessages(parsed, media)).toBe(true)
        expect(asText(media, parsed)).toBe(json)
        const expected = await sentFor(JSON.parse(json), JSON.stringify)
        expect(await sentFor(parsed, (body) => asText(media, body))).toEqual(expected)
      }),
      { numRuns: 150 },
    )
    expect(detachedCount).toBeGreaterThan(50)
  })

  test('has a parsed text without most of its bytes', () => {
    const url = `data:image/png;base64,${base64()}`
    expect(detach(JSON.stringify({ messages: [{ content: [{ image_url: { url } }] }] }))?.text.length).toBeLessThan(3_000)
  })

  test('may contain white space, and the same media twice', () => {
    const url = `data:image/png;base64,${base64()}`
    const body = { messages: [{ content: [{ image_url: { url } }, { image_url: { url } }] }] }
    const { text: parsed, media } = detach(JSON.stringify(body, undefined, 2)) ?? { text: '', media: new MediaBytes() }
    expect(areMediaOfMessages(JSON.parse(parsed), media)).toBe(true)
    expect(asText(media, JSON.parse(parsed))).toBe(JSON.stringify(body))
  })
})

describe('nothing is detached from a text that the model reads', () => {
  const long = base64()
  const image = { image_url: { url: long } }
  test.each<[string, object]>([
    ['as a content', { messages: [{ content: long }] }],
    ['in a text part', { messages: [{ content: [{ text: long }] }] }],
    ['in the arguments of a tool call', { messages: [{ tool_calls: [{ function: { arguments: long } }] }] }],
    ['as the id of a tool result', { messages: [{ tool_call_id: long, content: [image] }] }],
    ['as a member name', { messages: [{ content: [{ image_url: { [long]: 1 } }] }] }],
    ['beside the messages', { data: long, messages: [{ content: [image] }] }],
    ['in a list of lists', { messages: [{ content: [[image]] }] }],
    ['as another member of a picture', { messages: [{ content: [{ image_url: { detail: long } }] }] }],
    ['as the picture itself', { messages: [{ content: [{ image_url: long }] }] }],
    ['without messages', [image]],
  ])('%s', (_where, body) => {
    const { text: parsed, media } = detach(JSON.stringify(body)) ?? { text: '{}', media: new MediaBytes() }
    expect(parsed.length).toBeLessThan(10_000)
    expect(areMediaOfMessages(JSON.parse(parsed), media)).toBe(false)
  })

  test('under a duplicate member name', () => {
    const { text: parsed, media } = detach(`{"messages":[{"content":[{"image_url":{"url":"${long}","url":"${base64()}"}}]}]}`) ?? {
      text: '{}',
      media: new MediaBytes(),
    }
    expect(areMediaOfMessages(JSON.parse(parsed), media)).toBe(false)
  })
})

describe('a string is detached as media', () => {
  /** True if a JSON string of these bytes is detached, that is, replaced by a media placeholder. */
  const isDetached = (bytes: Buffer): boolean => {
    const body = Buffer.concat([Buffer.from('{"messages":[{"content":[{"image_url":{"url":"'), bytes, Buffer.from('"}}]}]}')])
    return detachMedia(body, scanJson(body, BOUNDS)) !== undefined
  }
  const QUOTE = 0x22
  const BACKSLASH = 0x5c

  test('only if it has visible ASCII without escapes, at every position', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      if (byte === QUOTE) continue
      const isPlain = byte > 0x20 && byte < 0x80 && byte !== BACKSLASH
      // Puts the byte at both ends and in the middle, at each offset from a multiple of four bytes:
      // a check that compares several bytes at a time must find it everywhere.
      for (const position of [0, 1, 2, 3, 4, 40_000, 40_001, 40_002, 40_003, 70_000, 70_001, 70_002, 70_003]) {
        const bytes = Buffer.alloc(70_004, 'A')
        bytes[position] = byte
        expect([byte, position, isDetached(bytes)]).toEqual([byte, position, isPlain])
      }
    }
  })

  test.each(['http:', 'https:', 'HTTPS:'])('unless it is a URL that begins with %s', (scheme) => {
    expect(isDetached(Buffer.from(scheme.padEnd(70_000, '/')))).toBe(false)
    expect(isDetached(Buffer.from(`x${scheme}`.padEnd(70_000, '/')))).toBe(true)
  })

  test('only from 64 KiB on', () => {
    expect(isDetached(Buffer.alloc(65_535, 'A'))).toBe(false)
    expect(isDetached(Buffer.alloc(65_536, 'A'))).toBe(true)
  })
})

describe('media placeholders', () => {
  test('are unique for each request, so that no request gets the media of another', () => {
    const [first, second] = [new MediaBytes(), new MediaBytes()]
    const foreign = first.add(Buffer.from('secret'))
    second.add(Buffer.from('own'))
    expect(asText(second, [foreign])).toBe(JSON.stringify([foreign]))
    expect(asText(first, [foreign])).toBe('["secret"]')
  })

  test('have 128 random bits', () => {
    expect(new MediaBytes().add(Buffer.of())).toMatch(/^<[\w-]{22}:0>$/)
  })
})
