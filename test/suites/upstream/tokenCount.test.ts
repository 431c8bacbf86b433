import { afterEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.js'
import { ApiError } from '../../../src/contract/errors.js'
import type { RequestLog } from '../../../src/contract/requestLog.js'
import type { ChatCompletionRequest } from '../../../src/contract/types.js'
import { makeSeals } from '../../../src/responses/sealing.js'
import { makeMemoryKeyValueStore } from '../../../src/stores/keyValueStore.js'
import type { ChatOptions } from '../../../src/upstream/choices.js'
import { makeUpstream, type Upstream } from '../../../src/upstream/upstream.js'
import { type ScriptedAnswer, type ScriptedGemini, type ScriptedRequest, startScriptedGemini } from '../../support/scriptedGemini.js'

const REQUEST: ChatCompletionRequest = {
  model: 'gemini-3.8-flash',
  messages: [
    { role: 'developer', content: 'Be terse.' },
    { role: 'user', content: 'Hi' },
  ],
  tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(
  answer: (request: ScriptedRequest) => ScriptedAnswer | undefined,
  env: Record<string, string> = {},
): Promise<{ gemini: ScriptedGemini; upstream: Upstream }> {
  const gemini = await startScriptedGemini(answer)
  const upstream = makeUpstream({
    config: loadConfig({ GEMINI_API_KEY: 'first-key,second-key', GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', ...env }),
    log: { info: () => undefined, warn: () => undefined },
    toolCalls: makeMemoryKeyValueStore({ maxLength: 1_000, ttlMs: 1_000, elapsed: () => 0 }),
    keyPins: makeMemoryKeyValueStore({ maxLength: 1_000, ttlMs: 1_000, elapsed: () => 0 }),
    seals: makeSeals((caller) => caller),
    onOutcome: () => undefined,
  })
  closing.push(gemini.close, () => upstream.close())
  return { gemini, upstream }
}

const optionsFor = (servedModel: string, more: Partial<ChatOptions> = {}): ChatOptions => ({
  servedModel,
  signal: new AbortController().signal,
  deadlineAt: Number.POSITIVE_INFINITY,
  requestLog: {},
  caller: 'caller',
  countMemory: () => undefined,
  ...more,
})

const count = ({ gemini }: Upstream, more: Partial<ChatOptions> = {}, request = REQUEST): Promise<number> =>
  gemini.countTokens(request, optionsFor(request.model, more))

const notFound = (model: string, method: string): ScriptedAnswer => ({
  status: 404,
  body: {
    error: {
      code: 404,
      message: `models/${model} is not found for API version v1beta, or is not supported for ${method}.`,
      status: 'NOT_FOUND',
    },
  },
})

describe('the tokens of a chat', () => {
  test('are counted by Google, including the instruction and the tools', async () => {
    const { gemini, upstream } = await start(() => ({
      body: { totalTokens: 61, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 61 }] },
    }))
    const requestLog: RequestLog = {}
    expect(await count(upstream, { requestLog })).toBe(61)
    expect(gemini.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/v1beta/models/gemini-3.8-flash:countTokens',
        headers: expect.objectContaining({ 'x-goog-api-key': 'first-key' }),
        body: {
          generateContentRequest: expect.objectContaining({
            model: 'models/gemini-3.8-flash',
            systemInstruction: { parts: [{ text: 'Be terse.' }] },
            contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
            tools: [{ functionDeclarations: [expect.objectContaining({ name: 'look' })] }],
          }),
        },
      }),
    ])
    expect(requestLog).toMatchObject({ attempts: 1 })
    expect(requestLog).not.toHaveProperty('usage')
  })

  test('may be zero', async () => {
    const { upstream } = await start(() => ({ body: { totalTokens: 0 } }))
    expect(await count(upstream)).toBe(0)
  })

  test('are counted for one choice, even if the request has several', async () => {
    const { gemini, upstream } = await start(() => ({ body: { totalTokens: 3 } }))
    expect(await count(upstream, {}, { ...REQUEST, n: 4 })).toBe(3)
    expect(gemini.requests).toHaveLength(1)
  })

  test('are counted with the next key if one has no quota', async () => {
    const { gemini, upstream } = await start(({ headers }) =>
      headers['x-goog-api-key'] === 'first-key'
        ? { status: 429, body: { error: { code: 429, message: 'Resource has been exhausted.', status: 'RESOURCE_EXHAUSTED' } } }
        : { body: { totalTokens: 5 } },
    )
    expect(await count(upstream)).toBe(5)
    expect(gemini.requests).toHaveLength(2)
  })

  test('are counted for the replacement of a retired model', async () => {
    const { gemini, upstream } = await start(({ path }) =>
      path.includes('gemini-2.0-flash:') ? notFound('gemini-2.0-flash', 'countTokens') : { body: { totalTokens: 7 } },
    )
    expect(await count(upstream, {}, { ...REQUEST, model: 'gemini-2.0-flash' })).toBe(7)
    expect(gemini.requests).toHaveLength(2)
  })

  test.each([{}, { totalTokens: -1 }, { totalTokens: '61' }])(
    'that are missing in the response are an upstream error: %j',
    async (body) => {
      const { upstream } = await start(() => ({ body }))
      await expect(count(upstream)).rejects.toMatchObject({ status: 502, code: 'upstream_error' })
    },
  )

  test('of an unknown model are a 404', async () => {
    const { upstream } = await start(() => notFound('gemini-9', 'countTokens'))
    await expect(count(upstream, {}, { ...REQUEST, model: 'gemini-9' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  test('are no longer awaited once the client disconnects', async () => {
    const { gemini, upstream } = await start(() => undefined)
    const controller = new AbortController()
    const counting = count(upstream, { signal: controller.signal })
    await expect.poll(() => gemini.requests.length).toBe(1)
    const reason = new Error('gone')
    controller.abort(reason)
    await expect(counting).rejects.toBe(reason)
  })

  test('cannot be counted on the compatible API: the error names the setting', async () => {
    const { gemini, upstream } = await start(() => ({ body: {} }), { GEMINI_UPSTREAM: 'compat' })
    const failed = await count(upstream).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ApiError)
    expect(failed).toMatchObject({ status: 400, code: 'unsupported_value', message: expect.stringContaining('GEMINI_UPSTREAM=native') })
    expect(gemini.requests).toEqual([])
  })
})
