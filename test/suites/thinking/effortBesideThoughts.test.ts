import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { askBy, REQUEST_KINDS, thinking } from './upstream.js'

let proxy: ProxyUnderTest
/** A proxy whose operator has turned off thought summaries. */
let silent: ProxyUnderTest
beforeAll(async () => {
  const models = { 'gemini-9-flash': 'alive', 'gemini-2.5-flash-preview': 'alive' } as const
  proxy = await startProxy({}, { models })
  silent = await startProxy({ THOUGHTS: 'off' }, { models })
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  await proxy.close()
  await silent.close()
})

const SHOWN = thinking({ include_thoughts: true })
const HIDDEN = thinking({ include_thoughts: false })

const LEVELS = [
  ['gemini-3.5-flash', 'none', 'minimal'],
  ['gemini-3.5-flash', 'minimal', 'minimal'],
  ['gemini-3.5-flash', 'low', 'low'],
  ['gemini-3.5-flash', 'medium', 'medium'],
  ['gemini-3.5-flash', 'high', 'high'],
  ['gemini-3.5-flash', 'xhigh', 'high'],
  ['gemini-3.5-flash', 'max', 'high'],
  ['gemini-3.8-flash', 'minimal', 'low'],
  ['gemini-4-hydrogen', 'xhigh', 'xhigh'],
  ['gemini-4-argon', 'max', 'high'],
] as const
const BUDGETS = [
  ['gemini-2.5-flash', 'minimal', 1024],
  ['gemini-2.5-flash', 'low', 1024],
  ['gemini-2.5-flash', 'medium', 8192],
  ['gemini-2.5-flash', 'high', 24_576],
  ['gemini-2.5-flash', 'xhigh', 24_576],
  ['gemini-2.5-pro', 'none', 1024],
] as const

describe.each(REQUEST_KINDS)('%s with an effort beside include_thoughts', (_, path, stream) => {
  const ask = (body: Readonly<Record<string, unknown>>, to = proxy) => askBy(to, { path, stream }, body)

  test.each(LEVELS)('to %s with effort %s sends the level %s', async (model, effort, level) => {
    const outcome = await ask({ model, reasoning_effort: effort, ...SHOWN })
    expect(outcome).toMatchObject({ status: 200, ignored: [], sent: thinking({ thinking_level: level, include_thoughts: true }) })
    expect(outcome.sent).not.toHaveProperty('reasoning_effort')
  })

  test.each(BUDGETS)('to %s with effort %s sends a budget of %s', async (model, effort, budget) => {
    const outcome = await ask({ model, reasoning_effort: effort, ...SHOWN })
    expect(outcome).toMatchObject({ status: 200, ignored: [], sent: thinking({ thinking_budget: budget, include_thoughts: true }) })
  })

  test('sends the effort with thoughts hidden, too', async () => {
    const level = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'high', ...HIDDEN })
    expect(level).toMatchObject({ ignored: [], sent: thinking({ thinking_level: 'high', include_thoughts: false }) })
    const budget = await ask({ model: 'gemini-2.5-flash', reasoning_effort: 'low', ...HIDDEN })
    expect(budget).toMatchObject({ ignored: [], sent: thinking({ thinking_budget: 1024, include_thoughts: false }) })
  })

  test('none disables thinking, without headroom', async () => {
    const outcome = await ask({ model: 'gemini-2.5-flash', reasoning_effort: 'none', max_tokens: 100, ...SHOWN })
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(outcome.sent).toEqual({ max_tokens: 100, ...thinking({ thinking_budget: 0 }) })
  })

  test('has the headroom for its effort', async () => {
    const high = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'high', max_tokens: 100, ...SHOWN })
    expect(high.sent).toMatchObject({ max_tokens: 100 + 24_576 })
    const low = await ask({ model: 'gemini-2.5-flash', reasoning_effort: 'low', max_tokens: 100, ...SHOWN })
    expect(low.sent).toMatchObject({ max_tokens: 100 + 4096 })
  })

  test('ignores an empty thinking_config', async () => {
    for (const config of [{}, { include_thoughts: null }, { thinking_level: null, thinking_budget: null }]) {
      const { sent } = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'high', ...thinking(config) })
      expect(sent).toEqual(thinking({ thinking_level: 'high', include_thoughts: true }))
      const { sent: none } = await ask({ model: 'gemini-2.5-flash', reasoning_effort: 'none', max_tokens: 100, ...thinking(config) })
      expect(none).toEqual({ max_tokens: 100, ...thinking({ thinking_budget: 0, include_thoughts: false }) })
      const { sent: hidden } = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'high', ...thinking(config) }, silent)
      expect(hidden).toEqual(isOnNative ? thinking({ thinking_level: 'high' }) : { reasoning_effort: 'high' })
    }
  })

  test('shows thoughts even if the operator disabled them', async () => {
    const { sent, ignored } = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'low', ...SHOWN }, silent)
    expect([sent, ignored]).toEqual([thinking({ thinking_level: 'low', include_thoughts: true }), []])
  })

  test('is supported for a model that the catalogue does not list', async () => {
    const newer = await ask({ model: 'gemini-9-flash', reasoning_effort: 'high', ...SHOWN })
    expect(newer).toMatchObject({ status: 200, ignored: [], sent: thinking({ thinking_level: 'high', include_thoughts: true }) })
    const older = await ask({ model: 'gemini-2.5-flash-preview', reasoning_effort: 'medium', ...SHOWN })
    expect(older).toMatchObject({ status: 200, ignored: [], sent: thinking({ thinking_budget: 8192, include_thoughts: true }) })
  })

  test('and a level or a budget sends these, and lists the effort as ignored', async () => {
    for (const config of [{ thinking_level: 'low' }, { thinking_level: 'low', include_thoughts: true }, { thinking_budget: 512 }]) {
      const { sent, ignored } = await ask({ model: 'gemini-3.5-flash', reasoning_effort: 'high', ...thinking(config) })
      expect([sent, ignored]).toEqual([thinking(config), [path === 'responses' ? 'reasoning.effort' : 'reasoning_effort']])
    }
  })

  test('lists both as ignored for a model that does not think', async () => {
    const { ignored, status } = await ask({ model: 'gemma-4-31b-it', reasoning_effort: 'high', ...SHOWN })
    expect(status).toBe(200)
    expect(ignored).toEqual(expect.arrayContaining(['extra_body.google.thinking_config']))
    expect(ignored).toHaveLength(2)
  })
})
