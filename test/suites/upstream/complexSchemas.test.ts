import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { collect, eventually, failureOf, openai } from '../../support/calls.js'
import { DONE, onWire, toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type ScriptedGemini, startScriptedGemini } from '../../support/scriptedGemini.js'
import { isOnNative } from '../../support/upstreamApi.js'

const MODEL = 'gemini-3.5-flash'
const TOO_COMPLEX = {
  code: 400,
  status: 'INVALID_ARGUMENT',
  message:
    'The specified schema produces a constraint that has too many states for serving. Typical causes are long enums and array bounds.',
}
const RATINGS = {
  type: 'object',
  properties: { ratings: { type: 'array', minItems: 3, maxItems: 99, items: { type: 'integer', minimum: 1, maximum: 5 } } },
  required: ['ratings'],
}
const BOUND = /"(?:minItems|maxItems|minimum|maximum|min_items|max_items)"/

const said = (member: 'message' | 'delta') => ({
  choices: [{ index: 0, [member]: { role: 'assistant', content: '{"ratings":[]}' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
})

/**
 * Runs a proxy with a Gemini that refuses a request as too complex if `refuses` returns true for
 * its body.
 */
async function onStrictGemini(
  refuses: (body: string) => boolean,
  run: (proxy: ProxyUnderTest, gemini: ScriptedGemini) => Promise<void>,
): Promise<void> {
  const gemini = await startScriptedGemini(({ path, body }) => {
    const sent = JSON.stringify(body)
    if (refuses(sent)) return { status: 400, body: isOnNative ? { error: TOO_COMPLEX } : [{ error: TOO_COMPLEX }] }
    const isStream = path.includes('streamGenerateContent') || sent.includes('"stream":true')
    if (!isStream) return { body: onWire(said('message')) }
    return { headers: { 'content-type': 'text/event-stream' }, body: toEvent(said('delta')) + DONE }
  })
  // MAX_RETRIES=0, because the attempt with a simplified schema must not count as a retry.
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0' })
  try {
    await run(proxy, gemini)
  } finally {
    await proxy.close()
    await gemini.close()
  }
}

const messages = [{ role: 'user' as const, content: 'Rate it.' }]
const FORMAT = { type: 'json_schema' as const, json_schema: { name: 'r', schema: RATINGS } }
const TOOL = { type: 'function' as const, function: { name: 'rate', parameters: RATINGS } }
type Options = Partial<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming>

const boundsAt = (path: string): string[] => [
  `${path}.properties.ratings.minItems`,
  `${path}.properties.ratings.maxItems`,
  `${path}.properties.ratings.items.minimum`,
  `${path}.properties.ratings.items.maximum`,
]

describe('a JSON Schema that is too complex for Gemini is sent again without bounds', () => {
  test.each<[string, Options, string]>([
    ['of an answer', { response_format: FORMAT }, 'response_format.json_schema.schema'],
    ['of a function', { tools: [TOOL], tool_choice: 'required' }, 'tools[0].function.parameters'],
  ])('%s', async (_, options, path) => {
    await onStrictGemini(
      (body) => BOUND.test(body),
      async (proxy, gemini) => {
        const request = { model: MODEL, messages, ...options }
        const { data, response } = await openai(proxy).chat.completions.create(request).withResponse()
        expect(data.choices[0]?.message.content).toBe('{"ratings":[]}')
        expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe(boundsAt(path).join(', '))
        const chunks = await collect(openai(proxy).chat.completions.create({ ...request, stream: true }))
        expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('{"ratings":[]}')
        expect(gemini.requests.map(({ body }) => BOUND.test(JSON.stringify(body)))).toEqual([true, false, true, false])
        await eventually(() =>
          expect(proxy.logs.filter(({ operation }) => operation === 'createChatCompletion').map(({ repeats }) => repeats)).toEqual([1, 1]),
        )
      },
    )
  })

  test('in the Responses API, with its parameter names', async () => {
    await onStrictGemini(
      (body) => BOUND.test(body),
      async (proxy) => {
        const text = { format: { type: 'json_schema' as const, name: 'r', schema: RATINGS } }
        const { data, response } = await openai(proxy).responses.create({ model: MODEL, input: 'Rate it.', text }).withResponse()
        expect(data.output_text).toBe('{"ratings":[]}')
        expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe(boundsAt('text.format.schema').join(', '))
      },
    )
  })

  test('only once: if it is still too complex, the client gets a 400', async () => {
    await onStrictGemini(
      () => true,
      async (proxy, gemini) => {
        const failure = await failureOf(openai(proxy).chat.completions.create({ model: MODEL, messages, response_format: FORMAT }))
        expect(failure).toMatchObject({ status: 400, code: 'invalid_request', message: expect.stringContaining('too many states') })
        expect(gemini.requests).toHaveLength(2)
      },
    )
  })

  test('not after another 400', async () => {
    const gemini = await startScriptedGemini(() => ({
      status: 400,
      body: { error: { ...TOO_COMPLEX, message: 'Request contains an invalid argument.' } },
    }))
    const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0' })
    const failure = await failureOf(openai(proxy).chat.completions.create({ model: MODEL, messages, response_format: FORMAT }))
    await proxy.close()
    await gemini.close()
    expect(failure).toMatchObject({ status: 400 })
    expect(gemini.requests).toHaveLength(1)
  })
})
