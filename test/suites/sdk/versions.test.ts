import { afterAll, describe, expect, test } from 'vitest'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { CASES, isFor } from './cases.js'
import { MOCKED, SIMULATED } from './scenarios.js'
import { SDKS } from './sdks.js'
import { simulated } from './simulated.js'
import { describeSdks } from './suite.js'

let proxy: ProxyUnderTest | undefined
afterAll(() => proxy?.close())

describeSdks(async () => {
  proxy = await startProxy(PLAIN)
  return simulated(proxy, TOKEN)
})

describe('the shared cases', () => {
  test('are of the major versions 4, 6 and 7', () => {
    expect(SDKS.map(({ name }) => /^openai (\d+)\./.exec(name)?.[1])).toEqual(['4', '6', '7'])
  })

  test('have unique titles, and every feature has some', () => {
    expect(new Set(CASES.map(({ title }) => title)).size).toBe(CASES.length)
    const features = ['chat', 'stream', 'tools', 'parse', 'errors', 'abort', 'retries', 'embeddings', 'models', 'completions', 'images']
    expect([...new Set(CASES.map(({ feature }) => feature))].sort()).toEqual(features.sort())
  })

  test('all run on the simulator, and most on the mock', () => {
    const target = { name: '', baseUrl: '', token: '', model: '', embeddingModel: '' }
    const count = (scenarios: typeof SIMULATED) => CASES.filter((each) => isFor({ ...target, scenarios }, each)).length
    const ofImages = CASES.filter(({ feature }) => feature === 'images').length
    expect(count(SIMULATED)).toBe(CASES.length - (isOnNative ? 0 : ofImages))
    expect(count(MOCKED)).toBeGreaterThan(CASES.length * 0.75)
  })
})
