import { isOnNative } from '../../support/upstreamApi.js'

/** The scenarios of the shared cases, expressed for each target: simulator, mock, Google. */

/** The kinds of responses that the cases of the SDK tests need. */
export type ScenarioName =
  | 'text'
  | 'long_text'
  | 'length'
  | 'tool_call'
  | 'parallel_tool_calls'
  | 'tool_result'
  | 'structured'
  | 'slow'
  | 'unauthorized'
  | 'unknown_model'
  | 'bad_request'
  | 'rate_limit'
  | 'final_limit'
  | 'overloaded'
  | 'broken_stream'
  | 'fails_once'
  | 'embedding'
  | 'embedding_batch'
  | 'completion'
  | 'image'

/**
 * How to make a target respond as a case needs. Plain JSON, because the Python cases use it, too.
 */
export interface Scenario {
  /** The user's message; `%unique%` is replaced by a different string in each request. */
  readonly prompt: string
  /** Additional members of the request body. */
  readonly params?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** A bearer token to send instead of the one that the target accepts. */
  readonly token?: string
}

/** Scenarios by name. A case is not run on a target that lacks the scenario it needs. */
export type Scenarios = Readonly<Partial<Record<ScenarioName, Scenario>>>

const WEATHER = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'The weather in a city, now.', parameters: WEATHER } }]
const STRANGER = { prompt: 'Hello.', token: 'not-a-token' }
const UNKNOWN_MODEL = { prompt: 'Hello.', params: { model: 'no-such-model' } }
const BAD_REQUEST = { prompt: 'Hello.', params: { temperature: 9 } }

const IMAGE: Scenario = { prompt: 'A lighthouse', params: { model: 'gemini-3.1-flash-image' } }

const simulate = (behaviour: object): string => `Hello. simulate:${JSON.stringify(behaviour)}`
const oslo = { name: 'get_weather', arguments: { city: 'Oslo' } }

/**
 * Scenarios for the simulator. The prompt has a directive, which passes through any proxies before
 * it.
 */
export const SIMULATED: Scenarios = {
  text: { prompt: simulate({ text: 'One, two, three. 世界', chunks: 4 }) },
  long_text: { prompt: simulate({ chunks: 1000, chunkDelayMs: 10 }) },
  length: { prompt: simulate({ text: 'Once upon a', finish: 'length' }) },
  tool_call: { prompt: simulate({ toolCalls: [oslo] }), params: { tools } },
  parallel_tool_calls: { prompt: simulate({ toolCalls: [oslo, { ...oslo, arguments: { city: '北京' } }] }), params: { tools } },
  tool_result: { prompt: simulate({ steps: 1 }), params: { tools } },
  structured: { prompt: simulate({ text: '{"name": "Grace Hopper", "year": 1952}' }) },
  slow: { prompt: simulate({ latencyMs: 20_000 }) },
  unauthorized: STRANGER,
  unknown_model: UNKNOWN_MODEL,
  bad_request: BAD_REQUEST,
  rate_limit: { prompt: simulate({ error: 'quota-minute' }) },
  final_limit: { prompt: simulate({ error: 'quota-day' }) },
  overloaded: { prompt: simulate({ error: 'unavailable' }) },
  broken_stream: { prompt: simulate({ chunks: 8, errorMidStream: { name: 'unavailable', afterChunks: 6 } }) },
  fails_once: { prompt: simulate({ error: 'internal', times: 1, key: '%unique%' }) },
  embedding: { prompt: 'Hello' },
  embedding_batch: { prompt: 'Hello', params: { dimensions: 8 } },
  completion: { prompt: simulate({ text: '    return n\n', chunks: 3 }), params: { max_tokens: 64 } },
  // Google's OpenAI-compatible API cannot generate images.
  ...(isOnNative ? { image: IMAGE } : {}),
}

const prefer = (wish: string, params: Scenario['params'] = {}): Scenario => ({ prompt: 'Hello.', params, headers: { Prefer: wish } })

/**
 * Scenarios for the mock server of the contract, which selects its response by the header `Prefer`.
 */
export const MOCKED: Scenarios = {
  text: prefer('example=text'),
  long_text: prefer('example=text'),
  length: prefer('example=length'),
  tool_call: prefer('example=tool_call', { tools }),
  parallel_tool_calls: prefer('example=parallel_tool_calls', { tools }),
  structured: prefer('example=structured'),
  unauthorized: prefer('code=401'),
  unknown_model: prefer('code=404'),
  bad_request: BAD_REQUEST,
  rate_limit: prefer('code=429'),
  final_limit: prefer('code=429, example=insufficient_quota'),
  overloaded: prefer('code=503'),
  broken_stream: prefer('example=error'),
  embedding: { prompt: 'Hello' },
  completion: { prompt: 'def fib(n):\n' },
  image: IMAGE,
}

/**
 * Scenarios for Google itself, whose prompts need few tokens. Google's failures cannot be provoked,
 * so their scenarios are missing.
 */
export const LIVE: Scenarios = {
  text: { prompt: 'Count from one to five, in words.', params: { max_tokens: 200 } },
  long_text: { prompt: 'Count from one to three hundred, in words.', params: { max_tokens: 400 } },
  length: { prompt: 'Write a story of 3000 words about a whale.', params: { max_tokens: 8, reasoning_effort: 'none' } },
  tool_call: { prompt: 'What is the weather in Oslo now?', params: { tools, tool_choice: 'required' } },
  parallel_tool_calls: {
    prompt: 'What is the weather in Oslo and in Beijing now? Call the tool once for each city, both at once.',
    params: { tools, tool_choice: 'required' },
  },
  tool_result: { prompt: 'What is the weather in Oslo now? Use the tool, then answer in one sentence.', params: { tools } },
  structured: { prompt: 'Who wrote the A-0 compiler, and in which year? Name and year.' },
  slow: { prompt: 'Write 200 words about the sea.', params: { max_tokens: 300 } },
  unauthorized: STRANGER,
  unknown_model: UNKNOWN_MODEL,
  bad_request: BAD_REQUEST,
  embedding: { prompt: 'Hello' },
  embedding_batch: { prompt: 'Hello', params: { dimensions: 128 } },
  completion: { prompt: 'def fib(n):\n', params: { max_tokens: 200 } },
}
