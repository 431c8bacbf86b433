import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyRepairs } from '../../../../src/contract/repair.js'
import type { ChatCompletion, ChatCompletionChunk, ChunkChoice } from '../../../../src/contract/types.js'
import { toChoice } from '../../../../src/upstream/answer/choice.js'
import { ChunkConverter } from '../../../../src/upstream/answer/choiceStream.js'
import { newChoiceState } from '../../../../src/upstream/answer/repairs/context.js'
import { ANSWER_REPAIRS } from '../../../../src/upstream/answer/repairs/index.js'
import { failureOf, MODEL, openai, PLAIN, parseStream, post } from '../../../support/calls.js'
import { DONE, onWire, toEvent } from '../../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { isOnNative } from '../../../support/upstreamApi.js'
import { CHUNK, COMPLETION, leaksOf } from './allowedKeys.js'
import { assembled, type Message } from './assembled.js'
import { CLIENT_NAMES, type Expected, FIXTURES, type Fixture, type Raw, RENAMED, SOUND } from './fixtures.js'

const ALL: readonly Omit<Fixture, 'repair'>[] = [...FIXTURES, ...SOUND]
const titleOf = (fixture: Omit<Fixture, 'repair'> & { repair?: string }): string => `${fixture.repair ?? 'untouched'}: ${fixture.name}`
const jsons = ALL.filter(({ json }) => json !== undefined).map((fixture) => [titleOf(fixture), fixture] as const)
const streams = ALL.filter(({ stream }) => stream !== undefined).map((fixture) => [titleOf(fixture), fixture] as const)
const streamedOf = ({ streamed, expected }: Omit<Fixture, 'repair'>): Expected => streamed ?? expected

const choiceOf = (expected: Expected): object => ({ index: 0, logprobs: null, ...expected })
const style = (isLegacy = false) => ({
  isLegacy,
  mayBeEmpty: false,
  clientNames: CLIENT_NAMES,
  onRepair: () => undefined,
  onCall: () => undefined,
  onCallsEnd: () => undefined,
})
const thrown = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return { error: (error as { code?: unknown }).code }
  }
}

describe('the answer repairs, as pure functions', () => {
  test.each(jsons)('in JSON: %s', (_, { json = {}, expected, isLegacy }) => {
    const result = thrown(() => toChoice(json as never, 0, style(isLegacy)))
    expect(result).toEqual('error' in expected ? expected : choiceOf(expected))
  })

  test.each(streams)('in a stream: %s', (_, fixture) => {
    const expected = streamedOf(fixture)
    const out: ChunkChoice[] = []
    const result = thrown(() => {
      const choice = new ChunkConverter(0, style(fixture.isLegacy))
      for (const raw of fixture.stream ?? []) choice.add(raw as never, out)
      choice.end(out, true)
      return assembled(out)
    })
    expect(result).toEqual('error' in expected ? expected : choiceOf(expected))
  })
})

describe('the table of repairs', () => {
  /** Applies these repairs to the chunks of a fixture. @returns the result as JSON */
  const mended = (pieces: readonly Raw[], repairs: typeof ANSWER_REPAIRS): string => {
    let ids = 0
    const memory = newChoiceState(() => `new-${ids++}`, CLIENT_NAMES)
    return JSON.stringify(
      pieces.map(({ message, delta, finish_reason: finishReason }) =>
        applyRepairs(repairs, { message: message ?? delta ?? {}, finishReason }, memory),
      ),
    )
  }

  test.each(ANSWER_REPAIRS.map((repair) => [repair.name, repair] as const))(
    'has fixtures for %s, which fail without it',
    (name, repair) => {
      const own = FIXTURES.filter((fixture) => fixture.repair === name)
      expect(own.length).toBeGreaterThan(0)
      const pieces = own.map(({ json, stream }) => stream ?? [json ?? {}])
      const others = ANSWER_REPAIRS.filter((other) => other !== repair)
      expect(pieces.filter((all) => mended(all, ANSWER_REPAIRS) === mended(all, others)).map((all) => JSON.stringify(all))).toEqual([])
    },
  )

  test('has no fixture of a repair that does not exist', () => {
    const names = ANSWER_REPAIRS.map(({ name }) => name)
    expect(FIXTURES.filter(({ repair }) => !names.includes(repair))).toEqual([])
  })

  test('gives each repair a unique name and a one-sentence reason', () => {
    expect(new Set(ANSWER_REPAIRS.map(({ name }) => name)).size).toBe(ANSWER_REPAIRS.length)
    for (const { name, reason } of ANSWER_REPAIRS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(reason).toMatch(/^[A-Z].{20,}\.$/)
    }
  })

  test.each(SOUND.filter(({ name }) => /plain|Gemma/.test(name)).map((fixture) => [fixture.name, fixture] as const))(
    'returns %s as the same object',
    (_, { json }) => {
      const part = { message: json?.message ?? {}, finishReason: json?.finish_reason }
      expect(
        applyRepairs(
          ANSWER_REPAIRS,
          part,
          newChoiceState(() => 'id'),
        ),
      ).toBe(part)
    },
  )

  test('changes only the ids of complete tool calls', () => {
    const signed = { extra_content: { google: { thought_signature: 'S1' } } }
    const calls = ['a1', 'a2'].map((id, index) => ({
      index,
      id,
      type: 'function',
      function: { name: 'get_weather', arguments: '{}' },
      ...signed,
    }))
    const part = { message: { role: 'assistant', tool_calls: calls }, finishReason: 'tool_calls' }
    let ids = 0
    const memory = newChoiceState(() => `new-${ids++}`)
    const renamed = calls.map((call, index) => ({ ...call, id: `new-${index}` }))
    expect(applyRepairs(ANSWER_REPAIRS, part, memory)).toEqual({ ...part, message: { ...part.message, tool_calls: renamed } })
  })
})

describe('over HTTP', () => {
  let proxy: ProxyUnderTest
  beforeAll(async () => {
    proxy = await startProxy(PLAIN)
  })
  beforeEach(() => proxy.simulator.reset())
  afterAll(() => proxy.close())

  const ENVELOPE = { created: 1_764_000_000, id: 'qg', model: MODEL, extra_of_google: { a: 1 } }
  const USAGE = { completion_tokens: 2, prompt_tokens: 4, total_tokens: 9, traffic_type: 'ON_DEMAND' }
  const jsonBody = ({ json }: Omit<Fixture, 'repair'>): string =>
    JSON.stringify(onWire({ choices: [{ index: 0, ...json }], ...ENVELOPE, object: 'chat.completion', usage: USAGE }))
  const streamBody = ({ stream = [] }: Omit<Fixture, 'repair'>): string =>
    [
      ...stream.map((raw) => toEvent({ choices: [{ ...raw, index: 0 }], ...ENVELOPE, object: 'chat.completion.chunk', usage: USAGE })),
      DONE,
    ].join('')
  // Fixtures that the native API cannot send: thoughts between tags, and other finish reasons.
  const NOT_NATIVE = ['OTHER', 'tags cut by chunks', 'a whole answer that is flagged and has no tags']
  const CONTINUED = /^(?!CONTINUATION:|content_filter: ).*: an answer that Gemini would continue in another request$/
  /**
   * True if the API under test can send a fixture; the native API, for example, never splits a
   * call.
   */
  const canSend = ([, fixture]: readonly [string, Omit<Fixture, 'repair'>]): boolean => {
    if (isOnNative && (NOT_NATIVE.includes(fixture.name) || CONTINUED.test(fixture.name))) return false
    try {
      return [jsonBody(fixture), streamBody(fixture)].length > 0
    } catch {
      return false
    }
  }
  const sentJsons = jsons.filter(canSend)
  const sentStreams = streams.filter(canSend)
  const FUNCTION = { name: 'get_weather', parameters: { type: 'object', properties: {} } }
  const request = (isLegacy: true | undefined, more: object = {}) =>
    ({
      model: MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
      ...(isLegacy
        ? { functions: [FUNCTION] }
        : { tools: [FUNCTION, { name: RENAMED }].map((each) => ({ type: 'function', function: each })) }),
      ...more,
    }) as never

  test('most fixtures can be sent on the API under test', () => {
    expect([sentJsons.length, sentStreams.length]).toEqual(isOnNative ? [41, 50] : [jsons.length, streams.length])
  })

  test.each(sentJsons)("a user of OpenAI's SDK gets, in JSON, %s", async (_, fixture) => {
    const { expected, isLegacy } = fixture
    proxy.simulator.next({ rawBody: jsonBody(fixture), repeat: 2 })
    const asked = openai(proxy).chat.completions.create(request(isLegacy)) as unknown as Promise<ChatCompletion>
    if ('error' in expected) {
      expect(await failureOf(asked)).toMatchObject({ status: 502, code: expected.error, type: 'server_error' })
      expect(proxy.simulator.totalRequests).toBe(2)
      return
    }
    const completion = await asked
    expect(completion.choices).toEqual([choiceOf(expected)])
    expect(leaksOf(completion, COMPLETION)).toEqual([])
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test.each(sentStreams)("a user of OpenAI's SDK gets, as a stream, %s", async (_, fixture) => {
    const expected = streamedOf(fixture)
    proxy.simulator.next({ rawBody: streamBody(fixture), repeat: 2 })
    const response = await post(proxy, request(fixture.isLegacy, { stream: true, stream_options: { include_usage: true } }))
    proxy.simulator.reset()
    proxy.simulator.next({ rawBody: streamBody(fixture), repeat: 2 })
    const runner = openai(proxy).chat.completions.stream(request(fixture.isLegacy))
    if ('error' in expected) {
      const text = await response.text()
      const { errors, dones } = response.status === 200 ? parseStream(text) : { errors: [JSON.parse(text).error], dones: 0 }
      expect([errors, dones]).toEqual([[expect.objectContaining({ code: expected.error, type: 'server_error' })], 0])
      expect(await failureOf(runner.finalChatCompletion())).toMatchObject({ code: expected.error })
      return
    }
    const { chunks, dones } = parseStream(await response.text())
    expect(dones).toBe(1)
    expect(assembled(chunks.flatMap(({ choices }) => choices))).toEqual(choiceOf(expected))
    expect(chunks.flatMap((chunk: ChatCompletionChunk) => leaksOf(chunk, CHUNK))).toEqual([])
    expect(chunks.filter(({ usage }) => usage).map(({ choices, usage }) => [choices, usage?.total_tokens])).toEqual([[[], 9]])
    const [choice] = (await runner.finalChatCompletion()).choices
    // The SDK's helper keeps only the last chunk of fields that it does not know, so its reasoning
    // is not compared.
    const { content, tool_calls: calls = [] } = choice?.message ?? {}
    const wanted = expected.message as Message
    // The SDK's helper does not distinguish empty content from null.
    expect([content, choice?.finish_reason]).toEqual([wanted.content || null, expected.finish_reason])
    expect(calls.map((call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments])).toEqual(
      (wanted.tool_calls ?? []).map((call) => [call.id, call.function.name, call.function.arguments]),
    )
  })

  test('the check for leaked members detects leaks', () => {
    expect(
      leaksOf(
        { id: 'x', choices: [{ message: { parts: [], extra_content: { google: { thought: true } } } }], usage: { traffic: 1 } },
        COMPLETION,
      ),
    ).toEqual(['.choices[].message.parts', '.choices[].message.extra_content.google.thought', '.usage.traffic'])
  })
})
