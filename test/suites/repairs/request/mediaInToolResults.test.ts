import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { API_VARIANTS, sendBy } from '../../../support/ways.js'
import { type FileServer, startFileServer } from '../media/fileServer.js'
import { PNG, PUBLIC } from '../media/pictureHost.js'
import { tool } from './cases.js'

const HOST = 'https://pictures.example'
const WAV = Buffer.from('RIFF\x04\0\0\0WAVEfmt ', 'latin1')

let files: FileServer
let proxy: ProxyUnderTest
let fetching: ProxyUnderTest
beforeAll(async () => {
  files = await startFileServer((request, response) => {
    response.writeHead(200).end(request.url === '/a.wav' ? WAV : PNG)
  }, 'pictures.example')
  proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
  fetching = await startProxy({}, {}, { media: { resolve: async () => [PUBLIC], connectTo: () => files.destination } })
})
beforeEach(() => {
  proxy.simulator.reset()
  fetching.simulator.reset()
})
afterAll(async () => {
  await proxy.close()
  await fetching.close()
  await files.close()
})

const URI = `data:image/png;base64,${PNG.toString('base64')}`
const PDF = 'data:application/pdf;base64,JVBERi0xLjQK'
const ASK = { role: 'user', content: 'look' }
const image = (url: string) => ({ type: 'image_url', image_url: { url } })
const text = (words: string) => ({ type: 'text', text: words })
const recording = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }
const calling = (...ids: readonly string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'screenshot', arguments: '{}' } })),
})
const result = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })
const sentResult = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, name: 'screenshot', content })
const shown = (id: string, ...parts: readonly object[]) => ({ role: 'user', content: [text(`Output of the tool call ${id}:`), ...parts] })
const bodyOf = (...messages: readonly object[]) => ({
  model: 'gemini-3.5-flash',
  tools: [tool('screenshot', { type: 'object', properties: {} })],
  messages: [ASK, ...messages],
})

/** Results as a client sends them, and the messages that Gemini gets after the calls. */
const CASES: readonly [what: string, messages: readonly object[], sent: readonly object[]][] = [
  ['only an image', [calling('a'), result('a', [image(URI)])], [sentResult('a', 'The output follows.'), shown('a', image(URI))]],
  ['an image beside text', [calling('a'), result('a', [text('seen'), image(URI)])], [sentResult('a', 'seen'), shown('a', image(URI))]],
  [
    'an image between texts',
    [calling('a'), result('a', [text('one'), image(URI), text('two')])],
    [sentResult('a', 'one\ntwo'), shown('a', image(URI))],
  ],
  [
    'an image beside an empty text',
    [calling('a'), result('a', [text(''), image(URI)])],
    [sentResult('a', 'The output follows.'), shown('a', image(URI))],
  ],
  ['a recording', [calling('a'), result('a', [recording])], [sentResult('a', 'The output follows.'), shown('a', recording)]],
  [
    'a file',
    [calling('a'), result('a', [{ type: 'file', file: { filename: 'a.pdf', file_data: PDF } }])],
    [sentResult('a', 'The output follows.'), shown('a', image(PDF))],
  ],
  [
    'several kinds at once',
    [calling('a'), result('a', [image(URI), recording, text('both'), image(PDF)])],
    [sentResult('a', 'both'), shown('a', image(URI), recording, image(PDF))],
  ],
  [
    'media of parallel calls, after all results',
    [calling('a', 'b', 'c'), result('a', [image(URI)]), result('b', 'words'), result('c', [text('c'), image(PDF)])],
    [
      sentResult('a', 'The output follows.'),
      sentResult('b', 'words'),
      sentResult('c', 'c'),
      shown('a', image(URI)),
      shown('c', image(PDF)),
    ],
  ],
  [
    'media of results in another order, with a message between them',
    [calling('a', 'b'), result('b', 'words'), { role: 'user', content: 'Hurry.' }, result('a', [image(URI)])],
    [sentResult('a', 'The output follows.'), sentResult('b', 'words'), shown('a', image(URI)), { role: 'user', content: 'Hurry.' }],
  ],
  ['only text, in parts', [calling('a'), result('a', [text('one'), text('two')])], [sentResult('a', 'one\ntwo')]],
]

describe.each(API_VARIANTS)('by %s', (way) => {
  test.each(CASES)('a tool may return %s', async (_, messages, sent) => {
    const outcome = await sendBy(proxy, way, bodyOf(...messages))
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(outcome.sent?.messages.slice(2)).toEqual(sent)
  })

  test('each of two steps has its media after its own results', async () => {
    const { sent, status } = await sendBy(
      proxy,
      way,
      bodyOf(calling('a'), result('a', [image(URI)]), calling('b'), result('b', [image(PDF)])),
    )
    expect(status).toBe(200)
    expect(sent?.messages.slice(1)).toMatchObject([
      { tool_calls: [{ id: 'a' }] },
      sentResult('a', 'The output follows.'),
      shown('a', image(URI)),
      { tool_calls: [{ id: 'b' }] },
      sentResult('b', 'The output follows.'),
      shown('b', image(PDF)),
    ])
  })

  test('a result whose call was trimmed away still has its media', async () => {
    const { sent, status } = await sendBy(proxy, way, {
      model: 'gemini-3.5-flash',
      messages: [result('z', [text('seen'), image(URI)]), ASK],
    })
    expect(status).toBe(200)
    expect(sent?.messages[0]).toEqual({ role: 'user', content: [text('Result of an earlier tool call: seen'), image(URI)] })
  })

  test('FETCH_REMOTE_MEDIA fetches the media URL of a tool result', async () => {
    const { sent, status } = await sendBy(fetching, way, bodyOf(calling('a'), result('a', [image(`${HOST}/a.png`), text('x')])))
    expect(status).toBe(200)
    expect(sent?.messages.slice(2)).toEqual([sentResult('a', 'x'), shown('a', image(URI))])
  })

  test('a media URL is refused with its path if FETCH_REMOTE_MEDIA is off', async () => {
    const { status, error } = await sendBy(proxy, way, bodyOf(calling('a'), result('a', [text('x'), image(`${HOST}/a.png`)])))
    expect(status).toBe(400)
    expect(error).toMatchObject({
      code: 'unsupported_value',
      param: way.startsWith('chat') ? 'messages[2].content[1].image_url.url' : 'input[2].output[1].image_url',
    })
  })
})

test('a stored response can be continued with an image', async () => {
  const first = await sendBy(proxy, 'responses', { ...bodyOf(), tool_choice: 'required' })
  const id = first.calls[0]?.id ?? ''
  const second = await sendBy(proxy, 'responses', {
    ...bodyOf(),
    messages: [result(id, [image(URI)])],
    previous_response_id: first.responseId,
  })
  expect(second.status).toBe(200)
  expect(second.sent?.messages.slice(-2)).toMatchObject([
    { role: 'tool', content: 'The output follows.' },
    { role: 'user', content: [{}, image(URI)] },
  ])
})
