import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ModelResponse, ResponseStreamEvent } from '../../../../src/contract/types.js'
import type { Behaviour } from '../../../doubles/simulator/index.js'
import { PLAIN } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { answering, chunkOf, exchange } from '../../streams/rawEvents.js'

const MODEL = 'gemini-2.5-flash'
const FUNCTION = { name: 'get_weather', parameters: { type: 'object', properties: {} } }
const OSLO = '{"city":"Oslo"}'
const CALL = { function_call: { name: 'get_weather', arguments: OSLO } }

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const json = (message: object, finish: string): Behaviour => ({
  rawBody: JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }] }),
})

/** Gemini's answers with a call in OpenAI's older form `function_call`, as JSON or as a stream. */
const FORMS: readonly (readonly [name: string, isStream: boolean, behaviour: Behaviour])[] = [
  ['in JSON', false, json(CALL, 'function_call')],
  ['in JSON with null content', false, json({ content: null, ...CALL }, 'function_call')],
  ['in JSON with the reason `stop`', false, json(CALL, 'stop')],
  ['in JSON with the reason in capitals', false, json(CALL, 'FUNCTION_CALL')],
  [
    'in JSON, and the same call in the newer form',
    false,
    json({ ...CALL, tool_calls: [{ id: 'c1', type: 'function', function: CALL.function_call }] }, 'function_call'),
  ],
  ['in one event', true, answering(chunkOf(CALL, 'function_call'))],
  ['in an event before its reason', true, answering(chunkOf(CALL), chunkOf({}, 'function_call'))],
  ['in one event with the reason `stop`', true, answering(chunkOf(CALL, 'stop'))],
  [
    'in pieces',
    true,
    answering(
      chunkOf({ content: null, function_call: { name: 'get_weather', arguments: '' } }),
      chunkOf({ function_call: { arguments: '{"city":' } }),
      chunkOf({ function_call: { arguments: '"Oslo"}' } }),
      chunkOf({}, 'function_call'),
    ),
  ],
]

const chat = (isStream: boolean, more: object) =>
  exchange(proxy, '/chat/completions', { model: MODEL, messages: [{ role: 'user', content: 'Hi' }], stream: isStream, ...more })

interface Called {
  readonly finish: string
  readonly form: string
  readonly name: string
  readonly text: string
}

/** Returns from the metrics how many requests the repair `function-call` has changed. */
async function countOfRepair(): Promise<number> {
  const response = await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  return Number(/^gemini_proxy_repairs_total\{repair="function-call"\} (\d+)/m.exec(await response.text())?.[1] ?? 0)
}

/** Sends a chat request. @returns the call that the client receives, joined from its pieces */
async function callFrom(isStream: boolean, more: object): Promise<Called> {
  const { text, data } = await chat(isStream, more)
  const parts = isStream
    ? data.slice(0, -1).map((each) => JSON.parse(each).choices[0])
    : JSON.parse(text).choices.map((choice: { message: object }) => ({ ...choice, delta: choice.message }))
  const calls = parts.flatMap(({ delta }: { delta: { tool_calls?: { function: object }[]; function_call?: object } }) => {
    if (delta.function_call) return [{ form: 'function_call', ...delta.function_call }]
    return (delta.tool_calls ?? []).map((call) => ({ form: 'tool_calls', ...call.function }))
  })
  return {
    finish: parts.at(-1).finish_reason,
    form: [...new Set(calls.map(({ form }: { form: string }) => form))].join(),
    name: calls.map(({ name }: { name?: string }) => name ?? '').join(''),
    text: calls.map((call: { arguments: string }) => call.arguments).join(''),
  }
}

describe.each(FORMS)('a legacy function_call of Gemini, %s,', (_, isStream, behaviour) => {
  test('becomes a tool call for a client that sent tools', async () => {
    proxy.simulator.next(behaviour)
    const tools = [{ type: 'function', function: FUNCTION }]
    expect(await callFrom(isStream, { tools })).toEqual({ finish: 'tool_calls', form: 'tool_calls', name: 'get_weather', text: OSLO })
    await expect.poll(countOfRepair).toBeGreaterThan(0)
  })

  test('stays a function call for a client that sent functions', async () => {
    proxy.simulator.next(behaviour)
    const expected = { finish: 'function_call', form: 'function_call', name: 'get_weather', text: OSLO }
    expect(await callFrom(isStream, { functions: [FUNCTION] })).toEqual(expected)
  })

  test('becomes a call of the Responses API', async () => {
    proxy.simulator.next(behaviour)
    const tools = [{ type: 'function', strict: false, ...FUNCTION }]
    const { text, data } = await exchange(proxy, '/responses', { model: MODEL, input: 'Hi', stream: isStream, tools })
    const last = isStream ? (JSON.parse(data.at(-1) ?? '') as ResponseStreamEvent) : undefined
    const response = last !== undefined && 'response' in last ? last.response : (JSON.parse(text) as ModelResponse)
    expect(response.output).toMatchObject([{ type: 'function_call', status: 'completed', name: 'get_weather', arguments: OSLO }])
  })
})

describe('an answer with the finish reason `function_call` but without a call', () => {
  test.each([
    ['in JSON', false, json({}, 'function_call')],
    ['in JSON, with a null call', false, json({ function_call: null }, 'function_call')],
    ['in JSON, without a name', false, json({ function_call: {} }, 'function_call')],
    ['as a stream', true, answering(chunkOf({}, 'function_call'))],
    ['as a stream, with arguments only', true, answering(chunkOf({ function_call: { arguments: '{}' } }), chunkOf({}, 'function_call'))],
  ] as const)('is requested again, and then an error: %s', async (_, isStream, behaviour) => {
    proxy.simulator.next({ ...behaviour, repeat: 2 })
    const { status, text } = await chat(isStream, { tools: [{ type: 'function', function: FUNCTION }] })
    expect([status, JSON.parse(text).error.code, proxy.simulator.totalRequests]).toEqual([502, 'upstream_error', 2])
  })

  test('is returned with its text and the finish reason `stop`', async () => {
    proxy.simulator.next(json({ content: 'Hello' }, 'function_call'))
    const { text } = await chat(false, {})
    expect(JSON.parse(text).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Hello' } })
  })

  test.each([7, 'x', [1], { name: 7 }, { name: 'a', arguments: {} }])(
    'is an error if the call has an invalid shape: %j',
    async (called) => {
      proxy.simulator.next({ ...json({ function_call: called }, 'function_call'), repeat: 4 })
      const { status, text } = await chat(false, {})
      expect([status, JSON.parse(text).error.code]).toEqual([502, 'upstream_error'])
    },
  )
})
