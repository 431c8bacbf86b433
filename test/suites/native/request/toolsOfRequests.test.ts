import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { simulate } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { API_VARIANTS, type ApiVariant, sendBy } from '../../../support/ways.js'
import { call, tool } from '../../repairs/request/cases.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' }, { models: { 'gemini-2.5-flash-image': 'alive' } })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

type Json = Readonly<Record<string, unknown>>

interface SentContent {
  readonly parts: readonly { readonly functionCall?: Json; readonly functionResponse?: Json }[]
}
interface SentBody {
  readonly contents: readonly SentContent[]
  readonly tools?: readonly { readonly functionDeclarations?: readonly Json[] }[]
  readonly toolConfig?: Json
  readonly generationConfig?: Json
}

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'hi' }
const SEARCH = { type: 'google_search' }
const allowing = (mode: string, ...names: string[]): object => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map((name) => ({ type: 'function', function: { name } })) },
})

/** The last request that Gemini got. */
const lastSent = (): SentBody => proxy.simulator.requests.at(-1)?.body as SentBody
const declared = (): unknown[] => (lastSent().tools ?? []).flatMap((each) => each.functionDeclarations?.map(({ name }) => name) ?? [])
const ask = (way: ApiVariant, more: Json) => sendBy(proxy, way, { model: MODEL, messages: [ASK], ...more })
const asChat = (more: Json) => ask('chat', more)

/** A conversation with a call of the function `g` and its result. */
const CALLED = [ASK, { role: 'assistant', content: null, tool_calls: [call('a', 'g')] }, { role: 'tool', tool_call_id: 'a', content: '1' }]

describe.each(API_VARIANTS)('allowed_tools by %s', (way) => {
  test.each([
    ['auto', 'VALIDATED'],
    ['required', 'ANY'],
  ])('%s declares all functions and allows only the listed ones', async (mode, sent) => {
    const outcome = await ask(way, { messages: CALLED, tools: [tool('f'), tool('g')], tool_choice: allowing(mode, 'f') })
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(declared()).toEqual(['f', 'g'])
    expect(lastSent().toolConfig).toEqual({ functionCallingConfig: { mode: sent, allowedFunctionNames: ['f'] } })
  })

  test('may list names that are rewritten for Google', async () => {
    const outcome = await ask(way, { tools: [tool('f'), tool('2nd tool')], tool_choice: allowing('required', '2nd tool') })
    expect(outcome).toMatchObject({ status: 200, ignored: [], calls: [{ name: '2nd tool' }] })
    expect(lastSent().toolConfig).toMatchObject({ functionCallingConfig: { allowedFunctionNames: [declared()[1]] } })
  })

  test('that lists all functions sends no function calling mode', async () => {
    await ask(way, { tools: [tool('f'), tool('g')], tool_choice: allowing('auto', 'f', 'g') })
    expect([declared(), lastSent().toolConfig]).toEqual([['f', 'g'], undefined])
  })
})

describe("Google's own tools beside functions", () => {
  test('are left out if allowed_tools lists functions only', async () => {
    await asChat({ tools: [tool('f'), tool('g'), SEARCH], tool_choice: allowing('auto', 'f') })
    expect(lastSent().tools).toHaveLength(1)
    expect(lastSent().toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] } })
  })

  test('are sent if allowed_tools lists them', async () => {
    const { allowed_tools: allowed } = allowing('auto', 'f') as { allowed_tools: { tools: object[] } }
    const choice = { type: 'allowed_tools', allowed_tools: { ...allowed, tools: [...allowed.tools, SEARCH] } }
    expect(await asChat({ tools: [tool('f'), tool('g'), SEARCH], tool_choice: choice })).toMatchObject({ status: 200 })
    expect([declared(), lastSent().tools?.length]).toEqual([['f', 'g'], 2])
    expect(lastSent().toolConfig).toEqual({
      functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
      includeServerSideToolInvocations: true,
    })
  })

  test.each([
    ['in tools', { tools: [tool('f'), SEARCH] }],
    ['in web_search_options', { tools: [tool('f')], web_search_options: {} }],
    ['in both', { tools: [tool('f'), SEARCH], web_search_options: {} }],
  ])('%s: are left out if tool_choice is none', async (_, more) => {
    expect(await asChat({ ...more, tool_choice: 'none' })).toMatchObject({ status: 200 })
    expect([declared(), lastSent().tools?.length]).toEqual([['f'], 1])
    expect(lastSent().toolConfig).toEqual({ functionCallingConfig: { mode: 'NONE' } })
  })

  test('are left out without an error on a model that cannot combine them, if tool_choice is none', async () => {
    const more = { model: 'gemini-2.5-flash', tools: [tool('f')], web_search_options: {}, tool_choice: 'none' }
    expect(await asChat(more)).toMatchObject({ status: 200 })
    expect(lastSent().tools).toHaveLength(1)
  })

  test('with tool_choice none but no functions: search is sent, and tool_choice is listed as ignored', async () => {
    expect(await asChat({ web_search_options: {}, tool_choice: 'none' })).toMatchObject({ status: 200, ignored: ['tool_choice'] })
    expect(lastSent().tools).toEqual([{ googleSearch: {} }])
  })
})

describe.each(API_VARIANTS)('a name with a dot or a colon by %s', (way) => {
  const NAME = 'a.b:c'
  const mapped = `_a_b_c_${createHash('sha256').update(NAME).digest('hex').slice(0, 12)}`

  test('is rewritten for Gemini, and restored for the client', async () => {
    const outcome = await ask(way, { tools: [tool(NAME)], tool_choice: { type: 'function', function: { name: NAME } } })
    expect(outcome).toMatchObject({ status: 200, ignored: [], calls: [{ name: NAME }] })
    expect(declared()).toEqual([mapped])
    expect(lastSent().toolConfig).toMatchObject({ functionCallingConfig: { allowedFunctionNames: [mapped] } })
  })

  test('is rewritten in the calls and results of the history, too', async () => {
    const messages = [
      ASK,
      { role: 'assistant', content: null, tool_calls: [call('a', NAME)] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
    ]
    expect(await ask(way, { messages, tools: [tool(NAME)] })).toMatchObject({ status: 200 })
    const parts = lastSent().contents.flatMap((content) => content.parts)
    expect(parts.flatMap((part) => part.functionCall?.name ?? part.functionResponse?.name ?? [])).toEqual([mapped, mapped])
  })
})

test("with cached content, earlier calls of Google's own tools are not sent, as their flag cannot be combined with it", async () => {
  const messages = [{ role: 'user', content: `use f ${simulate({ grounding: {} })}` }]
  const first = await asChat({ messages, tools: [tool('f'), SEARCH] })
  const calls = first.calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
  const results = first.calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'sunny' }))
  const next = [...messages, { role: 'assistant', content: null, tool_calls: calls }, ...results]
  const again = await asChat({ messages: next, tools: [tool('f'), SEARCH] })
  expect([again.status, Object.keys(lastSent().contents[1]?.parts[0] ?? {})]).toEqual([200, ['toolCall', 'thoughtSignature']])
  const cached = await asChat({ messages: next, extra_body: { google: { cached_content: 'cachedContents/x' } } })
  expect([cached.status, cached.error]).toEqual([200, undefined])
  const { contents, toolConfig } = lastSent()
  expect(contents[1]?.parts.map((part) => Object.keys(part))).toEqual([['functionCall', 'thoughtSignature']])
  expect(toolConfig).toBeUndefined()
})

describe('an image model', () => {
  test('gets no media resolution, which is listed as ignored', async () => {
    const google = { media_resolution: 'MEDIA_RESOLUTION_LOW' }
    const outcome = await asChat({ model: 'gemini-3.1-flash-image', extra_body: { google } })
    expect(outcome).toMatchObject({ status: 200, ignored: ['extra_body.google.media_resolution'] })
    expect(lastSent().generationConfig ?? {}).not.toHaveProperty('mediaResolution')
    await asChat({ extra_body: { google } })
    expect(lastSent().generationConfig).toMatchObject({ mediaResolution: 'MEDIA_RESOLUTION_LOW' })
  })

  test('that is not listed gets no thinking config, which is listed as ignored', async () => {
    const outcome = await asChat({ model: 'gemini-2.5-flash-image', reasoning_effort: 'low' })
    expect(outcome).toMatchObject({ status: 200, ignored: ['reasoning_effort'] })
    expect(lastSent().generationConfig).toBeUndefined()
  })
})
