import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { MODEL } from '../frameworks/weather.js'
import { KEYS } from '../keys/keys.js'
import { type ClaudeEvent, claudeTools, openClaude, resultOf } from './claudeCode.js'
import type { Desk } from './desk.js'
import { expectSigned } from './loop.js'
import { type Rota, startRota } from './rota.js'
import { BROKEN_STREAMS, callTools, ERRORS_IN_STREAMS, expectDone, LIMITED_KEYS, prepareTask, TASK_STEPS, UNAVAILABLE } from './task.js'

// Sends `POST /v1/messages?beta=true` as a stream, with 12 tools, of which one stands for others
// that it loads later, instructions as `role: system` among the messages, and `thinking`, whose
// blocks it sends back. After an error in a stream it asks again without one, or tells the model
// that its answer was cut off, if a part of it had arrived.
let rota: Rota
let desk: Desk<ClaudeEvent>
beforeAll(async () => {
  // Without retries of the proxy, every fault reaches the client.
  rota = await startRota(5, { GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0' })
})
beforeEach(() => {
  rota.simulator.reset()
  for (const { logs } of rota.proxies) logs.length = 0
  desk = openWith({})
})
afterEach(() => desk.close())
afterAll(() => rota.close())

const openWith = (env: Record<string, string>): Desk<ClaudeEvent> => openClaude({ origin: rota.origin, model: MODEL, env })
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Operation and status of each request that the proxies have answered, in their order. */
const answered = (): string[] =>
  rota.proxies
    .flatMap(({ logs }) => logs)
    .filter(({ status }) => status !== undefined)
    .sort((one, other) => Number(one.time) - Number(other.time))
    .map(({ operation, status }) => `${operation} ${status}`)

describe('Claude Code', () => {
  test('works through ten steps at proxies that share nothing: reads, edits and runs', async () => {
    const run = desk.run(prepareTask(rota, desk, claudeTools(desk)))
    await expectDone(rota, desk, run, () => resultOf(run)?.result)
    expectSigned(rota.simulator, TASK_STEPS)
    expect(resultOf(run)).toMatchObject({ is_error: false, usage: { output_tokens_details: { thinking_tokens: expect.any(Number) } } })
  })

  test.each([
    ['streams that break', BROKEN_STREAMS],
    ['errors in streams', ERRORS_IN_STREAMS],
    ['an overloaded model', UNAVAILABLE],
  ])('goes on by itself after %s', async (_what, faults) => {
    const run = desk.run(prepareTask(rota, desk, claudeTools(desk), faults))
    await expectDone(rota, desk, run, () => resultOf(run)?.result)
    expect(rota.simulator.requests).toHaveLength(TASK_STEPS + 1 + faults.length)
  })

  test('notices nothing of keys that are limited', async () => {
    const run = desk.run(prepareTask(rota, desk, claudeTools(desk), LIMITED_KEYS))
    await expectDone(rota, desk, run, () => resultOf(run)?.result)
    expect(rota.simulator.requests.filter(({ status }) => status === 429)).toHaveLength(LIMITED_KEYS.length)
    expect(answered()).toEqual(Array.from({ length: TASK_STEPS + 1 }, () => 'createMessage 200'))
  })

  test('has a sub-agent work for it', async () => {
    const { run: shell } = claudeTools(desk)
    const task = { name: 'Agent', arguments: { description: 'Write', prompt: 'Write sub.txt.', run_in_background: false } }
    callTools(rota, [[task], [shell('echo sub > sub.txt')]])
    rota.simulator.next({ path: '/chat', text: 'It is written.' })
    callTools(rota, [[shell('cat sub.txt')]])
    const run = desk.run('Have sub.txt written.')
    expect(await run.ended).toMatchObject({ code: 0, wanted: [] })
    expect(desk.read('sub.txt')).toBe('sub\n')
    expect(resultOf(run)?.result).toMatch(/It is written\.[\s\S]*cat sub\.txt: sub/)
    expect(answered()).toEqual(Array.from({ length: 5 }, () => 'createMessage 200'))
  })

  test('looks at a picture', async () => {
    desk.write('pixel.png', Buffer.from(PIXEL, 'base64'))
    callTools(rota, [[claudeTools(desk).read('pixel.png')]])
    const run = desk.run('What is in pixel.png?')
    expect(await run.ended).toMatchObject({ code: 0, wanted: [] })
    expect(resultOf(run)?.result).toContain('image/png')
    expect(JSON.stringify(sentAt(rota.simulator.requests, -1))).toContain('data:image/png;base64,')
  })

  test('is told at once that a token is wrong', async () => {
    const stranger = openWith({ ANTHROPIC_AUTH_TOKEN: 'not-a-token' })
    onTestFinished(() => stranger.close())
    const run = stranger.run('Hello')
    expect((await run.ended).code).not.toBe(0)
    expect(resultOf(run)).toMatchObject({ is_error: true, result: expect.stringContaining('401') })
    expect(rota.simulator.requests).toEqual([])
    expect(answered()).toEqual(['createMessage 401'])
  })

  test('searches the web by a request of its own', async () => {
    callTools(rota, [[{ name: 'WebSearch', arguments: { query: 'the weather in Oslo' } }]])
    const run = desk.run('Look for the weather.')
    expect(await run.ended).toMatchObject({ code: 0, wanted: [] })
    expect(resultOf(run)?.result).toContain('Web search results for query: "the weather in Oslo"')
    expect(answered()).toEqual(['createMessage 200', 'createMessage 200', 'createMessage 200'])
    const { tools } = (rota.simulator.requests[1]?.body ?? {}) as { tools?: unknown }
    expect(tools).toEqual(isOnNative ? [{ googleSearch: {} }] : undefined)
  })

  test('asks for the models first, where it is told to', async () => {
    const curious = openWith({ CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '' })
    onTestFinished(() => curious.close())
    rota.simulator.next({ path: '/chat', text: 'Hello.' })
    expect((await curious.run('Hello').ended).code).toBe(0)
    expect(answered()).toEqual(['listModels 200', 'createMessage 200'])
  })

  test('counts the tokens of each tool at once, and estimates them where they cannot be counted', async () => {
    const run = desk.run('/context')
    expect(await run.ended).toMatchObject({ code: 0, wanted: [] })
    expect(resultOf(run)?.result).toMatch(/\| System tools \| \d/)
    expect(answered().length).toBeGreaterThan(10)
    expect(new Set(answered())).toEqual(new Set([`countMessageTokens ${isOnNative ? 200 : 501}`]))
  })

  // It sends a budget for thinking with the one, and an effort and `max_tokens: 128000` with the
  // other.
  test.each(['claude-sonnet-4-5', 'claude-opus-5-5'])('uses a model under the name of Anthropic’s that it knows: %s', async (model) => {
    const named = openClaude({ origin: rota.origin, model })
    onTestFinished(() => named.close())
    callTools(rota, [[claudeTools(named).run('echo one > one.txt')]])
    const run = named.run('Write one.txt.')
    expect(await run.ended).toMatchObject({ code: 0, wanted: [] })
    expect(named.read('one.txt')).toBe('one\n')
    expectSigned(rota.simulator, 1)
  })
})
