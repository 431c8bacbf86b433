import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  answerOf,
  base64Of,
  chat,
  type Drawing,
  eventsIn,
  imagePart,
  inBothForms,
  MEBIBYTE,
  MODEL,
  PLACEHOLDER,
  send,
  startDrawing,
  toEvents,
} from './answers.js'

const IMAGE = base64Of(2 * MEBIBYTE)
const SIGNATURE = base64Of(1_200_000)

let drawing: Drawing
beforeAll(async () => {
  drawing = await startDrawing()
})
beforeEach(() => {
  drawing.gemini.requests.length = 0
})
afterAll(() => drawing.close())

/** The parts of the model's turns in the last request to Gemini. */
const replayedParts = (): readonly Record<string, unknown>[] => {
  const { contents } = (drawing.gemini.requests.at(-1)?.body ?? {}) as { contents?: { role: string; parts: Record<string, unknown>[] }[] }
  return (contents ?? []).flatMap(({ role, parts }) => (role === 'model' ? parts : []))
}

describe.each([
  ['whole', false],
  ['streamed', true],
])('a %s answer', (_name, stream) => {
  const respond = async (path: string, body: object): Promise<unknown> => {
    const received = await send(drawing.proxy, path, { stream, ...body })
    expect(received.status).toBe(200)
    expect(PLACEHOLDER.test(received.bytes.toString())).toBe(false)
    return stream ? JSON.parse(eventsIn(received).at(-1) ?? '') : JSON.parse(received.bytes.toString())
  }

  test('of the Responses API omits the long signature of its text, which no model needs', async () => {
    drawing.answer = inBothForms(answerOf({ text: 'A fox.', thoughtSignature: SIGNATURE }))
    const asked = { model: MODEL, input: 'Draw.', include: ['reasoning.encrypted_content'], store: false }
    const last = (await respond('/v1/responses', asked)) as { output: object[]; response?: { output: object[] } }
    const { output } = last.response ?? last
    await respond('/v1/responses', {
      ...asked,
      input: ['Draw.', ...output, 'Again.'].map((item) => (typeof item === 'string' ? { role: 'user', content: item } : item)),
    })
    const [part] = replayedParts()
    expect([part?.text, part?.thoughtSignature]).toEqual(['A fox.', undefined])
  })

  test('of the Messages API has a note instead of the image', async () => {
    drawing.answer = inBothForms(answerOf({ text: 'Here:' }, imagePart(IMAGE, SIGNATURE), { text: 'A fox.' }))
    const body = { model: MODEL, max_tokens: 1000, messages: [{ role: 'user', content: 'Draw.' }], stream }
    const received = await send(drawing.proxy, '/v1/messages', body, { 'anthropic-version': '2023-06-01' })
    const text = received.bytes.toString()
    expect(received.status).toBe(200)
    expect(text).toContain('[An image, which this API cannot return.')
    expect([text.includes('Here:'), text.includes('A fox.'), text.length < 10_000, PLACEHOLDER.test(text)]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('has the long signature of a call restored, even if the client does not send it back', async () => {
    const call = { functionCall: { name: 'draw', args: {} }, thoughtSignature: SIGNATURE }
    drawing.answer = inBothForms(answerOf(call))
    const tools = [{ type: 'function', function: { name: 'draw', parameters: { type: 'object' } } }]
    const asked = chat({ model: 'gemini-3.5-flash', tools, stream: false })
    const { bytes } = await send(drawing.proxy, '/v1/chat/completions', asked)
    const { choices } = JSON.parse(bytes.toString()) as { choices: { message: { tool_calls: { id: string; function: object }[] } }[] }
    const calls = choices[0]?.message.tool_calls.map(({ id, function: called }) => ({ id, type: 'function', function: called })) ?? []
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'done' }))
    const messages = [{ role: 'user', content: 'Draw.' }, { role: 'assistant', tool_calls: calls }, ...results]
    await send(drawing.proxy, '/v1/chat/completions', { ...asked, messages, stream })
    expect(replayedParts().map(({ thoughtSignature }) => thoughtSignature === SIGNATURE)).toEqual([true])
  })
})

describe("an answer in Google's own format", () => {
  const WHOLE = answerOf({ text: 'A fox.' }, imagePart(IMAGE, SIGNATURE), imagePart(base64Of(200_000)))
  const BODY = { contents: [{ role: 'user', parts: [{ text: 'Draw.' }] }] }
  const relayed = async (method: string): Promise<string> => {
    const received = await send(drawing.proxy, `/v1beta/models/${MODEL}:${method}`, BODY)
    expect(received.status).toBe(200)
    return received.bytes.toString()
  }

  test('arrives unchanged, byte for byte, whole and as a stream', async () => {
    for (const space of [undefined, 2]) {
      const [whole, list] = [
        JSON.stringify(WHOLE, null, space),
        `[${JSON.stringify(WHOLE, null, space)}\n,\r\n${JSON.stringify(WHOLE)}\n]\n`,
      ]
      drawing.answer = () => ({ body: whole })
      expect((await relayed('generateContent')) === whole).toBe(true)
      drawing.answer = () => ({ body: list })
      expect((await relayed('streamGenerateContent')) === list).toBe(true)
    }
    const events = toEvents(WHOLE, WHOLE)
    drawing.answer = () => ({ headers: { 'content-type': 'text/event-stream' }, body: events })
    expect((await relayed('streamGenerateContent?alt=sse')) === events).toBe(true)
  })

  test('may have an event larger than MAX_EVENT_BYTES if it contains an image', async () => {
    const limited = await startDrawing({ MAX_EVENT_BYTES: '500000' })
    const events = toEvents(WHOLE)
    limited.answer = () => ({ headers: { 'content-type': 'text/event-stream' }, body: events })
    const { bytes } = await send(limited.proxy, `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, BODY)
    await limited.close()
    expect(bytes.toString() === events).toBe(true)
  })
})
