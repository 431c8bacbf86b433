import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { AUTHORIZED, ask, CHAT, head, type RawAnswer } from '../security/raw.js'

let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const summaryOf = ({ status, body }: RawAnswer) => [status, JSON.parse(body)]
const INVALID = [400, failure('invalid_value')]

describe('more than one Host header is 400', () => {
  const TWO = ['host: x', 'host: localhost']
  test.each<[string, string, readonly string[]]>([
    ['two hosts', 'GET /v1/models', [...TWO, AUTHORIZED]],
    ['without a token', 'GET /v1/models', TWO],
    ['the same host twice', 'GET /v1/models', ['host: x', 'host: x', AUTHORIZED]],
    ['with different case', 'GET /v1/models', ['Host: x', 'HOST: y', AUTHORIZED]],
    ['the second empty', 'GET /v1/models', ['host: x', 'host:', AUTHORIZED]],
    ['three', 'GET /v1/models', ['host: x', 'host: y', 'host: z', AUTHORIZED]],
    ['apart', 'GET /v1/models', ['host: x', AUTHORIZED, 'accept: */*', 'host: y']],
    ['for a public path', 'GET /health/live', TWO],
    ['for an unknown path', 'GET /nope', TWO],
    ['for a wrong method', 'DELETE /health', TWO],
    ['for a preflight', 'OPTIONS /v1/models', [...TWO, 'origin: http://a', 'access-control-request-method: GET']],
  ])('%s', async (_what, line, lines) => {
    const answer = await ask(proxy.origin, head(line, ...lines))
    expect(summaryOf(answer)).toEqual(INVALID)
    expect(answer.head.toLowerCase()).toContain('connection: close')
  })

  test('also for a chat, which does not reach Gemini', async () => {
    const before = proxy.simulator.totalRequests
    const lines = [...TWO, AUTHORIZED, 'content-type: application/json', `content-length: ${CHAT.length}`]
    expect(summaryOf(await ask(proxy.origin, head('POST /v1/chat/completions', ...lines) + CHAT))).toEqual(INVALID)
    expect(proxy.simulator.totalRequests).toBe(before)
  })
})

describe('an encoded body', () => {
  const chunked = (bytes: string) => `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`
  const post = (body: string, ...lines: readonly string[]) =>
    ask(proxy.origin, head('POST /v1/chat/completions', 'host: x', 'connection: close', 'content-type: application/json', ...lines) + body)
  const GZIP = gzipSync(CHAT).toString('latin1')

  test.each([
    ['gzip, chunked', GZIP],
    ['gzip, chunked', CHAT],
    ['GZIP,chunked', GZIP],
    ['gzip,\tchunked', GZIP],
    ['gzip,\t \tchunked', CHAT],
    ['deflate, chunked', CHAT],
    ['identity, chunked', CHAT],
    ['x, gzip, chunked', CHAT],
  ])('with the transfer coding %s is 400', async (encoding, body) => {
    const answer = await post(chunked(body), AUTHORIZED, `transfer-encoding: ${encoding}`)
    expect(summaryOf(answer)).toEqual(INVALID)
  })

  test.each([
    ['gzip', GZIP],
    ['gzip', CHAT],
    ['GZIP', GZIP],
    ['br', CHAT],
    ['deflate', CHAT],
    ['zstd', CHAT],
    ['gzip, br', CHAT],
    ['identity, gzip', CHAT],
    ['aws-chunked', CHAT],
  ])('with the content encoding %s is 415', async (encoding, body) => {
    const before = proxy.simulator.totalRequests
    for (const [length, sent] of [
      [`content-length: ${body.length}`, body],
      ['transfer-encoding: chunked', chunked(body)],
    ] as const)
      expect(summaryOf(await post(sent, AUTHORIZED, length, `content-encoding: ${encoding}`))).toEqual([
        415,
        failure('unsupported_media_type'),
      ])
    expect(proxy.simulator.totalRequests).toBe(before)
  })

  test('is 401 if the token is missing', async () => {
    expect((await post(GZIP, `content-length: ${GZIP.length}`, 'content-encoding: gzip')).status).toBe(401)
  })

  test.each(['identity', 'Identity', ''])('with the content encoding %j is accepted', async (encoding) => {
    expect((await post(CHAT, AUTHORIZED, `content-length: ${CHAT.length}`, `content-encoding: ${encoding}`)).status).toBe(200)
  })

  test.each(['chunked', 'Chunked', ' CHUNKED '])('in chunks is accepted: %j', async (encoding) => {
    expect((await post(chunked(CHAT), AUTHORIZED, `transfer-encoding: ${encoding}`)).status).toBe(200)
  })
})
