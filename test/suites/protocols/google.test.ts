import { makeAiSdk } from './aiSdk.js'
import { makeGoogleSdk } from './googleSdk.js'
import { makePythonSdk } from './pythonSdk.js'
import { describeSdks } from './suite.js'

const NO_RETRY_AFTER = "In calls of models, Google's SDKs wait as long as their own options say, and do not read the header."

describeSdks(
  [
    { name: '@google/genai 3', lacks: { 'retry-after': NO_RETRY_AFTER }, make: makeGoogleSdk },
    {
      name: 'google-genai 3 for Python',
      lacks: { 'retry-after': NO_RETRY_AFTER },
      make: () => makePythonSdk('google', 'google.genai'),
    },
    {
      name: '@ai-sdk/google 4',
      lacks: { counting: 'The AI SDK does not count tokens.', models: 'The AI SDK neither lists nor retrieves models.' },
      make: () =>
        makeAiSdk({
          folder: '@ai-sdk/google',
          path: '/v1beta',
          thinking: { google: { thinkingConfig: { includeThoughts: true } } },
          make: ({ createGoogleGenerativeAI }) => createGoogleGenerativeAI,
        }),
    },
  ],
  // The proxy offers Google's protocol only with the native API.
  { GEMINI_UPSTREAM: 'native' },
)
