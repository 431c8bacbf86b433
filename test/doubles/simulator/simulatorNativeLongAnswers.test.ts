import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Body, simulate } from './ask.js'
import { type AnswerObject, answerOf, askNative, eventsOf, partsOf, readEvents, refusalOfNative, say, textOf } from './askNative.js'
import { type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

const NEON = 'gemini-4-neon'
const TEXT = 'A long answer: 你好, 😀😀😀 and so on, until it ends.'
const long = (longAnswer: Body, more: Body = {}): Body => say(`go ${simulate({ text: TEXT, longAnswer })}`, more)
const lastOf = (answers: readonly AnswerObject[]): NonNullable<AnswerObject['candidates']>[0] => {
  const candidate = answers.at(-1)?.candidates?.[0]
  if (candidate === undefined) throw new Error('There is no candidate.')
  return candidate
}

/** Repeats a request with the continuation token of each response until the answer ends. */
async function askAll(body: Body, ask: (body: Body) => Promise<readonly AnswerObject[]>): Promise<(readonly AnswerObject[])[]> {
  const answers = [await ask(body)]
  while (lastOf(answers.at(-1) ?? []).finishReason === 'CONTINUATION')
    answers.push(await ask({ ...body, continuationToken: lastOf(answers.at(-1) ?? []).continuationToken }))
  return answers
}

const unary = async (body: Body): Promise<readonly AnswerObject[]> => [await answerOf(simulator, body, NEON)]
const streamed = (body: Body): Promise<readonly AnswerObject[]> => eventsOf(simulator, body, NEON)
const numberOf = (answers: readonly AnswerObject[], name: string): number => Number(answers.at(-1)?.usageMetadata[name])

describe('a long answer over several requests', () => {
  test.each([
    ['whole', unary],
    ['streamed', streamed],
  ])('is continued until its end, %s', async (_, ask) => {
    const answers = await askAll(long({ count: 4 }), ask)
    expect(answers.map((answer) => lastOf(answer).finishReason)).toEqual(['CONTINUATION', 'CONTINUATION', 'CONTINUATION', 'STOP'])
    expect(textOf(answers.flat())).toBe(TEXT)
    expect(answers.every((answer) => textOf(answer) !== '')).toBe(true)
  })

  test('includes the text generated so far in the prompt tokens of each request', async () => {
    const answers = await askAll(long({ count: 3, tokensPerRequest: 64_000 }), unary)
    const [first = 0, second, third] = answers.map((answer) => numberOf(answer, 'promptTokenCount'))
    const thoughts = numberOf(answers[0] ?? [], 'thoughtsTokenCount')
    expect([second, third]).toEqual([first + thoughts + 64_000, first + thoughts + 128_000])
    expect(answers.map((answer) => numberOf(answer, 'candidatesTokenCount'))).toEqual([64_000, 64_000, 64_000])
    expect(numberOf(answers[2] ?? [], 'thoughtsTokenCount')).toBeNaN()
  })

  test('may have a request that returns thoughts only', async () => {
    const answers = await askAll(long({ count: 3, thoughtsOnly: 1 }), unary)
    expect(answers.map((answer) => textOf(answer) === '')).toEqual([false, true, false])
    expect(textOf(answers.flat())).toBe(TEXT)
  })

  test('rejects a token of another request or model, and accepts the right one repeatedly', async () => {
    const body = long({ count: 3 })
    const { continuationToken } = lastOf(await unary(body))
    const refusals = [
      { ...body, continuationToken, systemInstruction: { parts: [{ text: 'x' }] } },
      { ...body, continuationToken, generationConfig: { maxOutputTokens: 5 } },
      { ...body, continuationToken: 'AAAA' },
    ]
    for (const each of refusals) expect((await refusalOfNative(simulator, each, NEON))[0]).toBe(400)
    expect((await refusalOfNative(simulator, { ...body, continuationToken }, 'gemini-4-hydrogen'))[0]).toBe(400)
    expect((await refusalOfNative(simulator, { ...body, continuationToken }, NEON))[0]).toBe(200)
    expect((await refusalOfNative(simulator, { ...body, continuationToken }, NEON))[0]).toBe(200)
  })

  test('follows its queued behaviour, even if later requests have another one', async () => {
    const body = say('go')
    simulator.next({ text: TEXT, longAnswer: { count: 2 } }, { error: 'unavailable' })
    const [first] = await unary(body)
    const next = { ...body, continuationToken: lastOf([first as AnswerObject]).continuationToken }
    expect((await refusalOfNative(simulator, next, NEON))[0]).toBe(503)
    expect(textOf([first as AnswerObject, ...(await unary(next))])).toBe(TEXT)
  })

  test('has no continuation token if the behaviour leaves it out', async () => {
    const first = lastOf(await unary(long({ count: 2, tokenless: 0 })))
    expect([first.finishReason, first.continuationToken]).toEqual(['CONTINUATION', undefined])
  })

  test('continues after MAX_TOKENS only with a higher limit', async () => {
    const body = (maxOutputTokens: number): Body =>
      say(`go ${simulate({ text: TEXT, thinkingTokens: 0 })}`, { generationConfig: { maxOutputTokens } })
    const first = await unary(body(5))
    const { finishReason, continuationToken } = lastOf(first)
    expect([finishReason, textOf(first)]).toEqual(['MAX_TOKENS', TEXT.slice(0, textOf(first).length)])
    expect((await refusalOfNative(simulator, { ...body(5), continuationToken }, NEON))[0]).toBe(400)
    const rest = await unary({ ...body(5000), continuationToken })
    expect([lastOf(rest).finishReason, textOf([...first, ...rest])]).toEqual(['STOP', TEXT])
  })

  test('resumes a broken stream from its last resume point', async () => {
    const body = long({ count: 2, textsPerResumePoint: 1, cutAfter: 1 })
    const path = `/${NEON}:streamGenerateContent?alt=sse`
    const response = await fetch(`${simulator.origin}/v1beta/models${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'k' },
      body: JSON.stringify(body),
    })
    let received = ''
    const reading = (async () => {
      for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString()
    })()
    await expect(reading).rejects.toThrow()
    const events = readEvents(received)
    expect([events.length, lastOf(events).finishReason, typeof lastOf(events).continuationToken]).toEqual([1, undefined, 'string'])
    const rest = await askAll({ ...body, continuationToken: lastOf(events).continuationToken }, streamed)
    expect(textOf([...events, ...rest.flat()])).toBe(TEXT)
  })

  test('breaks the connection of a later request once', async () => {
    const body = long({ count: 3, cutRequest: 1, cutAfter: 0 })
    const first = await streamed(body)
    const next = { ...body, continuationToken: lastOf(first).continuationToken }
    await expect(streamed(next)).rejects.toThrow()
    const second = await streamed(next)
    const third = await streamed({ ...body, continuationToken: lastOf(second).continuationToken })
    expect(textOf([first, second, third].flat())).toBe(TEXT)
  })

  test('returns thoughts in the first request only', async () => {
    const answers = await askAll(long({ count: 2 }, { generationConfig: { thinkingConfig: { includeThoughts: true } } }), streamed)
    expect(answers.map((answer) => answer.flatMap(partsOf).some(({ thought }) => thought))).toEqual([true, false])
  })

  test('exists for Gemini 4 only', async () => {
    const { text } = await askNative(simulator, '/gemini-3.8-flash:generateContent', long({ count: 2 }))
    expect(lastOf([JSON.parse(text)])).toMatchObject({ finishReason: 'STOP' })
  })
})
