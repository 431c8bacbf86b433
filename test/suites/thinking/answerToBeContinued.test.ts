import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { askBy, REQUEST_KINDS } from './upstream.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

// The native API has one spelling of the finish reason. For the compatible API, Google does not
// document it, so the proxy must recognize several.
const SPELLINGS = isOnNative
  ? ['CONTINUATION']
  : [
      'CONTINUATION',
      'continuation',
      'Continuation',
      'FINISH_REASON_CONTINUATION',
      'length: CONTINUATION',
      'content_filter: CONTINUATION',
      'finish_reason: continuation',
    ]

describe.each(REQUEST_KINDS)('%s whose answer Gemini would continue in another request', (_, path, stream) => {
  const isChat = path !== 'responses'
  const END = isChat ? '"finish_reason":"length"' : '"incomplete_details":{"reason":"max_output_tokens"}'
  const ask = () => askBy(proxy, { path, stream }, { model: 'gemini-4-neon' })

  test.each(SPELLINGS)('ends as cut off: %s', async (finish) => {
    proxy.simulator.next({ text: 'A long text', thinkingTokens: 0, finish })
    const { status, text } = await ask()
    expect(status).toBe(200)
    expect(text).toContain(END)
    expect(text).not.toMatch(/continuation|"finish_reason":"stop"/i)
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('ends as cut off even if there were only thoughts', async () => {
    proxy.simulator.next({ empty: true, thoughts: 'Plan', finish: 'CONTINUATION' })
    expect((await ask()).text).toContain(END)
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('is reported in log and metrics', async () => {
    proxy.simulator.next({ text: 'A long text', finish: 'CONTINUATION' })
    await ask()
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ endedBy: 'continuation', status: 200 }))
    const metrics = await (await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
    expect(metrics).toMatch(/repairs_total\{repair="continuation"\} [1-9]/)
  })
})
