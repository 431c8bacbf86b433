import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { MODEL } from '../frameworks/weather.js'
import { KEYS } from '../keys/keys.js'
import { type ClaudeEvent, claudeTools, openClaude, resultOf } from './claudeCode.js'
import { expectSigned } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'
import {
  BROKEN_STREAMS,
  callTools,
  ERRORS_IN_STREAMS,
  expectDone,
  LIMITED_KEYS,
  OVERLOADED_MODEL,
  prepareTask,
  TASK_STEPS,
} from './task.js'
import type { AgentWorkspace } from './workspace.js'

// Claude Code streams `POST /v1/messages?beta=true` with 12 tools, one of which loads more tools
// later, with instructions as `role: system` among the messages, and with `thinking`, whose blocks
// it sends back. After an error in a stream, it repeats the request without streaming. If it has
// received a part of the answer, it informs the model that its answer was cut off.
let rotation: ProxyRotation
let workspace: AgentWorkspace<ClaudeEvent>
beforeAll(async () => {
  // The proxies do not retry, so every fault reaches Claude Code.
  rotation = await startProxyRotation(5, { GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0' })
})
beforeEach(() => {
  rotation.simulator.reset()
  for (const { logs } of rotation.proxies) logs.length = 0
  workspace = openWith({})
})
afterEach(() => workspace.close())
afterAll(() => rotation.close())

const openWith = (env: Record<string, string>): AgentWorkspace<ClaudeEvent> => openClaude({ origin: rotation.origin, model: MODEL, env })
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Returns operation and status of each request that the proxies have answered, oldest first. */
const answered = (): string[] =>
  rotation.proxies
    .flatMap(({ logs }) => logs)
    .filter(({ status }) => status !== undefined)
    .sort((one, other) => Number(one.time) - Number(other.time))
    .map(({ operation, status }) => `${operation} ${status}`)

describe('Claude Code', () => {
  test('completes ten steps with proxies that share no state: reads, edits and runs', async () => {
    const run = workspace.run(prepareTask(rotation, workspace, claudeTools(workspace)))
    await expectDone(rotation, workspace, run, () => resultOf(run)?.result)
    expectSigned(rotation.simulator, TASK_STEPS)
    expect(resultOf(run)).toMatchObject({ is_error: false, usage: { output_tokens_details: { thinking_tokens: expect.any(Number) } } })
  })

  test.each([
    ['streams that break', BROKEN_STREAMS],
    ['errors in streams', ERRORS_IN_STREAMS],
    ['an overloaded model', OVERLOADED_MODEL],
  ])('continues after %s', async (_what, faults) => {
    const run = workspace.run(prepareTask(rotation, workspace, claudeTools(workspace), faults))
    await expectDone(rotation, workspace, run, () => resultOf(run)?.result)
    expect(rotation.simulator.requests).toHaveLength(TASK_STEPS + 1 + faults.length)
  })

  test('is not affected by rate-limited keys', async () => {
    const run = workspace.run(prepareTask(rotation, workspace, claudeTools(workspace), LIMITED_KEYS))
    await expectDone(rotation, workspace, run, () => resultOf(run)?.result)
    expect(rotation.simulator.requests.filter(({ status }) => status === 429)).toHaveLength(LIMITED_KEYS.length)
    expect(answered()).toEqual(Array.from({ length: TASK_STEPS + 1 }, () => 'createMessage 200'))
  })

  test('runs a sub-agent', async () => {
    const { run: shell } = claudeTools(workspace)
    const task = { name: 'Agent', arguments: { description: 'Write', prompt: 'Write sub.txt.', run_in_background: false } }
    callTools(rotation, [[task], [shell('echo sub > sub.txt')]])
    rotation.simulator.next({ path: '/chat', text: 'It is written.' })
    callTools(rotation, [[shell('cat sub.txt')]])
    const run = workspace.run('Have sub.txt written.')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(workspace.read('sub.txt')).toBe('sub\n')
    expect(resultOf(run)?.result).toMatch(/It is written\.[\s\S]*cat sub\.txt: sub/)
    expect(answered()).toEqual(Array.from({ length: 5 }, () => 'createMessage 200'))
  })

  test('reads an image', async () => {
    workspace.write('pixel.png', Buffer.from(PIXEL, 'base64'))
    callTools(rotation, [[claudeTools(workspace).read('pixel.png')]])
    const run = workspace.run('What is in pixel.png?')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(resultOf(run)?.result).toContain('image/png')
    expect(JSON.stringify(sentAt(rotation.simulator.requests, -1))).toContain('data:image/png;base64,')
  })

  test('reports a wrong token without retrying', async () => {
    const stranger = openWith({ ANTHROPIC_AUTH_TOKEN: 'not-a-token' })
    onTestFinished(() => stranger.close())
    const run = stranger.run('Hello')
    expect((await run.ended).code).not.toBe(0)
    expect(resultOf(run)).toMatchObject({ is_error: true, result: expect.stringContaining('401') })
    expect(rotation.simulator.requests).toEqual([])
    expect(answered()).toEqual(['createMessage 401'])
  })

  test('searches the web with a separate request', async () => {
    callTools(rotation, [[{ name: 'WebSearch', arguments: { query: 'the weather in Oslo' } }]])
    const run = workspace.run('Look for the weather.')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(resultOf(run)?.result).toContain('Web search results for query: "the weather in Oslo"')
    expect(answered()).toEqual(['createMessage 200', 'createMessage 200', 'createMessage 200'])
    const { tools } = (rotation.simulator.requests[1]?.body ?? {}) as { tools?: unknown }
    expect(tools).toEqual(isOnNative ? [{ googleSearch: {} }] : undefined)
  })

  test('lists the models first if this is enabled', async () => {
    const curious = openWith({ CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '' })
    onTestFinished(() => curious.close())
    rotation.simulator.next({ path: '/chat', text: 'Hello.' })
    expect((await curious.run('Hello').ended).code).toBe(0)
    expect(answered()).toEqual(['listModels 200', 'createMessage 200'])
  })

  test('counts the tokens of each tool, and estimates them if counting is not supported', async () => {
    const run = workspace.run('/context')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(resultOf(run)?.result).toMatch(/\| System tools \| \d/)
    expect(answered().length).toBeGreaterThan(10)
    expect(new Set(answered())).toEqual(new Set([`countMessageTokens ${isOnNative ? 200 : 501}`]))
  })

  // Claude Code sends a thinking budget for the first model, and an effort and `max_tokens: 128000`
  // for the second.
  test.each(['claude-sonnet-4-5', 'claude-opus-5-5'])('works with a model name of Anthropic: %s', async (model) => {
    const named = openClaude({ origin: rotation.origin, model })
    onTestFinished(() => named.close())
    callTools(rotation, [[claudeTools(named).run('echo one > one.txt')]])
    const run = named.run('Write one.txt.')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(named.read('one.txt')).toBe('one\n')
    expectSigned(rotation.simulator, 1)
  })
})
