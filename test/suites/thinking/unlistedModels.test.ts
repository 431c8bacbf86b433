import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { askBy, REQUEST_KINDS, thinking } from './upstream.js'

const NEWER = ['gemini-3-pro-preview', 'gemini-3.1-pro-preview-customtools', 'gemini-4-argon-001'] as const
const WITHOUT_THOUGHTS = ['gemini-2.0-flash-001', 'gemma-3-27b-it'] as const
const OLDER = 'gemini-2.5-pro-preview-06-05'

let proxy: ProxyUnderTest
beforeAll(async () => {
  const ids = [...NEWER, ...WITHOUT_THOUGHTS, OLDER]
  proxy = await startProxy({}, { models: Object.fromEntries(ids.map((id) => [id, 'alive'])) })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

describe.each(REQUEST_KINDS)('%s to a model that is not listed', (_, path, stream) => {
  const ask = (body: Readonly<Record<string, unknown>>) => askBy(proxy, { path, stream }, body)

  test.each(WITHOUT_THOUGHTS)('sends no effort to %s, which does not think, and lists it as ignored', async (model) => {
    for (const effort of ['none', 'low', 'high']) {
      const { status, ignored, sent } = await ask({ model, reasoning_effort: effort })
      expect([status, ignored, sent]).toEqual([200, [path === 'responses' ? 'reasoning.effort' : 'reasoning_effort'], {}])
    }
  })

  test.each(NEWER)('sends the lowest effort to %s, whose thinking cannot be disabled, with headroom', async (model) => {
    for (const effort of ['none', 'minimal']) {
      const { status, ignored, sent } = await ask({ model, reasoning_effort: effort, max_tokens: 50 })
      const least = isOnNative ? thinking({ thinking_level: 'low', include_thoughts: true }) : { reasoning_effort: 'low' }
      expect([status, ignored, sent]).toEqual([200, [], { max_tokens: 4146, ...least }])
    }
  })

  test('sends the lowest effort to Gemini 2.5 Pro, whose thinking cannot be disabled', async () => {
    const { status, sent } = await ask({ model: OLDER, reasoning_effort: 'none' })
    const least = isOnNative ? thinking({ thinking_budget: 1024, include_thoughts: true }) : { reasoning_effort: 'low' }
    expect([status, sent]).toEqual([200, least])
  })

  test('sends only one of level and budget, with a value that the model family supports', async () => {
    const settings = thinking({ thinking_budget: 512, thinking_level: 'minimal' })
    const { status, ignored, sent } = await ask({ model: 'gemini-4-argon-001', ...settings })
    expect([status, sent]).toEqual([200, thinking({ thinking_level: 'low' })])
    expect(ignored.toSorted()).toEqual(['thinking_budget', 'thinking_level'].map((name) => `extra_body.google.thinking_config.${name}`))
  })
})
