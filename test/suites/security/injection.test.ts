import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post } from '../../support/calls.js'
import { call, chat } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { AUTHORIZED, converse, head } from './raw.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ LOG_LEVEL: 'trace', FC_FUNCTION_NAME: 'gemini-proxy', MODEL_ALIASES: 'gpt-*=gemini-3.5-flash' })
})
afterAll(() => proxy.close())

const SPLIT = 'x\r\nset-cookie: a=1\r\n\r\n<script>'
const BREAKS: readonly (readonly [string, string])[] = [
  ['CR and LF', '\r\n'],
  ['LF', '\n'],
  ['CR', '\r'],
  ['NEL', '\u0085'],
  ['a line separator', '\u2028'],
  ['escape codes of a terminal', '\u001b[2J\u001b[31m'],
  ['NUL', '\0'],
  ['a character that becomes LF if it is cut to a byte', '\u560a\u560d'],
  ['a quote and a brace', '"}\n{"level":60,"msg":"forged"}'],
]

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

describe('CR and LF in headers', () => {
  test.each(BREAKS)('%s in names that are returned in headers cannot split them', async (_what, text) => {
    const response = await post(proxy, {
      ...chat('Hello'),
      model: `gpt-${text}set-cookie: a=1`,
      [`param${text}set-cookie: a=1`]: 1,
      tools: [],
      [SPLIT]: 1,
    })
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toContain('set-cookie')
    for (const [, value] of response.headers) expect(isPlain(value)).toBe(true)
    await response.text()
  })

  test.each(['%0d%0aset-cookie:%20a=1', '%0aset-cookie:a', '%E5%98%8A%E5%98%8Dset-cookie:a', '%00', '%0d%0a%0d%0a<script>'])(
    '%s in a path cannot split headers',
    async (text) => {
      for (const path of [`/v1/models/${text}`, `/${text}`, `/v1/models?${text}`, `/v1/chat/completions/${text}`]) {
        const { headers } = await call(proxy.origin, { path })
        expect(headers['set-cookie']).toBeUndefined()
      }
    },
  )

  test.each(['x-fc-request-id', 'origin', 'access-control-request-headers', 'last-event-id'])(
    '%s is not returned in a header unescaped',
    async (name) => {
      for (const method of ['GET', 'OPTIONS']) {
        const lines = [AUTHORIZED, 'access-control-request-method: POST', `${name}: a\tb\xff\xfe;"x`]
        const { answers } = await converse(proxy.origin, head(`${method} /v1/models`, 'host: x', ...lines))
        expect(answers.at(-1)?.body).toBe('{"status":"ok"}')
        for (const line of answers.flatMap((answer) => answer.head.split('\r\n'))) {
          if (!/^(access-control-allow-headers|access-control-allow-origin):/.test(line)) expect(line).not.toMatch(/\t|\xff/)
        }
      }
    },
  )
})

describe('CR and LF in logs', () => {
  test.each(BREAKS)('%s from a caller cannot forge log lines', async (_what, text) => {
    const before = proxy.logs.length
    const mark = `forged${text}`
    await (await post(proxy, { ...chat('Hello'), model: mark, user: mark, [mark]: 1 })).text()
    await (await post(proxy, { ...chat(mark), temperature: mark })).text()
    await call(proxy.origin, { path: `/${encodeURIComponent(mark)}`, headers: { 'x-fc-request-id': 'forged', 'user-agent': 'forged' } })
    await call(proxy.origin, { path: `/v1/models/${encodeURIComponent(mark)}` })
    await expect.poll(() => proxy.logs.length).toBe(before + 4)
    // Omits the members that may contain text of the client: the request id, which the platform's
    // header may set, and the model, which is checked below.
    const lines = proxy.logs.slice(before).map(({ requestId: _id, model: _model, ...line }) => JSON.stringify(line))
    expect(lines.join('')).not.toContain('forged')
    // The requested model is logged, but only with characters that occur in model ids.
    expect(proxy.logs[before]?.model).toMatch(/^forged[\w.:/?-]*$/)
  })

  test('messages of Gemini stay within their log line', async () => {
    const before = proxy.logs.length
    proxy.simulator.next({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: 'first\r\n{"level":60,"msg":"forged"}\u2028\u001b[2J' },
    })
    await (await post(proxy, chat('Hello'))).text()
    await expect.poll(() => proxy.logs.length).toBe(before + 1)
    expect(proxy.logs[before]?.msg).not.toBe('forged')
  })
})
