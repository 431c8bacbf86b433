import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { askBy, google, REQUEST_KINDS, thinking } from './upstream.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const CACHED = 'cachedContents/1'
const PATH = 'extra_body.google.thinking_config'

describe.each(REQUEST_KINDS)("%s with Google's own settings in camelCase", (_, path, stream) => {
  const ask = (body: Readonly<Record<string, unknown>>) => askBy(proxy, { path, stream }, body)

  test.each([
    ['a level', 'gemini-3.5-flash', { thinkingConfig: { thinkingLevel: 'high' } }, { thinking_level: 'high' }],
    ['a level in capitals', 'gemini-3.5-flash', { thinkingConfig: { thinkingLevel: 'HIGH' } }, { thinking_level: 'high' }],
    ['a budget', 'gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 512 } }, { thinking_budget: 512 }],
    ['no thinking', 'gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 0 } }, { thinking_budget: 0 }],
    ['visible thoughts', 'gemini-3.5-flash', { thinkingConfig: { includeThoughts: true } }, { include_thoughts: true }],
    ['hidden thoughts', 'gemini-3.5-flash', { thinkingConfig: { includeThoughts: false } }, { include_thoughts: false }],
    ['thinkingLevel in thinking_config', 'gemini-3.5-flash', { thinking_config: { thinkingLevel: 'low' } }, { thinking_level: 'low' }],
    ['thinking_level in thinkingConfig', 'gemini-3.5-flash', { thinkingConfig: { thinking_level: 'low' } }, { thinking_level: 'low' }],
    [
      'both spellings together',
      'gemini-3.5-flash',
      { thinkingConfig: { thinkingLevel: 'low', include_thoughts: true } },
      { thinking_level: 'low', include_thoughts: true },
    ],
    [
      'a value beside a null',
      'gemini-3.5-flash',
      { thinkingConfig: { thinkingLevel: 'low' }, thinking_config: null },
      { thinking_level: 'low' },
    ],
  ])('is supported: %s', async (_what, model, settings, sent) => {
    expect(await ask({ model, ...google(settings) })).toMatchObject({ status: 200, ignored: [], sent: thinking(sent) })
    if (isOnNative) return
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject(thinking(sent))
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).not.toMatch(/thinkingConfig|thinkingLevel|includeThoughts|thinkingBudget/)
  })

  test('is supported: cached content', async () => {
    const { sent, ignored } = await ask({ model: 'gemini-3.5-flash', ...google({ cachedContent: 'cachedContents/1' }) })
    expect([sent, ignored]).toMatchObject([google({ cached_content: 'cachedContents/1' }), []])
  })

  test('can be combined with reasoning_effort', async () => {
    const { sent } = await ask({
      model: 'gemini-3.5-flash',
      reasoning_effort: 'high',
      ...google({ thinkingConfig: { includeThoughts: true } }),
    })
    expect(sent).toEqual(thinking({ thinking_level: 'high', include_thoughts: true }))
  })

  test('lists a setting in both spellings, and an unknown one, as ignored', async () => {
    const settings = { thinkingConfig: { thinkingLevel: 'low', speed: 1 }, cached_content: CACHED, cachedContent: 'b', safetySettings: [] }
    const { ignored, sent } = await ask({ model: 'gemini-3.5-flash', ...google(settings) })
    const unknown = isOnNative ? [] : ['extra_body.google.safetySettings']
    expect([...ignored].sort()).toEqual(['extra_body.google.cachedContent', ...unknown, `${PATH}.speed`])
    expect(sent).toEqual(google({ thinking_config: { thinking_level: 'low' }, cached_content: CACHED }))
  })

  test('is refused with a value of the wrong type, with its name as param', async () => {
    const count = proxy.simulator.totalRequests
    const { status, text } = await ask({ model: 'gemini-3.5-flash', ...google({ thinkingConfig: { thinkingBudget: 'much' } }) })
    expect([status, proxy.simulator.totalRequests]).toEqual([400, count])
    expect(text).toContain('"param":"extra_body.google.thinkingConfig.thinkingBudget"')
  })
})

describe.each(REQUEST_KINDS)('%s with a thinking budget that the model does not support', (_, path, stream) => {
  test.each([
    ['gemini-2.5-flash', 100_000, { thinking_budget: 24_576 }],
    ['gemini-2.5-flash', 24_577, { thinking_budget: 24_576 }],
    ['gemini-2.5-pro', 100_000, { thinking_budget: 32_768 }],
    ['gemini-2.5-pro', 100, { thinking_budget: 128 }],
    ['gemini-2.5-pro', 0, { thinking_budget: 128 }],
    ['gemini-2.5-flash-lite', 100, { thinking_budget: 512 }],
    ['gemini-3.5-flash', 1_000_000, { thinking_budget: 24_576 }],
    ['gemini-3.5-flash', 0, { thinking_level: 'minimal' }],
    ['gemini-3.8-flash', 8192, { thinking_level: 'medium' }],
    ['gemini-flash-latest', 24_576, { thinking_level: 'high' }],
    ['gemini-4-neon', 8192, { thinking_level: 'medium' }],
  ])('is adjusted and listed as ignored: %s %s', async (model, budget, sent) => {
    const outcome = await askBy(proxy, { path, stream }, { model, max_tokens: 10, ...thinking({ thinking_budget: budget }) })
    expect(outcome).toMatchObject({ status: 200, ignored: [`${PATH}.thinking_budget`], sent: thinking(sent) })
  })

  test.each([
    ['gemini-2.5-flash', 24_576],
    ['gemini-2.5-flash', -1],
    ['gemini-2.5-pro', 32_768],
    ['gemini-2.5-flash-lite', 512],
    ['gemini-3.7-flash', 512],
  ])('but not with a supported budget: %s %s', async (model, budget) => {
    const outcome = await askBy(proxy, { path, stream }, { model, ...thinking({ thinking_budget: budget }) })
    expect(outcome).toMatchObject({ status: 200, ignored: [], sent: thinking({ thinking_budget: budget }) })
  })
})
