import { afterEach, describe, expect, test } from 'vitest'
import { failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, type ScriptedRequest, startScriptedGemini } from '../../support/scriptedGemini.js'
import { dataOf, decodeFloats, embed, MODEL } from './asking.js'

/** Request body of the native method `batchEmbedContents`. */
interface Batch {
  readonly requests: readonly { readonly model: string; readonly content: { readonly parts: readonly { readonly text: string }[] } }[]
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(
  answer: (request: ScriptedRequest) => ScriptedAnswer | undefined,
): Promise<{ gemini: ScriptedGemini; proxy: RunningProxy }> {
  const gemini = await startScriptedGemini(answer)
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
  closing.push(gemini.close, () => proxy.close())
  return { gemini, proxy }
}

const textsOf = ({ body }: ScriptedRequest): string[] =>
  (body as Batch).requests.map(({ content }) => content.parts.map(({ text }) => text).join('|'))
/** Makes Gemini's response: one vector per text. Its only value is the number ending the text. */
const echo = (request: ScriptedRequest): ScriptedAnswer => ({
  body: { embeddings: textsOf(request).map((text) => ({ values: [Number(/\d*$/.exec(text)?.[0])] })) },
})

describe("with Google's own API", () => {
  test('each text is a separate request in a batch, with the model of the path', async () => {
    const { gemini, proxy } = await start(echo)
    const answer = await embed(proxy, { input: ['text 1', 'text 2'], dimensions: 256, encoding_format: 'float' })
    expect(gemini.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: `/v1beta/models/${MODEL}:batchEmbedContents`,
        headers: expect.objectContaining({ 'x-goog-api-key': expect.any(String) }),
        body: {
          requests: [
            { model: `models/${MODEL}`, content: { parts: [{ text: 'text 1' }] }, outputDimensionality: 256 },
            { model: `models/${MODEL}`, content: { parts: [{ text: 'text 2' }] }, outputDimensionality: 256 },
          ],
        },
      }),
    ])
    expect(gemini.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(dataOf(answer)).toEqual([
      { object: 'embedding', index: 0, embedding: [1] },
      { object: 'embedding', index: 1, embedding: [2] },
    ])
    expect(answer.json).toMatchObject({ object: 'list', model: MODEL, usage: { prompt_tokens: 0, total_tokens: 0 } })
  })

  test('the upstream request has no absent or unknown parameter', async () => {
    const { gemini, proxy } = await start(echo)
    const answer = await embed(proxy, { input: 'text 1', dimensions: null, user: 'u-1' })
    expect(answer.headers['x-gemini-proxy-ignored-params']).toBe('user')
    expect(gemini.requests.map(({ body }) => body)).toEqual([
      { requests: [{ model: `models/${MODEL}`, content: { parts: [{ text: 'text 1' }] } }] },
    ])
  })

  test('vectors are little-endian 32-bit floats if encoding_format is base64', async () => {
    const { proxy } = await start(() => ({ body: { embeddings: [{ values: [0.1, -0.5] }] } }))
    const [embedding] = dataOf(await embed(proxy, { encoding_format: 'base64' }))
    expect(decodeFloats(embedding?.embedding)).toEqual([0.1, -0.5].map(Math.fround))
  })

  test('the usage has the token counts from Google', async () => {
    const usageMetadata = { promptTokenCount: 4, promptTokenDetails: [{ modality: 'TEXT', tokenCount: 4 }] }
    const { proxy } = await start((request) => ({ body: { ...(echo(request).body as object), usageMetadata } }))
    expect((await embed(proxy)).json).toMatchObject({ usage: { prompt_tokens: 4, total_tokens: 4 } })
  })

  test('more texts than one upstream request accepts are sent in groups of 100, and returned in order', async () => {
    const { gemini, proxy } = await start(echo)
    const input = Array.from({ length: 250 }, (_, at) => `text ${at}`)
    const data = dataOf(await embed(proxy, { input }))
    expect(gemini.requests.map((request) => textsOf(request).length).sort()).toEqual([100, 100, 50])
    expect(data.map(({ index, embedding }) => [index, embedding])).toEqual(input.map((_, at) => [at, [at]]))
  })

  test.each([
    ['too few', [{ values: [1] }]],
    ['too many', [{ values: [1] }, { values: [2] }, { values: [3] }]],
    ['one that is not a list', [{ values: [1] }, { values: 'AAAA' }]],
    ['an empty one', [{ values: [1] }, null]],
    ['one without numbers', [{ values: [1] }, { values: [] }]],
    ['one with a string', [{ values: [1] }, { values: [0.5, 'x'] }]],
    ['one with null', [{ values: [1] }, { values: [null] }]],
    ['none', undefined],
  ])('vectors that do not match the texts are an upstream error: %s', async (_, embeddings) => {
    const { proxy } = await start(() => ({ body: { embeddings } }))
    const answer = await embed(proxy, { input: ['a', 'b'] })
    expect(answer.status).toBe(502)
    expect(answer.json).toEqual(failure('upstream_error', null, 'server_error'))
  })

  test.each(['7', -3, 1.5, {}, 1e300])('an invalid token count is an upstream error: %j', async (promptTokenCount) => {
    const { proxy } = await start((request) => ({ body: { ...(echo(request).body as object), usageMetadata: { promptTokenCount } } }))
    expect((await embed(proxy)).json).toEqual(failure('upstream_error', null, 'server_error'))
  })

  test('a model that Google does not know is a 404', async () => {
    const { proxy } = await start(() => ({
      status: 404,
      body: {
        error: {
          code: 404,
          message: `models/${MODEL} is not found for API version v1beta, or is not supported for embedContent.`,
          status: 'NOT_FOUND',
        },
      },
    }))
    const answer = await embed(proxy)
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('model_not_found', 'model'))
  })
})
