import { describe, expect, test } from 'vitest'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'
import { annotationsOf, citedIn, decodeStream, decodeWhole, response } from './native.js'

const web = (uri: string | undefined, title?: string): object => ({
  web: { ...(uri === undefined ? {} : { uri }), ...(title === undefined ? {} : { title }) },
})
const support = (segment: object, ...indices: number[]): object => ({ segment, groundingChunkIndices: indices })
const grounded = (chunks: object[], supports: object[]): object => ({
  finishReason: 'STOP',
  groundingMetadata: { groundingChunks: chunks, groundingSupports: supports },
})
const cite = (text: string, candidate: object): [string, string][] => {
  const message = decodeWhole(response([{ text }], candidate))
  return citedIn(text, annotationsOf(message))
}
const A = 'https://a.example/'
const B = 'https://b.example/'

describe('the annotations of a grounded answer', () => {
  test('have title and URL, and use offsets in UTF-16 units', () => {
    const message = decodeWhole(
      response([{ text: '😀 好 answer' }], grounded([web(A, 'a.example')], [support({ startIndex: 5, endIndex: 8, text: '好' }, 0)])),
    )
    expect(message.annotations).toEqual([
      { type: 'url_citation', url_citation: { start_index: 3, end_index: 4, url: A, title: 'a.example' } },
    ])
  })

  test('exist once for each passage and source', () => {
    const supports = [
      support({ endIndex: 3, text: 'One' }, 0, 1),
      support({ startIndex: 4, endIndex: 7, text: 'two' }, 1, 1),
      support({ endIndex: 3, text: 'One' }, 0),
    ]
    expect(cite('One two', grounded([web(A), web(B)], supports))).toEqual([
      ['One', A],
      ['One', B],
      ['two', B],
    ])
  })

  test.each([
    ['an index beyond the sources', [web(A)], [support({ endIndex: 3, text: 'One' }, 1)]],
    ['a source without a URL', [{}, web(undefined, 'a'), web('  ', 'b')], [support({ endIndex: 3, text: 'One' }, 0, 1, 2)]],
    [
      'an invalid URL',
      ['  javascript:alert(1)//', 'java\tscript:alert(1)', 'data:text/html,x', 'urn:x', '/x', 'https://', 'https:x'].map((uri) => web(uri)),
      [support({ endIndex: 3, text: 'One' }, 0, 1, 2, 3, 4, 5, 6)],
    ],
    ['a text that does not occur', [web(A)], [support({ endIndex: 3, text: 'Two' }, 0)]],
    ['an empty range', [web(A)], [support({ startIndex: 3, endIndex: 3 }, 0)]],
    ['a range beyond the text', [web(A)], [support({ startIndex: 1, endIndex: 99 }, 0)]],
    ['indexes that are not numbers', [web(A)], [support({ endIndex: 3, text: 'One' }, 'x' as unknown as number)]],
    ['passages that are not objects', [web(A)], [null as unknown as object, {}]],
  ])('do not exist for %s', (_, chunks, supports) => {
    expect(cite('One', grounded(chunks, supports))).toEqual([])
  })

  test('cite the nearest occurrence if the offsets are wrong', () => {
    const text = 'same. Other. same. End.'
    expect(
      decodeWhole(response([{ text }], grounded([web(A)], [support({ startIndex: 16, endIndex: 21, text: 'same.' }, 0)]))).annotations,
    ).toMatchObject([{ url_citation: { start_index: 13, end_index: 18 } }])
  })

  test('cite a range without text as given, unless it would split a character', () => {
    expect(cite('好 a', grounded([web(A)], [support({ endIndex: 3 }, 0), support({ endIndex: 2 }, 0)]))).toEqual([['好', A]])
  })

  test('use offsets relative to a part only if the part contains the text', () => {
    const parts = [{ text: 'First 好. ' }, { text: 'Second 好.' }]
    const segments = [
      { partIndex: 1, endIndex: 6, text: 'Second' },
      { partIndex: 1, startIndex: 6, endIndex: 9, text: '好' },
      { partIndex: 9, endIndex: 5, text: 'First' },
    ]
    const message = decodeWhole(
      response(
        parts,
        grounded(
          [web(A)],
          segments.map((segment) => support(segment, 0)),
        ),
      ),
    )
    expect(annotationsOf(message).map(({ url_citation: { start_index: start } }) => start)).toEqual([9, 6, 0])
  })

  test.each([
    ['web', { web: { uri: A, title: 'A' } }, A, 'A'],
    ['retrievedContext', { retrievedContext: { uri: A, title: 'A', text: 'x' } }, A, 'A'],
    ['maps', { maps: { uri: A, title: 'A', placeId: 'p' } }, A, 'A'],
    ['image', { image: { sourceUri: A, imageUri: B, title: 'A' } }, A, 'A'],
    ['raw spaces', web('https://g.example/search?q=time in London\t', 'g'), 'https://g.example/search?q=time%20in%20London', 'g'],
    ['no title', web(A), A, 'a.example'],
    ['an empty title', web(A, ''), A, 'a.example'],
    ['an invalid first URL', { image: { sourceUri: 'data:,x', imageUri: A, title: 'A' } }, A, 'A'],
    ['a URL with a capitalized scheme', web('HTTPS://A.example/', 'A'), 'HTTPS://A.example/', 'A'],
  ])('contain their source: %s', (_, chunk, url, title) => {
    const message = decodeWhole(response([{ text: 'One' }], grounded([chunk], [support({ endIndex: 3, text: 'One' }, 0)])))
    expect(message.annotations).toEqual([{ type: 'url_citation', url_citation: { start_index: 0, end_index: 3, url, title } }])
  })
})

describe('the annotations of a stream', () => {
  const first = response([{ text: 'One ' }], {
    groundingMetadata: { groundingChunks: [web(A)], groundingSupports: [support({ endIndex: 3, text: 'One' }, 0)] },
  })

  test.each([
    ['only the new sources', [web(B)]],
    ['all sources again', [web(A), web(B)]],
  ])('refer to the sources of all events, if a later event has %s', (_, chunks) => {
    const last = response([{ text: 'two' }], grounded(chunks, [support({ startIndex: 4, endIndex: 7, text: 'two' }, 1)]))
    const { content, deltas } = decodeStream([first, last])
    expect(citedIn(content, deltas.flatMap(annotationsOf))).toEqual([
      ['One', A],
      ['two', B],
    ])
    const [end] = deltas.slice(-1)
    expect(end?.extra_content).toMatchObject({ google: { grounding_metadata: { groundingChunks: [web(A), web(B)] } } })
  })

  // Regression: passages that Gemini repeated counted towards the limit again, so that those after
  // about 140 events were lost.
  test('cover all passages if each event repeats and extends the report', () => {
    const events = Array.from({ length: 300 }, (_, last) => {
      const indexes = Array.from({ length: last + 1 }, (_, index) => index)
      const supports = indexes.map((index) => support({ startIndex: index, endIndex: index + 1 }, index))
      const groundingChunks = indexes.map((index) => web(`${A}${index}`))
      return response([{ text: 'x' }], { groundingMetadata: { groundingChunks, groundingSupports: supports } })
    })
    const { deltas } = decodeStream(events)
    expect(deltas.flatMap(annotationsOf).map(({ url_citation: { url } }) => url)).toEqual(events.map((_, index) => `${A}${index}`))
    expect(deltas.at(-1)?.extra_content).toMatchObject({ google: { grounding_metadata: { groundingSupports: { length: 300 } } } })
  })

  test('are sent once, after the text', () => {
    const { deltas } = decodeStream([
      first,
      response([{ text: 'two' }], { finishReason: 'STOP' }),
      response([{ text: ' more' }], { finishReason: 'STOP' }),
    ])
    expect(deltas.map((delta) => [delta.content, annotationsOf(delta).length])).toEqual([
      ['One ', 0],
      ['two', 0],
      [' more', 0],
      [undefined, 1],
    ])
  })

  test('may cite text that follows them', () => {
    const cited = {
      citationMetadata: {
        citationSources: [
          { startIndex: 4, endIndex: 7, uri: A },
          { endIndex: 3, license: 'mit' },
        ],
      },
    }
    const { content, deltas } = decodeStream([response([{ text: 'One ' }], cited), response([{ text: 'two' }], { finishReason: 'STOP' })])
    expect(citedIn(content, deltas.flatMap(annotationsOf))).toEqual([['two', A]])
  })

  test('are omitted for text beyond the remembered length', () => {
    const piece = 'x'.repeat(65_536)
    const events = Array.from({ length: 10 }, () => response([{ text: piece }]))
    const later = ['xxy', 'xxx'].map((text) => support({ startIndex: 600_000, endIndex: 600_003, text }, 0))
    const supports = [support({ endIndex: 3, text: 'xxx' }, 0), ...later]
    const { deltas } = decodeStream([...events, response([{ text: 'xxy' }], grounded([web(A)], supports))])
    expect(deltas.flatMap(annotationsOf)).toMatchObject([{ url_citation: { start_index: 0, end_index: 3 } }])
  })
})

test('after a continuation, offsets count from the start of an answer that is too long to be remembered', () => {
  const decoder = new NativeDecoder({}, String)
  const token = { continuationToken: 'a' }
  decoder.decodeEvent(response([{ text: '好'.repeat(300_000) }], grounded([web(A)], [support({ endIndex: 3, text: '好' }, 0)])))
  decoder.decodeEvent(response([{ text: '好'.repeat(300_000) }], { finishReason: 'CONTINUATION', ...token }))
  decoder.beginContinuation(false)
  decoder.decodeEvent(response([{ text: 'second' }], { finishReason: '', ...token }))
  decoder.decodeEvent(response([{ text: 'lost' }], grounded([web('https://lost.example')], [])))
  // The second upstream call breaks off and is resumed after its first event, so that its event
  // `lost` must have no effect.
  decoder.beginContinuation(true)
  decoder.decodeEvent(response([{ text: '好' }], grounded([web(B)], [support({ partIndex: 0, endIndex: 3, text: '好' }, 0)])))
  const { choices = [] } = decoder.decodeEnd()
  const deltas = choices.map(({ delta = {} }) => delta)
  expect(deltas.flatMap(annotationsOf)).toMatchObject([{ url_citation: { start_index: 0, end_index: 1, url: A } }])
  expect(deltas.at(-1)?.extra_content).toMatchObject({
    google: {
      grounding_metadata: {
        groundingChunks: [web(A), web(B)],
        groundingSupports: [{}, support({ partIndex: 3, startIndex: 1_800_006, endIndex: 1_800_009, text: '好' }, 1)],
      },
    },
  })
})
