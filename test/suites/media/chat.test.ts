import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
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
  PLACEHOLDER,
  send,
  startDrawing,
  toEvents,
} from './answers.js'

const IMAGE = base64Of(3 * MEBIBYTE)
const SIGNATURE = base64Of(MEBIBYTE)
const SMALL = base64Of(300_000)
const WHOLE = answerOf({ text: 'A fox.' }, imagePart(IMAGE, SIGNATURE))

let drawing: Drawing
beforeAll(async () => {
  drawing = await startDrawing()
})
beforeEach(() => {
  drawing.gemini.requests.length = 0
})
afterAll(() => drawing.close())

interface Message {
  readonly images?: readonly { readonly image_url: { readonly url: string }; readonly extra_content?: { readonly google: object } }[]
  readonly content?: string | null
  readonly extra_content?: { readonly google: { readonly thought_signature: string } }
  readonly tool_calls?: readonly {
    readonly function: { readonly arguments: string }
    readonly extra_content?: { readonly google: object }
  }[]
}
interface Choice {
  readonly index: number
  readonly message?: Message
  readonly delta?: Message
}

const choicesIn = (json: string): readonly Choice[] => (JSON.parse(json) as { choices: readonly Choice[] }).choices
const urlsIn = ({ message, delta }: Choice): string[] => ((message ?? delta)?.images ?? []).map(({ image_url: { url } }) => url)
const uri = (data: string): string => `data:image/jpeg;base64,${data}`

/** Expects that two texts are equal. On a failure, `toBe` would print a difference of 40 MB. */
const expectSame = (actual: string | Buffer | undefined, expected: string): void => {
  expect([actual?.length, actual?.toString() === expected]).toEqual([expected.length, true])
}

describe.each([
  ['whole', false],
  ['streamed', true],
])('a %s chat', (_name, stream) => {
  const messagesOf = async (more: object = {}): Promise<readonly Choice[]> => {
    const received = await send(drawing.proxy, '/v1/chat/completions', chat({ stream, ...more }))
    expect(received.status).toBe(200)
    expect(PLACEHOLDER.test(received.bytes.toString())).toBe(false)
    if (!stream) return choicesIn(received.bytes.toString())
    return eventsIn(received).flatMap((data) => (data === '[DONE]' ? [] : choicesIn(data)))
  }

  test('passes on an image with its signature', async () => {
    drawing.answer = inBothForms(WHOLE)
    const received = await send(drawing.proxy, '/v1/chat/completions', chat({ stream }))
    const text = received.bytes.toString()
    expect(received.status).toBe(200)
    expect(text.includes(`"url":"${uri(IMAGE)}"`)).toBe(true)
    expect(text.includes(`"extra_content":{"google":{"thought_signature":"${SIGNATURE}"}}`)).toBe(true)
    expect(received.headers['content-length']).toBe(stream ? undefined : String(received.bytes.length))
  })

  test('passes on two images of one answer in order', async () => {
    drawing.answer = inBothForms(answerOf(imagePart(SMALL), { text: 'And:' }, imagePart(IMAGE, SIGNATURE)))
    const urls = (await messagesOf()).flatMap(urlsIn)
    expect(urls).toHaveLength(2)
    expectSame(urls[0], uri(SMALL))
    expectSame(urls[1], uri(IMAGE))
  })

  test('does not mix up the images of several choices', async () => {
    const images = [base64Of(400_000), base64Of(500_000)]
    let call = 0
    drawing.answer = (request) => inBothForms(answerOf(imagePart(images[call++ % 2] ?? '')))(request)
    const choices = await messagesOf({ n: 2 })
    const urls = choices.flatMap((choice) => urlsIn(choice).map((url) => [choice.index, url] as const))
    expect(new Set(urls.map(([index]) => index))).toEqual(new Set([0, 1]))
    expect(urls.map(([, url]) => url.length).sort()).toEqual(images.map((image) => uri(image).length).sort())
    for (const [, url] of urls) expect(images.map(uri).includes(url)).toBe(true)
  })

  test('passes on the signature of a text, and arguments that look like media', async () => {
    const call = { functionCall: { name: 'save', args: { data: SMALL, thoughtSignature: `${SMALL}"` } }, thoughtSignature: SMALL }
    drawing.answer = inBothForms(answerOf({ text: 'Done.', thoughtSignature: SIGNATURE }, call))
    const tools = [{ type: 'function', function: { name: 'save', parameters: { type: 'object' } } }]
    const messages = (await messagesOf({ model: 'gemini-3.5-flash', tools })).map(({ message, delta }) => message ?? delta ?? {})
    const signature = messages.find(({ extra_content: extra }) => extra)?.extra_content?.google.thought_signature
    expectSame(signature, SIGNATURE)
    const calls = messages.flatMap(({ tool_calls: listed }) => listed ?? [])
    const [{ extra_content: extra } = {}] = calls
    const callArguments = calls.map(({ function: called }) => called.arguments).join('')
    expectSame(callArguments, JSON.stringify(call.functionCall.args))
    expectSame(JSON.stringify(extra), JSON.stringify({ google: { thought_signature: SMALL } }))
  })

  test('passes on an image larger than MAX_EVENT_BYTES, but not such a text', async () => {
    const limited = await startDrawing({ MAX_EVENT_BYTES: '1048576' })
    limited.answer = inBothForms(WHOLE)
    const { status, bytes } = await send(limited.proxy, '/v1/chat/completions', chat({ stream }))
    limited.answer = inBothForms(answerOf({ text: 'x'.repeat((stream ? 2 : 50) * MEBIBYTE) }))
    const refused = await send(limited.proxy, '/v1/chat/completions', chat({ stream }))
    await limited.close()
    expect([status, bytes.includes(IMAGE)]).toEqual([200, true])
    expect([refused.status, refused.bytes.toString()]).toEqual([502, expect.stringContaining('"upstream_error"')])
  })

  test('retries if the connection breaks within an image', async () => {
    const limited = await startDrawing({ MAX_RETRIES: '1' })
    const broken = stream ? toEvents(WHOLE) : JSON.stringify(WHOLE)
    let attempts = 0
    limited.answer = (request) => {
      attempts += 1
      const headers = { 'content-type': stream ? 'text/event-stream' : 'application/json' }
      return attempts === 1
        ? { body: '', headers, pieces: cut(broken.slice(0, 2 * MEBIBYTE), 65_536), breaks: true }
        : inBothForms(WHOLE)(request)
    }
    const { status, bytes } = await send(limited.proxy, '/v1/chat/completions', chat({ stream }))
    expect([status, bytes.includes(IMAGE), bytes.includes(SIGNATURE), attempts]).toEqual([200, true, true, 2])
    await limited.close()
  })
})

test('a client that disconnects within an image ends the upstream call at once', async () => {
  let onGone = (): void => undefined
  const gone = new Promise<void>((resolve) => {
    onGone = resolve
  })
  drawing.answer = () => ({
    headers: { 'content-type': 'text/event-stream' },
    body: '',
    pieces: [Buffer.from(toEvents(WHOLE).slice(0, 2 * MEBIBYTE)), ...Array.from({ length: 10_000 }, () => Buffer.alloc(65_536, 'A'))],
    onGone,
  })
  const controller = new AbortController()
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const body = JSON.stringify(chat({ stream: true }))
  const sent = fetch(`${drawing.proxy.baseUrl}/chat/completions`, { method: 'POST', headers, body, signal: controller.signal })
  sent.catch(() => undefined)
  await expect.poll(() => drawing.gemini.requests.length).toBe(1)
  controller.abort()
  await gone
  await expect(sent).rejects.toThrow()
})
