import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { MODEL } from './weather.js'

let proxy: ProxyUnderTest
let seen: Record<string, unknown>
beforeAll(async () => {
  proxy = await startProxy()
  const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL }
  // The cast is safe: the script prints a JSON object.
  seen = (await runPython('test/suites/sdk/python/answers.py', env)) as Record<string, unknown>
}, 180_000) // time limit in ms: the first run installs the Python SDK
afterAll(() => proxy.close())

const CITIES = ['Oslo', 'Seoul', '杭州']

describe('the Python SDK', () => {
  test('assembles a stream, with separate thoughts and usage', () => {
    expect(seen.streamed_text).toEqual({
      events: ['chunk', 'content.delta', 'content.done'],
      deltas: 'Hello there, 世界!',
      thoughts: 'First. Second.',
      content: 'Hello there, 世界!',
      finish_reason: 'stop',
      reasoning_tokens: expect.any(Number),
    })
    expect((seen.streamed_text as { reasoning_tokens: number }).reasoning_tokens).toBeGreaterThan(0)
  })

  test('assembles parallel calls and parses them', () => {
    const done = CITIES.map((city, index) => [index, 'get_weather', city])
    expect(seen.streamed_calls).toEqual({ done, finish_reason: 'tool_calls', content: null, ids: 3 })
  })

  test('parses a structured answer with a pydantic model, whole and as a stream', () => {
    expect([seen.parsed, seen.streamed_parsed]).toEqual(['Report', 'Report'])
  })

  test('assembles a stream in its asynchronous client', () => {
    expect(seen.asynchronous_text).toBe('Hello there, 世界!')
  })

  test('sends its own messages back through three steps of tools, whole and as a stream', () => {
    const run = (parallel: number) => ({
      content: expect.stringContaining('Oslo: sunny'),
      cities: [1, 2, 3].flatMap(() => CITIES.slice(0, parallel)),
    })
    expect(seen.agents).toEqual([run(1), run(3), run(1), run(3)])
  })

  test('raises errors that a program can handle', () => {
    expect(seen.broken_stream).toEqual(['APIError', 'upstream_overloaded'])
    expect(seen.withheld).toEqual(['ContentFilterFinishReasonError', null])
  })
})
