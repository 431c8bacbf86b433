import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { lastSent, STRICT, WEATHER } from './asking.js'

// Codex adds tool outputs that no call has requested, such as its current goal. They have a name
// instead of a `call_id`.
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const GOAL = { type: 'function_call_output', id: 'fco_1', name: 'goal_objective', namespace: 'agent', output: 'Write a report' }
const SEEN = 'Output of agent.goal_objective:Write a report'
const USER = { role: 'user', content: 'hi' }
const toCall = (id: string) => ({ type: 'function_call', call_id: id, name: 'get_weather', arguments: '{}' })
const outputOf = (id: string) => ({ type: 'function_call_output', call_id: id, output: `cold ${id}` })
const PICTURE = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }

const post = (input: unknown, more: object = {}) =>
  call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, store: false, tools: [WEATHER], input, ...more } })
/** The messages that reached Gemini, as roles and texts. */
const sent = (): [role: string, text: string][] => lastSent(proxy).messages.map(({ role, content }) => [role, textOf(content)])
const textOf = (content: unknown): string =>
  Array.isArray(content)
    ? content.map((part: { type: string; text?: string }) => part.text ?? `<${part.type}>`).join('')
    : String(content ?? '')

describe.each([false, true])('an output without a call becomes a user message (stream: %s)', (stream) => {
  test.each<[what: string, item: object, seen: string]>([
    ['a text', GOAL, SEEN],
    ['without a namespace', { ...GOAL, namespace: undefined }, 'Output of goal_objective:Write a report'],
    ['with a null call_id', { ...GOAL, call_id: null, namespace: null }, 'Output of goal_objective:Write a report'],
    [
      'parts',
      {
        ...GOAL,
        output: [
          { type: 'input_text', text: 'Write ' },
          { type: 'input_text', text: 'a report' },
        ],
      },
      SEEN,
    ],
    ['a picture', { ...GOAL, output: [PICTURE] }, 'Output of agent.goal_objective:<image_url>'],
    ['an empty text', { ...GOAL, output: '' }, 'Output of agent.goal_objective:'],
    ['of a custom tool', { ...GOAL, type: 'custom_tool_call_output' }, SEEN],
  ])('%s', async (_, item, seen) => {
    expect(await post([USER, item], { stream })).toMatchObject({ status: 200 })
    expect(sent()).toEqual([
      ['user', 'hi'],
      ['user', seen],
    ])
  })

  test.each<[where: string, input: object[]]>([
    ['after the output of a call', [USER, toCall('a'), outputOf('a'), GOAL]],
    ['between a call and its output', [USER, toCall('a'), GOAL, outputOf('a')]],
  ])('%s: the output still follows its call', async (_, input) => {
    expect(await post(input, { stream })).toMatchObject({ status: 200 })
    expect(sent().slice(1)).toEqual([
      ['assistant', ''],
      ['tool', 'cold a'],
      ['user', SEEN],
    ])
  })

  test('between the outputs of two calls, which still follow their calls', async () => {
    expect(await post([USER, toCall('a'), toCall('b'), outputOf('a'), GOAL, outputOf('b')], { stream })).toMatchObject({ status: 200 })
    expect(sent().slice(1)).toEqual([
      ['assistant', ''],
      ['tool', 'cold a'],
      ['tool', 'cold b'],
      ['user', SEEN],
    ])
  })
})

test('an output without a call is also sent when the stored response is continued', async () => {
  const { json } = await post([USER, GOAL], { store: true })
  expect(await post('and now?', { previous_response_id: (json as { id: string }).id })).toMatchObject({ status: 200 })
  expect(sent().slice(0, 2)).toEqual([
    ['user', 'hi'],
    ['user', SEEN],
  ])
})

test.each<[param: string, item: object]>([
  ['input[1].call_id', { ...GOAL, name: undefined }],
  ['input[1].call_id', { ...GOAL, name: '' }],
  ['input[1].call_id', { ...GOAL, call_id: 7 }],
  ['input[1].output', { ...GOAL, output: undefined }],
  ['input[1].output[0].image_url', { ...GOAL, output: [{ ...PICTURE, image_url: 'http://example.com/a.png' }] }],
])('an invalid output without a call is a 400 for %s', async (param, item) => {
  expect(await post([USER, item])).toMatchObject({ status: 400, json: { error: { param } } })
})
