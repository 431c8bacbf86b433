import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, type Body, type Call, chat, choiceOf, chunksOf, refusalOf, simulate, WEATHER } from './ask.js'
import { type Simulator, sign, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

const tools = [WEATHER]
const callsOf = async (body: Body): Promise<readonly Call[]> => choiceOf(await ask(simulator, body)).message?.tool_calls ?? []

const resultsOf = (calls: readonly Call[]): readonly Body[] => [
  { role: 'assistant', tool_calls: calls },
  ...calls.map((call, index) => ({ role: 'tool', tool_call_id: call.id, content: `result ${index}` })),
]

const talk = (prompt: string, ...steps: readonly (readonly Call[])[]): Body => ({
  model: 'gemini-3.8-flash',
  messages: [{ role: 'user', content: prompt }, ...steps.flatMap(resultsOf)],
  tools,
})

describe('tool calls', () => {
  test('a tool that the user names is called with arguments that match its schema', async () => {
    const [call] = await callsOf(chat('use get_weather', { tools }))
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: 'city', days: 2 })
    expect(call?.id).toMatch(/^[a-z0-9]{8}$/)
  })

  test('2.5 has long ids and no signatures, and no call has an index', async () => {
    const [call] = await callsOf(chat('use get_weather', { tools, model: 'gemini-2.5-flash' }))
    expect(Object.keys(call ?? {})).toEqual(['function', 'id', 'type'])
    expect(call?.id).toMatch(/^function-call-\d{18}$/)
  })

  test.each([
    ['none', undefined],
    ['required', 'get_weather'],
    [{ type: 'function', function: { name: 'get_weather' } }, 'get_weather'],
  ])('tool_choice %j', async (choice, name) => {
    expect((await callsOf(chat('hello', { tools, tool_choice: choice })))[0]?.function.name).toBe(name)
  })

  test('steps run one after the other, each with parallel calls, and end with a text with the results', async () => {
    const prompt = `go ${simulate({ steps: { count: 2, parallel: 2 } })}`
    const first = await callsOf(talk(prompt))
    const second = await callsOf(talk(prompt, first))
    const last = choiceOf(await ask(simulator, talk(prompt, first, second)))
    expect([first.length, second.length, last.message?.content]).toEqual([
      2,
      2,
      [0, 1, 0, 1].map((index) => `According to get_weather: result ${index}.`).join(' '),
    ])
  })

  test('one call at a time when parallel calls are switched off', async () => {
    expect(await callsOf(chat(simulate({ steps: { count: 1, parallel: 3 } }), { tools, parallel_tool_calls: false }))).toHaveLength(1)
  })

  test.each([
    ['one-delta', [2, 0]],
    ['one-per-chunk', [1, 1, 0]],
    ['split-arguments', [1, 1, 1, 1, 0]],
  ])('parallel calls are sent %s', async (parallelPlacement, counts) => {
    const body = chat(simulate({ steps: { count: 1, parallel: 2 }, parallelPlacement }), { tools, stream: true })
    expect(chunksOf(await ask(simulator, body)).map(({ choices: [choice] }) => choice.delta?.tool_calls?.length ?? 0)).toEqual(counts)
  })
})

const MISSING =
  'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:get_weather` , position 2. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.'

describe('the turns of a tool call', () => {
  const unsigned: Call = { id: 'a', function: { name: 'get_weather', arguments: '{}' } }
  const signed = (thought_signature: string): Call => ({ ...unsigned, extra_content: { google: { thought_signature } } })

  test('Gemini 3 requires its signature', async () => {
    expect(refusalOf(await ask(simulator, talk('x', [unsigned])))).toBe(MISSING)
  })

  test('a made-up signature is refused', async () => {
    expect(refusalOf(await ask(simulator, talk('x', [signed('bm90IHJlYWw=')])))).toBe('Thought signature is not valid')
  })

  test('a signature that is not base64 is refused', async () => {
    expect(refusalOf(await ask(simulator, talk('x', [signed('EsMC…')])))).toMatch(/thought_signature.*Base64 decoding failed/)
  })

  test('a signature is rejected if the behaviour requires it, but a placeholder is accepted', async () => {
    const message = 'Corrupted thought signature.'
    const behaviour = { refusesSignatures: message }
    simulator.next(behaviour, behaviour)
    expect(refusalOf(await ask(simulator, talk('x', [signed(sign('get_weather'))])))).toBe(message)
    expect((await ask(simulator, talk('x', [signed('skip_thought_signature_validator')]))).status).toBe(200)
  })

  test.each(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'])('%s is accepted', async (placeholder) => {
    expect((await ask(simulator, talk('x', [signed(placeholder)]))).status).toBe(200)
  })

  test('2.5 and earlier turns need no signature', async () => {
    const old = { ...talk('x', [unsigned]), model: 'gemini-2.5-flash' }
    // The cast is safe: talk() makes messages.
    const messages = [...(talk('x', [unsigned]).messages as readonly Body[]), { role: 'user', content: 'and now?' }]
    expect([(await ask(simulator, old)).status, (await ask(simulator, { ...old, model: 'gemini-3.8-flash', messages })).status]).toEqual([
      200, 200,
    ])
  })

  test.each([
    [
      'a call first',
      [
        { role: 'assistant', tool_calls: [unsigned] },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
      ],
      'function call turn comes immediately after',
    ],
    [
      'a result without a call',
      [
        { role: 'user', content: 'x' },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
      ],
      'function response turn comes immediately after',
    ],
    [
      'fewer results than calls',
      [
        { role: 'user', content: 'x' },
        { role: 'assistant', tool_calls: [unsigned, { ...unsigned, id: 'b' }] },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
      ],
      'number of function response parts is equal',
    ],
  ])('%s is refused', async (_name, messages, message) => {
    expect(refusalOf(await ask(simulator, { model: 'gemini-3.8-flash', messages, tools }))).toContain(message)
  })
})
