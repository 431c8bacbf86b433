import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Body, simulate } from './ask.js'
import {
  type AnswerPart,
  answerOf,
  askNative,
  eventsOf,
  FUNCTIONS,
  MODEL,
  partsOf,
  readEvents,
  refusalOfNative,
  say,
  textOf,
} from './askNative.js'
import { type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

/** Makes the history of a tool step: content of the model, and a result for each of its calls. */
const resultsOf = (parts: readonly AnswerPart[]): readonly Body[] => [
  { role: 'model', parts },
  {
    role: 'user',
    parts: parts.flatMap(({ functionCall: call }) =>
      call === undefined ? [] : [{ functionResponse: { id: call.id, name: call.name, response: { result: `result of ${call.name}` } } }],
    ),
  },
]

describe('the native API', () => {
  test('answers with candidates, usage that adds up, and a signature on the text of 3.x', async () => {
    const answer = await answerOf(simulator, say('hello'))
    const [part] = partsOf(answer)
    expect([part?.text, typeof part?.thoughtSignature, answer.modelVersion]).toEqual(['You said: hello', 'string', MODEL])
    const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = answer.usageMetadata
    expect(totalTokenCount).toBe(Number(promptTokenCount) + Number(candidatesTokenCount) + Number(thoughtsTokenCount))
    expect(answer.candidates?.[0]).toMatchObject({ finishReason: 'STOP', index: 0 })
  })

  test('streams few events with CRLF, one responseId and no [DONE]; the signature comes last, on an empty text', async () => {
    const { text, type } = await askNative(simulator, `/${MODEL}:streamGenerateContent?alt=sse`, say('hello'))
    expect([type, text.endsWith('}\r\n\r\n'), text.includes('[DONE]')]).toEqual(['text/event-stream', true, false])
    const events = readEvents(text)
    expect(textOf(events)).toBe('You said: hello')
    expect(new Set(events.map(({ responseId }) => responseId)).size).toBe(1)
    expect(partsOf(events.at(-1) ?? ({} as never))[0]).toEqual({ text: '', thoughtSignature: expect.any(String) })
    expect(events.map(({ candidates }) => candidates?.[0]?.finishReason)).toEqual([...events.slice(1).map(() => undefined), 'STOP'])
  })

  test('streams one JSON array without alt=sse', async () => {
    const { text, type } = await askNative(simulator, `/${MODEL}:streamGenerateContent`, say('hello'))
    expect([type, textOf(JSON.parse(text))]).toEqual(['application/json; charset=UTF-8', 'You said: hello'])
  })

  test('returns thoughts as separate parts if includeThoughts is true', async () => {
    const body = say('hello', { generationConfig: { thinkingConfig: { includeThoughts: true } } })
    const parts = partsOf(await answerOf(simulator, body))
    expect(parts.map(({ thought }) => thought ?? false)).toEqual([true, true, false])
  })

  test('accepts camelCase, snake_case and null, and logs the body as sent', async () => {
    const body = say('hello', { system_instruction: { parts: { text: 'Be brief.' } }, toolConfig: null, generation_config: { top_k: 3 } })
    expect(textOf([await answerOf(simulator, body)])).toBe('You said: hello')
    expect(simulator.requests.at(-1)).toMatchObject({ path: `/v1beta/models/${MODEL}:generateContent`, body })
  })

  test('lists unknown fields with their paths', async () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'a', txt: 'b' }] }], extra: 1, generationConfig: { top_k: 'x' } }
    const { status, text } = await askNative(simulator, `/${MODEL}:generateContent`, body)
    const { error } = JSON.parse(text)
    expect([status, error.message.split('\n')]).toEqual([
      400,
      [
        'Invalid JSON payload received. Unknown name "txt" at \'contents[0].parts[0]\': Cannot find field.',
        'Invalid JSON payload received. Unknown name "extra": Cannot find field.',
        'Invalid value at \'generation_config.top_k\' (TYPE_INT32), "x"',
      ],
    ])
    expect(error.details[0].fieldViolations).toHaveLength(3)
  })

  test.each([
    ['a key in the header', { 'x-goog-api-key': 'k' }, '', 200],
    ['a key in the query', {}, '?key=k', 200],
    ['no key', {}, '', 403],
    ['a key as bearer token', { authorization: 'Bearer k' }, '', 401],
    ['two keys', { 'x-goog-api-key': 'k' }, '?key=k', 400],
    ['a wrong key', { 'x-goog-api-key': 'invalid' }, '', 400],
  ])('has the right status with %s', async (_, headers, query, status) => {
    const answer = await askNative(simulator, `/${MODEL}:generateContent${query}`, say('hi'), headers as never)
    expect(answer.status).toBe(status)
  })

  test('explains a wrong key, in an error object', async () => {
    const { text } = await askNative(simulator, '', undefined, { 'x-goog-api-key': 'invalid' })
    expect(JSON.parse(text).error.details[0].reason).toBe('API_KEY_INVALID')
  })

  test.each([
    ['/gemini-9:generateContent', 404, 'not supported for generateContent'],
    ['/gemini-9:countTokens', 404, 'not supported for countTokens'],
    ['/gemini-embedding-001:generateContent', 404, 'v1beta'],
    ['/bad%20name:generateContent', 400, 'unexpected model name format'],
    ['/gemini-2.0-flash:generateContent', 404, 'no longer available'],
  ])('refuses the model of %s', async (path, status, message) => {
    const answer = await askNative(simulator, path, say('hi'))
    expect([answer.status, JSON.parse(answer.text).error.message]).toEqual([status, expect.stringContaining(message)])
  })
})

describe('in the native API', () => {
  test('of 3.x have an id and, on the first of a step, a signature; a stream ends with a separate final event', async () => {
    const events = await eventsOf(simulator, say('use get_weather and get_time', { tools: FUNCTIONS }))
    const calls = events.flatMap(partsOf).filter(({ functionCall }) => functionCall)
    expect(
      calls.map(({ functionCall, thoughtSignature }) => [functionCall?.name, typeof functionCall?.id, typeof thoughtSignature]),
    ).toEqual([
      ['get_weather', 'string', 'string'],
      ['get_time', 'string', 'undefined'],
    ])
    expect([events.length, partsOf(events[2] ?? ({} as never))]).toEqual([3, [{ text: '' }]])
  })

  test('of 2.5 have no id, and come in the event with the finish reason', async () => {
    const events = await eventsOf(simulator, say('use get_weather', { tools: FUNCTIONS }), 'gemini-2.5-flash')
    expect(events).toHaveLength(1)
    expect(Object.keys(partsOf(events[0] ?? ({} as never))[0]?.functionCall ?? {})).toEqual(['name', 'args'])
    expect(events[0]?.candidates?.[0]).toMatchObject({ finishReason: 'STOP', finishMessage: 'Model generated function call(s).' })
  })

  test('are followed by an answer with their results', async () => {
    const asked = say('use get_weather and get_time', { tools: FUNCTIONS })
    const parts = partsOf(await answerOf(simulator, asked))
    const body = { ...asked, contents: [...(asked.contents as Body[]), ...resultsOf(parts)] }
    expect(textOf([await answerOf(simulator, body)])).toBe(
      'According to get_weather: result of get_weather. According to get_time: result of get_time.',
    )
  })

  const step = async (
    change: (contents: Body[], parts: readonly AnswerPart[]) => unknown,
    model = MODEL,
  ): Promise<readonly [number, string]> => {
    const asked = say('use get_weather and get_time', { tools: FUNCTIONS })
    const parts = partsOf(await answerOf(simulator, asked, model))
    const contents = [...(asked.contents as Body[]), ...resultsOf(parts)]
    return refusalOfNative(simulator, { ...asked, contents: change(contents, parts) ?? contents }, model)
  }
  const withParts = (content: Body | undefined, parts: readonly unknown[]): Body => ({ ...content, parts })
  const listOf = (content: Body | undefined): Body[] => content?.parts as Body[]

  test.each<[string, (contents: Body[]) => unknown, string]>([
    [
      'a missing result',
      ([user, model, results]) => [user, model, withParts(results, listOf(results).slice(1))],
      'number of function response',
    ],
    [
      'results in the wrong order',
      ([user, model, results]) => [user, model, withParts(results, listOf(results).toReversed())],
      'does not match',
    ],
    [
      'results in two contents',
      ([user, model, results]) => [user, model, ...listOf(results).map((part) => withParts(results, [part]))],
      'number of function response',
    ],
    ['results without calls', ([user, , results]) => [user, results], 'immediately after a function call turn'],
    ['calls first', ([, model, results]) => [model, results], 'immediately after a user turn'],
    [
      'no signature',
      ([user, model, results]) => [
        user,
        withParts(
          model,
          listOf(model).map(({ functionCall }) => ({ functionCall })),
        ),
        results,
      ],
      'missing a thought_signature',
    ],
    [
      'a wrong signature',
      ([user, model, results]) => [
        user,
        withParts(
          model,
          listOf(model).map((part) => ({ ...part, thoughtSignature: 'AAAA' })),
        ),
        results,
      ],
      'not valid',
    ],
    [
      'a signature that is not base64',
      ([user, model, results]) => [
        user,
        withParts(
          model,
          listOf(model).map((part) => ({ ...part, thoughtSignature: '!' })),
        ),
        results,
      ],
      'Base64 decoding failed',
    ],
    [
      'another id',
      ([user, model, results]) => [
        user,
        model,
        withParts(
          results,
          listOf(results).map((part) => ({ functionResponse: { ...(part.functionResponse as Body), id: 'other' } })),
        ),
      ],
      'functionResponse.id does not match',
    ],
  ])('are refused with %s', async (_, change, message) => {
    expect(await step(change)).toEqual([400, expect.stringContaining(message)])
  })

  test('need no signature in earlier turns or on 2.5; a placeholder is accepted', async () => {
    const unsigned = ([user, model, results]: Body[]): Body[] => [
      user as Body,
      withParts(
        model,
        listOf(model).map(({ functionCall }) => ({ functionCall })),
      ),
      results as Body,
    ]
    const placeholder = ([user, model, results]: Body[]): unknown => [
      user,
      withParts(
        model,
        listOf(model).map((part, at) => (at === 0 ? { ...part, thoughtSignature: 'skip_thought_signature_validator' } : part)),
      ),
      results,
    ]
    const earlier = (contents: Body[]): unknown => [...unsigned(contents), { role: 'user', parts: [{ text: 'and now?' }] }]
    expect(await step(earlier)).toEqual([200, 'accepted'])
    expect(await step(placeholder)).toEqual([200, 'accepted'])
    expect(await step(unsigned, 'gemini-2.5-flash')).toEqual([200, 'accepted'])
  })
})

describe('behaviours of the native API', () => {
  test('a scripted error is an object; for a stream it has the content type of a stream', async () => {
    simulator.next({ error: 'unavailable', repeat: 2 })
    const json = await askNative(simulator, `/${MODEL}:generateContent`, say('hi'))
    const stream = await askNative(simulator, `/${MODEL}:streamGenerateContent?alt=sse`, say('hi'))
    expect([json, stream].map(({ status, type, text }) => [status, type, JSON.parse(text).error.code])).toEqual([
      [503, 'application/json; charset=UTF-8', 503],
      [503, 'text/event-stream', 503],
    ])
  })

  test('an error in a stream is a bare object', async () => {
    const body = say(`hi ${simulate({ errorMidStream: { name: 'unavailable' } })}`)
    const { text } = await askNative(simulator, `/${MODEL}:streamGenerateContent?alt=sse`, body)
    expect(text).toMatch(/^data: \{.*\}\r\n\r\n\{\n {2}"error": \{\n.*"code": 503/s)
  })

  test('a scripted answer is sent unchanged', async () => {
    const events = [
      { candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' } }] },
      { candidates: [{ content: { parts: [{ text: 'b' }] }, finishReason: 'NEW' }], modelVersion: 'x' },
    ]
    simulator.next({ nativeAnswer: events, repeat: 2 })
    expect(await eventsOf(simulator, say('hi'))).toEqual(events)
    expect(await answerOf(simulator, say('hi'))).toEqual({
      candidates: [{ content: { parts: [{ text: 'a' }, { text: 'b' }], role: 'model' }, finishReason: 'NEW' }],
      modelVersion: 'x',
    })
  })

  test.each(['SAFETY', 'RECITATION', 'MALFORMED_FUNCTION_CALL', 'OTHER'])('the finish reason %s has no content', async (finishReason) => {
    const answer = await answerOf(simulator, say(`hi ${simulate({ finish: finishReason })}`))
    expect(answer.candidates?.[0]).toMatchObject({ finishReason })
    expect(answer.candidates?.[0]).not.toHaveProperty('content')
  })

  test('a blocked prompt has no candidates', async () => {
    const answer = await answerOf(simulator, say(`hi ${simulate({ promptBlock: 'PROHIBITED_CONTENT' })}`))
    expect(Object.keys(answer)).toEqual(['promptFeedback', 'usageMetadata', 'modelVersion', 'responseId'])
    expect(answer.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT')
  })

  test('maxOutputTokens includes the thoughts', async () => {
    const answer = await answerOf(simulator, say('hello', { generationConfig: { maxOutputTokens: 10 } }))
    expect(answer.candidates?.[0]).toMatchObject({ content: { role: 'model' }, finishReason: 'MAX_TOKENS' })
    expect(partsOf(answer)).toEqual([])
  })

  test('a behaviour for /chat applies to generation only', async () => {
    simulator.next({ path: '/chat', error: 'internal' })
    expect((await askNative(simulator, '')).status).toBe(200)
    expect((await askNative(simulator, `/${MODEL}:countTokens`, say('hi'))).status).toBe(200)
    expect((await askNative(simulator, `/${MODEL}:generateContent`, say('hi'))).status).toBe(500)
  })

  test('signatures of another project are rejected if the behaviour requires it', async () => {
    simulator.next({ refusesSignatures: 'Thought signature is not valid' })
    const contents = [
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts: [{ text: 'b', thoughtSignature: 'AAAA' }] },
      { role: 'user', parts: [{ text: 'c' }] },
    ]
    expect(await refusalOfNative(simulator, { contents })).toEqual([400, 'Thought signature is not valid'])
  })
})

describe('counts, vectors and models of the native API', () => {
  test('countTokens returns what an answer reports as prompt tokens, for contents or a whole request', async () => {
    const body = say('hello', { systemInstruction: { parts: [{ text: 'Be brief.' }] }, tools: FUNCTIONS })
    const count = await askNative(simulator, `/${MODEL}:countTokens`, { generateContentRequest: { model: `models/${MODEL}`, ...body } })
    const { usageMetadata } = await answerOf(simulator, body)
    expect(JSON.parse(count.text).totalTokens).toBe(usageMetadata.promptTokenCount)
    expect((await askNative(simulator, `/${MODEL}:countTokens`, body)).status).toBe(400)
  })

  test('batchEmbedContents gives one vector for each request, in order', async () => {
    const model = 'models/gemini-embedding-2'
    const requests = ['a', 'b'].map((text) => ({ model, content: { parts: [{ text }] }, outputDimensionality: 3 }))
    const { text } = await askNative(simulator, '/gemini-embedding-2:batchEmbedContents', { requests })
    const { embeddings, usageMetadata } = JSON.parse(text)
    expect(embeddings.map(({ values }: { values: number[] }) => values.length)).toEqual([3, 3])
    expect([embeddings[0].values[0] === embeddings[1].values[0], usageMetadata.promptTokenCount]).toEqual([false, 2])
    const one = await askNative(simulator, '/gemini-embedding-2:embedContent', {
      content: { parts: [{ text: 'a' }] },
      outputDimensionality: 3,
    })
    expect(JSON.parse(one.text).embedding).toEqual(embeddings[0])
  })

  test('a batch with a model other than the one in the path, or with more than 100 requests, is rejected', async () => {
    const request = (model: string): Body => ({ model: `models/${model}`, content: { parts: [{ text: 'a' }] } })
    const path = '/gemini-embedding-001:batchEmbedContents'
    expect((await askNative(simulator, path, { requests: [request('gemini-embedding-2')] })).status).toBe(400)
    const many = Array.from({ length: 101 }, () => request('gemini-embedding-001'))
    expect((await askNative(simulator, path, { requests: many })).status).toBe(400)
    expect((await askNative(simulator, path, { requests: many.slice(1) })).status).toBe(200)
  })

  test('models are listed in pages, and each can be retrieved by its name', async () => {
    const names: string[] = []
    for (let token = ''; ; ) {
      const page = JSON.parse((await askNative(simulator, `?pageSize=20&pageToken=${token}`)).text)
      names.push(...page.models.map(({ name }: { name: string }) => name))
      if (page.nextPageToken === undefined) break
      token = page.nextPageToken
    }
    const all = JSON.parse((await askNative(simulator, '?pageSize=1000')).text).models
    expect(names).toEqual(all.map(({ name }: { name: string }) => name))
    expect(JSON.parse((await askNative(simulator, `/${MODEL}`)).text)).toEqual(
      all.find(({ name }: { name: string }) => name === `models/${MODEL}`),
    )
  })
})
