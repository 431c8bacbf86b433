import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { makeAiSdk } from './aiSdk.js'
import { makeAnthropicSdk } from './anthropicSdk.js'
import { MODEL, prompt, serverOf } from './context.js'
import { makePythonSdk } from './pythonSdk.js'
import type { SdkUnderTest } from './sdk.js'
import { describeSdks } from './suite.js'

const ANTHROPIC: SdkUnderTest['lacks'] = {
  embeddings: "Anthropic's API has none.",
  ...(isOnNative ? {} : { counting: "Only Gemini's native API counts tokens: the proxy answers 501." }),
}

describeSdks([
  // Version 1 of the SDK sends `anthropic-version: 2026-10-21`, version 0 sends 2023-06-01; the
  // proxy must accept both.
  { name: '@anthropic-ai/sdk 1', lacks: ANTHROPIC, make: () => makeAnthropicSdk('@anthropic-ai/sdk') },
  { name: '@anthropic-ai/sdk 0', lacks: ANTHROPIC, make: () => makeAnthropicSdk('anthropic0') },
  { name: 'anthropic 2 for Python', lacks: ANTHROPIC, make: () => makePythonSdk('anthropic', 'anthropic') },
  {
    name: '@ai-sdk/anthropic 4',
    lacks: { ...ANTHROPIC, counting: 'The AI SDK does not count tokens.', models: 'The AI SDK neither lists nor retrieves models.' },
    make: () =>
      makeAiSdk({
        folder: '@ai-sdk/anthropic',
        path: '/v1',
        thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1_024 } } },
        make: ({ createAnthropic }) => createAnthropic,
      }),
  },
])

describe('the tool runners of the newest SDKs', () => {
  let proxy: ProxyUnderTest
  beforeAll(async () => {
    proxy = await startProxy()
  })
  afterAll(() => proxy.close())

  // If the proxy accepted a thread, the SDK would later send tool results without the conversation.
  test.each<[string, SdkUnderTest['make']]>([
    ['JavaScript', () => makeAnthropicSdk('@anthropic-ai/sdk')],
    ['Python', () => makePythonSdk('anthropic', 'anthropic')],
  ])('try to begin a thread, and send the whole conversation after it is refused: %s', async (_language, make) => {
    proxy.logs.length = 0
    const sdk = await make()
    try {
      const steps = [[{ name: 'get_weather', arguments: { city: 'Oslo' } }]]
      expect(await sdk.runTools(serverOf(proxy), MODEL, prompt({ steps }))).toContain('18 degrees in Oslo')
    } finally {
      await sdk.close?.()
    }
    const answered = proxy.logs.flatMap(({ status, errorCode }) => (status === undefined ? [] : [[status, errorCode]]))
    expect(answered).toEqual([
      [400, 'thread_unsupported_request'],
      [200, undefined],
      [200, undefined],
    ])
  })
})
