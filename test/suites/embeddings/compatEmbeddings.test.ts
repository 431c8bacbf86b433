import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { dataOf, embed, MODEL, received } from './asking.js'

// Tests the wire format of the compatible API; see nativeEmbeddings.test.ts for the native API.
let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Gives the simulator's next response this body. */
const answering = (body: object): void => proxy.simulator.next({ rawBody: JSON.stringify(body) })

describe('vectors', () => {
  test('are sorted if Gemini sends them in another order, without the index 0', async () => {
    answering({ data: [{ index: 2, embedding: [3] }, { embedding: [1] }, { index: 1, embedding: [2] }] })
    const data = dataOf(await embed(proxy, { input: ['a', 'b', 'c'] }))
    expect(data.map(({ index, embedding }) => [index, embedding])).toEqual([
      [0, [1]],
      [1, [2]],
      [2, [3]],
    ])
  })

  test('keep their order if Gemini sends no index', async () => {
    answering({ data: [{ embedding: [1] }, { embedding: [2] }] })
    expect(dataOf(await embed(proxy, { input: ['a', 'b'] })).map(({ embedding }) => embedding)).toEqual([[1], [2]])
  })

  test.each([
    ['too few', [{ embedding: [1] }]],
    ['too many', [{ embedding: [1] }, { index: 1, embedding: [2] }, { index: 2, embedding: [3] }]],
    [
      'two for one text',
      [
        { index: 1, embedding: [1] },
        { index: 1, embedding: [2] },
      ],
    ],
    ['one for a text that was not sent', [{ embedding: [1] }, { index: 7, embedding: [2] }]],
    ['one that is not a list', [{ embedding: [1] }, { index: 1, embedding: 'AAAA' }]],
    ['an empty one', [{ embedding: [1] }, null]],
    ['none', undefined],
    ['a text', 'vectors'],
  ])('that do not match the texts are an upstream error: %s', async (_, data) => {
    answering({ data })
    const answer = await embed(proxy, { input: ['a', 'b'] })
    expect(answer.status).toBe(502)
    expect(answer.json).toEqual(failure('upstream_error', null, 'server_error'))
  })
})

describe('the upstream request', () => {
  test.each(['base64', 'float', null, undefined])('has the encoding_format float if the client sent %s', async (encoding_format) => {
    await embed(proxy, { encoding_format })
    expect(received(proxy.simulator)).toEqual([{ model: MODEL, input: ['Hello'], encoding_format: 'float' }])
  })
})

describe('usage', () => {
  test.each([{ prompt_tokens: 7 }, { total_tokens: 7 }])('has a missing count added if Gemini sends one of two: %j', async (usage) => {
    answering({ data: [{ embedding: [1] }], usage })
    expect((await embed(proxy)).json).toMatchObject({ usage: { prompt_tokens: 7, total_tokens: 7 } })
  })
})
