import { describe, expect, test } from 'vitest'
import type { ChunkChoice } from '../../../../src/contract/types.js'
import { ChunkConverter } from '../../../../src/upstream/answer/choiceStream.js'
import { Continuations } from '../../../../src/upstream/answer/continuations.js'
import { type AnswerOptions, EventReader } from '../../../../src/upstream/answer/eventReader.js'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'
import { annotationsOf, response, TOOLS } from './native.js'

const signal = new AbortController().signal
const optionsFor = (tokenLimit?: number): AnswerOptions => ({
  signal,
  failureContext: { requestedModel: 'gemini-2.5-flash', redact: (text) => text },
  decoder: new NativeDecoder(TOOLS, String),
  choice: {
    isLegacy: false,
    mayBeEmpty: false,
    clientNames: new Map(),
    tokenLimit,
    onRepair: () => undefined,
    onCall: () => undefined,
    onCallsEnd: () => undefined,
  },
  firstIndex: 0,
  maxEventBytes: 1_000_000,
  isStreamed: true,
  onUsage: () => undefined,
  onModel: () => undefined,
  onServiceTier: () => undefined,
})
const frame = (event: object): string => `data: ${JSON.stringify(event)}\r\n\r\n`

/** Reads a stream that arrives in one piece. @returns its chunks, and the failure that ended it */
function read(text: string, tokenLimit?: number): { chunks: ChunkChoice[]; failure: unknown } {
  const options = optionsFor(tokenLimit)
  const reader = new EventReader<ChunkChoice>(options, {
    continuations: new Continuations(undefined),
    makeChoice: (index) => new ChunkConverter(index, options.choice),
  })
  const chunks = reader.push(Buffer.from(text))
  if (!reader.hasEnded) chunks.push(...reader.end())
  return { chunks, failure: reader.failure }
}
const contentOf = (chunks: readonly ChunkChoice[]): string => chunks.map(({ delta }) => delta.content ?? '').join('')

const STOP = frame(response([{ text: 'Hello' }], { finishReason: 'STOP' }))

describe('a stream of the native API', () => {
  test.each([
    ['a bare object', '{\n  "error": {\n    "code": 503,\n    "message": "m",\n    "status": "UNAVAILABLE"\n  }\n}\n'],
    ['a bare object without a code', '{"error":{"message":"m","status":"UNAVAILABLE"}}'],
    ['an event', 'data: {"error":{"message":"m","status":"UNAVAILABLE"}}\n\n'],
  ])('fails if an error follows the finish reason, as %s', (_, error) => {
    const { chunks, failure } = read(STOP + error)
    expect([contentOf(chunks), chunks.map((choice) => choice.finish_reason).filter((reason) => reason !== null)]).toEqual(['Hello', []])
    expect(failure).toMatchObject({ code: 'upstream_overloaded' })
  })

  test('is not split at Unicode line separators, which do not end an SSE line', () => {
    const text = 'a\u2028b\u2029c\u0085d'
    expect(contentOf(read(frame(response([{ text }], { finishReason: 'STOP' }))).chunks)).toBe(text)
  })

  test('sends the last signature and the url context metadata together, in a chunk before the finish reason', () => {
    const end = response([{ text: '', thoughtSignature: 'c2ln' }], { finishReason: 'STOP', urlContextMetadata: { urlMetadata: [{}] } })
    const { chunks } = read(frame(response([{ text: 'Hello' }])) + frame(end))
    expect(chunks.map(({ delta }) => delta).slice(2)).toEqual([
      { extra_content: { google: { thought_signature: 'c2ln', url_context_metadata: { urlMetadata: [{}] } } } },
      {},
    ])
  })
})

describe("the client's token limit", () => {
  const chunk = { web: { uri: 'https://a.example/', title: 'a' } }
  const support = (startIndex: number, text: string): object => ({
    segment: { startIndex, endIndex: startIndex + text.length, text },
    groundingChunkIndices: [0],
  })
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 10, totalTokenCount: 11 }
  const grounding = { groundingChunks: [chunk], groundingSupports: [support(0, 'One'), support(15, 'last')] }

  test('cuts the text and its annotations, and ends the answer with `length`', () => {
    const parts = [{ text: 'Thinking.', thought: true }, { text: 'One two three. last' }]
    const event = response(parts, { finishReason: 'STOP', groundingMetadata: grounding }, { usageMetadata })
    const { chunks } = read(frame(event) + frame(response([{ text: ' never' }], { finishReason: 'STOP' })), 5)
    expect(contentOf(chunks)).toBe('One two t')
    expect(chunks.flatMap(({ delta }) => annotationsOf(delta)).map(({ url_citation: { end_index: end } }) => end)).toEqual([3])
    expect(chunks.at(-1)?.finish_reason).toBe('length')
  })

  test('leaves an answer within the limit unchanged', () => {
    const event = response([{ text: 'One two three. last' }], { finishReason: 'STOP', groundingMetadata: grounding }, { usageMetadata })
    const { chunks } = read(frame(event), 10)
    expect(chunks.flatMap(({ delta }) => annotationsOf(delta))).toHaveLength(2)
    expect(chunks.at(-1)?.finish_reason).toBe('stop')
  })
})

test('citations of a continued answer refer to the sources of their own upstream call, even if the calls have the same source', () => {
  const decoder = new NativeDecoder({}, String)
  const grounded = (text: string): object =>
    response([{ text }], {
      finishReason: 'STOP',
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://a.example/', title: 'a' } }],
        groundingSupports: [{ segment: { endIndex: text.length, text }, groundingChunkIndices: [0] }],
      },
    })
  decoder.decodeEvent(grounded('One'))
  decoder.beginContinuation(false)
  decoder.decodeEvent(grounded('two'))
  const [end] = decoder.decodeEnd().choices ?? []
  const found = annotationsOf(end?.delta ?? {}).map(({ url_citation: { start_index, end_index, url } }) => [start_index, end_index, url])
  expect(found).toEqual([
    [0, 3, 'https://a.example/'],
    [3, 6, 'https://a.example/'],
  ])
  expect(end?.delta?.extra_content).toMatchObject({
    google: { grounding_metadata: { groundingChunks: [{}, {}], groundingSupports: [{}, {}] } },
  })
})
