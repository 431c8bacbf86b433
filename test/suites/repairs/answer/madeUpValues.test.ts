import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ModelResponse, ResponseStreamEvent } from '../../../../src/contract/types.js'
import { PLAIN } from '../../../support/calls.js'
import { onWire } from '../../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { isOnNative } from '../../../support/upstreamApi.js'
import { answering, chunkOf, exchange } from '../../streams/rawEvents.js'

const MODEL = 'gemini-2.5-flash'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Sends a request to the Responses API, as JSON or as a stream, and returns its response. */
async function respond(isStream: boolean, more: object): Promise<ModelResponse> {
  const { text, data } = await exchange(proxy, '/responses', { model: MODEL, input: 'Hi', stream: isStream, ...more })
  if (!isStream) return JSON.parse(text) as ModelResponse
  const last = JSON.parse(data.at(-1) ?? '') as ResponseStreamEvent
  if (!('response' in last)) throw new Error(last.type)
  return last.response
}

describe.each([
  ['in JSON', false],
  ['as a stream', true],
])('the service tier of a response, %s,', (_, isStream) => {
  test.each(['flex', 'priority', 'standard', 'auto', 'default'])('is the served one if Gemini reports it: %s', async (tier) => {
    const served = tier === 'flex' || tier === 'priority' ? tier : 'default'
    expect((await respond(isStream, { service_tier: tier })).service_tier).toBe(isOnNative ? served : tier)
  })

  if (isOnNative)
    test('is not the requested one if another tier served', async () => {
      const candidates = [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }]
      proxy.simulator.next({ nativeAnswer: [{ candidates, usageMetadata: { serviceTier: 'standard' } }] })
      expect((await respond(isStream, { service_tier: 'priority' })).service_tier).toBe('default')
    })

  test.each([{}, { service_tier: null }])('is null if the request does not set it: %j', async (more) => {
    expect((await respond(isStream, more)).service_tier).toBeNull()
  })
})

/** A call without arguments, in each form in which Gemini sends one. */
const CALLS = [
  ['no arguments', {}],
  ['empty arguments', { arguments: '' }],
  ['null arguments', { arguments: null }],
] as const
/**
 * Finish reasons that cut a call off, each with the reason that clients receive. Not for the native
 * API: its calls are always complete, even without arguments.
 */
const CUT = [
  ['length', 'length'],
  ['MAX_TOKENS', 'length'],
  ['content_filter: SAFETY', 'content_filter'],
] as const
const TOOLS = [
  { type: 'function', name: 'run', parameters: { type: 'object' }, strict: false },
  { type: 'custom', name: 'write', description: 'Writes.' },
]
const callOf = (name: string, parts: object): object => ({ tool_calls: [{ id: 'c1', type: 'function', function: { name, ...parts } }] })

/**
 * Makes Gemini's answer with a call, as JSON or as a stream with the finish reason in its own
 * event.
 */
const answer = (isStream: boolean, delta: object, finish: string) =>
  isStream
    ? answering(chunkOf(delta), chunkOf({}, finish))
    : { rawBody: JSON.stringify(onWire({ choices: [{ index: 0, message: delta, finish_reason: finish }] })) }

async function chatCall(isStream: boolean, more: object): Promise<[finish: unknown, args: unknown]> {
  const { text, data } = await exchange(proxy, '/chat/completions', {
    model: MODEL,
    messages: [{ role: 'user', content: 'Hi' }],
    stream: isStream,
    ...more,
  })
  if (!isStream) {
    const [{ message, finish_reason: finish }] = JSON.parse(text).choices
    return [finish, (message.function_call ?? message.tool_calls[0].function).arguments]
  }
  const parts = data.slice(0, -1).map((each) => JSON.parse(each).choices[0])
  const calls = parts.flatMap(
    ({ delta }) => delta.function_call ?? delta.tool_calls?.map((call: { function: object }) => call.function) ?? [],
  )
  return [parts.at(-1).finish_reason, calls.map((call) => call.arguments).join('')]
}

describe.each([
  ['in JSON', false],
  ['as a stream', true],
])('a call that was cut off before its arguments, %s,', (_, isStream) => {
  const cases = (isOnNative ? [] : CUT).flatMap(([reason, finish]) => CALLS.map(([what, parts]) => [reason, what, parts, finish] as const))

  test.each(cases)('by %s, with %s, has empty arguments in a chat', async (reason, _what, parts, finish) => {
    const tools = [{ type: 'function', function: { name: 'run' } }]
    proxy.simulator.next({ ...answer(isStream, callOf('run', parts), reason), repeat: 2 })
    expect(await chatCall(isStream, { tools })).toEqual([finish, ''])
    expect(await chatCall(isStream, { functions: [{ name: 'run' }] })).toEqual([finish, ''])
  })

  test.each(cases)('by %s, with %s, has empty arguments in a response', async (reason, _what, parts) => {
    proxy.simulator.next(answer(isStream, callOf('run', parts), reason), answer(isStream, callOf('write', parts), reason))
    const [call] = (await respond(isStream, { tools: TOOLS })).output
    expect(call).toMatchObject({ type: 'function_call', status: 'incomplete', arguments: '' })
    const [custom] = (await respond(isStream, { tools: TOOLS })).output
    expect(custom).toMatchObject({ type: 'custom_tool_call', status: 'incomplete', input: '' })
  })

  if (!isOnNative)
    test('does not change the arguments of earlier calls', async () => {
      const calls = {
        tool_calls: [
          ...(callOf('run', { arguments: '{"a":1}' }) as { tool_calls: object[] }).tool_calls,
          { id: 'c2', type: 'function', function: { name: 'run' } },
        ],
      }
      proxy.simulator.next(answer(isStream, calls, 'length'))
      const { output } = await respond(isStream, { tools: TOOLS })
      expect(output.map((item) => item.type === 'function_call' && item.arguments)).toEqual(['{"a":1}', ''])
    })

  test.each(CALLS)('is not assumed if the answer is complete: %s become an empty object', async (_what, parts) => {
    proxy.simulator.next(
      answer(isStream, callOf('run', parts), 'stop'),
      answer(isStream, callOf('run', parts), 'tool_calls'),
      answer(isStream, callOf('write', parts), 'STOP'),
    )
    const tools = [{ type: 'function', function: { name: 'run' } }]
    expect(await chatCall(isStream, { tools })).toEqual(['tool_calls', '{}'])
    expect((await respond(isStream, { tools: TOOLS })).output).toMatchObject([
      { type: 'function_call', status: 'completed', arguments: '{}' },
    ])
    // The input of a custom tool is a text: `{}` would be a text that the model has not written.
    expect((await respond(isStream, { tools: TOOLS })).output).toMatchObject([{ type: 'custom_tool_call', status: 'completed', input: '' }])
  })
})

test('a call after the finish reason whose arguments Gemini omits gets an empty object, too', async () => {
  const behind = answering(chunkOf({}, 'stop'), chunkOf(callOf('run', {})))
  proxy.simulator.next({ ...behind, repeat: 2 }, behind)
  expect(await chatCall(true, { tools: [{ type: 'function', function: { name: 'run' } }] })).toEqual(['tool_calls', '{}'])
  expect(await chatCall(true, { functions: [{ name: 'run' }] })).toEqual(['function_call', '{}'])
  expect((await respond(true, { tools: TOOLS })).output).toMatchObject([{ type: 'function_call', status: 'completed', arguments: '{}' }])
})

if (!isOnNative)
  test('a call after the finish reason `length` may be cut off, and gets empty arguments', async () => {
    proxy.simulator.next(answering(chunkOf({}, 'length'), chunkOf(callOf('run', {}))))
    expect(await chatCall(true, { tools: [{ type: 'function', function: { name: 'run' } }] })).toEqual(['length', ''])
  })
