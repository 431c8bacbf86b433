import { describe, expect, test } from 'vitest'
import { MODEL, openai } from '../../support/calls.js'
import { startProxy } from '../../support/proxy.js'
import { startScriptedGemini } from '../../support/scriptedGemini.js'

const NATIVE = { candidates: [{ content: { role: 'model', parts: [{ text: 'native' }] }, finishReason: 'STOP' }] }
const COMPAT = { choices: [{ index: 0, message: { role: 'assistant', content: 'compat' }, finish_reason: 'stop' }] }

/**
 * Sends a chat and an embeddings request to a proxy with these settings. @returns the text of the
 * answer, and the path and key headers of both requests to Gemini
 */
async function called(env: Record<string, string>, toBaseUrl: (address: string) => string) {
  const gemini = await startScriptedGemini(({ path }) =>
    path.includes('mbed')
      ? { body: path.includes('batch') ? { embeddings: [{ values: [1] }] } : { data: [{ index: 0, embedding: [1] }] } }
      : { body: path.includes('generateContent') ? NATIVE : COMPAT },
  )
  const proxy = await startProxy({ GEMINI_BASE_URL: toBaseUrl(new URL(gemini.baseUrl).origin), ...env })
  try {
    const answer = await openai(proxy).chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] })
    await openai(proxy).embeddings.create({ model: 'gemini-embedding-001', input: 'Hi', encoding_format: 'float' })
    const sent = gemini.requests.map(({ path, headers }) => [
      path,
      ...['authorization', 'x-goog-api-key'].filter((name) => name in headers),
    ])
    return { says: answer.choices[0]?.message.content, sent }
  } finally {
    await proxy.close()
    await gemini.close()
  }
}

const nativeAt = (base: string): string[][] => [
  [`${base}/models/${MODEL}:generateContent`, 'x-goog-api-key'],
  [`${base}/models/gemini-embedding-001:batchEmbedContents`, 'x-goog-api-key'],
]
const compatAt = (base: string): string[][] => ['chat/completions', 'embeddings'].map((path) => [`${base}/${path}`, 'authorization'])

describe('GEMINI_UPSTREAM=auto', () => {
  const auto = { GEMINI_UPSTREAM: 'auto' }

  test.each(['/v1beta/openai', '/v1beta/openai/', '/relay/v1beta/openai', '/openai'])('uses the native API for %s', async (path) => {
    const { says, sent } = await called(auto, (origin) => origin + path)
    expect(says).toBe('native')
    expect(sent).toEqual(nativeAt(path.replace(/\/openai\/?$/, '')))
  })

  test.each(['/v1', '/v1beta', '/openai/v1', '/v1beta/openai2', '/not-openai/'])('uses the compatible API for %s', async (path) => {
    const { says, sent } = await called(auto, (origin) => origin + path)
    expect(says).toBe('compat')
    expect(sent).toEqual(compatAt(path.replace(/\/$/, '')))
  })
})

test('an empty GEMINI_UPSTREAM means auto', async () => {
  expect((await called({ GEMINI_UPSTREAM: '' }, (origin) => `${origin}/v1beta/openai`)).says).toBe('native')
})

test.each([
  ['native', '/v1beta', nativeAt('/v1beta')],
  ['compat', '/v1beta/openai', compatAt('/v1beta/openai')],
])('GEMINI_UPSTREAM=%s is used for %s, too', async (upstream, path, expected) => {
  const { says, sent } = await called({ GEMINI_UPSTREAM: upstream }, (origin) => origin + path)
  expect(says).toBe(upstream)
  expect(sent).toEqual(expected)
})
