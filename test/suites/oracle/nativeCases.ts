import type { Behaviour, KeyState, Settings } from '../../doubles/simulator/index.js'

/** How to make the simulator respond like one recording of the native API. */
export interface NativeCase {
  readonly settings?: Partial<Settings>
  readonly behaviour?: Behaviour
  /** Request headers besides the content type; by default, a valid key in `x-goog-api-key`. */
  readonly credentials?: { readonly [name: string]: string }
  /** The request body to send, if the recording has only a substitute for the original body. */
  readonly body?: unknown
  /** Set if the simulator deliberately does not respond with the status of the recorded service. */
  readonly differs?: { readonly status: number; readonly reason: string }
}

const BAD_KEY = { 'x-goog-api-key': 'invalid-key' }
const KEY = 'key-of-the-oracle'
const keyState = (state: KeyState): NativeCase => ({ settings: { keys: { [KEY]: state } }, credentials: { 'x-goog-api-key': KEY } })
const text = (content: string): object => ({ role: 'user', parts: [{ text: content }] })
const said = { contents: [text('Hello')] }
const VERTEX = 'a field of Vertex AI, unknown to the Gemini API'
const FUNCTION = { functionDeclarations: [{ name: 'tool' }] }

/** Recordings that are not sent to the simulator: prefixes of their names, with the reason. */
export const LEFT_OUT: { readonly [prefix: string]: string } = {
  'cached-contents-': 'the simulator has no operations on caches, it only knows their names',
  'files-': 'nativeFiles.test.ts sends them, one after another',
}

/**
 * Settings of the simulator and changed requests, by recording; other recordings are sent as they
 * are.
 */
export const NATIVE_CASES: { readonly [name: string]: NativeCase } = {
  'err-400-api-key-invalid-gemini-2-0-flash-lite': { credentials: BAD_KEY },
  'err-400-api-key-invalid-gemini-2-5-flash-2026': { credentials: BAD_KEY },
  'err-400-api-key-invalid-models-list': { credentials: BAD_KEY },
  'err-400-api-key-invalid-stream-gemini-2-0-flash-lite': { credentials: BAD_KEY },
  'err-403-no-credentials-gemini-2-0-flash': { credentials: {} },
  'err-429-quota-details-gemini-2-5-flash': keyState('quota-paid'),
  'file-uri-in-uploaded-pdf-gemini-2-5-flash': {
    settings: { owners: { 'files/mwp1gi5it47f': 'valid' } },
  },
  'tool-result-with-file-part-gemini-3-flash-preview': { settings: { owners: { 'files/k8plo4aq1e1w': 'valid' } } },
  'fixture-finish-other-no-content': { body: said, behaviour: { finish: 'OTHER' } },
  'fixture-finish-safety-with-partial-text': { body: said, behaviour: { finish: 'SAFETY', text: 'A part' } },
  'fixture-google-maps-grounding': { body: said },
  'fixture-grounding-web-empty-chunks': { body: { ...said, tools: [{ googleSearch: {} }] } },
  'fixture-stream-citation-sources': { body: said },
  'fixture-stream-finish-message': { body: said },
  'fixture-stream-image-out-last-event-without-parts': { body: said },
  'fixture-stream-prompt-blocked-safety': { body: said, behaviour: { promptBlock: 'SAFETY' } },
  'fixture-stream-thinking-tool-signature': { body: { ...said, tools: [FUNCTION] }, behaviour: { toolCalls: [{ name: 'tool' }] } },
  'fixture-url-context-mixed-validity': {
    body: { contents: [text('Compare https://a.example/ with https://missing.example/')], tools: [{ urlContext: {} }] },
  },
  'fixture-vertex-prompt-blocked-with-message': { body: said, behaviour: { promptBlock: 'SAFETY' } },
  'grounding-web-confidence-scores-2025-03-gemini-2-0-flash': { body: { ...said, tools: [{ googleSearch: {} }] } },
  'malformed-function-call-gemini-2-5-flash': { behaviour: { finish: 'MALFORMED_FUNCTION_CALL' } },
  'max-tokens-thinking-no-parts-gemini-2-5-flash': { behaviour: { thinkingTokens: 10_000 } },
  'prompt-blocked-safety-ratings-cookbook': { body: said, behaviour: { promptBlock: 'SAFETY' } },
  'quoted-err-400-budget-and-level-gemini-flash-latest': {
    body: { ...said, generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'low' } } },
  },
  'quoted-err-400-model-turn-last-gemini-3-6-flash': { body: { contents: [text('Hello'), { role: 'model', parts: [{ text: 'I' }] }] } },
  'quoted-err-400-server-side-tool-invocations': { body: { ...said, tools: [FUNCTION, { googleSearch: {} }] } },
  'quoted-err-500-internal-gemini-1-5-pro': { behaviour: { error: 'internal' } },
  'quoted-err-503-high-demand': { behaviour: { error: 'unavailable' } },
  'quoted-finish-recitation-no-content-gemini-1-5-flash': { behaviour: { finish: 'RECITATION' } },
  'quoted-prompt-blocked-prohibited-content-gemini-1-5-flash': { behaviour: { promptBlock: 'PROHIBITED_CONTENT' } },
  'quoted-stream-mid-stream-503-after-finish-gemini-2-0-flash': {
    behaviour: { chunks: 2, errorMidStream: { name: 'unavailable', afterChunks: 2 } },
  },
  'quoted-stream-mid-stream-503-during-thoughts-gemma-4-31b-it': { behaviour: { errorMidStream: { name: 'unavailable' } } },
  'stream-grounding-web-empty-metadata-in-each-event-gemini-2-5-flash': { body: { ...said, tools: [{ googleSearch: {} }] } },
  'stream-unexpected-tool-call-gemini-2-5-flash': { behaviour: { finish: 'UNEXPECTED_TOOL_CALL' } },
  'vertex-count-tokens-system-and-tools-gemini-2-0-flash': { differs: { status: 400, reason: VERTEX } },
  'vertex-err-400-cannot-fetch-url-gemini-3-flash-preview': { differs: { status: 200, reason: 'the simulator fetches nothing' } },
  'vertex-finish-model-armor-no-content-gemini-2-5-flash': { differs: { status: 400, reason: VERTEX } },
  'vertex-image-out-jpeg-options-gemini-2-5-flash-image': { differs: { status: 400, reason: VERTEX } },
  'vertex-prompt-blocked-model-armor-gemini-2-5-flash': { differs: { status: 400, reason: VERTEX } },
  'vertex-tool-combination-without-flag-gemini-3-flash-preview': {
    differs: { status: 400, reason: 'Vertex AI needs no flag for tools of both kinds, the Gemini API does' },
  },
}

const notFoundText = (id: string, method: string): string =>
  `models/${id} is not found for API version v1beta, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`

/**
 * The simulator's error messages for recordings of another time or service, for which Google worded
 * the same error differently.
 */
export const OTHER_MESSAGES: { readonly [name: string]: string } = {
  'count-tokens-err-404-model': notFoundText('nonexistent-model', 'countTokens'),
  'err-404-model-not-found-stream-gemini-1-5-flash': notFoundText('gemini-1.5-flash', 'generateContent'),
  'err-404-model-not-found-there-is-no-such-model': notFoundText('there-is-no-such-model', 'generateContent'),
  'quoted-err-500-internal-gemini-1-5-pro': 'Internal error encountered.',
  'vertex-err-400-temperature-out-of-range-gemini-2-5-pro':
    '* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n',
}

const below = (path: string, names: string, reason: string): { readonly [path: string]: string } =>
  Object.fromEntries(
    ['', ...names.split(' ').filter((name) => name !== '')].map((name) => [name === '' ? path : `${path}.${name}`, reason]),
  )

const CHUNKS = 'candidates.groundingMetadata.groundingChunks'
const NOT_SIMULATED = 'the simulator does not run this tool; a test scripts its answers'

/** Key paths of recorded answers that the simulator never sends by itself, with the reasons. */
export const UNSENT_PATHS: { readonly [path: string]: string } = {
  ...below(
    'candidates.citationMetadata',
    'citationSources citationSources.endIndex citationSources.startIndex citationSources.uri',
    'only in test data of SDKs: the simulator recites nothing',
  ),
  ...below('candidates.content.parts.functionResponse', 'name response', NOT_SIMULATED),
  ...below(`${CHUNKS}.maps`, 'placeId title uri', NOT_SIMULATED),
  ...below(`${CHUNKS}.retrievedContext`, 'customMetadata fileSearchStore text title', NOT_SIMULATED),
  ...below('candidates.groundingMetadata.groundingSupports.confidenceScores', '', 'not sent since 2025'),
  ...below('candidates.groundingMetadata.retrievalMetadata', '', 'always empty'),
  ...below('createTime', '', 'Vertex AI only'),
  ...below('nextPageToken', '', 'the list of models is shorter than a page'),
  ...below('promptFeedback.blockReasonMessage', '', 'Vertex AI only'),
  ...below('turnToken', '', 'undocumented, and not sent since February 2026'),
  ...below('usageMetadata.trafficType', '', 'Vertex AI only'),
}
