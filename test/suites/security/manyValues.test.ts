import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scanJson } from '../../../src/http/body/scanJson.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const MEGABYTES = 512
const BODY_BYTES = 32 * 1024 * 1024
const CHAT = '{"model":"gemini-3.5-flash","messages":[{"role":"user","content":"Hello"}]'
const RESPONSE = '{"model":"gemini-3.5-flash","input":'
const PATHS = { chat: '/v1/chat/completions', responses: '/v1/responses', embeddings: '/v1/embeddings' } as const

/** Makes a body of 32 MB from repetitions of one text. */
const filled = (head: string, unit: string, tail: string): Buffer =>
  Buffer.from(head + unit.repeat(Math.floor((BODY_BYTES - head.length - tail.length) / unit.length)) + tail)
/** Makes a body of 32 MB whose members have different names. */
const numbered = (head: string, make: (at: string) => string, tail: string): Buffer => {
  const count = Math.floor((BODY_BYTES - head.length - tail.length) / make('0000000').length)
  return Buffer.from(head + Array.from({ length: count }, (_, at) => make(String(at).padStart(7, '0'))).join('') + tail)
}

const SHAPES: readonly (readonly [name: string, api: keyof typeof PATHS, status: number, make: () => Buffer])[] = [
  ['empty items', 'responses', 413, () => filled(`${RESPONSE}[`, '{},', '{}]}')],
  ['metadata', 'chat', 413, () => numbered(`${CHAT},"metadata":{`, (at) => `"k${at}":0,`, '"z":0}}')],
  ['a list as metadata', 'chat', 413, () => filled(`${CHAT},"metadata":[`, '{},', '{}]}')],
  ['unknown parameters', 'chat', 413, () => numbered(`${CHAT},`, (at) => `"unknown_parameter_${at}":1,`, '"z":0}')],
  ['tools', 'responses', 413, () => numbered(`${RESPONSE}"x","tools":[`, (at) => `{"type":"function","name":"f${at} x"},`, '{}]}')],
  ['brackets that never close', 'chat', 400, () => filled('', '[', '')],
  ['braces and brackets', 'chat', 400, () => filled(`${CHAT},"x":`, '[{"":', '')],
  ['numbers', 'embeddings', 413, () => filled('{"model":"gemini-embedding-001","input":[[', '1,', '1]]}')],
  ['commas, which are not JSON', 'chat', 413, () => filled('', ',', '')],
]

describe('a body of 32 MB does not stop an instance of 512 MB', () => {
  let simulator: Simulator
  let bundle: Bundle
  beforeAll(async () => {
    simulator = await startSimulator({ keepRequests: 0 })
    bundle = await startBundle({
      GEMINI_API_KEY: 'simulated',
      GEMINI_BASE_URL: simulator.baseUrl,
      AUTH_TOKEN: TOKEN,
      FC_FUNCTION_MEMORY_SIZE: String(MEGABYTES),
      MAX_RETRIES: '0',
      NODE_OPTIONS: `--max-old-space-size=${MEGABYTES - 112}`,
    })
  })
  afterAll(async () => {
    await bundle.stop()
    await simulator.close()
  })

  const agent = new Agent({ keepAlive: true })
  const send = (path: string, body: Buffer): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': body.length }
      const outgoing = request(`${bundle.address}${path}`, { method: 'POST', agent, headers })
      outgoing.once('error', reject)
      outgoing.once('response', (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece
        })
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      outgoing.end(body)
    })
  const expectAlive = async (): Promise<void> => {
    expect((await fetch(`${bundle.address}/health/live`)).status).toBe(200)
    expect(bundle.process.exitCode).toBeNull()
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${bundle.process.pid}/status`, 'utf8'))?.[1]
    expect(Number(peak) / 1024).toBeLessThan(MEGABYTES)
  }

  test.each(SHAPES)('%s', async (_name, api, status, make) => {
    const before = simulator.totalRequests
    const answer = await send(PATHS[api], make())
    expect(answer.status, answer.text).toBe(status)
    expect(answer.text).toMatch(status === 413 ? /more than 200000 JSON values \(MAX_BODY_VALUES\)/ : /1000 levels deep \(MAX_BODY_DEPTH\)/)
    expect(simulator.totalRequests).toBe(before)
    await expectAlive()
  })

  test('a tool name of 30 MB', async () => {
    const tools = [{ type: 'function', name: 'f '.repeat(15 * 1024 * 1024) }]
    const answer = await send(PATHS.responses, Buffer.from(JSON.stringify({ model: 'gemini-3.5-flash', input: 'Hello', tools })))
    expect(answer.status, answer.text.slice(0, 200)).toBe(200)
    await expectAlive()
  })

  test('a picture of 31 MB, which is served', async () => {
    const url = `data:image/png;base64,${'A'.repeat(30 * 1024 * 1024)}`
    const content = [{ type: 'image_url', image_url: { url } }]
    const answer = await send(PATHS.chat, Buffer.from(JSON.stringify({ model: 'gemini-3.5-flash', messages: [{ role: 'user', content }] })))
    expect(answer.status, answer.text.slice(0, 200)).toBe(200)
    await expectAlive()
  })
})

describe('the limits of a body', () => {
  let proxy: ProxyUnderTest
  beforeAll(async () => {
    proxy = await startProxy({
      THOUGHTS: 'off',
      BODY_LIMIT_BYTES: '50000',
      MAX_BODY_VALUES: '1000',
      MAX_BODY_DEPTH: '20',
      MAX_INFLIGHT_BODY_BYTES: '60000',
    })
  })
  afterAll(() => proxy.close())

  const send = async (body: string, path = '/chat/completions') => {
    const response = await fetch(`${proxy.baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body,
    })
    const { error } = (await response.json()) as { error?: { type: string; code: string; param: unknown; message: string } }
    return { status: response.status, error }
  }
  const ones = (count: number): string => `${CHAT},"x":[${'1,'.repeat(count - 1)}1]}`
  const nested = (open: string, close: string, depth: number): string => `${CHAT},"x":${open.repeat(depth)}1${close.repeat(depth)}}`

  test('in bytes: a larger body is a 413, and the message names the setting', async () => {
    const empty = Buffer.byteLength(`${CHAT},"x":""}`)
    const text = (bytes: number): string => `${CHAT},"x":"${'a'.repeat(bytes - empty)}"}`
    expect(await send(text(50_000))).toEqual({ status: 200, error: undefined })
    expect(await send(text(50_001))).toEqual({
      status: 413,
      error: {
        type: 'invalid_request_error',
        code: 'request_too_large',
        param: null,
        message: 'The request body is larger than 50000 bytes (BODY_LIMIT_BYTES). Send a smaller one.',
      },
    })
  })

  test('in values: the maximum is served, and one more is a 413', async () => {
    // The rest of the body has 6 values, so that 994 more reach MAX_BODY_VALUES, which is 1000.
    expect(await send(ones(994))).toEqual({ status: 200, error: undefined })
    expect(await send(ones(995))).toEqual({
      status: 413,
      error: {
        type: 'invalid_request_error',
        code: 'request_too_large',
        param: null,
        message: 'The request body has more than 1000 JSON values (MAX_BODY_VALUES). Send fewer items and members.',
      },
    })
  })

  test.each([
    ['arrays', '[', ']', 1],
    ['objects', '{"a":', '}', 1],
    ['both', '[{"a":', '}]', 2],
  ])('in levels of %s: the maximum is served, and one more is a 400', async (_name, open, close, levels) => {
    const most = Math.floor(19 / levels)
    expect((await send(nested(open, close, most))).status).toBe(200)
    expect(await send(nested(open, close, most + 1))).toMatchObject({
      status: 400,
      error: {
        code: 'invalid_value',
        param: null,
        message: 'The request body is nested more than 20 levels deep (MAX_BODY_DEPTH). Use fewer levels of nesting.',
      },
    })
  })

  test.each([
    ['brackets and commas', '[{,'.repeat(2_000)],
    ['quotes', '"[,'.repeat(2_000)],
    ['backslashes before a quote', '\\"[,'.repeat(2_000)],
    ['a backslash at the end', `${'[,'.repeat(2_000)}\\`],
    ['other characters', '你好[,🎉'.repeat(2_000)],
  ])('do not apply to the content of a text: %s', async (_name, text) => {
    const body = JSON.stringify({ model: 'gemini-3.5-flash', messages: [{ role: 'user', content: text }], [text.slice(0, 200)]: 1 })
    expect((await send(body)).status).toBe(200)
    const sent = proxy.simulator.requests.at(-1)?.body as { messages: readonly { content: string }[] } | undefined
    expect(sent?.messages[0]?.content).toBe(text)
  })

  test.each(['', '{', '"', '"\\', '[1,', '{"a":"b', '\uFEFF{', 'nul', ']]]]'])('%j is not JSON: 400', async (body) => {
    expect((await send(body)).status).toBe(400)
  })

  test('apply to other operations, too', async () => {
    const many = `[${'{},'.repeat(1_000)}{}]`
    expect((await send(`${RESPONSE}${many}}`, '/responses')).status).toBe(413)
    expect((await send(`{"model":"gemini-embedding-001","input":${many}}`, '/embeddings')).status).toBe(413)
  })

  test('also count values as memory until the response has been sent', async () => {
    const slow = `simulate:${JSON.stringify({ firstChunkDelayMs: 60_000 })}`
    const before = proxy.simulator.totalRequests
    const running = fetch(`${proxy.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: ones(990).replace('Hello', JSON.stringify(slow).slice(1, -1)),
    }).catch(() => undefined)
    await expect.poll(() => proxy.simulator.totalRequests).toBe(before + 1)
    expect(await send(ones(990))).toMatchObject({ status: 503, error: { code: 'server_overloaded' } })
    expect((await send(ones(10))).status).toBe(200)
    await proxy.close()
    await running
  })
})

test('the structure of a body is scanned once: as many reads as it has bytes', () => {
  let reads = 0
  const text = Buffer.from(`{"a":"${'\\"'.repeat(2_000)}","b":[${'"x",'.repeat(2_000)}1],"c":${'[{"d":'.repeat(200)}1}`)
  const counted = new Proxy(text, {
    get: (bytes, name) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1
      if (name !== 'indexOf') return Reflect.get(bytes, name, bytes)
      return (byte: number, start: number) => {
        const found = bytes.indexOf(byte, start)
        reads += (found === -1 ? bytes.length : found) - start
        return found
      }
    },
  })
  expect(scanJson(counted, { maxBodyValues: 200_000, maxBodyDepth: 1_000 }).valueCount).toBe(1 + 2 + 1 + 2_000 + 400)
  expect(reads).toBeLessThan(3 * text.length)
})
