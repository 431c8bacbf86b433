import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, chat, choiceOf, refusalOf, simulate, WEATHER } from './ask.js'
import { ERROR_NAMES, type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

describe('credentials', () => {
  const hello = chat('Hello')
  test.each([
    ['none', {}, 'Missing or invalid Authorization header.'],
    ['an empty bearer', { authorization: 'Bearer ' }, 'Invalid Authorization header.'],
    [
      'two keys',
      { authorization: 'Bearer k', 'x-goog-api-key': 'k' },
      'Multiple authentication credentials received. Please pass only one.',
    ],
    [
      'an organisation in addition to the key',
      { authorization: 'Bearer k', 'openai-organization': 'o' },
      'Multiple authentication credentials received. Please pass only one.',
    ],
    ['a wrong key', { 'x-goog-api-key': 'invalid' }, 'Please pass a valid API key'],
  ])('%s: 400', async (_name, headers, message) => {
    const result = await ask(simulator, hello, headers)
    expect([result.status, refusalOf(result)]).toEqual([400, message])
  })

  test('an empty bearer is answered with the same 121 bytes that Google sends', async () => {
    expect((await ask(simulator, hello, { authorization: 'Bearer ' })).text).toHaveLength(121)
  })

  test('a missing model is reported even without a key', async () => {
    expect(refusalOf(await ask(simulator, {}, {}))).toBe('model is not specified')
  })

  test('a key has the state from the settings', async () => {
    simulator.settings.keys = { spent: 'quota-day' }
    expect((await ask(simulator, hello, { authorization: 'Bearer spent' })).status).toBe(429)
  })
})

const UNKNOWN = 'Invalid JSON payload received. Unknown name'
const image = (url: string): unknown => [{ type: 'image_url', image_url: { url } }]
const tool = (parameters: unknown): unknown => [{ type: 'function', function: { name: 'f', parameters } }]
const google = (thinking_config: unknown): object => ({ extra_body: { google: { thinking_config } } })

describe('requests that Google refuses', () => {
  test.each([
    [
      'unknown fields, all at once',
      chat('x', { seed: 1, top_k: 2 }),
      `${UNKNOWN} "seed": Cannot find field.\n${UNKNOWN} "top_k": Cannot find field.`,
    ],
    ['unknown fields in extra_body', chat('x', { extra_body: { a: 1 } }), `${UNKNOWN} "a" at 'extra_body': Cannot find field.`],
    [
      'refusal in a message',
      { model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'x', refusal: null }] },
      `${UNKNOWN} "refusal" at 'messages[0]'`,
    ],
    ['a number as effort', chat('x', { reasoning_effort: 0 }), "Invalid value at 'reasoning_effort' (TYPE_STRING), 0"],
    ['two candidates', chat('x', { n: 2 }), 'Multiple candidates is not enabled for this model'],
    ['a penalty', chat('x', { presence_penalty: 0.5 }), 'Penalty is not enabled for this model'],
    ['a temperature above 2', chat('x', { temperature: 2.01 }), 'temperature must be in the range [0.0, 2.0]'],
    ['six stop sequences', chat('x', { stop: ['1', '2', '3', '4', '5', '6'] }), 'stop sequences'],
    ['minimal thinking on 3.8', chat('x', { reasoning_effort: 'minimal' }), 'Thinking level MINIMAL is not supported for this model'],
    [
      'no thinking on 2.5 Pro',
      chat('x', { model: 'gemini-2.5-pro', reasoning_effort: 'none' }),
      'Budget 0 is invalid. This model only works in thinking mode.',
    ],
    [
      'a level on 2.5',
      chat('x', { model: 'gemini-2.5-flash', ...google({ thinking_level: 'low' }) }),
      'Thinking level is not supported for this model',
    ],
    ['effort and configuration', chat('x', { reasoning_effort: 'low', ...google({ include_thoughts: true }) }), 'found both'],
    ['system messages only', { model: 'gemini-3.8-flash', messages: [{ role: 'system', content: 'x' }] }, 'contents is not specified'],
    ['an empty text part', chat([{ type: 'text', text: '' }]), 'must have one initialized field'],
    [
      'an answer as the last message',
      {
        model: 'gemini-3.6-flash',
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: 'y' },
        ],
      },
      'Requests ending with a model turn',
    ],
    ['a remote image', chat(image('https://example.org/a.png')), 'Invalid or unsupported file uri: https://example.org/a.png'],
    ['a broken image', chat(image('data:image/png;base64,!!!')), 'Base64 decoding failed'],
    ['an m4a', chat([{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'm4a' } }]), 'Invalid audio format "m4a"'],
    [
      'tools with JSON on 2.5',
      chat('x', { model: 'gemini-2.5-flash', tools: [WEATHER], response_format: { type: 'json_object' } }),
      'unsupported',
    ],
    [
      'const in a schema',
      chat('x', { tools: tool({ type: 'object', properties: { a: { const: 1 } } }) }),
      `${UNKNOWN} "const" at 'tools[0].function.parameters.properties[0].value'`,
    ],
    ['a list of types', chat('x', { tools: tool({ type: ['object', 'null'] }) }), 'Proto field is not repeating'],
    [
      'a format it does not know',
      chat('x', { tools: tool({ type: 'object', properties: { a: { type: 'string', format: 'email' } } }) }),
      "only 'enum' and 'date-time'",
    ],
    ['a tool name with a space', chat('x', { tools: [{ type: 'function', function: { name: 'a b' } }] }), 'Invalid function name'],
  ])('%s', async (_name, body, message) => {
    const result = await ask(simulator, body)
    expect([result.status, result.type]).toEqual([400, 'application/json; charset=UTF-8'])
    expect(refusalOf(result)).toContain(message)
  })

  test.each([
    ['gemini-1.5-pro', 'models/gemini-1.5-pro is not found for API version v1main'],
    ['gemini-2.0-flash', 'is no longer available. Please'],
    ['gemini-2.5-flash-lite-preview-06-17', 'is not found for API version v1main'],
    ['gemini-embedding-001', 'is not supported for generateContent'],
    ['gemini-2.5-flash', 'is no longer available to new users'],
  ])('the model %s is 404', async (model, message) => {
    simulator.settings.newUser = true
    const result = await ask(simulator, chat('x', { model }))
    expect(result.status).toBe(404)
    expect(refusalOf(result)).toContain(message)
  })

  test('an unknown path returns an HTML page with status 404', async () => {
    const result = await ask(simulator, '{', undefined, '/responses')
    expect([result.status, result.type]).toEqual([404, 'text/html; charset=UTF-8'])
  })
})

describe('answers', () => {
  test('null counts as unset, and the prefix models/ is accepted', async () => {
    expect((await ask(simulator, chat('x', { model: 'models/gemini-3.8-flash', temperature: null, n: 1, stop: null }))).status).toBe(200)
  })

  test('an answer repeats the text of the user without the simulate directive', async () => {
    const result = await ask(simulator, chat(`What now? ${simulate({ thinkingTokens: 0 })}`))
    expect(choiceOf(result)).toEqual({ finish_reason: 'stop', index: 0, message: { content: 'You said: What now?', role: 'assistant' } })
  })

  test('Chinese is answered in Chinese', async () => {
    expect(choiceOf(await ask(simulator, chat('你好'))).message?.content).toBe('你说：你好')
  })

  test('thinking tokens count in total_tokens only, and can use up max_tokens', async () => {
    const result = await ask(simulator, chat('x', { max_tokens: 16 }))
    expect(choiceOf(result)).toEqual({ finish_reason: 'length', index: 0, message: { role: 'assistant' } })
    const { usage } = JSON.parse(result.text) as { usage: { total_tokens: number; prompt_tokens: number; completion_tokens: number } }
    expect(usage.total_tokens - usage.prompt_tokens - usage.completion_tokens).toBe(16)
  })

  test('a stop sequence ends the text', async () => {
    expect(choiceOf(await ask(simulator, chat('one two three', { stop: [' two'] }))).message?.content).toBe('You said: one')
  })

  test('a JSON schema is satisfied', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 18 } },
      additionalProperties: false,
    }
    const result = await ask(simulator, chat('x', { response_format: { type: 'json_schema', json_schema: { name: 'p', schema } } }))
    expect(JSON.parse(choiceOf(result).message?.content ?? '')).toEqual({ name: 'name', age: 18 })
  })

  test('the first embedding has no index', async () => {
    const result = await ask(simulator, { model: 'gemini-embedding-001', input: ['a', 'b'], dimensions: 4 }, undefined, '/embeddings')
    expect((JSON.parse(result.text) as { data: object[] }).data.map((entry) => 'index' in entry)).toEqual([false, true])
  })

  test('models are listed with a prefix and without created', async () => {
    const response = await fetch(`${simulator.baseUrl}/models/gemini-3.5-flash`, { headers: { 'x-goog-api-key': 'k' } })
    expect(await response.json()).toEqual({
      id: 'models/gemini-3.5-flash',
      object: 'model',
      owned_by: 'google',
      display_name: 'Gemini 3.5 Flash',
    })
  })
})

describe('scripted errors', () => {
  test.each(ERROR_NAMES)('%s has the status of its code', async (error) => {
    const result = await ask(simulator, chat(simulate({ error })))
    expect((JSON.parse(result.text) as [{ error: { code: number } }])[0].error.code).toBe(result.status)
  })

  test.each([
    ['object', 'application/json; charset=UTF-8', '{\n  "error"'],
    ['html', 'text/html; charset=UTF-8', '<!DOCTYPE html>'],
    ['sse-json', 'text/event-stream', '{\n  "error"'],
  ])('the form %s', async (errorForm, type, start) => {
    const result = await ask(simulator, chat(simulate({ error: 'unavailable', errorForm }), { stream: true }))
    expect([result.status, result.type, result.text.startsWith(start)]).toEqual([503, type, true])
  })

  test('a queued behaviour applies to the given number of requests', async () => {
    simulator.next({ error: 'unavailable', repeat: 2 }, { error: 'internal' })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await ask(simulator, chat('x'))).status)
    expect(statuses).toEqual([503, 503, 500, 200])
  })

  test('a keyed directive fails the given number of times', async () => {
    const body = chat(`x ${simulate({ error: 'unavailable', times: 1, key: 'a' })}`)
    expect([(await ask(simulator, body)).status, (await ask(simulator, body)).status]).toEqual([503, 200])
  })

  test('a directive that is not JSON is rejected', async () => {
    expect(refusalOf(await ask(simulator, chat('simulate:{oops}')))).toContain('The simulate directive is not JSON')
  })
})
