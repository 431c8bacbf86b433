import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletionChunk } from '../../../src/contract/types.js'
import { parseStream } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { makeOracle, readOfficial } from './officialSchema.js'
import { requireShared } from './shared.js'

interface Recording {
  readonly case: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly body: { readonly model: string; readonly stream?: boolean } | null
  }
  readonly response: { readonly status: number; readonly body: unknown }
}

// The run must fail without the recordings: the tests would pass without comparing anything.
const shared = requireShared('recordings/compat and openai/openapi.json')
const folder = join(shared, 'recordings', 'compat')
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  // The cast is safe: the README of the recordings describes this format.
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording)
const problemOf = makeOracle(readOfficial(join(shared, 'openai', 'openapi.json')))

const isChat = ({ request }: Recording): boolean => request.url.endsWith('/chat/completions')
const isStreamed = ({ request }: Recording): boolean => request.body?.stream === true
const named = (all: readonly Recording[]): [string, Recording][] => all.map((recording) => [recording.case, recording])

/** Recordings with status 200 that must become an error; every other one must become an answer. */
const FAILURES: Readonly<Record<string, { readonly status: number; readonly code: string; readonly content?: string }>> = {
  'finish-malformed-function-call-filter': { status: 502, code: 'malformed_function_call' },
  'stream-empty-completion-role-only-2-5-flash': { status: 502, code: 'upstream_error' },
  'stream-mid-stream-503-array-not-sse': { status: 200, code: 'upstream_overloaded', content: 'The first half of' },
}
/**
 * Expected status and code for Google's errors, by the prefix of the recording's name; the first
 * match applies. The client is never blamed for a fault of the proxy, such as a wrong key.
 */
const ERRORS: readonly (readonly [name: string, status: number, code: string])[] = [
  ['err-400-api-key', 502, 'upstream_auth_error'],
  ['err-400-missing-authorization', 502, 'upstream_auth_error'],
  ['err-400-user-location', 502, 'upstream_region_unsupported'],
  ['err-400-', 400, 'invalid_request'],
  ['err-403-', 502, 'upstream_auth_error'],
  ['err-404-', 404, 'model_not_found'],
  ['err-429-', 429, 'rate_limit_exceeded'],
  ['err-500-', 502, 'upstream_error'],
  ['err-503-', 503, 'upstream_overloaded'],
]

let proxy: ProxyUnderTest
beforeAll(async () => {
  const models = recordings.flatMap(({ request }) => request.body?.model ?? [])
  const alive = Object.fromEntries(models.map((model) => [model, 'alive'] as const))
  proxy = await startProxy({ MAX_RETRIES: '0', EXTRA_MODELS: models.join() }, { models: alive })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const rawOf = ({ response: { body } }: Recording): string => (typeof body === 'string' ? body : JSON.stringify(body))

/**
 * Makes the simulator respond with exactly the recorded bytes, and sends a request through the
 * proxy.
 */
async function served(
  recording: Recording,
  raw: string,
  body: object | undefined,
  path = '/chat/completions',
): Promise<{ status: number; text: string }> {
  proxy.simulator.next({ rawBody: raw, status: recording.response.status, repeat: 4 })
  const response = await fetch(`${proxy.baseUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

const ask = ({ request: { body } }: Recording, stream: boolean): object => ({
  model: body?.model ?? 'gemini-3.8-flash',
  messages: [{ role: 'user', content: 'Hello' }],
  stream,
  ...(stream ? { stream_options: { include_usage: true } } : {}),
})

/** Converts a recorded JSON answer to a stream with one event. */
const asEvent = (recording: Recording): string => {
  const { choices, ...rest } = recording.response.body as { choices: { message?: object }[] }
  const event = {
    ...rest,
    object: 'chat.completion.chunk',
    choices: choices.map(({ message, ...choice }) => ({ ...choice, ...(message ? { delta: message } : {}) })),
  }
  return `data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`
}

/**
 * Converts a recorded stream to a JSON answer by joining its deltas. Only for recordings that have
 * text alone, or one delta with tool calls.
 */
const asPiece = (recording: Recording): string => {
  const events = rawOf(recording)
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        JSON.parse(line.slice(6)) as {
          choices: {
            delta: { content?: string | null; tool_calls?: object[]; extra_content?: { google?: object } }
            finish_reason?: string
          }[]
        },
    )
  const deltas = events.flatMap(({ choices }) => choices.map(({ delta }) => delta))
  const content = deltas.map((delta) => delta.content ?? '').join('')
  const calls = deltas.flatMap((delta) => delta.tool_calls ?? [])
  const google = Object.assign({}, ...deltas.map((delta) => delta.extra_content?.google ?? {})) as object
  const message = {
    role: 'assistant',
    ...(content === '' ? {} : { content }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(Object.keys(google).length === 0 ? {} : { extra_content: { google } }),
  }
  const { choices: _, ...rest } = events.at(-1) ?? { choices: [] }
  return JSON.stringify({
    ...rest,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: events.at(-1)?.choices[0]?.finish_reason }],
  })
}

const answers = recordings.filter((recording) => recording.response.status === 200 && FAILURES[recording.case] === undefined)
const chats = answers.filter(isChat)

describe("recorded answers become responses that match OpenAI's schema", () => {
  test.each(named(chats))('in JSON: %s', async (_, recording) => {
    const { status, text } = await served(recording, isStreamed(recording) ? asPiece(recording) : rawOf(recording), ask(recording, false))
    expect([status, problemOf('CreateChatCompletionResponse', JSON.parse(text))]).toEqual([200, undefined])
  })

  test.each(named(chats))('as a stream: %s', async (_, recording) => {
    const { status, text } = await served(recording, isStreamed(recording) ? rawOf(recording) : asEvent(recording), ask(recording, true))
    expect(status).toBe(200)
    const { chunks, dones, errors } = parseStream(text)
    expect([dones, errors]).toEqual([1, []])
    expect(chunks.length).toBeGreaterThan(2)
    expect(chunks.flatMap((chunk) => problemOf('CreateChatCompletionStreamResponse', chunk) ?? [])).toEqual([])
  })

  test.each(named(chats))('have the same content in JSON and as a stream: %s', async (_, recording) => {
    const isStream = isStreamed(recording)
    const json = await served(recording, isStream ? asPiece(recording) : rawOf(recording), ask(recording, false))
    proxy.simulator.reset()
    const stream = await served(recording, isStream ? rawOf(recording) : asEvent(recording), ask(recording, true))
    const [choice] = (JSON.parse(json.text) as { choices: [{ message: Record<string, unknown>; finish_reason: string }] }).choices
    const { message, finish_reason: finish } = choice
    const said = (member: 'content' | 'reasoning_content' | 'refusal'): string =>
      parseStream(stream.text)
        .chunks.map(({ choices }: ChatCompletionChunk) => choices[0]?.delta[member] ?? '')
        .join('')
    expect([said('content'), said('reasoning_content'), said('refusal')]).toEqual([
      message.content ?? '',
      message.reasoning_content ?? '',
      message.refusal ?? '',
    ])
    expect(parseStream(stream.text).chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual([finish])
  })

  test.each(named(answers.filter(({ request }) => request.url.includes('/models'))))('models: %s', async (_, recording) => {
    const { status, text } = await served(recording, rawOf(recording), undefined, '/models')
    expect([status, problemOf('ListModelsResponse', JSON.parse(text))]).toEqual([200, undefined])
    const [first] = (JSON.parse(text) as { data: { id: string }[] }).data
    const one = await served(recording, rawOf(recording), undefined, `/models/${first?.id}`)
    expect([one.status, problemOf('Model', JSON.parse(one.text))]).toEqual([200, undefined])
  })

  test.each(named(answers.filter(({ request }) => request.url.includes('/embeddings'))))('embeddings: %s', async (_, recording) => {
    const { status, text } = await served(
      recording,
      rawOf(recording),
      { ...recording.request.body, encoding_format: 'float' },
      '/embeddings',
    )
    expect([status, problemOf('CreateEmbeddingResponse', JSON.parse(text))]).toEqual([200, undefined])
  })
})

describe('recorded failures become documented errors', () => {
  const errorOf = (text: string, isStream: boolean): { content: string; errors: readonly unknown[]; dones: number } =>
    isStream ? parseStream(text) : { content: '', errors: [(JSON.parse(text) as { error: unknown }).error], dones: 0 }

  test.each(named(recordings.filter((recording) => FAILURES[recording.case] !== undefined)))(
    'in the middle of a stream: %s',
    async (name, recording) => {
      const { status, code, content = '' } = FAILURES[name] ?? { status: 0, code: '' }
      const result = await served(recording, rawOf(recording), ask(recording, isStreamed(recording)))
      expect(result.status).toBe(status)
      const told = errorOf(result.text, status === 200)
      expect([told.content, told.dones, told.errors]).toEqual([
        content,
        0,
        [{ message: expect.any(String), type: 'server_error', param: null, code }],
      ])
      expect(problemOf('ErrorResponse', { error: told.errors[0] })).toBeUndefined()
    },
  )

  test.each(
    named(recordings.filter(({ response }) => response.status >= 400)).flatMap(([name, recording]) =>
      [false, true].map((isStream) => [name, isStream, recording] as const),
    ),
  )('%s, streamed %s', async (name, isStream, recording) => {
    const [, status, code] = ERRORS.find(([start]) => name.startsWith(start)) ?? ['', 0, 'no rule']
    const result = await served(recording, rawOf(recording), ask(recording, isStream))
    const { error } = JSON.parse(result.text) as { error: { code: string } }
    expect([result.status, error.code]).toEqual([status, code])
    expect(problemOf('ErrorResponse', { error })).toBeUndefined()
  })
})

describe('the oracle refuses invalid values', () => {
  const choice = { index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi', refusal: null } }
  const completion = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [choice] }
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: {}, finish_reason: null }],
  }
  const embedding = { object: 'embedding', index: 0, embedding: [0.1] }
  const vectors = { object: 'list', model: 'm', data: [embedding], usage: { prompt_tokens: 1, total_tokens: 1 } }
  const model = { id: 'm', object: 'model', created: 1, owned_by: 'google' }

  test.each([
    ['CreateChatCompletionResponse', completion],
    ['CreateChatCompletionStreamResponse', chunk],
    ['CreateEmbeddingResponse', vectors],
    ['ListModelsResponse', { object: 'list', data: [model] }],
    ['Model', model],
  ])('and accepts a valid %s', (schema, value) => {
    expect(problemOf(schema, value)).toBeUndefined()
  })

  test.each([
    ['CreateChatCompletionResponse', "Gemini's reason", { ...completion, choices: [{ ...choice, finish_reason: 'SAFETY' }] }],
    [
      'CreateChatCompletionResponse',
      'a choice without a message',
      { ...completion, choices: [{ index: 0, finish_reason: 'stop', logprobs: null }] },
    ],
    [
      'CreateChatCompletionResponse',
      'a message without refusal',
      { ...completion, choices: [{ ...choice, message: { role: 'assistant', content: 'Hi' } }] },
    ],
    ['CreateChatCompletionResponse', 'a choice without logprobs', { ...completion, choices: [{ ...choice, logprobs: undefined }] }],
    [
      'CreateChatCompletionStreamResponse',
      'a tool call without index',
      { ...chunk, choices: [{ index: 0, delta: { tool_calls: [{ id: 'a' }] }, finish_reason: null }] },
    ],
    ['CreateChatCompletionStreamResponse', 'a choice without finish_reason', { ...chunk, choices: [{ index: 0, delta: {} }] }],
    [
      'CreateChatCompletionStreamResponse',
      'an unknown finish_reason',
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'STOP' }] },
    ],
    ['CreateEmbeddingResponse', 'a vector without index', { ...vectors, data: [{ ...embedding, index: undefined }] }],
    ['CreateEmbeddingResponse', 'no usage', { ...vectors, usage: undefined }],
    ['ListModelsResponse', 'a model without created', { object: 'list', data: [{ ...model, created: undefined }] }],
    ['Model', 'another object', { ...model, object: 'thing' }],
  ])('%s: %s', (schema, _, value) => {
    expect(problemOf(schema, JSON.parse(JSON.stringify(value)))).toEqual(expect.stringMatching(/must/))
  })
})

test('every recording is checked', () => {
  const failures = recordings.filter((recording) => recording.response.status >= 400 || FAILURES[recording.case] !== undefined)
  expect(failures.length + answers.length).toBe(recordings.length)
  expect(answers.filter((recording) => !isChat(recording) && !/\/(models|embeddings)/.test(recording.request.url))).toEqual([])
  expect(Object.keys(FAILURES).filter((name) => !recordings.some((recording) => recording.case === name))).toEqual([])
  expect(chats.length).toBeGreaterThan(10)
})
