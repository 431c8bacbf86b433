import { describe, expect, test } from 'vitest'
import { apiError } from '../../../src/contract/errors.js'
import type { EventBatch, ResumableFormat, StreamEnd } from '../../../src/contract/eventFormat.js'
import { BatchFramer } from '../../../src/resume/reader.js'
import { parseBatch, parseEnd, serialiseBatch, serialiseEnd } from '../../../src/resume/redis/serialise.js'
import { joinBatches } from '../../../src/resume/resumeStore.js'
import { CHAT_FORMAT } from '../../../src/sse/chatFormat.js'
import { RESPONSES_FORMAT } from '../../../src/sse/responsesFormat.js'

const FAILURE = apiError('shutting_down')
const LAST: EventBatch = { first: 4, data: ['{"type":"response.completed"}'], end: { ending: 'failed', failure: FAILURE } }
const delta = '{"type":"response.output_text.delta","delta":"\\"type\\":\\"other\\""}'

describe.each<[string, ResumableFormat, string, string]>([
  ['the chat', CHAT_FORMAT, 'data: x\nid: s:2\n\ndata: y\nid: s:3\n\n', 'data: {"error":'],
  [
    'the Responses API',
    RESPONSES_FORMAT,
    `event: response.output_text.delta\ndata: ${delta}\nid: s:1\n\nevent: response.output_text.delta\ndata: ${delta}\nid: s:2\n\n`,
    'event: error\ndata: {"type":"error","sequence_number":3,',
  ],
])('the event format of %s', (_api, format, text, errorStart) => {
  const data = format === CHAT_FORMAT ? ['x', 'y'] : [delta, delta]

  test('gives each event an id that counts as the API does', () => {
    expect(new BatchFramer(format, 's').frame({ first: 2, data })).toBe(text)
    expect(new BatchFramer(format, undefined).frame({ first: 2, data })).toBe(text.replaceAll(/id: .*\n/g, ''))
  })

  test('ends a failed reading with one error event without an id, numbered after the last event', () => {
    const framer = new BatchFramer(format, 's')
    framer.frame({ first: 2, data })
    const { text: end, failure } = framer.end(FAILURE)
    expect(end.startsWith(errorStart)).toBe(true)
    expect([end.split('\n\n').length, end.includes('\nid: '), failure]).toEqual([2, false, FAILURE])
    expect(new BatchFramer(format, 's', 3).end(FAILURE).text).toBe(end)
  })

  test('adds nothing to a stream that was read to its end, and reports how it ended', () => {
    const framer = new BatchFramer(format, 's')
    framer.frame({ first: 2, data })
    expect(framer.end(undefined)).toEqual({ text: '', failure: undefined })
    framer.frame(LAST)
    expect(framer.end(undefined)).toEqual({ text: '', failure: FAILURE })
  })
})

describe('batches', () => {
  const batches: EventBatch[] = [{ first: 1, data: ['1', '2', '3'] }, LAST]

  test('are joined from any event on, with the end of the last batch', () => {
    expect(joinBatches(batches, 0)).toEqual({ ...LAST, first: 1, data: ['1', '2', '3', ...LAST.data] })
    expect(joinBatches(batches, 2)).toEqual({ ...LAST, first: 3, data: ['3', ...LAST.data] })
    expect(joinBatches(batches, 3)).toEqual(LAST)
    expect([joinBatches(batches, 4), joinBatches(batches, 9), joinBatches([], 0)]).toEqual([undefined, undefined, undefined])
  })

  test('are the same after serialisation for Redis', () => {
    for (const { first, data } of batches) expect(parseBatch(serialiseBatch({ first, data }))).toEqual({ first, data })
  })

  test.each<StreamEnd>([
    { ending: 'whole', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
    { ending: 'whole', usage: undefined },
    { ending: 'interrupted' },
  ])('and their end, too: %j', (end) => {
    expect(parseEnd(serialiseEnd(end))).toEqual(end)
  })

  test('and a failure, with code and message', () => {
    const end = parseEnd(
      serialiseEnd({ ending: 'failed', failure: apiError('upstream_timeout', 'Too slow.', { cause: new Error('secret') }) }),
    )
    expect(end).toMatchObject({
      ending: 'failed',
      failure: { status: 504, code: 'upstream_timeout', message: 'Too slow.', cause: undefined },
    })
  })
})
