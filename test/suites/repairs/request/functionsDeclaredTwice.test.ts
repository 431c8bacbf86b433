import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { API_VARIANTS, sendBy } from '../../../support/ways.js'
import { tool } from './cases.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const INTEGER = { type: 'object', properties: { a: { type: 'integer' } } }
const TEXT = { type: 'object', properties: { a: { type: 'string' } } }
const F = tool('f', INTEGER)
const G = tool('g', INTEGER)
const OTHER_F = tool('f', TEXT)
const described = (description: string) => ({ type: 'function', function: { name: 'f', description, parameters: INTEGER } })
const MAPPED = `_9_${createHash('sha256').update('9').digest('hex').slice(0, 12)}`
const base = { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'hi' }] }

/** Declared tools, the tools that Gemini gets, and the paths that are reported as ignored. */
const CASES: readonly [what: string, tools: readonly object[], sent: readonly object[], ignored: readonly string[]][] = [
  ['twice, identically', [F, F], [F], []],
  ['three times, identically', [F, F, F], [F], []],
  ['twice, with its members in another order', [F, { function: { parameters: INTEGER, name: 'f' }, type: 'function' }], [F], []],
  ['twice, with other parameters', [F, OTHER_F], [OTHER_F], ['tools[0]']],
  ['twice, with another description', [described('one'), described('two')], [described('two')], ['tools[0]']],
  ['twice, with and without parameters', [{ type: 'function', function: { name: 'f' } }, F], [F], ['tools[0]']],
  ['around another', [F, G, OTHER_F], [OTHER_F, G], ['tools[0]']],
  ['three times, the first like the last', [F, OTHER_F, F], [F], ['tools[1]']],
  ['twice, with another such function', [G, F, OTHER_F, G], [G, OTHER_F], ['tools[1]']],
  ['twice, with names that Gemini gets as the same name', [tool('9', INTEGER), tool(MAPPED, TEXT)], [tool(MAPPED, TEXT)], ['tools[0]']],
  ['twice, with a name that Gemini refuses', [tool('9', INTEGER), tool('9', INTEGER)], [tool(MAPPED, INTEGER)], []],
]

describe.each(API_VARIANTS)('by %s', (way) => {
  test.each(CASES)('a function that is declared %s is sent once', async (_, tools, sent, ignored) => {
    const outcome = await sendBy(proxy, way, { ...base, tools })
    expect(outcome).toMatchObject({ status: 200, ignored })
    expect(outcome.sent?.tools).toEqual(sent)
  })

  test('a duplicate function can be chosen and called', async () => {
    const choice = { type: 'function', function: { name: 'f' } }
    const outcome = await sendBy(proxy, way, { ...base, tools: [F, G, F], tool_choice: choice })
    expect(outcome.calls).toMatchObject([{ name: 'f' }])
  })

  test('allowed_tools filters the remaining declarations', async () => {
    const allowed = { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] }
    const outcome = await sendBy(proxy, way, {
      ...base,
      tools: [G, F, OTHER_F],
      tool_choice: { type: 'allowed_tools', allowed_tools: allowed },
    })
    expect(outcome.sent?.tools).toEqual([OTHER_F])
    expect(outcome.ignored).toEqual(['tools[1]'])
  })

  test('if two names are the same name at Gemini, the call has the name of the later declaration', async () => {
    const { calls } = await sendBy(proxy, way, { ...base, tools: [tool('9', INTEGER), tool(MAPPED, TEXT)], tool_choice: 'required' })
    expect(calls).toMatchObject([{ name: MAPPED }])
  })
})

describe('legacy functions', () => {
  const named = (parameters: object) => ({ name: 'f', parameters })
  test.each([
    ['the same', [named(INTEGER), named(INTEGER)], [F], null],
    ['different', [named(INTEGER), named(TEXT)], [OTHER_F], 'functions[0]'],
  ])('that are duplicates and %s are sent once', async (_, functions, sent, ignored) => {
    const response = await post(proxy, { ...base, functions })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe(ignored)
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ tools: sent })
  })
})

test('if a custom tool of the Responses API and a function have the same name, the later one is sent', async () => {
  const send = async (tools: readonly object[]) => {
    const response = await fetch(`${proxy.baseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: base.model, input: 'hi', tools, tool_choice: 'required' }),
    })
    const { output } = (await response.json()) as { output: { type: string }[] }
    return [output.at(-1)?.type, response.headers.get('x-gemini-proxy-ignored-params')]
  }
  const custom = { type: 'custom', name: 'f' }
  const declared = { type: 'function', name: 'f', parameters: INTEGER }
  expect(await send([custom, declared])).toEqual(['function_call', 'tools[0]'])
  expect(await send([declared, custom])).toEqual(['custom_tool_call', 'tools[0]'])
})
