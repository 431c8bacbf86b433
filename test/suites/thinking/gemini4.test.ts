import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletion, Model } from '../../../src/contract/types.js'
import { openai, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { askBy, google, REQUEST_KINDS, thinking } from './upstream.js'

const THREE = ['low', 'medium', 'high']
const FOUR = [...THREE, 'xhigh']
const MODELS = [
  ['gemini-4-neon', FOUR],
  ['gemini-4-hydrogen', FOUR],
  ['gemini-4-carbon', THREE],
  ['gemini-4-argon', THREE],
  ['gemini-4-argon-cyber-permissive', THREE],
] as const

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

test.each(MODELS)('%s is listed with its levels and limits', async (id, levels) => {
  const response = await fetch(`${proxy.baseUrl}/models/${id}`, { headers: { authorization: `Bearer ${TOKEN}` } })
  const model = (await response.json()) as Model
  expect(model).toMatchObject({ id, context_window: 1_048_576, max_output_tokens: 65_536, thinking_levels: levels, retired: false })
  expect(new Date(model.created * 1000).toISOString()).toMatch(/^2026-1[01]-/)
  expect(proxy.simulator.totalRequests).toBe(0)
})

describe.each(REQUEST_KINDS)('%s', (_, path, stream) => {
  const ask = (body: Readonly<Record<string, unknown>>) => askBy(proxy, { path, stream }, body)

  test.each(MODELS)('to %s sends each effort as a level that the model supports', async (model, levels) => {
    for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']) {
      const level = levels.find((each) => each === effort) ?? (['none', 'minimal'].includes(effort) ? 'low' : levels.at(-1))
      const outcome = await ask({ model, reasoning_effort: effort })
      expect(outcome).toMatchObject({ status: 200, ignored: [] })
      expect(outcome.sent).toEqual(thinking({ thinking_level: level, include_thoughts: true }))
    }
  })

  test.each(MODELS)('to %s loses settings that Gemini 4 refuses or ignores, which are listed as ignored', async (model) => {
    const settings = { temperature: 0.2, top_p: 0.5, ...thinking({ thinking_budget: 1024 }) }
    const penalties = path === 'responses' ? {} : { frequency_penalty: 0.5, presence_penalty: 0.5 }
    const { status, ignored, sent } = await ask({ model, ...settings, ...penalties })
    expect(status).toBe(200)
    expect([...ignored].sort()).toEqual(
      ['extra_body.google.thinking_config.thinking_budget', 'temperature', 'top_p', ...Object.keys(penalties)].sort(),
    )
    expect(sent).toEqual(thinking({ thinking_level: 'low' }))
  })

  test('to Gemini 4 with the level minimal sends its lowest level, and lists the level as ignored', async () => {
    const { status, ignored, sent } = await ask({ model: 'gemini-4-neon', ...google({ thinkingConfig: { thinkingLevel: 'MINIMAL' } }) })
    expect([status, ignored]).toEqual([200, ['extra_body.google.thinking_config.thinking_level']])
    expect(sent).toEqual(thinking({ thinking_level: 'low' }))
  })

  test('to Argon requests no more tokens than the model can generate', async () => {
    // On the native API, the proxy requests all answers of these models as streams. A stream may
    // have more tokens than an unstreamed answer.
    for (const model of ['gemini-4-argon', 'gemini-4-carbon', 'gemini-4-argon-cyber-permissive']) {
      const { status, sent } = await ask({ model, reasoning_effort: 'high', max_tokens: 30_000 })
      expect([status, sent]).toMatchObject([200, { max_tokens: stream || isOnNative ? 54_576 : 32_768 }])
    }
    const { sent } = await ask({ model: 'gemini-4-neon', reasoning_effort: 'xhigh', max_tokens: 30_000 })
    expect(sent).toMatchObject({ max_tokens: 62_768 })
  })
})

test('several choices of Gemini 4 are several upstream calls', async () => {
  const answer = (await (
    await post(proxy, { model: 'gemini-4-neon', messages: [{ role: 'user', content: 'Hi' }], n: 3 })
  ).json()) as ChatCompletion
  expect(answer.choices).toHaveLength(3)
  expect(proxy.simulator.requests.map(({ body }) => 'n' in (body as object))).toEqual([false, false, false])
})

test('a tool call step of Gemini 4 is sent with a signature, even if none is stored', async () => {
  const call = { id: 'a', type: 'function' as const, function: { name: 'f', arguments: '{}' } }
  const messages = [
    { role: 'user' as const, content: 'Hi' },
    { role: 'assistant' as const, tool_calls: [call] },
    { role: 'tool' as const, tool_call_id: 'a', content: '1' },
  ]
  const tools = [{ type: 'function' as const, function: { name: 'f' } }]
  const answer = await openai(proxy).chat.completions.create({ model: 'gemini-4-hydrogen', messages, tools })
  expect(answer.choices[0]?.finish_reason).toBe('stop')
})

test('an answer prefilled by the client is accepted', async () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Once upon' },
  ]
  expect((await post(proxy, { model: 'gemini-4-hydrogen', messages })).status).toBe(200)
})

test('the highest effort is supported even if the operator disabled thoughts', async () => {
  const silent = await startProxy({ THOUGHTS: 'off' })
  try {
    const { status, sent } = await askBy(
      silent,
      { path: 'responses', stream: false },
      { model: 'gemini-4-neon', reasoning_effort: 'xhigh' },
    )
    expect([status, sent]).toEqual([200, thinking({ thinking_level: 'xhigh' })])
  } finally {
    await silent.close()
  }
})
