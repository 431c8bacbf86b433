import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { AUTHORIZED, CHAT, converse, head } from './raw.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const JSON_TYPE = 'content-type: application/json'
const LENGTH = `content-length: ${CHAT.length}`
const CHUNKED = 'transfer-encoding: chunked'
const chunk = (text: string, size = text.length.toString(16)): string => `${size}\r\n${text}\r\n`
const WHOLE = `${chunk(CHAT)}0\r\n\r\n`
const SMUGGLED = head('GET /v1/models', 'host: smuggled', AUTHORIZED)

/** Makes an authorized POST with additional header lines, followed by `body`. */
const post = (lines: readonly string[], body: string): string =>
  head('POST /v1/chat/completions', 'host: x', AUTHORIZED, JSON_TYPE, ...lines) + body

describe('ambiguous requests (request smuggling)', () => {
  test.each<[string, string]>([
    ['Content-Length and chunked', post([LENGTH, CHUNKED], WHOLE)],
    ['chunked and Content-Length', post([CHUNKED, LENGTH], WHOLE)],
    ['Content-Length 0 and chunked', post(['content-length: 0', CHUNKED], WHOLE)],
    ['two different lengths', post([LENGTH, `content-length: ${CHAT.length + 1}`], CHAT)],
    ['two equal lengths', post([LENGTH, LENGTH], CHAT)],
    ['two lengths in one header', post([`content-length: ${CHAT.length}, ${CHAT.length}`], CHAT)],
    ['a length with a sign', post([`content-length: +${CHAT.length}`], CHAT)],
    ['a negative length', post(['content-length: -1'], CHAT)],
    ['a length in hexadecimal', post([`content-length: 0x${CHAT.length.toString(16)}`], CHAT)],
    ['a length beyond all integers', post([`content-length: ${'9'.repeat(40)}`], CHAT)],
    ['a length with a space inside', post(['content-length: 1 1'], CHAT)],
    ['a transfer encoding after chunked', post(['transfer-encoding: chunked, gzip'], WHOLE)],
    ['an unknown encoding', post(['transfer-encoding: xchunked'], WHOLE)],
    ['identity', post(['transfer-encoding: identity'], WHOLE)],
    ['an encoding with a vertical tab', post(['transfer-encoding: \x0bchunked'], WHOLE)],
    ['an encoding in quotes', post(['transfer-encoding: "chunked"'], WHOLE)],
    ['a space before the colon', post(['transfer-encoding : chunked'], WHOLE)],
    ['a space before the name', post([' transfer-encoding: chunked'], WHOLE)],
    ['a folded transfer encoding', post(['transfer-encoding:', ' chunked', LENGTH], WHOLE)],
    ['a folded length', post(['content-length:', ` ${CHAT.length}`, CHUNKED], WHOLE)],
    ['a bare line feed within the headers', post([`x: 1\n${CHUNKED}`, LENGTH], WHOLE)],
    ['a bare carriage return within the headers', post([`x: 1\r${CHUNKED}`, LENGTH], WHOLE)],
    ['a NUL within a header', post(['x: a\0b', LENGTH], CHAT)],
    ['a chunk size that is not a number', post([CHUNKED], chunk(CHAT, 'size'))],
    ['a chunk size with a sign', post([CHUNKED], chunk(CHAT, `+${CHAT.length.toString(16)}`))],
    ['a chunk size with 0x', post([CHUNKED], chunk(CHAT, `0x${CHAT.length.toString(16)}`))],
    ['a negative chunk size', post([CHUNKED], chunk(CHAT, '-1'))],
    ['a chunk size beyond all integers', post([CHUNKED], chunk(CHAT, 'f'.repeat(17)))],
    ['a chunk that is longer than its size', post([CHUNKED], chunk(CHAT, '5'))],
    ['chunks that end with a bare line feed', post([CHUNKED], WHOLE.replaceAll('\r\n', '\n'))],
    ['a request line with a tab', `GET\t/v1/models HTTP/1.1\r\nhost: x\r\n${AUTHORIZED}\r\n\r\n`],
    ['no version', `GET /v1/models\r\nhost: x\r\n${AUTHORIZED}\r\n\r\n`],
    ['an HTTP version that does not exist', `GET /v1/models HTTP/1.9\r\nhost: x\r\n${AUTHORIZED}\r\n\r\n`],
  ])('%s: the connection ends before a request after it could be read', async (_what, text) => {
    const { answers, isClosed } = await converse(proxy.origin, text + SMUGGLED)
    expect(isClosed).toBe(true)
    // The first request may get a response, because its headers were valid and only its body was
    // not. The smuggled request after it must not.
    expect(answers.length).toBeLessThanOrEqual(1)
    expect(answers.map(({ status }) => status)).toEqual(answers.length === 0 ? [] : [400])
    expect(answers.map(({ body }) => body).join('')).not.toContain('"list"')
  })

  test.each<[string, readonly string[], string]>([
    ['chunked twice', ['transfer-encoding: chunked, chunked'], WHOLE],
    ['chunked in two headers', [CHUNKED, CHUNKED], WHOLE],
    ['chunked in capitals', ['Transfer-Encoding: CHUNKED'], WHOLE],
    ['a chunk extension', [CHUNKED], WHOLE.replace('\r\n', ';ext="a;b"\r\n')],
    ['leading zeros in a chunk size', [CHUNKED], `000${WHOLE}`],
    ['a trailer', [CHUNKED], WHOLE.replace(/0\r\n\r\n$/, '0\r\nx-trailer: 1\r\n\r\n')],
    ['leading zeros in a length', [`content-length: 000${CHAT.length}`], CHAT],
    ['spaces around the length', [`content-length:   ${CHAT.length}  `], CHAT],
  ])('%s: read as exactly one request, or refused', async (_what, lines, body) => {
    const { answers, isClosed } = await converse(proxy.origin, post(lines, body))
    if (isClosed) expect(answers.map(({ status }) => status).filter((status) => status !== 400)).toEqual([])
    else
      expect(answers.map(({ status, body: text }) => [status, text.includes('"ok"')])).toEqual([
        [200, false],
        [200, true],
      ])
  })

  test('the body of a GET is not read as a request', async () => {
    const { answers } = await converse(proxy.origin, head('GET /health', 'host: x', `content-length: ${SMUGGLED.length}`) + SMUGGLED)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[0]?.body).not.toContain('"list"')
  })

  test.each([
    ['401', head('POST /v1/chat/completions', 'host: x', JSON_TYPE, `content-length: ${SMUGGLED.length}`)],
    ['404', head('POST /nowhere', 'host: x', JSON_TYPE, `content-length: ${SMUGGLED.length}`)],
    ['405', head('POST /v1/models', 'host: x', JSON_TYPE, `content-length: ${SMUGGLED.length}`)],
    ['415', head('POST /v1/chat/completions', 'host: x', AUTHORIZED, 'content-type: text/plain', `content-length: ${SMUGGLED.length}`)],
  ])('the body of a request refused with %s is not read as a request', async (status, text) => {
    const { answers } = await converse(proxy.origin, text + SMUGGLED)
    expect(answers[0]?.status).toBe(Number(status))
    expect(answers.slice(1).map(({ body }) => body)).toEqual(answers.length > 1 ? ['{"status":"ok"}'] : [])
  })
})
