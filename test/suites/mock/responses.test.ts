import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type Mock, startMock } from './mock.js'

let mock: Mock
beforeAll(async () => {
  mock = await startMock()
})
afterAll(() => mock?.close())

const REQUEST = { model: 'gemini-3.8-flash', input: 'hi' }
const SCENARIOS = [
  'text',
  'tool_call',
  'parallel_tool_calls',
  'custom_tool_call',
  'tool_search',
  'web_search',
  'image_generation',
  'reasoning',
  'refusal',
  'length',
  'structured',
] as const
const client = (): OpenAI => new OpenAI({ baseURL: `${mock.origin}/v1`, apiKey: 'any', maxRetries: 0 })
const prefer = (preference: string): { headers: Record<string, string> } => ({ headers: { prefer: preference } })

test.each(SCENARIOS)('the scenario %s of a response, the same whole and streamed', async (scenario) => {
  const whole = await client().responses.create(REQUEST, prefer(`example=${scenario}`))
  const streamed = await call(mock.origin, { path: '/v1/responses', body: { ...REQUEST, stream: true }, ...prefer(`example=${scenario}`) })
  const { response } = streamed.events.at(-1) as { response: OpenAI.Responses.Response }
  const { output_text: _, ...rest } = whole
  expect(rest).toMatchObject({ ...response })
})

test('an error within a stream is response.failed, and without a stream a 504', async () => {
  const { events } = await call(mock.origin, { path: '/v1/responses', body: { ...REQUEST, stream: true }, ...prefer('example=error') })
  expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { error: { reason: 'upstream_timeout' } } })
  await expect(client().responses.create(REQUEST, prefer('example=error'))).rejects.toMatchObject({ status: 504 })
})

test('a stored response can be retrieved and deleted', async () => {
  const { responses } = client()
  expect(await responses.retrieve('resp_1')).toMatchObject({ object: 'response', status: 'completed' })
  const numbers: number[] = []
  for await (const event of await responses.retrieve('resp_1', { stream: true, starting_after: 4 })) numbers.push(event.sequence_number)
  expect(numbers[0]).toBe(5)
  expect((await call(mock.origin, { method: 'DELETE', path: '/v1/responses/resp_1' })).json).toMatchObject({ deleted: true })
})
