import { expect } from 'vitest'
import { toGeminiName } from '../../../../src/upstream/request/repairs/functionNames.js'

/** A choice as Gemini sends it: `message` in JSON, `delta` in a stream. */
export interface Raw {
  readonly message?: object
  readonly delta?: object
  readonly finish_reason?: string
}

/** What a client receives: a choice in OpenAI's format, or the code of an error. */
export type Expected = { readonly finish_reason: string; readonly message: object } | { readonly error: string }

/** One peculiarity of Gemini's wire format: the raw choices, and the result of the repair. */
export interface Fixture {
  /** The repair under test. */
  readonly repair: string
  readonly name: string
  /** The choice of a JSON response. */
  readonly json?: Raw
  /** The choices in the events of a stream. */
  readonly stream?: readonly Raw[]
  readonly expected: Expected
  /** Set if the result of a stream differs, because text already sent cannot be withdrawn. */
  readonly streamed?: Expected
  /** Set if the request uses `functions` instead of `tools`. */
  readonly isLegacy?: true
}

const AUDIO = { id: 'x', data: 'AA==', expires_at: 1_800_000_000, transcript: '' }
const OUR_ID = expect.stringMatching(/^call_[0-9a-f]{24}$/)
const LONG_ID = `function-call-${'7'.repeat(40)}`

/** A call as Gemini sends it: without `index`, its keys in alphabetical order. */
const call = (id: string, name: string, text: string, more: object = {}): object => ({
  ...more,
  function: { arguments: text, name },
  id,
  type: 'function',
})
const signed = (signature: string): { extra_content: object } => ({ extra_content: { google: { thought_signature: signature } } })
const got = (name: string, text: string, more: object = {}): object => ({
  id: OUR_ID,
  type: 'function',
  function: { name, arguments: text },
  ...more,
})

const message = (more: object): object => ({ role: 'assistant', content: null, refusal: null, ...more })
const said = (content: string, more: object = {}, finish_reason = 'stop'): Expected => ({
  finish_reason,
  message: message({ content, ...more }),
})
const called = (calls: readonly object[], more: object = {}): Expected => ({
  finish_reason: 'tool_calls',
  message: message({ tool_calls: calls, ...more }),
})
const refused = (why?: string): Expected => ({
  finish_reason: 'content_filter',
  message: message({ refusal: `Gemini withheld the answer${why === undefined ? '' : ` (${why})`}.` }),
})

const role = { role: 'assistant' }
const calls = (...all: readonly object[]): { role: string; tool_calls: readonly object[] } => ({ ...role, tool_calls: all })
const whole = (of: object, finish_reason = 'stop'): Raw => ({ finish_reason, message: { ...role, ...of } })
const piece = (of: object, finish_reason?: string): Raw => ({
  delta: { ...role, ...of },
  ...(finish_reason === undefined ? {} : { finish_reason }),
})
const thought = (content: string): object => ({ content, extra_content: { google: { thought: true } } })

const OSLO = '{"city":"Oslo"}'
const SEOUL = '{"city":"Seoul"}'
const BOTH = [call('function-call-1', 'get_weather', OSLO), call('function-call-2', 'get_weather', SEOUL)]
const GOT_BOTH = called([got('get_weather', OSLO), got('get_weather', SEOUL)])

/** Name of a function that Google refuses. Every request declares this function. */
export const RENAMED = '2nd weather'
/** The client's names of functions, by their names at Gemini. */
export const CLIENT_NAMES: ReadonlyMap<string, string> = new Map([[toGeminiName(RENAMED, 'compat'), RENAMED]])

const NAMES: readonly Fixture[] = [
  {
    repair: 'client-names',
    name: 'a call of a function whose name Google refuses',
    json: whole(calls(call('function-call-1', toGeminiName(RENAMED, 'compat'), OSLO), call('function-call-2', 'get_weather', SEOUL))),
    stream: [
      piece(calls(call('function-call-1', toGeminiName(RENAMED, 'compat'), OSLO))),
      piece(calls(call('function-call-2', 'get_weather', SEOUL)), 'stop'),
    ],
    expected: called([got(RENAMED, OSLO), got('get_weather', SEOUL)]),
  },
]

const INDEX: readonly Fixture[] = [
  {
    repair: 'tool-call-index',
    name: 'parallel calls in one delta',
    json: whole({ tool_calls: BOTH }),
    stream: [piece(calls(...BOTH), 'tool_calls')],
    expected: GOT_BOTH,
  },
  {
    repair: 'tool-call-index',
    name: 'parallel calls in a chunk each, and the finish reason in another',
    stream: [...BOTH.map((each) => piece(calls(each))), piece({}, 'stop')],
    expected: GOT_BOTH,
  },
  {
    repair: 'tool-call-index',
    name: 'arguments split over deltas without id and name',
    stream: [
      piece(calls(call('a1', 'get_weather', '{"city":'))),
      piece(calls({ function: { arguments: '"Os' } })),
      piece(calls({ function: { arguments: 'lo"}' } })),
      piece(calls(call('a2', 'get_weather', '{"city":'))),
      piece(calls({ function: { arguments: '"Seoul"}' } }), 'tool_calls'),
    ],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-index',
    name: 'arguments split over deltas that repeat the id, and the name too',
    stream: [
      piece(calls(call('a1', 'get_weather', '{"city":'))),
      piece(calls({ id: 'a1', function: { arguments: '"Os' } })),
      piece(calls(call('a1', 'get_weather', 'lo"}')), 'tool_calls'),
    ],
    expected: called([got('get_weather', OSLO)]),
  },
  {
    repair: 'tool-call-index',
    name: 'interleaved continuations with an index and no id',
    stream: [
      piece(calls({ index: 0, ...call('a1', 'get_weather', '{"city":') }, { index: 1, ...call('a2', 'get_weather', '{"city":') })),
      piece(calls({ index: 0, function: { arguments: '"Oslo"}' } })),
      piece(calls({ index: 1, function: { arguments: '"Seoul"}' } }), 'tool_calls'),
    ],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-index',
    name: 'parallel calls that all have the index 0',
    stream: [piece(calls(...BOTH.map((each) => ({ index: 0, ...each }))), 'stop')],
    expected: GOT_BOTH,
  },
  {
    repair: 'tool-call-index',
    name: 'arguments split over deltas that repeat index and name, without ids, then a call of the same index',
    stream: [
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: '' } })),
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: '{"city' } })),
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: '":"Oslo"' } })),
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: '}' } })),
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: SEOUL } }), 'tool_calls'),
    ],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-index',
    name: 'an id in the first delta only, complete arguments after blank ones, and a blank delta at the end',
    stream: [
      piece(calls({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: ' ' } })),
      piece(calls({ index: 0, id: '', function: { name: 'get_weather', arguments: OSLO } })),
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: '' } }), 'tool_calls'),
    ],
    expected: called([got('get_weather', ` ${OSLO}`)]),
  },
  {
    repair: 'tool-call-index',
    name: 'parallel calls without ids that all have the index 0',
    stream: [OSLO, SEOUL].map((text, at) =>
      piece(calls({ index: 0, function: { name: 'get_weather', arguments: text } }), ...(at === 1 ? ['stop'] : [])),
    ),
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-index',
    name: 'text before the call',
    json: whole({ content: 'I look.', tool_calls: [BOTH[0]] }, 'tool_calls'),
    stream: [piece({ content: 'I look.' }), piece(calls(BOTH[0] ?? {}), 'tool_calls')],
    expected: called([got('get_weather', OSLO)], { content: 'I look.' }),
  },
  {
    repair: 'tool-call-index',
    name: 'a fragment of a call that never began is left out',
    stream: [piece(calls({ function: { arguments: '"lost"}' } })), piece({ content: 'Hi' }, 'stop')],
    expected: said('Hi'),
  },
]

const IDS: readonly Fixture[] = [
  {
    repair: 'tool-call-id',
    name: 'empty ids',
    json: whole({ tool_calls: [call('', 'get_weather', OSLO), call('', 'get_weather', SEOUL)] }, 'tool_calls'),
    stream: [piece(calls(call('', 'get_weather', OSLO))), piece(calls(call('', 'get_weather', SEOUL)), 'stop')],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-id',
    name: 'no ids at all',
    json: whole({ tool_calls: [{ function: { name: 'get_weather', arguments: OSLO } }] }, 'stop'),
    stream: [piece(calls({ function: { name: 'get_weather', arguments: OSLO } }), 'stop')],
    expected: called([got('get_weather', OSLO)]),
  },
  {
    repair: 'tool-call-id',
    name: 'a short id, which may repeat in another answer',
    json: whole({ tool_calls: [call('call_20038', 'get_weather', OSLO)] }),
    stream: [piece(calls(call('call_20038', 'get_weather', OSLO)), 'stop')],
    expected: called([got('get_weather', OSLO)]),
  },
  {
    repair: 'tool-call-id',
    name: 'ids of more than 40 characters',
    json: whole({ tool_calls: [call(LONG_ID, 'get_weather', OSLO)] }),
    stream: [
      piece(calls(call(LONG_ID, 'get_weather', '{"city":'))),
      piece(calls({ id: LONG_ID, function: { arguments: '"Oslo"}' } }), 'stop'),
    ],
    expected: called([got('get_weather', OSLO)]),
  },
  {
    repair: 'tool-call-id',
    name: 'the same id twice in one delta',
    json: whole({ tool_calls: [call('a1', 'get_weather', OSLO), call('a1', 'get_weather', SEOUL)] }),
    stream: [piece(calls(call('a1', 'get_weather', OSLO), call('a1', 'get_weather', SEOUL)), 'stop')],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-id',
    name: 'the same id in a later chunk, for another call',
    stream: [piece(calls(call('a1', 'get_weather', OSLO))), piece(calls(call('a1', 'get_weather', SEOUL)), 'stop')],
    expected: called([got('get_weather', OSLO), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-id',
    name: 'the same id in a later chunk, for another function',
    stream: [piece(calls(call('a1', 'get_time', ''))), piece(calls(call('a1', 'get_weather', SEOUL)), 'stop')],
    expected: called([got('get_time', '{}'), got('get_weather', SEOUL)]),
  },
  {
    repair: 'tool-call-index',
    name: 'a function_call, the first of two only',
    isLegacy: true,
    json: whole({ tool_calls: BOTH }),
    stream: [...BOTH.map((each) => piece(calls(each))), piece({}, 'stop')],
    expected: { finish_reason: 'function_call', message: message({ function_call: { name: 'get_weather', arguments: OSLO } }) },
  },
]

const OLDER: readonly Fixture[] = [
  {
    repair: 'function-call',
    name: 'a function_call',
    json: whole({ function_call: { name: 'get_weather', arguments: OSLO } }, 'function_call'),
    stream: [
      piece({ function_call: { name: 'get_weather', arguments: '' } }),
      piece({ function_call: { arguments: OSLO } }),
      piece({}, 'function_call'),
    ],
    expected: called([got('get_weather', OSLO)]),
  },
]

const ARGUMENTS: readonly Fixture[] = [
  {
    repair: 'tool-call-arguments',
    name: 'no arguments, with the native finish reason',
    json: whole({ tool_calls: [{ function: { name: 'get_time' }, id: 'a1', type: 'function' }] }, 'STOP'),
    stream: [piece(calls({ function: { name: 'get_time' }, id: 'a1', type: 'function' })), piece({}, 'STOP')],
    expected: called([got('get_time', '{}')]),
  },
  {
    repair: 'tool-call-arguments',
    name: 'no arguments',
    json: whole({ tool_calls: [{ function: { name: 'get_time' }, id: 'a1', type: 'function' }] }, 'tool_calls'),
    stream: [piece(calls({ function: { name: 'get_time' }, id: 'a1', type: 'function' }), 'tool_calls')],
    expected: called([got('get_time', '{}')]),
  },
  {
    repair: 'tool-call-arguments',
    name: 'empty arguments, and the finish reason in another chunk',
    json: whole({ tool_calls: [call('a1', 'get_time', ''), call('a2', 'get_weather', OSLO)] }),
    stream: [piece(calls(call('a1', 'get_time', ''))), piece(calls(call('a2', 'get_weather', OSLO))), piece({}, 'stop')],
    expected: called([got('get_time', '{}'), got('get_weather', OSLO)]),
  },
]

const THOUGHTS: readonly Fixture[] = [
  {
    repair: 'thoughts',
    name: 'thoughts in JSON, with tags and flag',
    json: whole({ ...thought('<thought>**Plan**\n\n</thought>Hello') }),
    stream: [
      piece(thought('<thought>**Plan**')),
      piece(thought('\n\n')),
      piece({ content: '</thought>Hel' }),
      piece({ content: 'lo' }, 'stop'),
    ],
    expected: said('Hello', { reasoning_content: '**Plan**\n\n' }),
  },
  {
    repair: 'thoughts',
    name: 'tags cut by chunks',
    stream: [...'<thought>Plan']
      .map((letter) => piece(thought(letter)))
      .concat(
        [...'</thought>Hi'].map((letter) => piece({ content: letter })),
        piece({}, 'stop'),
      ),
    expected: said('Hi', { reasoning_content: 'Plan' }),
  },
  {
    repair: 'thoughts',
    name: 'thoughts before a tool call, without a closing tag',
    stream: [piece(thought('<thought>Plan')), piece(calls(BOTH[0] ?? {})), piece({}, 'stop')],
    expected: called([got('get_weather', OSLO)], { reasoning_content: 'Plan' }),
  },
  {
    repair: 'thoughts',
    name: 'duplicated thoughts',
    stream: [
      piece(thought('<thought>One')),
      piece({ content: '</thought>A' }),
      piece(thought('<thought>Two')),
      piece({ content: '</thought>B' }, 'stop'),
    ],
    expected: said('AB', { reasoning_content: 'OneTwo' }),
  },
  {
    repair: 'thoughts',
    name: 'thoughts that use up the whole token limit',
    json: whole(thought('<thought>Long and lon'), 'length'),
    stream: [piece(thought('<thought>Long and')), piece(thought(' lon'), 'length')],
    expected: said('', { reasoning_content: 'Long and lon' }, 'length'),
    // When the proxy sends the first event, it cannot know that no content will follow: unlike the
    // JSON response, the stream has no empty content.
    streamed: { finish_reason: 'length', message: message({ reasoning_content: 'Long and lon' }) },
  },
]

const EXTRA: readonly Fixture[] = [
  {
    repair: 'extra-content',
    name: 'a signature on a call is passed on, other extra_content is removed',
    json: whole({
      tool_calls: [call('a1', 'get_weather', OSLO, { extra_content: { google: { thought_signature: 'S1', part: 3 }, other: 1 } })],
    }),
    stream: [
      piece(calls(call('a1', 'get_weather', OSLO, { extra_content: { google: { thought_signature: 'S1', part: 3 }, other: 1 } }))),
      piece({}, 'stop'),
    ],
    expected: called([got('get_weather', OSLO, signed('S1'))]),
  },
  {
    repair: 'extra-content',
    name: 'a signature of a text turn is passed on, the flag of its thoughts is removed',
    json: whole({ content: '<thought>Plan</thought>Hi', extra_content: { google: { thought: true, thought_signature: 'S1' } } }),
    stream: [
      piece(thought('<thought>Plan')),
      piece({ content: '</thought>Hi' }),
      piece({ content: null, extra_content: { google: { thought_signature: 'S1', x: 1 } } }, 'stop'),
    ],
    expected: said('Hi', { reasoning_content: 'Plan', ...signed('S1') }),
  },
  {
    repair: 'extra-content',
    name: 'a signature before the first text is sent with the text',
    stream: [piece({ extra_content: { google: { thought_signature: 'S1', x: 1 } } }), piece({ content: 'Hi' }, 'stop')],
    expected: said('Hi', signed('S1')),
  },
  {
    repair: 'extra-content',
    name: 'an extra_content of null',
    json: whole({ content: 'Hi', extra_content: null }),
    stream: [piece({ content: 'Hi', extra_content: null }), piece({ content: null, extra_content: { google: null } }, 'stop')],
    expected: said('Hi'),
  },
  {
    repair: 'extra-content',
    name: 'the format of mid 2025: a signature on the message, twice, and a flag without thoughts',
    json: whole(
      {
        extra_content: { google: { thought: true, thought_signature: 'S1' } },
        thought_signature: 'S1',
        tool_calls: [call('a1', 'get_time', '{}')],
      },
      'tool_calls',
    ),
    expected: called([got('get_time', '{}')], signed('S1')),
  },
]

const FILTERED = [
  ['content_filter: PROHIBITED_CONTENT', 'PROHIBITED_CONTENT'],
  ['content_filter: SAFETY', 'SAFETY'],
  ['SAFETY', 'SAFETY'],
  ['RECITATION', 'RECITATION'],
  ['BLOCKLIST', 'BLOCKLIST'],
  ['PROHIBITED_CONTENT', 'PROHIBITED_CONTENT'],
  ['SPII', 'SPII'],
  ['LANGUAGE', 'LANGUAGE'],
  ['OTHER', 'OTHER'],
  ['MODEL_ARMOR', 'MODEL_ARMOR'],
] as const

const REASONS: readonly Fixture[] = [
  ...FILTERED.map(
    ([reason, why]): Fixture => ({
      repair: 'finish-reason',
      name: reason,
      json: { finish_reason: reason },
      stream: [{ finish_reason: reason }],
      expected: refused(why),
    }),
  ),
  {
    repair: 'finish-reason',
    name: 'a filter that cuts off the text: the text so far is returned, without a refusal',
    json: whole({ content: 'The first half' }, 'content_filter: RECITATION'),
    stream: [piece({ content: 'The first' }), piece({ content: ' half' }, 'content_filter: RECITATION')],
    expected: said('The first half', {}, 'content_filter'),
  },
  {
    repair: 'finish-reason',
    name: 'STOP',
    json: whole({ content: 'Hi' }, 'STOP'),
    stream: [piece({ content: 'Hi' }, 'STOP')],
    expected: said('Hi'),
  },
  {
    repair: 'finish-reason',
    name: 'MAX_TOKENS',
    json: whole({ content: 'Hi' }, 'MAX_TOKENS'),
    stream: [piece({ content: 'Hi' }), { finish_reason: 'MAX_TOKENS' }],
    expected: said('Hi', {}, 'length'),
  },
  ...[
    'function_call_filter: MALFORMED_FUNCTION_CALL',
    'function_call_filter: UNEXPECTED_TOOL_CALL',
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
  ].map(
    (reason): Fixture => ({
      repair: 'finish-reason',
      name: `${reason}, for each attempt`,
      json: whole(signed('S1'), reason),
      stream: [piece(signed('S1'), reason)],
      expected: { error: 'malformed_function_call' },
    }),
  ),
  {
    repair: 'finish-reason',
    name: 'function_call_filter after text: one error event',
    stream: [piece({ content: 'I call' }), piece({}, 'function_call_filter: MALFORMED_FUNCTION_CALL')],
    expected: { error: 'malformed_function_call' },
  },
  {
    repair: 'finish-reason',
    name: 'MALFORMED_RESPONSE, for each attempt',
    json: whole({}, 'MALFORMED_RESPONSE'),
    stream: [piece({}, 'MALFORMED_RESPONSE')],
    expected: { error: 'upstream_error' },
  },
]

const CONTINUED: readonly Fixture[] = [
  'CONTINUATION',
  'continuation',
  'Continuation',
  'FINISH_REASON_CONTINUATION',
  'content_filter: CONTINUATION',
].map((reason) => ({
  repair: 'continuation',
  name: `${reason}: an answer that Gemini would continue in another request`,
  json: whole({ content: 'A long text' }, reason),
  stream: [piece({ content: 'A long' }), piece({ content: ' text' }, reason)],
  expected: said('A long text', {}, 'length'),
}))

const ENDS: readonly Fixture[] = [
  {
    repair: 'finish-tool-calls',
    name: '`stop` after calls',
    json: whole({ tool_calls: BOTH }),
    stream: [piece(calls(...BOTH)), piece({}, 'stop')],
    expected: GOT_BOTH,
  },
  {
    repair: 'finish-tool-calls',
    name: '`tool_calls` without a call',
    json: whole({ content: 'Hi' }, 'tool_calls'),
    stream: [piece({ content: 'Hi' }, 'tool_calls')],
    expected: said('Hi'),
  },
]

const REFUSALS: readonly Fixture[] = [
  {
    repair: 'refusal',
    name: 'a choice without a message',
    json: { finish_reason: 'content_filter' },
    stream: [{ finish_reason: 'content_filter' }],
    expected: refused(),
  },
  {
    repair: 'refusal',
    name: 'thoughts and no answer',
    json: whole(thought('<thought>Plan</thought>'), 'content_filter'),
    stream: [piece(thought('<thought>Plan')), piece({}, 'content_filter')],
    expected: { finish_reason: 'content_filter', message: message({ reasoning_content: 'Plan', refusal: 'Gemini withheld the answer.' }) },
  },
]

/** Peculiarities of Gemini's wire format, by repair. */
export const FIXTURES: readonly Fixture[] = [
  ...OLDER,
  ...NAMES,
  ...INDEX,
  ...IDS,
  ...ARGUMENTS,
  ...THOUGHTS,
  ...EXTRA,
  ...REASONS,
  ...CONTINUED,
  ...ENDS,
  ...REFUSALS,
]

/** Choices that no repair may change. */
export const SOUND: readonly Omit<Fixture, 'repair'>[] = [
  {
    name: 'plain text',
    json: whole({ content: 'Hello' }),
    stream: [piece({ content: 'Hel' }), piece({ content: 'lo' }, 'stop')],
    expected: said('Hello'),
  },
  {
    name: 'an answer that begins with `<thought>`, unflagged, as Gemma sends it',
    json: whole({ content: '<thought>I think</thought>Hello' }),
    stream: [piece({ content: '<thought>I ' }), piece({ content: 'think</thought>Hello' }, 'stop')],
    expected: said('<thought>I think</thought>Hello'),
  },
  {
    name: 'an answer about tags, after thoughts',
    json: whole(thought('<thought>Plan</thought>Write <thought>x</thought> so')),
    stream: [
      piece(thought('<thought>Plan')),
      piece({ content: '</thought>Write <thought>x</tho' }),
      piece({ content: 'ught> so' }, 'stop'),
    ],
    expected: said('Write <thought>x</thought> so', { reasoning_content: 'Plan' }),
  },
  {
    name: 'a whole answer that is flagged and has no tags',
    json: whole({ content: 'Hello', extra_content: { google: { thought: true, thought_signature: 'S1' } } }),
    expected: said('Hello', signed('S1')),
  },
  {
    name: 'an answer cut by the token limit before its first text',
    json: whole({}, 'length'),
    stream: [piece({}), piece({}, 'length')],
    expected: said('', {}, 'length'),
  },
  {
    name: 'a call cut by the token limit',
    json: whole({ tool_calls: [call('a1', 'get_weather', '{"ci')] }, 'length'),
    stream: [piece(calls(call('a1', 'get_weather', '{"ci')), 'length')],
    expected: { finish_reason: 'length', message: message({ tool_calls: [got('get_weather', '{"ci')] }) },
  },
  {
    name: 'images and audio',
    json: whole({
      content: 'See',
      images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
      audio: AUDIO,
    }),
    stream: [
      piece({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }], audio: AUDIO }),
      piece({ content: 'See' }, 'stop'),
    ],
    expected: said('See', {
      images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
      audio: AUDIO,
    }),
  },
  {
    name: 'members of Google that OpenAI does not define',
    json: {
      ...whole({ content: 'Hi', thought_signature: 'S', safety_ratings: [{}], citation_metadata: {}, parts: [] }),
      ...{ safetyRatings: [], avgLogprobs: 1, finish_message: 'x' },
    },
    stream: [
      {
        ...piece({ content: 'Hi', thought_signature: 'S', safety_ratings: [{}], parts: [] }, 'stop'),
        ...{ safetyRatings: [], groundingMetadata: {} },
      },
    ],
    expected: said('Hi'),
  },
]
