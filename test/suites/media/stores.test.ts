import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answerOf,
  base64Of,
  chat,
  cut,
  type Drawing,
  eventsIn,
  imagePart,
  inBothForms,
  MEBIBYTE,
  MODEL,
  PLACEHOLDER,
  type Received,
  send,
  startDrawing,
  toEvents,
} from './answers.js'

const SMALL = base64Of(400_000)
const LARGE = base64Of(5 * MEBIBYTE)

let drawing: Drawing
beforeAll(async () => {
  drawing = await startDrawing({ STREAM_RESUME: 'on-request' })
})
afterAll(() => drawing.close())

const stream = (image: string): Promise<Received> => {
  drawing.answer = inBothForms(answerOf({ text: 'A fox.' }, imagePart(image)))
  return send(drawing.proxy, '/v1/chat/completions', chat({ stream: true }), { 'x-stream-resume': 'true' })
}
const idIn = (received: Received): string => /"id":"(chatcmpl-[0-9a-f]+)"/.exec(received.bytes.toString())?.[1] ?? ''
const uri = (data: string): string => `data:image/jpeg;base64,${data}`
const textOf = (received: Received): string => {
  const text = received.bytes.toString()
  expect(PLACEHOLDER.test(text)).toBe(false)
  return text
}

describe('a resumable stream', () => {
  test('with an image that fits can be read again, whole', async () => {
    const first = await stream(SMALL)
    const id = idIn(first)
    expect(textOf(first).includes(uri(SMALL))).toBe(true)
    const again = await send(drawing.proxy, '/v1/chat/completions', chat({ stream: true }), { 'last-event-id': `${id}:1` })
    expect([again.status, textOf(again).includes(uri(SMALL))]).toEqual([200, true])
    const whole = await send(drawing.proxy, `/v1/chat/completions/${id}`)
    expect([whole.status, textOf(whole).includes(uri(SMALL))]).toEqual([200, true])
  })

  test('with a larger image reaches its client whole, and reports that it is not stored', async () => {
    const first = await stream(LARGE)
    expect(first.status).toBe(200)
    expect(textOf(first).includes(uri(LARGE))).toBe(true)
    expect(textOf(first)).toContain(': the following events are too large to be stored: this stream can no longer be resumed\n\n')
    expect(eventsIn(first).at(-1)).toBe('[DONE]')
    const headers = { 'last-event-id': `${idIn(first)}:1` }
    for (const gone of [
      await send(drawing.proxy, '/v1/chat/completions', chat({ stream: true }), headers),
      await send(drawing.proxy, `/v1/chat/completions/${idIn(first)}`),
    ]) {
      expect(gone.status).toBe(404)
      expect(gone.bytes.toString()).toContain('or was too large to be stored')
    }
  })
})

test('a client that has reconnected gets a larger image as well', async () => {
  let draw = (): void => undefined
  const isDue = new Promise<void>((resolve) => {
    draw = resolve
  })
  const begun = { candidates: [{ content: { role: 'model', parts: [{ text: 'A fox.' }] }, index: 0 }] }
  async function* events(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(toEvents(begun))
    await isDue
    for (const piece of cut(toEvents(answerOf(imagePart(LARGE))), 65_536)) yield piece
  }
  drawing.answer = () => ({ headers: { 'content-type': 'text/event-stream' }, body: '', pieces: events() })
  const path = '/v1/chat/completions'
  let id = ''
  const first = send(drawing.proxy, path, chat({ stream: true }), { 'x-stream-resume': 'true' }, (piece) => {
    id ||= /"id":"(chatcmpl-[0-9a-f]+)"/.exec(piece.toString())?.[1] ?? ''
  })
  await expect.poll(() => id).not.toBe('')
  let hasBegun = false
  const second = send(drawing.proxy, path, chat({ stream: true }), { 'last-event-id': `${id}:1` }, () => {
    hasBegun = true
  })
  await expect.poll(() => hasBegun).toBe(true)
  draw()
  for (const received of await Promise.all([first, second])) expect(textOf(received).includes(uri(LARGE))).toBe(true)
})

describe.each([
  ['whole', false],
  ['streamed', true],
])('a %s response that is to be stored', (_name, isStream) => {
  const respond = async (image: string): Promise<{ readonly received: Received; readonly response: Record<string, unknown> }> => {
    drawing.answer = inBothForms(answerOf({ text: 'A fox.' }, imagePart(image)))
    const asked = { model: MODEL, input: 'Draw.', stream: isStream }
    const received = await send(drawing.proxy, '/v1/responses', asked)
    const last = JSON.parse(isStream ? (eventsIn(received).at(-1) ?? '') : received.bytes.toString())
    return { received, response: last.response ?? last }
  }

  test('is stored with its media, within the limit', async () => {
    const { response } = await respond(base64Of(200_000))
    expect(response).toMatchObject({ status: 'completed', store: true })
    const stored = await send(drawing.proxy, `/v1/responses/${response.id}`)
    expect(stored.status).toBe(200)
    expect(JSON.parse(textOf(stored)).output).toEqual(response.output)
  })

  test('reports that it is not stored if it is too large', async () => {
    const { received, response } = await respond(base64Of(4 * MEBIBYTE))
    expect(response).toMatchObject({ status: 'completed', store: false })
    expect(received.headers['x-gemini-proxy-ignored-params']).toBe(isStream ? undefined : 'store')
    const stored = await send(drawing.proxy, `/v1/responses/${response.id}`)
    expect(stored.status).toBe(404)
    expect(stored.bytes.toString()).toContain('or was too large to be stored')
  })
})
