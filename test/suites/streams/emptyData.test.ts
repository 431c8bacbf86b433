import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PLAIN } from '../../support/calls.js'
import { DONE as done } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { chunkOf, exchange, toStream } from './rawEvents.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const first = toStream(chunkOf({ content: 'Hel' }))
const last = toStream(chunkOf({ content: 'lo' }, 'stop'))

const EMPTY: readonly (readonly [name: string, event: string])[] = [
  ['data:', 'data:\n\n'],
  ['data: with a space', 'data: \n\n'],
  ['data: with two spaces', 'data:  \n\n'],
  ['data without a colon', 'data\n\n'],
  ['several data lines', 'data:\ndata: \ndata\n\n'],
  ['several events', 'data:\n\ndata: \n\ndata\n\n'],
  ['an event with a name', 'event: ping\ndata:\n\n'],
  ['an event with an id', 'id: 7\ndata: \nretry: 100\n\n'],
  ['CRLF', 'data:\r\n\r\n'],
  ['CR', 'data: \r\r'],
]

describe.each(EMPTY)('an event of Gemini without data, %s,', (_, empty) => {
  test.each([
    ['before the first', `${empty}${first}${last}${done}`],
    ['between events', `${first}${empty}${last}${done}`],
    ['before the end', `${first}${last}${empty}${done}`],
    ['after the end', `${first}${last}${done}${empty}`],
    ['everywhere', `${empty}${first}${empty}${last}${empty}${done}${empty}`],
  ])('is ignored: %s', async (_where, rawBody) => {
    proxy.simulator.next({ rawBody, repeat: 3 })
    const chat = await exchange(proxy, '/chat/completions', {
      model: 'gemini-2.5-flash',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(chat.data.at(-1)).toBe('[DONE]')
    const chunks = chat.data.slice(0, -1).map((each) => JSON.parse(each))
    expect(chunks.map(({ choices }) => choices[0].delta.content).join('')).toBe('Hello')
    const response = await exchange(proxy, '/responses', { model: 'gemini-2.5-flash', stream: true, input: 'Hi' })
    expect(JSON.parse(response.data.at(-1) ?? '')).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
    expect(proxy.simulator.totalRequests).toBe(2)
  })
})

test('a stream of such events only is an empty answer, and is requested once more', async () => {
  proxy.simulator.next({ rawBody: 'data:\n\ndata: \n\ndata\n\n' }, { rawBody: `${first}${last}${done}` })
  const { data } = await exchange(proxy, '/chat/completions', {
    model: 'gemini-2.5-flash',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  expect([data.at(-1), proxy.simulator.totalRequests]).toEqual(['[DONE]', 2])
})
