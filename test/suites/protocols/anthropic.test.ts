import { isOnNative } from '../../support/upstreamApi.js'
import { makeAiSdk } from './aiSdk.js'
import { makeAnthropicSdk } from './anthropicSdk.js'
import { makePythonSdk } from './pythonSdk.js'
import type { SdkUnderTest } from './sdk.js'
import { describeSdks } from './suite.js'

const ANTHROPIC: SdkUnderTest['lacks'] = {
  embeddings: "Anthropic's API has none.",
  ...(isOnNative ? {} : { counting: "Only Gemini's native API counts tokens: the proxy answers 501." }),
}

describeSdks([
  // The first version sends anthropic-version 2026-10-21, the second 2023-06-01.
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
