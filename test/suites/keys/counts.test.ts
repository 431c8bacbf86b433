import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, startScriptedGemini } from '../../support/scriptedGemini.js'

const MODEL = 'gemini-2.5-flash-lite'
const MESSAGES = [{ role: 'user', content: 'Hi' }]
const CONTENTS = [{ role: 'user', parts: [{ text: 'Hi' }] }]

/** The requests that count tokens or describe a model, in each API. */
const ASIDES = [
  ['POST', '/v1/messages/count_tokens', { model: MODEL, messages: MESSAGES }],
  ['POST', '/v1/responses/input_tokens', { model: MODEL, input: 'Hi' }],
  ['POST', `/v1beta/models/${MODEL}:countTokens`, { contents: CONTENTS }],
  ['GET', `/v1beta/models/${MODEL}`, undefined],
] as const

const ANSWER = { candidates: [{ content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }] }

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/**
 * Starts a proxy with two keys in front of a Gemini that answers chats and fails other requests.
 */
async function startFailing(failure: ScriptedAnswer): Promise<{ proxy: ProxyUnderTest; gemini: ScriptedGemini }> {
  const gemini = await startScriptedGemini(({ path }) => (/:(?:streamG|g)enerateContent/.test(path) ? { body: ANSWER } : failure))
  const env = { GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: 'first-key,second-key', MAX_RETRIES: '0' }
  const proxy = await startProxy(env)
  closing.push(gemini.close, proxy.close)
  return { proxy, gemini }
}

const failing = (code: number, status: string, message: string, details: readonly object[] = []): ScriptedAnswer => ({
  status: code,
  body: { error: { code, status, message, details } },
})

const chat = ({ origin }: ProxyUnderTest) =>
  call(origin, { method: 'POST', path: '/v1/chat/completions', body: { model: MODEL, messages: MESSAGES } })

describe.each(ASIDES)('%s %s', (method, path, body) => {
  const ask = ({ origin }: ProxyUnderTest) => call(origin, { method, path, ...(body && { body }) })

  test('under a rate limit of Google blocks no chat, and is not sent to Google again until the limit ends', async () => {
    const retryDelay = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '55s' }]
    const { proxy, gemini } = await startFailing(failing(429, 'RESOURCE_EXHAUSTED', 'Slow down.', retryDelay))
    expect(await ask(proxy)).toMatchObject({ status: 429, headers: { 'retry-after': '55' } })
    expect(gemini.requests).toHaveLength(2)
    expect((await ask(proxy)).status).toBe(429)
    expect(gemini.requests).toHaveLength(2)
    expect((await chat(proxy)).status).toBe(200)
  })

  test('disables an invalid key, for chats as well', async () => {
    const { proxy, gemini } = await startFailing(failing(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'))
    expect((await ask(proxy)).status).toBe(502)
    expect((await chat(proxy)).status).toBe(502)
    expect(gemini.requests).toHaveLength(2)
  })

  test('that Google answers with a 404 does not retire the model', async () => {
    const message = `models/${MODEL} is not found for API version v1beta, or is not supported for countTokens. Call ModelService.ListModels.`
    const { proxy, gemini } = await startFailing(failing(404, 'NOT_FOUND', message))
    await ask(proxy)
    expect((await chat(proxy)).headers['x-gemini-proxy-model']).toBeUndefined()
    expect(gemini.requests.at(-1)?.path).toContain(`/${MODEL}:`)
  })
})

test('a chat under a rate limit of Google does not block token counting', async () => {
  const gemini = await startScriptedGemini(({ path }) =>
    path.includes(':countTokens') ? { body: { totalTokens: 3 } } : failing(429, 'RESOURCE_EXHAUSTED', 'Slow down. Please retry in 55s.'),
  )
  const env = { GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: 'first-key,second-key', MAX_RETRIES: '0' }
  const proxy = await startProxy(env)
  closing.push(gemini.close, proxy.close)
  expect((await chat(proxy)).status).toBe(429)
  const [method, path, body] = ASIDES[0]
  expect(await call(proxy.origin, { method, path, body })).toMatchObject({ status: 200, json: { input_tokens: 3 } })
})

test('a model without embeddings is not replaced, neither for embeddings nor for chats', async () => {
  const message = `models/${MODEL} is not found for API version v1beta, or is not supported for embedContent. Call ModelService.ListModels.`
  const { proxy, gemini } = await startFailing(failing(404, 'NOT_FOUND', message))
  const content = { parts: [{ text: 'a' }] }
  expect((await call(proxy.origin, { method: 'POST', path: `/v1beta/models/${MODEL}:embedContent`, body: { content } })).status).toBe(404)
  expect(gemini.requests).toHaveLength(1)
  expect((await chat(proxy)).headers['x-gemini-proxy-model']).toBeUndefined()
})
