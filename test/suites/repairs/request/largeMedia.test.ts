import { randomBytes } from 'node:crypto'
import type { APIError } from 'openai'
import type { ChatCompletionContentPart } from 'openai/resources/chat/completions'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openai, post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { KEYS } from '../../keys/keys.js'
import { type FileServer, startFileServer } from '../media/fileServer.js'
import { PNG, PUBLIC } from '../media/pictureHost.js'
import { MODEL } from './cases.js'

const MEBIBYTE = 1024 * 1024
const REMOTE = 'https://pictures.example/a.png'

let files: FileServer
let proxy: ProxyUnderTest
beforeAll(async () => {
  files = await startFileServer((_request, response) => response.end(PNG), 'pictures.example')
  const media = { resolve: async () => [PUBLIC], connectTo: () => files.destination }
  proxy = await startProxy({ GEMINI_API_KEY: KEYS.join(',') }, {}, { media })
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  await proxy.close()
  await files.close()
})

/** Makes base64 of the bytes `start` followed by random ones. */
const base64 = (start: Buffer, bytes: number): string => Buffer.concat([start, randomBytes(bytes)]).toString('base64')
const picture = (bytes = MEBIBYTE): string => base64(PNG.subarray(0, 8), bytes)
const image = (url: string): ChatCompletionContentPart => ({ type: 'image_url', image_url: { url } })
const png = (data: string): ChatCompletionContentPart => image(`data:image/png;base64,${data}`)
const text = (said: string): ChatCompletionContentPart => ({ type: 'text', text: said })

/** Sends the parts through the SDK, and returns the answer. */
async function ask(parts: ChatCompletionContentPart[], { stream = false, n = 1 } = {}): Promise<string> {
  const body = { model: MODEL, n, messages: [{ role: 'user' as const, content: parts }] }
  if (!stream) return (await openai(proxy).chat.completions.create(body)).choices[0]?.message.content ?? ''
  let answer = ''
  for await (const { choices } of await openai(proxy).chat.completions.create({ ...body, stream }))
    answer += choices[0]?.delta.content ?? ''
  return answer
}

/** Returns the content of the last message in each request that Gemini received. */
const arrived = (): unknown[] =>
  proxy.simulator.requests.map(({ body }) => (body as { messages: { content: unknown }[] }).messages.at(-1)?.content)

describe('large media reach Gemini byte for byte', () => {
  test.each([false, true])('a picture, a recording and a document, with stream: %s', async (stream) => {
    const [drawn, spoken, written] = [
      picture(5 * MEBIBYTE),
      base64(Buffer.from('RIFF'), MEBIBYTE),
      base64(Buffer.from('%PDF-1.7\n'), MEBIBYTE),
    ]
    const answer = await ask(
      [
        text('看看这些： "图", \\ \u0001 😀'),
        png(drawn),
        { type: 'input_audio', input_audio: { data: spoken, format: 'wav' } },
        { type: 'file', file: { file_data: written, filename: 'a.pdf' } },
        text('Was ist „das“?'),
      ],
      { stream },
    )
    expect(answer).not.toBe('')
    expect(arrived()).toEqual([
      [
        text('看看这些： "图", \\ \u0001 😀'),
        png(drawn),
        { type: 'input_audio', input_audio: { data: spoken, format: 'wav' } },
        image(`data:application/pdf;base64,${written}`),
        text('Was ist „das“?'),
      ],
    ])
  })

  test('with a corrected type, and a recording that was sent as a file', async () => {
    const [drawn, spoken] = [picture(), base64(Buffer.from('ID3'), MEBIBYTE)]
    await ask([
      image(`data:image/x-png;base64,${drawn}`),
      image(`DATA:application/octet-stream;base64,${drawn}`),
      { type: 'file', file: { file_data: `data:audio/mpeg;base64,${spoken}` } },
    ])
    expect(arrived()).toEqual([[png(drawn), png(drawn), { type: 'input_audio', input_audio: { data: spoken, format: 'mp3' } }]])
  })

  test('in each call of several choices', async () => {
    const drawn = picture()
    await ask([png(drawn)], { n: 3 })
    expect(arrived()).toEqual([[png(drawn)], [png(drawn)], [png(drawn)]])
  })

  test.each([false, true])('again with another key, and in a retry, with stream: %s', async (stream) => {
    const drawn = picture()
    proxy.simulator.next({ error: 'internal' }, { error: 'invalid' })
    await ask([png(drawn)], { stream })
    expect(arrived()).toEqual([[png(drawn)], [png(drawn)], [png(drawn)]])
  })

  test('beside a picture that is fetched by the proxy', async () => {
    const drawn = picture()
    await ask([png(drawn), image(REMOTE), png(drawn)])
    expect(arrived()).toEqual([[png(drawn), png(PNG.toString('base64')), png(drawn)]])
  })

  test('with line breaks and other characters that JSON escapes', async () => {
    const lines = picture().replace(/.{76}/g, '$&\r\n')
    await expect(ask([png(lines)])).rejects.toThrow(/^400 .* Base64 decoding failed/)
    expect(arrived()).toEqual([[png(lines)]])
  })

  test('if a tool result contains the same text', async () => {
    const drawn = picture()
    const messages = [
      { role: 'user', content: [png(drawn)] },
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'draw', arguments: JSON.stringify({ drawn }) } }] },
      { role: 'tool', tool_call_id: 'c', content: drawn },
    ]
    expect((await post(proxy, { model: MODEL, messages })).status).toBe(200)
    expect(proxy.simulator.requests[0]?.body).toMatchObject({
      messages: [messages[0], { tool_calls: [{ function: { arguments: JSON.stringify({ drawn }) } }] }, { content: drawn }],
    })
  })
})

describe('large media that Gemini does not support are refused like small ones', () => {
  test.each<[string, (data: string) => ChatCompletionContentPart]>([
    ['a GIF', (data) => image(`data:image/gif;base64,${data}`)],
    ['no base64', (data) => image(`data:image/png,${data}`)],
    ['bare base64', image],
    ['a spreadsheet', (data) => ({ type: 'file', file: { file_data: data, filename: 'a.xlsx' } })],
    ['an unknown type', (data) => ({ type: 'file', file: { file_data: `data:;base64,${data}` } })],
    ['a URL with a port', (data) => image(`https://pictures.example:8443/${data}`)],
    ['a URL without TLS', (data) => image(`http://pictures.example/${data}`)],
  ])('%s', async (_what, make) => {
    // The data has no file signature, from which the proxy could derive a supported media type.
    const refusalOf = (data: string): Promise<unknown> =>
      ask([text('?'), make(data)]).then(
        () => 'answered',
        ({ status, error }: APIError) => ({ status, error }),
      )
    const refusal = await refusalOf('QUFB'.repeat(4))
    expect(await refusalOf('QUFB'.repeat(50_000))).toEqual(refusal)
  })
})

test('no media placeholder reaches the client or the log', async () => {
  const drawn = picture()
  const response = await post(proxy, {
    model: MODEL,
    messages: [{ role: 'user', content: [png(drawn)] }],
    response_format: { type: drawn },
  })
  const answers = [await response.text(), await ask([png(drawn)]), JSON.stringify(proxy.logs)]
  for (const answer of answers) expect(answer).not.toMatch(/<[\w-]{22}:\d/)
})
