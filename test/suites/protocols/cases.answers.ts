import { expect } from 'vitest'
import { answerOf, bothWays, type Case, chatOf, lastSent, prompt, serverOf } from './context.js'
import type { Call } from './sdk.js'

/** A PNG of one pixel, which is the same text in base64 and base64url. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYIj6DwABuAFa37VTKAAAAABJRU5ErkJggg=='
const PLACEHOLDER = 'skip_thought_signature_validator'

const callOf = (city: string) => ({ name: 'get_weather', arguments: { city } })
const resultOf = ({ id, name, input }: Call) => ({ id, name, text: `18 degrees in ${(input as { city: string }).city}` })

/** Cases of answers: text, tools, thinking, structured output, usage and how answers end. */
export const ANSWER_CASES: readonly Case[] = [
  ...bothWays('answers with a text', async (context, isStream) => {
    const pieces: string[] = []
    const onText = (text: string): void => void pieces.push(text)
    const answer = await answerOf(context, { text: 'One, two, three. 世界', chunks: 4 }, { isStream, onText })
    expect(answer).toMatchObject({ text: 'One, two, three. 世界', thoughts: '', calls: [], stop: 'end' })
    expect(pieces.join('')).toBe(isStream ? answer.text : '')
    expect(pieces.length > 1).toBe(isStream)
  }),
  ...bothWays('sends the system instruction and the whole conversation', async (context, isStream) => {
    const chat = chatOf(context, { system: 'Answer like a sailor.' })
    await chat.send(serverOf(context.proxy), { text: prompt({ text: 'Ahoy.' }) }, { isStream })
    await chat.send(serverOf(context.proxy), { text: prompt({ text: 'Aye.' }) }, { isStream })
    const sent = lastSent(context.proxy)
    for (const text of ['Answer like a sailor.', 'Ahoy.', 'Aye.']) expect(sent).toContain(text)
  }),
  ...bothWays('sends an image', async (context, isStream) => {
    const turn = { text: prompt({ text: 'A dot.' }), image: PIXEL }
    expect(await chatOf(context).send(serverOf(context.proxy), turn, { isStream })).toMatchObject({ text: 'A dot.' })
    expect(lastSent(context.proxy)).toContain(PIXEL)
  }),
  ...bothWays('sends the results of parallel calls and gets the answer', async (context, isStream) => {
    const chat = chatOf(context, { hasTool: true })
    const steps = [[callOf('Oslo'), callOf('北京')], [callOf('Rome')]]
    const first = await chat.send(serverOf(context.proxy), { text: prompt({ steps }) }, { isStream })
    expect(first).toMatchObject({ stop: 'tools', calls: [{ input: { city: 'Oslo' } }, { input: { city: '北京' } }] })
    const second = await chat.send(serverOf(context.proxy), { results: first.calls.map(resultOf) }, { isStream })
    expect(second).toMatchObject({ stop: 'tools', calls: [{ name: 'get_weather', input: { city: 'Rome' } }] })
    expect(new Set([...first.calls, ...second.calls].map(({ id }) => id)).size).toBe(3)
    const last = await chat.send(serverOf(context.proxy), { results: second.calls.map(resultOf) }, { isStream })
    expect(last).toMatchObject({ stop: 'end', text: expect.stringContaining('18 degrees in Rome') })
  }),
  ...bothWays(
    'sends an image in the result of a tool',
    async (context, isStream) => {
      const chat = chatOf(context, { hasTool: true })
      const { calls } = await chat.send(serverOf(context.proxy), { text: prompt({ steps: [[callOf('Oslo')]] }) }, { isStream })
      const results = calls.map((call) => ({ ...resultOf(call), image: PIXEL }))
      expect(await chat.send(serverOf(context.proxy), { results }, { isStream })).toMatchObject({ stop: 'end' })
      expect(lastSent(context.proxy)).toContain(PIXEL)
    },
    'image in a result',
  ),
  ...bothWays('gets thoughts, and returns their signature to Gemini', async (context, isStream) => {
    const chat = chatOf(context, { hasTool: true, thinks: true })
    const behaviour = { steps: [[callOf('Oslo')]], thoughts: 'I should look.' }
    const { calls, thoughts } = await chat.send(serverOf(context.proxy), { text: prompt(behaviour) }, { isStream })
    expect(thoughts).toContain('I should look.')
    // Another instance has stored nothing about the call: the SDK must send the signature back.
    const other = await context.another()
    expect(await chat.send(serverOf(other), { results: calls.map(resultOf) }, { isStream })).toMatchObject({ stop: 'end' })
    expect(lastSent(other)).toMatch(/thought_?signature/i)
    expect(lastSent(other)).not.toContain(PLACEHOLDER)
  }),
  ...bothWays('parses structured output', async (context, isStream) => {
    const person = { name: 'Grace Hopper', year: 1952 }
    const answer = await answerOf(context, { text: JSON.stringify(person) }, { isStream }, { wantsPerson: true })
    // For models that it takes for Claude, the AI SDK converts the schema to a tool. The simulator
    // then generates the arguments.
    const isFromTool = lastSent(context.proxy).includes('"name":"json"')
    expect(answer.person).toEqual(isFromTool ? { name: expect.any(String), year: expect.any(Number) } : person)
    expect(lastSent(context.proxy)).toContain('"year"')
  }),
  ...bothWays('sees that an answer was cut at the limit', async (context, isStream) => {
    const behaviour = { text: 'Once upon a', finish: context.isNative ? 'MAX_TOKENS' : 'length' }
    expect(await answerOf(context, behaviour, { isStream }, { maxTokens: 4_000 })).toMatchObject({ stop: 'length', text: 'Once upon a' })
    // In Anthropic's API, the limit does not include thinking unless the client asks for it: the
    // proxy adds headroom.
    expect(lastSent(context.proxy)).toMatch(/"(max_tokens|maxOutputTokens)":(4000|12192)\b/)
  }),
  ...bothWays('sees that an answer was blocked', async (context, isStream) => {
    const behaviour = { text: 'Half', finish: context.isNative ? 'SAFETY' : 'content_filter: SAFETY' }
    expect(await answerOf(context, behaviour, { isStream })).toMatchObject({ stop: 'blocked' })
  }),
  ...bothWays('gets the tokens of the prompt, the cache, the thoughts and the answer', async (context, isStream) => {
    const usage = { placement: 'last-chunk', prompt_tokens: 1_000, cached_tokens: 800, completion_tokens: 40, total_tokens: 1_100 } as const
    const answer = await answerOf(context, { text: 'Yes.', usage }, { isStream })
    expect(answer.usage).toEqual({ input: 1_000, cached: 800, output: 100, thinking: 60 })
  }),
]
