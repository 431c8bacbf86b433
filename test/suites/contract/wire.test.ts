import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, call, chat, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { exchangeText, open, parseAnswer } from './socket.js'

let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ BODY_LIMIT_BYTES: '2048' })
})
afterAll(() => proxy.close())

const HEAD = `host: x\r\nauthorization: Bearer ${TOKEN}\r\nconnection: close\r\n`
const post = (headers: string, body = ''): string => `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}${headers}\r\n\r\n${body}`

function expectFailure(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status)
  expect(answer.json).toEqual(failure(code))
  expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-f]{24}$/)
}

describe('invalid HTTP', () => {
  test.each<[string, string | Uint8Array]>([
    ['plain words', 'hello, is anybody there?\r\n\r\n'],
    ['a TLS handshake', Uint8Array.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])],
    ['binary noise', Uint8Array.from({ length: 256 }, (_, at) => at)],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a URL with a space', 'GET /v1/ models HTTP/1.1\r\n\r\n'],
    ['a header without a colon', 'GET /health HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n'],
    ['a Content-Length that is not a number', post('content-length: ten')],
    ['two lengths', post('content-length: 1\r\ncontent-length: 2')],
    ['a Content-Length together with chunked encoding', post('content-length: 1\r\ntransfer-encoding: chunked')],
    ['a chunk size that is not a number', post('content-type: application/json\r\ntransfer-encoding: chunked', 'xyz\r\n')],
  ])('%s is 400 in the OpenAI format, and the connection is closed', async (_what, text) => {
    expectFailure(await exchangeText(proxy.origin, text), 400, 'invalid_value')
  })

  test('headers above the limit are 431 in the OpenAI format', async () => {
    const answer = await exchangeText(proxy.origin, `GET /health HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expectFailure(answer, 431, 'request_too_large')
  })

  test('a connection that is closed at once has no effect on others', async () => {
    const connection = await open(proxy.origin)
    connection.destroy()
    expect(await call(proxy.origin, { path: '/health/live', token: null })).toMatchObject({ status: 200 })
  })

  test('an HTTP/1.0 request without a Host header is answered', async () => {
    const answer = await exchangeText(proxy.origin, 'GET /health/live HTTP/1.0\r\n\r\n')
    expect(answer.json).toEqual({ status: 'ok' })
  })
})

describe('a chunked body', () => {
  const text = JSON.stringify(chat('hello'))
  const chunked = (...pieces: string[]): string => pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')

  test('is assembled', async () => {
    const answer = await exchangeText(
      proxy.origin,
      post('content-type: application/json\r\ntransfer-encoding: chunked', `${chunked(text.slice(0, 9), text.slice(9))}0\r\n\r\n`),
    )
    expect(answer.status).toBe(200)
  })

  test('is 413 as soon as it exceeds the limit, before its end', async () => {
    const connection = await open(proxy.origin)
    connection.write(post('content-type: application/json\r\ntransfer-encoding: chunked', chunked('x'.repeat(3_000))))
    const answer = parseAnswer(await connection.until(/\r\n\r\n\{.*\}$/s))
    connection.destroy()
    expect(answer.status).toBe(413)
    expect(answer.json).toEqual(failure('request_too_large'))
  })
})

describe('one connection', () => {
  test('serves several requests, also after an error', async () => {
    const connection = await open(proxy.origin)
    const ask = (path: string): void => connection.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    ask('/nowhere')
    await connection.until(/unknown_url/)
    ask('/health/live')
    await connection.until(/\{"status":"ok"\}/)
    connection.destroy()
    expect(connection.received()).toMatch(/HTTP\/1\.1 404 .*HTTP\/1\.1 200 /s)
  })

  test('answers pipelined requests in order', async () => {
    const connection = await open(proxy.origin)
    connection.write('GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\nGET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    const text = await connection.until(/\{"status":"ok"\}/)
    connection.destroy()
    expect(text).toMatch(/unknown_url.*"ok"/s)
  })

  test('a client that expects 100-continue receives 100 Continue', async () => {
    const body = JSON.stringify(chat('hello'))
    const connection = await open(proxy.origin)
    connection.write(post(`content-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue`))
    await connection.until(/^HTTP\/1\.1 100 Continue/)
    connection.write(body)
    expect(await connection.closed()).toMatch(/HTTP\/1\.1 200 OK/)
  })
})
