import { describe, expect, test } from 'vitest'
import { applyRepairs } from '../../../../src/contract/repair.js'
import { toGenerateContent } from '../../../../src/upstream/native/request/toGenerateContent.js'
import { JsonObjects } from '../../../../src/upstream/request/repairs/jsonObjects.js'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import { call, contextOf, HELLO, tool, toRequest } from '../../repairs/request/cases.js'

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const many = (values: number): string => `{"a":[${'0,'.repeat(values)}0]}`

describe('the JSON objects of a request', () => {
  test.each(['{"a":"}\\"[{"}', ' {"a":[1,{"b":null}]}', nested(32)])('are parsed: %s', (text) => {
    expect(new JsonObjects().parse(text)).toEqual(JSON.parse(text))
  })

  test.each(['[1]', '"{"', 'null', '', '{"a"', '{"a":"', '{} {}'])('are not created from other text: %s', (text) => {
    expect(new JsonObjects().parse(text)).toBeUndefined()
  })

  test('are not parsed beyond a maximum nesting depth', () => {
    expect(new JsonObjects().parse(nested(33))).toBeUndefined()
  })

  test('have a limited total number of values', () => {
    const objects = new JsonObjects()
    expect(objects.parse(many(150_000))).toBeDefined()
    expect(objects.parse(many(150_000))).toBeUndefined()
    expect(objects.parse(many(1_000))).toBeDefined()
  })

  test('are sent to Gemini as text if they are too large, results as well as arguments, which are listed as ignored', () => {
    const [deep, large] = [nested(40), many(300_000)]
    const { args, responses, ignored } = encode([large, deep], [deep, large])
    expect(args).toEqual([{ arguments: large }, { arguments: deep }])
    expect(responses).toEqual([{ result: deep }, { result: large }])
    expect(ignored).toEqual([1, 3].map((index) => `messages[${index}].tool_calls[0].function.arguments`))
  })

  test('are parsed from arguments, however large an earlier result is', () => {
    const small = { city: 'Oslo', days: [1, 2] }
    const texts = Array.from({ length: 60 }, () => JSON.stringify(small))
    const { args, responses, ignored } = encode(texts, [many(199_990), ...texts.slice(1)])
    expect(args).toEqual(texts.map(() => small))
    expect(responses.at(-1)).toEqual({ result: texts[0] })
    expect(ignored).toEqual([])
  })
})

/**
 * Repairs and encodes a conversation with one call and result per step. @returns the arguments and
 * results that Gemini gets, and the ignored paths
 */
function encode(texts: readonly string[], results: readonly string[]) {
  const ignored: string[] = []
  const context = contextOf({ upstream: 'native', asked: 'gemini-3.8-flash' }, ignored)
  const steps = texts.flatMap((text, index) => [
    { role: 'assistant', tool_calls: [{ ...call(`a${index}`), function: { name: 'weather', arguments: text } }] },
    { role: 'tool', tool_call_id: `a${index}`, content: results[index] },
  ])
  const chat = applyRepairs(REQUEST_REPAIRS, toRequest({ messages: [...HELLO, ...steps], tools: [tool('weather')] }), context)
  const parts = toGenerateContent(chat, context, []).contents.flatMap((content) => content.parts)
  return {
    args: parts.flatMap(({ functionCall }) => (functionCall ? [functionCall.args] : [])),
    responses: parts.flatMap(({ functionResponse }) => (functionResponse ? [functionResponse.response] : [])),
    ignored,
  }
}
