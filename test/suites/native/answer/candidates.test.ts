import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Proxy as ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { ask, WAYS } from '../../longAnswers/ask.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
afterAll(() => proxy.close())

const candidate = (index: number | null | undefined, text: string): object => ({
  index,
  content: { role: 'model', parts: [{ text }] },
  finishReason: 'STOP',
})

describe.each(WAYS)('%s of an answer with candidates that nobody has requested', (_, path, stream) => {
  test.each([
    ['after the first', [candidate(0, 'first'), candidate(1, 'second'), candidate(7, 'third')]],
    ['before the first', [candidate(1, 'second'), candidate(undefined, 'first')]],
    ['beside one without index', [candidate(null, 'first'), candidate(1, 'second')]],
  ])('has the first candidate only: %s', async (__, candidates) => {
    proxy.simulator.next({ nativeAnswer: [{ candidates, modelVersion: 'gemini-2.5-flash', responseId: 'r1' }] })
    const { status, content, finishes } = await ask(proxy, path, stream, { model: 'gemini-2.5-flash' })
    expect([status, content, finishes]).toEqual([200, 'first', ['stop']])
  })
})
