import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { AUTHORIZED, ask, head } from './raw.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const chatWith = (members: string): string => `{"model":"gemini-3.5-flash","messages":[{"role":"user","content":"Hello"}]${members}}`
const send = (body: string, path?: string) => call(proxy.origin, { body, headers: JSON_TYPE, ...(path === undefined ? {} : { path }) })
const alive = async (): Promise<void> => {
  expect((await call(proxy.origin, { path: '/health/live', token: null })).status).toBe(200)
}
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth)
const wide = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join(',')

describe('prototype pollution', () => {
  const KEYS = ['__proto__', 'constructor', 'prototype', '__defineGetter__', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON']
  const places: readonly (readonly [string, (member: string) => string])[] = [
    ['the request', (member) => chatWith(`,${member}`)],
    ['a message', (member) => `{"model":"gemini-3.5-flash","messages":[{"role":"user","content":"Hello",${member}}]}`],
    ['metadata', (member) => chatWith(`,"metadata":{${member}}`)],
    ['extra_body', (member) => chatWith(`,"extra_body":{"google":{${member}}}`)],
    ['stream_options', (member) => chatWith(`,"stream":true,"stream_options":{${member}}`)],
    [
      'a schema',
      (member) =>
        chatWith(`,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{${member}}}}}]`),
    ],
    [
      'the definitions of a schema',
      (member) => chatWith(`,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","$defs":{${member}}}}}]`),
    ],
    ['a tool', (member) => chatWith(`,"tools":[{"type":"function","function":{"name":"f",${member}},${member}}]`)],
    ['logit_bias', (member) => chatWith(`,"logit_bias":{${member}}`)],
  ]

  test.each(places.flatMap(([place, make]) => KEYS.map((key) => [key, place, make] as const)))(
    'by %s in %s changes nothing',
    async (key, _place, make) => {
      const before = Object.getOwnPropertyNames(Object.prototype).sort()
      for (const value of ['{"polluted":"yes","isAuthorized":true}', 'null', '"x"', '{"constructor":{"prototype":{"polluted":"yes"}}}']) {
        expect([200, 400]).toContain((await send(make(`${JSON.stringify(key)}:${value}`))).status)
      }
      expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before)
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
      expect((await call(proxy.origin, { path: '/v1/models', token: null })).status).toBe(401)
    },
  )

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s is not a model, stream or path', async (name) => {
    expect((await call(proxy.origin, { path: `/v1/models/${name}` })).status).toBe(404)
    expect((await call(proxy.origin, { path: `/v1/chat/completions/${name}` })).status).toBe(404)
    expect((await call(proxy.origin, { path: `/${name}` })).status).toBe(404)
    expect((await send(JSON.stringify({ model: name, messages: [{ role: 'user', content: 'x' }] }))).status).toBe(404)
    expect((await send(JSON.stringify({ model: name, input: 'x' }), '/v1/embeddings')).status).toBe(404)
  })

  test.each(['__proto__[polluted]=1', 'constructor[prototype][polluted]=1', '__proto__.polluted=1', '__proto__=1'])(
    'by the query %s changes nothing',
    async (query) => {
      expect((await call(proxy.origin, { path: `/v1/models?${query}` })).status).toBe(200)
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    },
  )
})

describe('JSON bombs', () => {
  test.each<[string, string]>([
    ['deep arrays', chatWith(`,"x":${nested('[', ']', 200_000)}`)],
    ['deep objects', chatWith(`,"x":${nested('{"a":', '}', 100_000).replace(':}', ':1}')}`)],
    ['deep arrays that never close', chatWith(`,"x":${'['.repeat(500_000)}`).slice(0, -1)],
    ['deep content', `{"model":"gemini-3.5-flash","messages":[{"role":"user","content":${nested('[', ']', 50_000)}}]}`],
    ['deep messages', `{"model":"gemini-3.5-flash","messages":${nested('[', ']', 50_000)}}`],
    [
      'a deep schema',
      chatWith(
        `,"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${nested('{"items":', '}', 20_000).replace(':}', ':{}}')}}}`,
      ),
    ],
    ['a million members', chatWith(`,"x":{${wide(300_000, (at) => `"k${at}":1`)}}`)],
    ['a member half a million times', chatWith(`,${wide(500_000, () => '"x":1')}`)],
    ['a million items', chatWith(`,"x":[${wide(1_000_000, () => '1')}]`)],
    [
      'a hundred thousand short messages',
      `{"model":"gemini-3.5-flash","messages":[${wide(100_000, () => '{"role":"user","content":"x"}')}]}`,
    ],
    ['a number with a million digits', chatWith(`,"temperature":${'9'.repeat(1_000_000)}`)],
    ['a fraction with a million digits', chatWith(`,"temperature":0.${'1'.repeat(1_000_000)}`)],
    ['a number that overflows a double', chatWith(',"temperature":1e999999999')],
    ['a negative overflow', chatWith(',"max_tokens":-1e308')],
    ['a number beyond safe integers', chatWith(',"seed":18446744073709551616')],
    ['a string of eight million characters', chatWith(`,"user":"${'x'.repeat(8_000_000)}"`)],
    ['a string of a million escapes', chatWith(`,"user":"${'\\u0000'.repeat(1_000_000)}"`)],
    ['a name of a million characters', chatWith(`,"${'k'.repeat(1_000_000)}":1`)],
    ['a million spaces', chatWith(`,"x":${' '.repeat(1_000_000)}1`)],
    ['200,000 stop sequences', chatWith(`,"stop":[${wide(200_000, () => '"x"')}]`)],
    ['a reference to itself', chatWith(',"tools":[{"type":"function","function":{"name":"f","parameters":{"$ref":"#"}}}]')],
    [
      'a schema that doubles at each level',
      chatWith(
        `,"tools":[{"type":"function","function":{"name":"f","parameters":{"$ref":"#/$defs/a40","$defs":{"a0":{"type":"string"},${wide(40, (at) => `"a${at + 1}":{"type":"object","properties":{"l":{"$ref":"#/$defs/a${at}"},"r":{"$ref":"#/$defs/a${at}"}}}`)}}}}}]`,
      ),
    ],
    [
      'a pattern with exponential backtracking',
      chatWith(
        `,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","pattern":"^(a+)+$","default":"${'a'.repeat(50)}!"}}}}}]`,
      ),
    ],
    ['a model name that causes backtracking', `{"model":"${'gemini-'.repeat(50_000)}","messages":[{"role":"user","content":"Hello"}]}`],
  ])('%s: answered in time, and the process survives', async (_what, body) => {
    const { status } = await send(body)
    expect([200, 400, 404, 413]).toContain(status)
    await alive()
  })
})

describe('malformed UTF-8', () => {
  const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
  const inContent = (...between: readonly number[]): Uint8Array =>
    bytes('{"model":"gemini-3.5-flash","messages":[{"role":"user","content":"a', between, 'b"}]}')

  test.each<[string, Uint8Array]>([
    ['a lone continuation byte', inContent(0x80)],
    ['a truncated sequence', inContent(0xe4, 0xb8)],
    ['an overlong encoding of /', inContent(0xc0, 0xaf)],
    ['an overlong encoding of a quote', inContent(0xc0, 0xa2)],
    ['an overlong encoding of NUL', inContent(0xe0, 0x80, 0x80)],
    ['half a surrogate pair', inContent(0xed, 0xa0, 0x80)],
    ['a code point beyond U+10FFFF', inContent(0xf4, 0x90, 0x80, 0x80)],
    ['bytes that never occur in UTF-8', inContent(0xfe, 0xff)],
    ['Latin-1', inContent(0xfc)],
    ['a lone surrogate, escaped', bytes('{"model":"gemini-3.5-flash","messages":[{"role":"user","content":"a\\ud800b"}]}')],
    ['UTF-16', Buffer.from(chatWith(''), 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(chatWith(''), 'utf16le')])],
    ['UTF-32', Buffer.from([...chatWith('')].flatMap((each) => [each.charCodeAt(0), 0, 0, 0]))],
    ['compressed', Buffer.from('1f8b0800000000000003ab560200', 'hex')],
  ])('%s gets an OpenAI-style response in valid UTF-8', async (_what, body) => {
    const before = proxy.simulator.totalRequests
    const { status, text } = await call(proxy.origin, { body, headers: JSON_TYPE })
    expect([200, 400]).toContain(status)
    expect(text).not.toMatch(/\p{Surrogate}/u)
    if (status === 200) {
      const sent = JSON.stringify(proxy.simulator.requests.at(-1)?.body)
      expect([proxy.simulator.totalRequests, sent.includes('gemini-3.5-flash')]).toEqual([before + 1, true])
    }
  })

  test.each(['/v1/models/%c0%af', '/v1/models/%ed%a0%80', '/v1/models/%ff', '/%c0%ae%c0%ae/v1/models'])(
    'in the path %s is not a valid path',
    async (path) => {
      expect((await call(proxy.origin, { path })).status).toBe(404)
    },
  )

  test.each(['/v1/models/\xff', '/v1/models?\xfe=\xff', '/\xc0\xaf/v1/models'])('unencoded in the path %j is 400 or 404', async (path) => {
    const { status, body } = await ask(proxy.origin, head(`GET ${path}`, 'host: x', 'connection: close', AUTHORIZED))
    expect([400, 404]).toContain(status)
    expect(JSON.parse(body)).toEqual({ error: expect.objectContaining({ type: 'invalid_request_error' }) })
  })
})
