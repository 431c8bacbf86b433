import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletion } from '../../../../src/contract/types.js'
import { parseStream, post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { call, tool } from './cases.js'

type Messages = readonly object[]

const ask = (content: unknown = 'How is the weather?') => ({ role: 'user', content })
const calling = (...ids: readonly string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => call(id)) })
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: '{"rain":true}' })
const TOOLS = [tool('weather')]

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Conversations that OpenAI accepts, or that clients that trim their history send. */
const CONVERSATIONS: readonly (readonly [name: string, messages: Messages])[] = [
  ['only a developer message', [{ role: 'developer', content: 'Write a poem.' }]],
  [
    'only a system message, in parts',
    [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'Write' },
          { type: 'text', text: 'a poem.' },
        ],
      },
    ],
  ],
  [
    'system messages before, between and after others',
    [
      { role: 'system', content: 'A' },
      { role: 'developer', content: 'B' },
      ask(),
      { role: 'system', content: 'C' },
      { role: 'assistant', content: 'x' },
      { role: 'system', content: 'D' },
    ],
  ],
  [
    'a system message between calls and results',
    [ask(), calling('a', 'b'), { role: 'system', content: 'Hurry.' }, result('b'), result('a')],
  ],
  [
    'empty parts and empty messages',
    [{ role: 'system', content: '' }, ask([{ type: 'text', text: '' }]), { role: 'assistant', content: '' }, ask('')],
  ],
  [
    'only empty messages',
    [
      { role: 'system', content: '' },
      { role: 'assistant', content: '' },
    ],
  ],
  ['a history trimmed to begin with calls', [{ role: 'system', content: 's' }, calling('a'), result('a'), ask()]],
  ['a history trimmed to begin with a result', [result('a'), { role: 'assistant', content: 'It rains.' }, ask()]],
  [
    'a history that begins with two texts of the assistant and calls',
    [{ role: 'assistant', content: 'Hi.' }, { role: 'assistant', content: 'So?' }, calling('a'), result('a')],
  ],
  ['an assistant message to be continued', [ask(), { role: 'assistant', content: 'It is' }]],
  ['only an assistant message', [{ role: 'assistant', content: 'It is' }]],
  [
    'steps of several parallel calls in any order',
    [ask(), calling('a', 'b', 'c'), result('c'), result('a'), result('b'), calling('d'), result('d')],
  ],
  ['steps whose ids repeat', [ask(), calling('a'), result('a'), calling('a'), result('a')]],
  [
    'legacy function calls',
    [
      ask(),
      { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
      { role: 'function', name: 'weather', content: 'rain' },
    ],
  ],
  ['the result of a legacy function, trimmed', [{ role: 'function', name: 'weather', content: 'rain' }, ask()]],
  [
    'a refusal, an audio answer and citations sent back',
    [
      ask(),
      { role: 'assistant', content: null, refusal: 'No.', annotations: [], audio: null, reasoning_content: 'Hm.' },
      ask(),
      { role: 'assistant', content: null, audio: { id: 'audio_1' } },
      ask(),
    ],
  ],
]

describe.each(['gemini-2.5-flash', 'gemini-3.5-flash', 'gemini-3.8-flash', 'gemma-4-31b-it'])('%s', (model) => {
  test.each(CONVERSATIONS)('answers %s', async (_, messages) => {
    const response = await post(proxy, { model, messages, tools: TOOLS })
    expect(await response.json()).toMatchObject({ object: 'chat.completion', choices: [{ index: 0 }] })
  })

  test.each(CONVERSATIONS)('streams an answer to %s', async (_, messages) => {
    const { errors, dones } = parseStream(await (await post(proxy, { model, messages, tools: TOOLS, stream: true })).text())
    expect({ errors, dones }).toEqual({ errors: [], dones: 1 })
  })
})

describe('an agent loop', () => {
  test.each(['gemini-2.5-flash', 'gemini-3.5-flash'])('continues with the full answers of %s sent back', async (model) => {
    const messages: object[] = [ask('Weather, twice. simulate:{"steps":{"count":2,"parallel":2}}')]
    const finishes: unknown[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      const { choices } = (await (await post(proxy, { model, messages, tools: TOOLS })).json()) as ChatCompletion
      const [choice] = choices
      finishes.push(choice?.finish_reason)
      messages.push(choice?.message ?? {}, ...(choice?.message.tool_calls ?? []).map(({ id }) => result(id)).reverse())
    }
    expect(finishes).toEqual(['tool_calls', 'tool_calls', 'stop'])
  })

  test('continues when the client dropped the signatures of Gemini 3', async () => {
    const messages: object[] = [ask('Weather. simulate:{"steps":1}')]
    const { choices } = (await (await post(proxy, { model: 'gemini-3.5-flash', messages, tools: TOOLS })).json()) as ChatCompletion
    const calls = (choices[0]?.message.tool_calls ?? []).map(({ extra_content: _, ...rest }) => rest)
    messages.push({ role: 'assistant', tool_calls: calls }, ...calls.map(({ id }) => result(id)))
    const answer = await post(proxy, { model: 'gemini-3.5-flash', messages, tools: TOOLS })
    expect(await answer.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  })

  test('continues with calls that another provider made', async () => {
    const messages = [ask(), calling('toolu_1', 'toolu_2'), result('toolu_1'), result('toolu_2')]
    expect((await post(proxy, { model: 'gemini-3.8-flash', messages, tools: TOOLS })).status).toBe(200)
  })
})

describe('media', () => {
  const send = async (...parts: readonly object[]): Promise<unknown> => {
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: [ask([{ type: 'text', text: 'Look' }, ...parts])] })
    expect(response.status).toBe(200)
    const sent = proxy.simulator.requests.at(-1)?.body as { messages: { content: unknown[] }[] } | undefined
    return sent?.messages[0]?.content.slice(1)
  }

  test('of eight megabytes reaches Gemini byte for byte', async () => {
    proxy.simulator.settings.keepBytes = 64 * 1024 * 1024
    const url = `data:image/png;base64,${Buffer.alloc(8 * 1024 * 1024, 'pixel').toString('base64')}`
    const [part] = (await send({ type: 'image_url', image_url: { url } })) as { image_url: { url: string } }[]
    expect(part?.image_url.url.length).toBe(url.length)
    expect(part?.image_url.url === url).toBe(true)
  })

  test('of each kind can be combined', async () => {
    const wav = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }
    expect(await send(wav, { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } })).toEqual([
      wav,
      { type: 'image_url', image_url: { url: 'data:application/pdf;base64,JVBERg==' } },
    ])
  })
})

describe('a small token limit', () => {
  test.each(['gemini-2.0-flash', 'gemini-2.0-flash-lite', 'gemini-1.5-pro', 'gemini-1.5-flash', 'gemini-1.5-flash-8b'])(
    'of 100 tokens does not leave the answer of a retired %s empty',
    async (model) => {
      for (const limit of ['max_tokens', 'max_completion_tokens']) {
        const response = await post(proxy, { model, messages: [ask('Say hello.')], [limit]: 100 })
        const { choices } = (await response.json()) as ChatCompletion
        expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.stringMatching(/\S/) } })
      }
    },
  )
})
