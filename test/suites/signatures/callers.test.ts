import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Body, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { PLACEHOLDER, signaturesIn } from './agent.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: 'alice:token-of-alice,bob:token-of-bob' })
})
afterAll(() => proxy.close())

interface Message {
  readonly tool_calls?: readonly { readonly id: string; readonly function: object; readonly type: string }[]
}

const ask = async (token: string, messages: readonly Body[]): Promise<Message> => {
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]
  const response = await post(proxy, { model: 'gemini-3.8-flash', messages, tools }, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(200)
  // The cast is safe: each response is checked against the contract.
  const { choices } = (await response.json()) as { choices: [{ message: Message }] }
  return choices[0].message
}

test.each([
  ['the same caller', 'token-of-alice', true],
  ["another caller, who knows the call's id", 'token-of-bob', false],
])('a stored signature is used for %s: %s', async (_, token, isServed) => {
  const question = { role: 'user', content: 'simulate:{"steps":1}' }
  const { tool_calls: [call] = [] } = await ask('token-of-alice', [question])
  if (call === undefined) throw new Error('no call')
  const { id, type, function: called } = call
  const step = { role: 'assistant', content: null, tool_calls: [{ id, type, function: called }] }
  await ask(token, [question, step, { role: 'tool', tool_call_id: id, content: 'sunny' }])
  const [signature = ''] = signaturesIn(proxy)
  expect(signature !== PLACEHOLDER && signature.length > 20).toBe(isServed)
})
