import { describe, expect, test } from 'vitest'
import { JsonObjects } from '../../../../src/upstream/native/request/jsonObjects.js'
import { toGenerateContent } from '../../../../src/upstream/native/request/toGenerateContent.js'
import { contextOf, HELLO, toRequest } from '../../repairs/request/cases.js'

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const many = (values: number): string => `{"a":[${'0,'.repeat(values)}0]}`

describe('the JSON objects of a request', () => {
  test.each(['{"a":"}\\"[{"}', ' {"a":[1,{"b":null}]}', nested(32)])('are parsed: %s', (text) => {
    expect(new JsonObjects().parse(text)).toEqual(JSON.parse(text))
  })

  test.each(['[1]', '"{"', 'null', '', '{"a"', '{"a":"', '{} {}'])('are not made of other text: %s', (text) => {
    expect(new JsonObjects().parse(text)).toBeUndefined()
  })

  test('are not parsed beyond a number of levels', () => {
    expect(new JsonObjects().parse(nested(33))).toBeUndefined()
  })

  test('have a limited number of values together', () => {
    const objects = new JsonObjects()
    expect(objects.parse(many(150_000))).toBeDefined()
    expect(objects.parse(many(150_000))).toBeUndefined()
    expect(objects.parse(many(1_000))).toBeDefined()
  })

  test('that are too large go to Gemini as text, results as well as arguments', () => {
    const [deep, large] = [nested(40), many(300_000)]
    const called = { id: 'a', type: 'function', function: { name: 'f', arguments: large } }
    const messages = [...HELLO, { role: 'assistant', tool_calls: [called] }, { role: 'tool', tool_call_id: 'a', content: deep }]
    const { contents } = toGenerateContent(toRequest({ messages }), contextOf({ upstream: 'native', asked: 'gemini-3.8-flash' }, []), [])
    expect(contents[1]?.parts).toEqual([{ functionCall: { id: 'a', name: 'f', args: { arguments: large } } }])
    expect(contents[2]?.parts).toEqual([{ functionResponse: { id: 'a', name: 'f', response: { result: deep } } }])
  })
})
