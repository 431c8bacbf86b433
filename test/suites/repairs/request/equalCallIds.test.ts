import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { openai as responses } from '../../responses/asking.js'
import { sentCalls } from '../../signatures/clients.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'

/** A call of a step: its id and its function, `f` by default. */
type Call = readonly [id: string, name?: string]
/** A result of a step: the id of its call, its text, and the name of the function if it has one. */
type Result = readonly [id: string, text: string, name?: string]
/** What reaches Gemini for one call: its id, the arguments, and the text of its result. */
type Sent = readonly [id: string, argument: number, result: string]

interface Step {
  readonly calls: readonly Call[]
  readonly results: readonly Result[]
  readonly sent: readonly Sent[]
}

const step = (calls: readonly Call[], results: readonly Result[], sent: readonly Sent[]): Step => ({ calls, results, sent })
const textsOf = (...ids: readonly string[]): Result[] => ids.map((id, index) => [id, `${index + 1}`])

/**
 * Conversations, and the calls that Gemini receives. The argument of each call is its position in
 * the step, from 1.
 */
const CASES: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  [
    'two calls of one function',
    [
      step([['f'], ['f']], textsOf('f', 'f'), [
        ['f', 1, '1'],
        ['f_2', 2, '2'],
      ]),
    ],
  ],
  [
    'three calls, of two functions',
    [
      step([['x'], ['x', 'g'], ['x']], textsOf('x', 'x', 'x'), [
        ['x', 1, '1'],
        ['x_2', 2, '2'],
        ['x_3', 3, '3'],
      ]),
    ],
  ],
  [
    'results with the names of their functions, in another order',
    [
      step(
        [['x'], ['x', 'g']],
        [
          ['x', 'of g', 'g'],
          ['x', 'of f', 'f'],
        ],
        [
          ['x', 1, 'of f'],
          ['x_2', 2, 'of g'],
        ],
      ),
    ],
  ],
  [
    'results of which one has a name',
    [
      step(
        [['x'], ['x', 'g'], ['x']],
        [
          ['x', 'of g', 'g'],
          ['x', 'first'],
          ['x', 'second'],
        ],
        [
          ['x', 1, 'first'],
          ['x_2', 2, 'of g'],
          ['x_3', 3, 'second'],
        ],
      ),
    ],
  ],
  [
    'results with names that match no call',
    [
      step(
        [['x'], ['x', 'g']],
        [
          ['x', 'first', 'other'],
          ['x', 'second', 'f'],
        ],
        [
          ['x', 1, 'second'],
          ['x_2', 2, 'first'],
        ],
      ),
    ],
  ],
  [
    'an id that looks like the suffixed id of another call',
    [
      step([['f'], ['f_2'], ['f']], textsOf('f', 'f_2', 'f'), [
        ['f', 1, '1'],
        ['f_2', 2, '2'],
        ['f_3', 3, '3'],
      ]),
    ],
  ],
  [
    'other calls between them, and results in another order',
    [
      step([['x'], ['y'], ['x']], textsOf('y', 'x', 'x'), [
        ['x', 1, '2'],
        ['y', 2, '1'],
        ['x_2', 3, '3'],
      ]),
    ],
  ],
  [
    'empty ids',
    [
      step([[''], ['']], textsOf('', ''), [
        ['call', 1, '1'],
        ['call_2', 2, '2'],
      ]),
    ],
  ],
  [
    'the same ids in two steps',
    [
      step([['f'], ['f']], textsOf('f', 'f'), [
        ['f', 1, '1'],
        ['f_2', 2, '2'],
      ]),
      step(
        [['f'], ['f']],
        [
          ['f', '3'],
          ['f', '4'],
        ],
        [
          ['f', 1, '3'],
          ['f_2', 2, '4'],
        ],
      ),
    ],
  ],
  ['one id in two steps, which is allowed', [step([['f']], textsOf('f'), [['f', 1, '1']]), step([['f']], [['f', '2']], [['f', 1, '2']])]],
]

const argumentsAt = (index: number): string => JSON.stringify({ x: index + 1 })

const chatMessages = (steps: readonly Step[]): object[] =>
  steps.flatMap(({ calls, results }) => [
    {
      role: 'assistant',
      content: null,
      tool_calls: calls.map(([id, name = 'f'], index) => ({ id, type: 'function', function: { name, arguments: argumentsAt(index) } })),
    },
    ...results.map(([id, content, name]) => ({ role: 'tool', tool_call_id: id, content, ...(name === undefined ? {} : { name }) })),
  ])

const responseItems = (steps: readonly Step[]): object[] =>
  steps.flatMap(({ calls, results }) => [
    ...calls.map(([id, name = 'f'], index) => ({ type: 'function_call', call_id: id, name, arguments: argumentsAt(index) })),
    ...results.map(([id, output]) => ({ type: 'function_call_output', call_id: id, output })),
  ])

/** Returns the calls that reached Gemini, in the form of `Step.sent`. */
const sent = (): unknown[] => {
  const calls = sentCalls(proxy)
  expect(calls.map(({ resultId }) => resultId)).toEqual(calls.map(({ id }) => id))
  return calls.map(({ id, arguments: text, result }) => [id, (JSON.parse(text) as { x: number }).x, result])
}

describe.each([false, true])('duplicate call ids in one step, with stream: %s', (stream) => {
  test.each(CASES)('become unique at Gemini, with their results: chat, %s', async (_, steps) => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function', function: { name } }))
    const messages = [{ role: 'user', content: 'hi' }, ...chatMessages(steps)]
    const response = await post(proxy, { model: MODEL, tools, messages, stream })
    await response.text()
    expect([response.status, sent()]).toEqual([200, steps.flatMap((each) => each.sent)])
  })

  // Only cases without function names in results: outputs in the Responses API have no names.
  test.each(CASES.filter(([, steps]) => steps.every(({ results }) => results.every(([, , name]) => name === undefined))))(
    'become unique at Gemini, with their results: responses, %s',
    async (_, steps) => {
      const tools = ['f', 'g'].map((name) => ({ type: 'function', name, parameters: null, strict: false }) as const)
      const input = [{ role: 'user', content: 'hi' }, ...responseItems(steps)] as never
      const answer = responses(proxy).responses.create({ model: MODEL, tools, input, stream })
      if (stream) for await (const _event of (await answer) as AsyncIterable<unknown>);
      else await answer
      expect(sent()).toEqual(steps.flatMap((each) => each.sent))
    },
  )
})

test('a step with fewer results than duplicate ids is a 400 that names the call', async () => {
  const messages = [{ role: 'user', content: 'hi' }, ...chatMessages([step([['f'], ['f']], textsOf('f'), [])])]
  const response = await post(proxy, { model: MODEL, messages })
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { code: 'invalid_value', param: 'messages[1].tool_calls', message: expect.stringContaining("'f'") } },
  ])
  expect(proxy.simulator.totalRequests).toBe(0)
})
