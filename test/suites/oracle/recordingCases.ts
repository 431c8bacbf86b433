import type { Behaviour, KeyState, Settings } from '../../doubles/simulator/index.js'

/** How to make the simulator reproduce one recording, and how to compare the two. */
export interface RecordingCase {
  readonly settings?: Partial<Settings>
  readonly behaviour?: Behaviour
  /** Request headers besides the content type; by default, a valid key as a bearer token. */
  readonly credentials?: { readonly [name: string]: string }
  /** Set if the recording lost the original order of its JSON keys, so that it is not compared. */
  readonly isUnordered?: true
  /**
   * Set for a list whose content changes from year to year: only the kinds of its elements are
   * compared, not their number.
   */
  readonly isCatalogue?: true
}

const BAD_KEY = { authorization: 'Bearer invalid-key' }
const KEY = 'key-of-the-oracle'
const keyState = (state: KeyState): RecordingCase => ({
  settings: { keys: { [KEY]: state } },
  credentials: { authorization: `Bearer ${KEY}` },
})

const alive = (id: string, behaviour: Behaviour): RecordingCase => ({ settings: { models: { [id]: 'alive' } }, behaviour })
const PREVIEW = 'gemini-2.5-flash-preview-09-2025'

/**
 * How the simulator reproduces each recording of the compatible API, by name. A recording without
 * an entry fails the test.
 */
export const RECORDING_CASES: { readonly [name: string]: RecordingCase } = {
  'chat-basic-hello-2-5-flash-preview': alive(PREVIEW, {}),
  'chat-hidden-thinking-usage-2-5-flash': {},
  'chat-long-answer-2-0-flash': alive('gemini-2.0-flash', { text: 'A long answer. '.repeat(400) }),
  'chat-short-answer-2-5-flash-2': {},
  'embeddings-index-omitted-when-zero': { isUnordered: true },
  'err-400-api-key-not-valid-short': { credentials: BAD_KEY },
  'err-400-audio-format': {},
  'err-400-missing-authorization': { credentials: {} },
  'err-400-missing-thought-signature': {},
  'err-400-model-not-specified': { credentials: {} },
  'err-400-multiple-candidates': {},
  'err-400-unknown-field-frequency-penalty': alive('gemini-2.0-flash', {}),
  'err-400-user-location': keyState('region'),
  'err-403-key-leaked': keyState('leaked'),
  'err-404-model-not-found-v1main': {},
  'err-429-quota-free-tier-details': keyState('quota-minute'),
  'err-500-internal': { behaviour: { error: 'internal' } },
  'err-503-high-demand': { behaviour: { error: 'unavailable' } },
  'finish-content-filter-without-message': { behaviour: { finish: 'content_filter' } },
  'finish-malformed-function-call-filter': { behaviour: { finish: 'function_call_filter: MALFORMED_FUNCTION_CALL' } },
  'models-list-2026-01': { isCatalogue: true },
  'stream-empty-completion-role-only-2-5-flash': { behaviour: { empty: true } },
  'stream-hello-one-chunk-2-5-flash-preview': alive(PREVIEW, { chunks: 1, finalNewlines: 1 }),
  'stream-include-thoughts-zh-2-5-flash': { behaviour: { thoughts: ['**一**\n\n\n', '**二**\n\n\n', '**三**\n\n\n'], chunks: 1 } },
  'stream-mid-stream-503-array-not-sse': { behaviour: { errorMidStream: { name: 'unavailable', form: 'bare-array', afterChunks: 1 } } },
  'stream-tool-call-one-frame-with-usage-2-5-flash': { behaviour: { toolCalls: [{ name: 'glob' }] } },
  'stream-tool-calls-parallel-one-delta-no-index-2-5-flash-lite': {
    behaviour: { toolCalls: [{ name: 'delegate_research' }, { name: 'delegate_code' }, { name: 'delegate_research' }] },
  },
  'stream-zh-usage-in-every-chunk-2-5-flash-lite': { behaviour: { chunks: 5, usage: 'every-chunk' } },
  'tool-call-empty-id-thought-signature': alive('gemini-2.5-pro-preview-05-06', {
    toolCalls: [{ name: 'get_current_time' }],
    emptyToolIds: true,
    messageSignature: true,
  }),
  'tool-call-function-call-id-2-5-flash-preview': alive(PREVIEW, { toolCalls: [{ name: 'get_weather' }] }),
}

/** Paths of keys that only the recording or only the simulator's response has. */
export interface KnownDifference {
  readonly paths: readonly string[]
  readonly reason: string
}

/**
 * Known differences between recordings and simulator, by recording. A test expects each of them: if
 * a better recording replaces one, its entry must be removed.
 */
export const KNOWN_DIFFERENCES: { readonly [name: string]: KnownDifference } = {
  'chat-hidden-thinking-usage-2-5-flash': {
    paths: ['created', 'id', 'model', 'object'],
    reason: 'id, created, model and object were cut by those who quoted the body',
  },
  'finish-content-filter-without-message': {
    paths: ['id', 'model', 'object', 'usage', 'usage.completion_tokens', 'usage.prompt_tokens', 'usage.total_tokens'],
    reason: 'the quoted body was shortened by its authors',
  },
  'stream-tool-call-one-frame-with-usage-2-5-flash': { paths: ['0: id'], reason: 'the id is absent as quoted' },
  'stream-tool-calls-parallel-one-delta-no-index-2-5-flash-lite': {
    paths: ['0: created', '0: id', '0: object'],
    reason: 'the authors kept the shape of the delta only',
  },
}
