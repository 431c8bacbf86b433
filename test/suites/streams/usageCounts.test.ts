import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ResponseStreamEvent } from '../../../src/contract/types.js'
import { PLAIN } from '../../support/calls.js'
import { onWire } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { answering, chunkOf, exchange } from './rawEvents.js'

const MODEL = 'gemini-2.5-flash'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

/**
 * Prompt, generated, total, cached and thinking tokens, as the client gets them and the log has
 * them.
 */
type Counts = readonly [prompt: number, completion: number, total: number, cached: number, reasoning: number]

interface UsageMembers {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details: { readonly cached_tokens: number }
  readonly completion_tokens_details: { readonly reasoning_tokens: number }
}

const line = async (): Promise<Record<string, unknown> | undefined> => {
  await expect.poll(() => proxy.logs.some(({ operation }) => operation !== undefined)).toBe(true)
  return proxy.logs.find(({ operation }) => operation !== undefined)
}

async function chatUsage(more: object = {}): Promise<UsageMembers | undefined> {
  const { data } = await exchange(proxy, '/chat/completions', {
    model: MODEL,
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
    ...more,
  })
  expect(data.at(-1)).toBe('[DONE]')
  const chunks = data.slice(0, -1).map((each) => JSON.parse(each))
  expect(chunks.filter(({ usage }) => usage).length).toBeLessThanOrEqual(1)
  return chunks.find(({ usage }) => usage)?.usage
}

const countsOf = (usage: UsageMembers | undefined): Counts => [
  usage?.prompt_tokens ?? -1,
  usage?.completion_tokens ?? -1,
  usage?.total_tokens ?? -1,
  usage?.prompt_tokens_details.cached_tokens ?? -1,
  usage?.completion_tokens_details.reasoning_tokens ?? -1,
]

const usage = (prompt: number, completion: number, total: number, more: object = {}): object => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: total,
  ...more,
})
const cached = (count: number): object => ({ prompt_tokens_details: { cached_tokens: count } })
const thinking = (count: number): object => ({ completion_tokens_details: { reasoning_tokens: count } })

const EARLIER = usage(100, 5, 105, cached(80))
/**
 * The token counts that Gemini sends after {@link EARLIER}, and the totals that the proxy must
 * report: `merged` on the compatible API, where it merges all counts, and `snapshot` on the native
 * API, where the last counts replace the others.
 */
const LATER: readonly (readonly [name: string, usages: readonly unknown[], merged: Counts, snapshot: Counts])[] = [
  ['without details', [usage(100, 10, 110)], [100, 10, 110, 80, 0], [100, 10, 110, 0, 0]],
  ['with empty details', [usage(100, 10, 110, { prompt_tokens_details: {} })], [100, 10, 110, 80, 0], [100, 10, 110, 0, 0]],
  ['with details that are null', [usage(100, 10, 110, { prompt_tokens_details: null })], [100, 10, 110, 80, 0], [100, 10, 110, 0, 0]],
  ['with smaller details', [usage(100, 10, 110, cached(0))], [100, 10, 110, 80, 0], [100, 10, 110, 0, 0]],
  ['with larger details', [usage(100, 10, 110, cached(90))], [100, 10, 110, 90, 0], [100, 10, 110, 90, 0]],
  ['that are empty', [{}], [100, 5, 105, 80, 0], [100, 5, 105, 80, 0]],
  ['that are null', [null], [100, 5, 105, 80, 0], [100, 5, 105, 80, 0]],
  ['that are absent', [undefined], [100, 5, 105, 80, 0], [100, 5, 105, 80, 0]],
  ['of zero', [usage(0, 0, 0, cached(0))], [100, 5, 105, 80, 0], [0, 0, 0, 0, 0]],
  ['without completion_tokens', [{ prompt_tokens: 100, total_tokens: 130 }], [100, 30, 130, 80, 25], [100, 30, 130, 0, 0]],
  ['without prompt_tokens', [{ completion_tokens: 10, total_tokens: 110 }], [100, 10, 110, 80, 0], [100, 10, 110, 0, 0]],
  ['that shrink temporarily', [usage(100, 0, 100), usage(100, 40, 140)], [100, 40, 140, 80, 0], [100, 40, 140, 0, 0]],
  ['with a larger prompt', [usage(257, 10, 267)], [257, 10, 267, 80, 0], [257, 10, 267, 0, 0]],
  [
    'that no longer include the thinking',
    [usage(100, 20, 120, thinking(12)), usage(100, 30, 130)],
    [100, 30, 130, 80, 12],
    [100, 30, 130, 0, 0],
  ],
  [
    'whose total no longer includes the thinking',
    [usage(100, 20, 300), usage(100, 30, 130)],
    [100, 200, 300, 80, 170],
    [100, 30, 130, 0, 0],
  ],
]

describe.each(LATER)('later counts %s', (_, later, merged, snapshot) => {
  const counts = isOnNative ? snapshot : merged

  /**
   * Makes an answer that sends each of the token counts in an event with text. `isOwn` sends the
   * last counts in a separate event.
   */
  const behaviour = (isOwn: boolean) => {
    const usages = [EARLIER, ...later]
    const events = usages.map((each, index) => {
      const isLast = index === usages.length - 1
      const counted = each === undefined ? {} : { usage: each }
      if (isLast && isOwn) return { choices: [], ...counted }
      return chunkOf({ content: 'a' }, isLast ? 'stop' : undefined, counted)
    })
    return answering(...events.slice(0, -1), ...(isOwn ? [chunkOf({}, 'stop')] : []), ...events.slice(-1))
  }

  test.each([
    ['with the last text', false],
    ['in a separate event', true],
  ])('do not reduce the usage of a chat: %s', async (_where, isOwn) => {
    proxy.simulator.next(behaviour(isOwn))
    expect(countsOf(await chatUsage())).toEqual(counts)
    expect(await line()).toMatchObject({ promptTokens: counts[0], completionTokens: counts[1] })
  })

  test('do not reduce the usage of a response', async () => {
    proxy.simulator.next(behaviour(false))
    const { data } = await exchange(proxy, '/responses', { model: MODEL, input: 'Hi', stream: true })
    const last = JSON.parse(data.at(-1) ?? '') as ResponseStreamEvent
    if (last.type !== 'response.completed') throw new Error(last.type)
    const { usage: used } = last.response
    expect([
      used?.input_tokens,
      used?.output_tokens,
      used?.total_tokens,
      used?.input_tokens_details.cached_tokens,
      used?.output_tokens_details.reasoning_tokens,
    ]).toEqual(counts)
  })

  test('do not reduce the sum of several choices', async () => {
    proxy.simulator.next({ ...behaviour(false), repeat: 2 })
    expect(countsOf(await chatUsage({ n: 2 }))).toEqual(counts.map((count) => 2 * count))
  })
})

test('counts of a failed attempt are not part of the usage', async () => {
  proxy.simulator.next(
    answering(chunkOf({}, 'stop', { usage: usage(100, 900, 1_000, cached(80)) })),
    answering(chunkOf({ content: 'a' }, 'stop', { usage: usage(100, 1, 101) })),
  )
  expect(countsOf(await chatUsage())).toEqual([100, 1, 101, 0, 0])
  proxy.simulator.next(answering(chunkOf({}, 'stop', { usage: usage(100, 900, 1_000) })), answering(chunkOf({ content: 'a' }, 'stop')))
  expect(await chatUsage()).toBeUndefined()
  expect(proxy.simulator.totalRequests).toBe(4)
})

describe('an answer without usage counts', () => {
  const silent = (more: object) => [
    ['in JSON', { rawBody: JSON.stringify(onWire({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }], ...more })) }],
    ['as a stream', answering(chunkOf({ content: 'a' }, 'stop', more))],
  ]
  const NONE = [
    ['no usage', {}],
    ['a null usage', { usage: null }],
    ['an empty usage', { usage: {} }],
  ] as const
  const cases = NONE.flatMap(([name, more]) => silent(more).map(([way, behaviour]) => [name, way, behaviour] as const))

  test.each(cases)('has no made-up counts: %s, %s', async (_name, way, behaviour) => {
    const isStream = way !== 'in JSON'
    for (const [path, body] of [
      [
        '/chat/completions',
        { messages: [{ role: 'user', content: 'Hi' }], ...(isStream ? { stream_options: { include_usage: true } } : {}) },
      ],
      ['/responses', { input: 'Hi' }],
    ] as const) {
      proxy.logs.length = 0
      proxy.simulator.next(behaviour as never)
      const { status, text, data } = await exchange(proxy, path, { model: MODEL, stream: isStream, ...body })
      expect([status, /"(input|prompt|total)_tokens":/.test(text)]).toEqual([200, false])
      if (isStream) expect(data.filter((each) => each !== '[DONE]' && 'error' in JSON.parse(each) && path !== '/responses')).toEqual([])
      expect(await line()).not.toHaveProperty('promptTokens')
    }
  })

  test('has no usage chunk, and ends as usual', async () => {
    proxy.simulator.next(answering(chunkOf({ content: 'a' }, 'stop')))
    const { data } = await exchange(proxy, '/chat/completions', {
      model: MODEL,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = data.slice(0, -1).map((each) => JSON.parse(each))
    expect(chunks.map(({ choices, usage: used }) => [choices.length, used])).toEqual(chunks.map(() => [1, null]))
    expect(data.at(-1)).toBe('[DONE]')
  })

  test('makes the sum of several choices unknown', async () => {
    proxy.simulator.next(
      answering(chunkOf({ content: 'a' }, 'stop')),
      answering(chunkOf({ content: 'a' }, 'stop', { usage: usage(100, 1, 101) })),
    )
    expect(await chatUsage({ n: 2 })).toBeUndefined()
  })

  test('is distinguished from one with counts of zero', async () => {
    proxy.simulator.next(answering(chunkOf({ content: 'a' }, 'stop', { usage: usage(0, 0, 0) })))
    expect(countsOf(await chatUsage())).toEqual([0, 0, 0, 0, 0])
  })
})
