import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { apiError } from '../../../src/contract/errors.js'
import { rephrasePromptTooLong } from '../../../src/messages/answer/failure.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call, makeExpectedError } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { asking, send } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const failing = (code: number, status: string, message = 'It failed.'): Behaviour => ({ error: { code, status, message } })

describe.each([false, true])('an error of Gemini before the answer starts, streamed: %s', (stream) => {
  test.each<[string, Behaviour, number, string, string | undefined]>([
    ['an overload', failing(503, 'UNAVAILABLE'), 529, 'overloaded_error', undefined],
    ['a rate limit', failing(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded, requests per minute.'), 429, 'rate_limit_error', undefined],
    ['a rejected key of the proxy', failing(403, 'PERMISSION_DENIED'), 502, 'api_error', 'false'],
    [
      'an unsupported region of the proxy',
      failing(400, 'FAILED_PRECONDITION', 'User location is not supported.'),
      502,
      'api_error',
      'false',
    ],
    ['a rejected content', failing(400, 'INVALID_ARGUMENT', 'Bad part.'), 400, 'invalid_request_error', 'false'],
    ['a bug', failing(500, 'INTERNAL'), 502, 'api_error', undefined],
  ])("%s has its status and type in Anthropic's format", async (_what, behaviour, status, type, shouldRetry) => {
    const answer = await send(proxy, asking(behaviour, { stream }))
    expect(answer.json).toMatchObject({ type: 'error', error: { type }, request_id: answer.headers['request-id'] })
    expect([answer.status, answer.headers['x-should-retry']]).toEqual([status, shouldRetry])
  })
})

describe('a stream that breaks', () => {
  test.each<[string, Behaviour]>([
    ['a reset', { text: 'Half of it', chunks: 5, fault: { kind: 'reset', when: { afterChunks: 2 } } }],
    ['a premature end', { text: 'Half of it', chunks: 5, fault: { kind: 'eof', when: { afterChunks: 2 } } }],
    ['a cut', { text: 'Half of it', chunks: 5, fault: { kind: 'cut', when: { afterChunks: 2 } } }],
    [
      'an error event',
      { text: 'Half of it', chunks: 5, errorMidStream: { name: { code: 503, status: 'UNAVAILABLE', message: 'Busy.' }, afterChunks: 2 } },
    ],
  ])('by %s ends with an error event', async (_how, behaviour) => {
    const { status, events, headers } = await send(proxy, asking(behaviour, { stream: true }))
    expect(status).toBe(200)
    expect(events[0]).toMatchObject({ type: 'message_start' })
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { message: expect.any(String) }, request_id: headers['request-id'] })
    expect(JSON.stringify(events)).not.toContain('message_stop')
  })
})

describe('a prompt that is too long', () => {
  test.each([
    'The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).',
    'The input token count exceeds the maximum number of tokens allowed 1048576.',
  ])('has the message on which clients compact, if Gemini reports the length: %s', async (message) => {
    const { status, text } = await send(proxy, asking(failing(400, 'INVALID_ARGUMENT', message)))
    expect(status).toBe(400)
    const isKnown = message.includes('1250000')
    expect(text.includes('prompt is too long: 1250000 tokens > 1048576 maximum')).toBe(isKnown)
  })

  test.each([
    apiError('upstream_error', 'The input token count (2) exceeds the maximum number of tokens allowed (1).'),
    apiError('invalid_request', 'The number of tokens allowed is 1.'),
  ])('is not confused with another error: $message', (failure) => {
    expect(rephrasePromptTooLong(failure)).toBe(failure)
  })
})

describe.each([false, true])('a rejected image or document, streamed: %s', (stream) => {
  const media = (type: string, mediaType: string) => ({ type, source: { type: 'base64', media_type: mediaType, data: 'R0lGODlhAQABAA==' } })
  const READ = { type: 'tool_use', id: 't1', name: 'Read', input: {} }
  const resultOf = (block: object) => ({ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'x' }, block] })

  test.each<[string, object, string]>([
    ['an image', media('image', 'image/gif'), 'messages.2.content.0.image.source: Could not process image. Gemini does not'],
    ['a document', media('document', 'application/zip'), 'messages.2.content.0.document.source: Could not process PDF. Gemini does not'],
    [
      'an image in a tool result',
      resultOf(media('image', 'image/gif')),
      'messages.2.content.0.tool_result.content.1.image.source: Could not process image. Gemini does not',
    ],
    [
      'an image within a document',
      { type: 'document', source: { type: 'content', content: [media('image', 'image/gif')] } },
      'messages.2.content.0.document.source.content.0.image.source: Could not process image. Gemini does not',
    ],
  ])('%s has the message on which Claude Code removes it', async (_what, block, message) => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [READ] },
      { role: 'user', content: [block, resultOf({ type: 'text', text: 'y' })].slice(0, 'tool_use_id' in block ? 1 : 2) },
    ]
    const { status, json } = await send(proxy, { ...asking({}), messages, stream })
    expect([status, json]).toMatchObject([400, { error: { type: 'invalid_request_error', message: expect.stringContaining(message) } }])
  })

  test.each<[string, string[], string | undefined]>([
    ['Unable to process input image. Please retry.', ['image'], 'Could not process image.'],
    ['Provided image is not valid.', ['image', 'document'], 'Could not process image.'],
    ['Image size is too large: 99 bytes', ['document', 'image'], 'Could not process image.'],
    ['Unsupported image format', ['image'], 'Could not process image.'],
    ['Invalid PDF.', ['image', 'document'], 'Could not process PDF.'],
    ['The document has no pages.', ['image', 'document'], 'Could not process PDF.'],
    [
      "Invalid value at 'contents[2].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed",
      ['document'],
      'Could not process PDF.',
    ],
    ['Unsupported MIME type: application/zip', ['image', 'document'], 'Could not process PDF.'],
    ['Request contains an invalid argument.', ['image'], undefined],
    ['The tool is called: unable to process input image', ['image'], undefined],
  ])('is recognized in the message of Google: %s', async (message, types, rephrased) => {
    const blocks = types.map((type) => media(type, type === 'image' ? 'image/png' : 'application/pdf'))
    const prompt = `simulate:${JSON.stringify(failing(400, 'INVALID_ARGUMENT', message))}`
    const messages = [{ role: 'user', content: [...blocks, { type: 'text', text: prompt }] }]
    const { status, json } = await send(proxy, { ...asking({}), messages, stream })
    const said = `Gemini refused the request: ${message}`
    expect([status, json]).toMatchObject([400, { error: { message: rephrased === undefined ? said : `${rephrased} ${said}` } }])
  })
})

test('a rejected image is also reported in the error event of a stream that has started', async () => {
  const error = { code: 400, status: 'INVALID_ARGUMENT', message: 'Unable to process input image.' }
  const { events } = await send(
    proxy,
    asking({ text: 'Half', chunks: 5, errorMidStream: { name: error, afterChunks: 2 } }, { stream: true }),
  )
  expect(events.at(-1)).toMatchObject({ type: 'error', error: { message: expect.stringMatching(/^Could not process image/) } })
})

describe('an error response', () => {
  test('for a message thread has the code that makes SDKs send the whole conversation', async () => {
    const { status, json } = await send(proxy, asking({}, { thread: { type: 'create' } }))
    expect(status).toBe(400)
    expect(json).toMatchObject({
      error: { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request', unsupported: [] } },
    })
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test.each([
    ['no token', { method: 'POST', token: null, body: {} }, 401, null],
    ['a wrong token', { method: 'POST', token: 'wrong', body: {} }, 401, 'invalid_api_key'],
    ['a wrong method', { method: 'GET' }, 405, 'method_not_allowed'],
    ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 400, 'invalid_json'],
    ['another type', { body: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
  ] as const)("for %s is in Anthropic's format, even without the header anthropic-version", async (_why, ask, status, code) => {
    const answer = await call(proxy.origin, { path: '/v1/messages', ...ask })
    expect([answer.status, answer.json]).toEqual([status, makeExpectedError('anthropic', status, code)])
  })

  test.each([
    [{ messages: [{ role: 'user', content: 1 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'unknown', file_id: 'f' } }] }] },
      'messages[0].content[0].source.type',
    ],
    [{ tools: [{ input_schema: {} }] }, 'tools[0].name'],
  ])('for %j contains the parameter %s', async (more, param) => {
    const { status, json } = await send(proxy, { ...asking({}), ...more })
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: { type: 'invalid_request_error', details: { param } } })
  })

  test('for an unknown model is 404 not_found_error', async () => {
    const { status, json } = await send(proxy, { ...asking({}), model: 'no-such-model' })
    expect([status, json]).toMatchObject([404, { error: { type: 'not_found_error', details: { error_code: 'model_not_found' } } }])
  })
})
