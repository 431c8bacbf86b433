import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, failureOf } from '../../support/calls.js'
import { simulate } from '../../support/contractHook.js'
import type { Proxy as ProxyUnderTest } from '../../support/proxy.js'
import { MODEL, startGoogle } from './google.js'
import { type GoogleSdk, googleSdk, type SdkAnswer } from './sdk.js'

const EMBEDDER = 'gemini-embedding-001'
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startGoogle({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const textOf = (answers: readonly SdkAnswer[]): string => answers.map(({ text = '' }) => text).join('')

// The newest version uses v1 unless it is told otherwise, older ones v1beta.
describe.each([
  ['with its own version of the API', {}],
  ['with v1beta', { apiVersion: 'v1beta' }],
] as const)("Google's SDK %s", (_which, options) => {
  let sdk: GoogleSdk
  beforeAll(async () => {
    sdk = await googleSdk(proxy, options)
  })

  test('generates', async () => {
    const answer = await sdk.models.generateContent({ model: MODEL, contents: `hi ${simulate({ text: 'Hello, 世界' })}` })
    expect(answer).toMatchObject({ text: 'Hello, 世界', modelVersion: MODEL, usageMetadata: { totalTokenCount: expect.any(Number) } })
  })

  test('streams', async () => {
    const contents = `hi ${simulate({ text: 'Hello there, 世界', chunks: 4 })}`
    const answers = await collect(sdk.models.generateContentStream({ model: MODEL, contents }))
    expect(answers.length).toBeGreaterThan(3)
    expect(textOf(answers)).toBe('Hello there, 世界')
  })

  test('calls functions, and sends their results with the signature', async () => {
    const functionDeclarations = [
      {
        name: 'get_weather',
        description: 'Weather of a city',
        parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
      },
    ]
    const chat = sdk.chats.create({ model: MODEL, config: { tools: [{ functionDeclarations }] } })
    const first = await chat.sendMessage({ message: 'What is the weather in Paris?' })
    expect(first.functionCalls).toMatchObject([{ name: 'get_weather', args: { city: 'Paris' } }])
    const response = { functionResponse: { ...first.functionCalls?.[0], response: { output: 'sunny' }, args: undefined } }
    expect((await chat.sendMessage({ message: [response] })).text).toContain('sunny')
  })

  test('counts tokens', async () => {
    expect((await sdk.models.countTokens({ model: MODEL, contents: 'one two three' })).totalTokens).toBeGreaterThan(0)
  })

  test('embeds', async () => {
    const { embeddings } = await sdk.models.embedContent({ model: EMBEDDER, contents: ['a', 'b'], config: { outputDimensionality: 3 } })
    expect(embeddings).toMatchObject([{ values: [expect.any(Number), expect.any(Number), expect.any(Number)] }, {}])
  })

  test.each([
    ['unavailable', 503],
    ['quota-minute', 429],
    ['region', 502],
    ['leaked', 502],
  ] as const)('gets the status of a failure: %s', async (error, status) => {
    const request = { model: MODEL, contents: `hi ${simulate({ error })}` }
    expect(await failureOf(sdk.models.generateContent(request))).toMatchObject({ name: 'ApiError', status })
    expect(await failureOf(sdk.models.generateContentStream(request))).toMatchObject({ name: 'ApiError', status })
  })

  test.each([
    ['an error of Gemini', { errorMidStream: { name: 'unavailable', afterChunks: 2 } }, 503],
    ['a reset connection', { fault: { kind: 'reset', when: { afterChunks: 2 } } }, 502],
    ['an early end', { fault: { kind: 'eof', when: { afterChunks: 2 } } }, 502],
  ] as const)('gets an error where a stream breaks: %s', async (_what, behaviour, status) => {
    const request = { model: MODEL, contents: `hi ${simulate({ text: 'one two three', chunks: 5, ...behaviour })}` }
    const seen: SdkAnswer[] = []
    const reading = async (): Promise<void> => {
      for await (const answer of await sdk.models.generateContentStream(request)) seen.push(answer)
    }
    expect(await failureOf(reading())).toMatchObject({ name: 'ApiError', status })
    expect(textOf(seen)).toMatch(/^one/)
  })

  test('with a wrong token is refused', async () => {
    const stranger = await googleSdk(proxy, options, 'wrong')
    expect(await failureOf(stranger.models.generateContent({ model: MODEL, contents: 'hi' }))).toMatchObject({
      name: 'ApiError',
      status: 401,
    })
  })
})

describe("Google's SDK with v1beta", () => {
  test('lists models, page by page', async () => {
    const sdk = await googleSdk(proxy, { apiVersion: 'v1beta' })
    const listed: string[] = []
    for await (const { name = '' } of await sdk.models.list({ config: { pageSize: 5 } })) listed.push(name)
    expect(listed).toContain(`models/${MODEL}`)
    expect(proxy.simulator.requests.length).toBeGreaterThan(1)
  })

  test('retrieves a model', async () => {
    const sdk = await googleSdk(proxy, { apiVersion: 'v1beta' })
    expect(await sdk.models.get({ model: MODEL })).toMatchObject({ name: `models/${MODEL}` })
  })
})
