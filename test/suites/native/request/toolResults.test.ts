import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call as ask } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { call, HELLO } from '../../repairs/request/cases.js'

interface SentBody {
  readonly contents: readonly { readonly parts: readonly { readonly functionResponse?: { readonly response: unknown } }[] }[]
}

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
afterAll(() => proxy.close())

/** Returns what Gemini gets as the result of a tool call. */
async function sentFor(content: string): Promise<unknown> {
  const messages = [...HELLO, { role: 'assistant', tool_calls: [call('a')] }, { role: 'tool', tool_call_id: 'a', content }]
  expect(await ask(proxy.origin, { body: { model: 'gemini-3.8-flash', messages } })).toMatchObject({ status: 200 })
  const sent = proxy.simulator.requests.at(-1)?.body as SentBody | undefined
  return sent?.contents[2]?.parts[0]?.functionResponse?.response
}

describe('the result of a tool', () => {
  test.each([
    '{}',
    '{"a": [1, {"b": null}],\n\t"c": "x \\" }"}',
    '{"\\u00fc":"\\u4e16 \\/ 世","id":"12345678901234567890"}',
    '{"data":{"output":"x","error":"$ref"},"result":1}',
  ])('that is a JSON object is sent as an object: %s', async (text) => {
    expect(await sentFor(text)).toEqual(JSON.parse(text))
  })

  test.each([
    // Parsing and serialising these texts would change them, so they must be sent as text.
    ['has a long number', '{"id":12345678901234567890}'],
    ['has a number beyond the range of a double', '{"n":1e400}'],
    ['has a negative zero', '{"n":-0}'],
    ['has a number with trailing zeros', '{"price":1.10}'],
    ['has a duplicate member', '{"a":1,"a":2}'],
    ['has members that JavaScript would reorder', '{"10":1,"2":3}'],
    // Google reserves these member names in function results, so an object must not have them.
    ['has the member $ref', '{"paths":{"/pets":[{"$ref":"#/components/schemas/Pet"}]}}'],
    ['has an escaped $ref', '{"\\u0024ref":"#/components/schemas/Pet"}'],
    ['has the member output', '{"output":"","exit_code":1,"stderr":"failed"}'],
    ['has the member error', '{"data":1,"error":null}'],
  ])('that %s is sent as text', async (_, text) => {
    expect(await sentFor(text)).toEqual({ result: text })
  })
})
