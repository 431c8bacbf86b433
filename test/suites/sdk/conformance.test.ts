import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mock, startMock } from '../mock/mock.js'
import { failuresIn, type Result, runCases, toTable } from './run.js'
import { MOCKED } from './scenarios.js'
import { SDKS } from './sdks.js'

let mock: Mock
beforeAll(async () => {
  mock = await startMock()
})
afterAll(() => mock?.close())

const target = (token = 'any') => ({
  name: 'mock',
  baseUrl: `${mock.origin}/v1`,
  token,
  model: 'gemini-3.8-flash',
  embeddingModel: 'gemini-embedding-001',
  scenarios: MOCKED,
})

describe('the shared cases on the mock', () => {
  test('pass with the newest SDK, except those that the mock cannot be configured for', async () => {
    const results = await runCases(target(), SDKS.slice(-1))
    expect(failuresIn(results)).toEqual([])
    expect(results.filter(({ problem }) => problem === null).length).toBeGreaterThanOrEqual(20)
    expect(results.filter(({ problem }) => problem === undefined).map(({ feature }) => feature)).toContain('retries')
  })

  test('fail if the service behaves differently', async () => {
    const text = { prompt: 'Hello.', headers: { Prefer: 'example=length' } }
    const results = await runCases({ ...target(), scenarios: { text } }, SDKS.slice(-1))
    expect(failuresIn(results)).toContainEqual(expect.stringMatching(/^mock, openai 7\..*, completes a chat: /))
    expect(toTable(results)).toContain('| chat | completes a chat | 0/1 FAILED |')
  })
})

test('the table has a column for each target, and counts SDKs', () => {
  const result = (name: string, sdk: string, problem: Result['problem']): Result => ({
    target: name,
    sdk,
    feature: 'chat',
    title: 'completes a chat',
    problem,
  })
  const results = [result('mock', 'a', null), result('mock', 'b', null), result('Google', 'a', 'wrong\nat x'), result('Google', 'b', null)]
  expect(toTable(results).split('\n').slice(0, 4)).toEqual([
    '| Feature | Case | mock | Google |',
    '| --- | --- | --- | --- |',
    '| chat | completes a chat | 2/2 | 1/2 FAILED |',
    '| chat | sees that an answer was cut at the token limit | – | – |',
  ])
  expect(failuresIn(results)).toEqual(['Google, a, completes a chat: wrong'])
})
