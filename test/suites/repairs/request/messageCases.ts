import { call, type RepairCase, type RepairCases, tool } from './cases.js'

type Messages = readonly object[]

const turning = (does: string, before: Messages, after: Messages, more: Partial<RepairCase> = {}): RepairCase => ({
  does,
  raw: { messages: before },
  expected: { messages: after },
  ...more,
})

const unchanged = (does: string, messages: Messages): RepairCase => turning(does, messages, messages)

const text = (value: string) => ({ type: 'text', text: value })
const ask = { role: 'user', content: 'How is the weather?' }
const answer = { role: 'assistant', content: 'Fine.' }
const calling = (...ids: readonly string[]) => ({ role: 'assistant', tool_calls: ids.map((id) => call(id)) })
const result = (id: string, content = `result ${id}`) => ({ role: 'tool', tool_call_id: id, content })
const withArguments = (...texts: readonly string[]) => ({
  role: 'assistant',
  tool_calls: texts.map((text, index) => ({ id: `c${index}`, type: 'function', function: { name: 'weather', arguments: text } })),
})
const FOUR_RESULTS = [0, 1, 2, 3].map((index) => result(`c${index}`))
const LEGACY_RESULT = { role: 'function', name: 'weather', content: 'rain' }
const PNG = 'data:image/png;base64,iVBORw0KGgo='
const PDF = 'JVBERi0xLjQK'

/**
 * Messages with `name` for their authors, which is empty once, and a tool result with the name of
 * its function.
 */
const NAMED = [
  { role: 'system', content: 'Be brief.', name: 'rules' },
  { ...ask, name: 'alice' },
  { role: 'assistant', content: 'Sunny.', name: '' },
  { ...ask, name: 'bob' },
  { ...calling('a'), name: 'planner' },
  { ...result('a'), name: 'weather' },
]

/** Cases of the repairs of messages. */
export const MESSAGE_CASES: RepairCases = {
  'legacy-functions': [
    turning(
      'converts legacy calls and results to tool calls',
      [
        ask,
        { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: 'rain' },
      ],
      [
        ask,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_legacy_1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_legacy_1', name: 'weather', content: 'rain' },
      ],
    ),
    turning(
      'adds empty content to a result without content',
      [
        ask,
        { role: 'assistant', function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: null },
      ],
      [
        ask,
        { role: 'assistant', tool_calls: [{ id: 'call_legacy_1', type: 'function', function: { name: 'weather', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'call_legacy_1', name: 'weather', content: '' },
      ],
    ),
    unchanged('does not change a call that is also sent as a tool call', [
      ask,
      { ...calling('a'), function_call: { name: 'weather', arguments: '{}' } },
      result('a'),
    ]),
  ],
  'message-fields': [
    turning(
      'accepts a complete earlier answer, without members that only OpenAI defines',
      [
        ask,
        {
          role: 'assistant',
          content: 'Let me see.',
          refusal: null,
          annotations: [{ type: 'url_citation', url_citation: { url: 'https://example.org', title: 't', start_index: 0, end_index: 1 } }],
          audio: { id: 'audio_1', data: '', transcript: '', expires_at: 1 },
          reasoning_content: 'The user wants to know.',
          function_call: null,
          tool_calls: [{ index: 0, ...call('a') }],
        },
        { ...result('a'), name: 'weather' },
      ],
      [ask, { role: 'assistant', content: 'Let me see.', tool_calls: [call('a')] }, { ...result('a'), name: 'weather' }],
    ),
    turning("reports the names of authors on Gemini's own API, which has none", NAMED, NAMED, {
      upstream: 'native',
      ignored: ['messages[0].name', 'messages[1].name', 'messages[3].name', 'messages[4].name'],
    }),
    turning(
      'sends a refusal as text if there is no other content',
      [ask, { role: 'assistant', content: null, refusal: 'I cannot help.' }, ask],
      [ask, { role: 'assistant', content: 'I cannot help.' }, ask],
    ),
    turning(
      "keeps Google's signature, and nothing else beside it",
      [
        ask,
        {
          role: 'assistant',
          extra_content: { google: { thought: true, other: 1 }, openrouter: {} },
          content: 'x',
          tool_calls: [{ ...call('a'), extra_content: { google: { thought_signature: 'c2ln' } } }],
        },
        result('a'),
      ],
      [
        ask,
        {
          role: 'assistant',
          extra_content: { google: { thought: true } },
          content: 'x',
          tool_calls: [{ ...call('a'), extra_content: { google: { thought_signature: 'c2ln' } } }],
        },
        result('a'),
      ],
    ),
    turning(
      'removes an empty list of calls',
      [ask, { role: 'assistant', content: 'x', tool_calls: [] }, ask],
      [ask, { role: 'assistant', content: 'x' }, ask],
    ),
    turning(
      'lists the images of an earlier answer as ignored, as Google does not accept them',
      [ask, { role: 'assistant', content: 'x', images: [{ type: 'image_url', image_url: { url: PNG } }] }, { ...ask, images: [] }],
      [ask, { role: 'assistant', content: 'x' }, ask],
      { ignored: ['messages[1].images', 'messages[2].images'] },
    ),
    turning(
      'lists members of assistant messages as ignored in other messages',
      [
        { role: 'system', content: 'Be brief.', extra_content: { google: { thought: true } } },
        { ...ask, tool_calls: [call('a')], function_call: { name: 'weather', arguments: '{}' }, refusal: null },
        calling('b'),
        { ...result('b'), extra_content: { google: { thought_signature: 'c2ln' } } },
      ],
      [{ role: 'system', content: 'Be brief.' }, ask, calling('b'), result('b')],
      { ignored: ['messages[0].extra_content', 'messages[1].tool_calls', 'messages[1].function_call', 'messages[3].extra_content'] },
    ),
    turning(
      'converts an earlier call of a custom tool to a function call',
      [ask, { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'shell', input: 'ls "x"' } }] }, result('a')],
      [
        ask,
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'shell', arguments: '{"input":"ls \\"x\\""}' } }],
        },
        result('a'),
      ],
    ),
  ],
  'text-contents': [
    turning(
      'joins parts if Google accepts only text',
      [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Be brief.' },
            { type: 'text', text: 'Be kind.' },
          ],
        },
        ask,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'No,' },
            { type: 'refusal', refusal: 'not that.' },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
      ],
      [
        { role: 'system', content: 'Be brief.\nBe kind.' },
        ask,
        { role: 'assistant', content: 'No,\nnot that.' },
        { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
      ],
    ),
    unchanged('does not change the parts of tool results', [ask, calling('a'), { ...result('a'), content: [{ type: 'text', text: 'r' }] }]),
  ],
  'content-parts': [
    turning(
      'leaves out empty texts and fields of other providers',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
      [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    ),
    turning(
      'forwards a picture byte for byte, with a detail that Google defines',
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: PNG, detail: 'low', alt: 'a dot' } },
            { type: 'image_url', image_url: { url: PNG, detail: 'original' } },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: PNG, detail: 'low' } },
            { type: 'image_url', image_url: { url: PNG } },
          ],
        },
      ],
    ),
    turning(
      'forwards recordings',
      [
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
            { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
            { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
          ],
        },
      ],
    ),
    turning(
      'sends a document as a data URI in an image part',
      [
        {
          role: 'user',
          content: [
            { type: 'file', file: { file_data: PDF, filename: 'a.pdf' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${PDF}` } },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:application/pdf;base64,${PDF}` } },
            { type: 'image_url', image_url: { url: `data:application/pdf;base64,${PDF}` } },
          ],
        },
      ],
    ),
    turning(
      'corrects the media type of an image, also in a tool result',
      [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/JPG;base64,/9j/' } }] },
        calling('a'),
        { ...result('a'), content: [{ type: 'file', file: { file_data: 'SGk=', filename: 'a.txt' } }] },
      ],
      [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/' } }] },
        calling('a'),
        { ...result('a'), content: [{ type: 'image_url', image_url: { url: 'data:text/plain;base64,SGk=' } }] },
      ],
    ),
    unchanged('does not change plain texts', [ask, answer, ask]),
  ],
  'tool-results': [
    turning(
      'puts results in the order of their calls',
      [ask, calling('a', 'b'), result('b'), result('a')],
      [ask, calling('a', 'b'), result('a'), result('b')],
    ),
    turning(
      'puts results right after their calls, before later user messages',
      [ask, calling('a'), { role: 'user', content: 'Hurry.' }, result('a')],
      [ask, calling('a'), result('a'), { role: 'user', content: 'Hurry.' }],
    ),
    turning(
      'converts a result whose call was trimmed away to text',
      [{ role: 'system', content: 's' }, result('z'), ask],
      [{ role: 'system', content: 's' }, { role: 'user', content: 'Result of an earlier tool call: result z' }, ask],
    ),
    unchanged('does not mix the steps of a turn if ids repeat', [ask, calling('a'), result('a', '1'), calling('a'), result('a', '2')]),
  ],
  'tool-media': [
    turning(
      'moves the media of a step after its results',
      [
        ask,
        calling('a', 'b'),
        { ...result('a'), content: [{ type: 'image_url', image_url: { url: PNG } }] },
        {
          ...result('b'),
          content: [
            { type: 'text', text: 'one' },
            { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
            { type: 'text', text: 'two' },
          ],
        },
        ask,
      ],
      [
        ask,
        calling('a', 'b'),
        result('a', 'The output follows.'),
        result('b', 'one\ntwo'),
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Output of the tool call a:' },
            { type: 'image_url', image_url: { url: PNG } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Output of the tool call b:' },
            { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
          ],
        },
        ask,
      ],
    ),
    turning(
      'joins the texts of a result',
      [
        ask,
        calling('a'),
        {
          ...result('a'),
          content: [
            { type: 'text', text: 'one' },
            { type: 'text', text: 'two' },
          ],
        },
      ],
      [ask, calling('a'), result('a', 'one\ntwo')],
    ),
    unchanged('does not change results of text', [ask, calling('a'), result('a')]),
  ],
  'call-arguments': [
    turning(
      'converts empty arguments to an object, and wraps invalid ones',
      [ask, withArguments('', ' null', '[1]', '{"a":1}'), ...FOUR_RESULTS],
      [ask, withArguments('{}', '{}', '{"arguments":"[1]"}', '{"a":1}'), ...FOUR_RESULTS],
      { ignored: ['messages[1].tool_calls[2].function.arguments'] },
    ),
    turning(
      'repairs the legacy function_call, with its path',
      [ask, { role: 'assistant', function_call: { name: 'weather', arguments: '{"a"' } }, LEGACY_RESULT],
      [ask, { role: 'assistant', function_call: { name: 'weather', arguments: '{"arguments":"{\\"a\\""}' } }, LEGACY_RESULT],
      { ignored: ['messages[1].function_call.arguments'] },
    ),
    unchanged('does not change calls of custom tools', [
      ask,
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'x', input: 'y' } }] },
      result('a'),
    ]),
  ],
  'function-names': [
    turning(
      'replaces names of calls that Google refuses',
      [ask, { role: 'assistant', tool_calls: [call('a', '1st'), call('b')] }, result('a'), result('b')],
      [ask, { role: 'assistant', tool_calls: [call('a', '_1st_e01ddf6594a4'), call('b')] }, result('a'), result('b')],
    ),
    {
      does: 'replaces the names of declarations and of tool_choice',
      raw: { messages: [ask], tools: [tool('1st'), tool('weather')], tool_choice: { type: 'function', function: { name: '1st' } } },
      expected: {
        messages: [ask],
        tools: [tool('_1st_e01ddf6594a4'), tool('weather')],
        tool_choice: { type: 'function', function: { name: '_1st_e01ddf6594a4' } },
      },
    },
  ],
  'result-names': [
    turning(
      'sets the name of each result to that of its call',
      [ask, { role: 'assistant', tool_calls: [call('a', 'weather'), call('b', 'time')] }, result('a'), { ...result('b'), name: 'other' }],
      [
        ask,
        { role: 'assistant', tool_calls: [call('a', 'weather'), call('b', 'time')] },
        { ...result('a'), name: 'weather' },
        { ...result('b'), name: 'time' },
      ],
    ),
    unchanged('does not change the names of users', [
      { ...ask, name: 'ada' },
      { ...answer, name: 'bot' },
    ]),
  ],
  'empty-messages': [
    turning(
      'removes empty messages, except those of the user',
      [{ role: 'system', content: '' }, { role: 'user', content: '' }, { role: 'assistant' }, { role: 'user', content: '' }],
      [
        { role: 'user', content: ' ' },
        { role: 'user', content: ' ' },
      ],
    ),
    turning(
      'removes empty text beside tool calls, but not empty results',
      [ask, { ...calling('a'), content: '' }, result('a', '')],
      [ask, calling('a'), result('a', '')],
    ),
    turning('leaves a user message if all messages are empty', [{ role: 'system', content: '' }], [{ role: 'user', content: ' ' }]),
  ],
  'system-messages': [
    turning(
      'joins leading system messages in order',
      [{ role: 'system', content: 'One.' }, { role: 'developer', content: 'Two.' }, { role: 'system', content: 'Three.' }, ask],
      [{ role: 'system', content: 'One.\n\nTwo.\n\nThree.' }, ask],
    ),
    turning(
      'converts a single system message to a user message',
      [{ role: 'developer', content: 'Write a poem.' }],
      [{ role: 'user', content: 'Write a poem.' }],
    ),
    turning(
      'converts the last of several system messages to a user message',
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Write a poem.' },
      ],
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Write a poem.' },
      ],
    ),
    turning(
      'converts later system messages to user messages at the same position',
      [{ role: 'system', content: 'Be brief.' }, ask, answer, { role: 'developer', content: 'Now in French.' }, ask],
      [{ role: 'system', content: 'Be brief.' }, ask, answer, { role: 'user', content: 'Now in French.' }, ask],
    ),
    turning(
      'prepends them to the user message for a model without system instructions',
      [{ role: 'system', content: 'Be brief.' }, { role: 'developer', content: 'Rhyme.' }, ask, answer, ask],
      [{ role: 'user', content: `Be brief.\n\nRhyme.\n\n${ask.content}` }, answer, ask],
      { asked: 'gemma-3-27b-it' },
    ),
    turning(
      'prepends them to the parts of a message',
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [text('Hi')] },
      ],
      [{ role: 'user', content: [text('Be brief.'), text('Hi')] }],
      { asked: 'gemma-3-27b-it' },
    ),
    turning(
      'puts them in a separate message before an answer',
      [{ role: 'system', content: 'Be brief.' }, answer, ask],
      [{ role: 'user', content: 'Be brief.' }, answer, ask],
      { asked: 'gemma-3-27b-it' },
    ),
  ],
  'turn-order': [
    turning(
      'adds a user message before leading tool calls',
      [{ role: 'system', content: 's' }, calling('a'), result('a')],
      [{ role: 'system', content: 's' }, { role: 'user', content: '(The conversation goes on.)' }, calling('a'), result('a')],
    ),
    turning('adds a user message after a final answer', [ask, answer], [ask, answer, { role: 'user', content: '(Go on.)' }]),
    turning(
      'joins two assistant messages',
      [ask, answer, { role: 'assistant', content: 'Really.' }, ask],
      [ask, { role: 'assistant', content: 'Fine.\n\nReally.' }, ask],
    ),
    turning(
      'joins a text and the calls that follow it',
      [ask, answer, calling('a'), result('a')],
      [ask, { ...calling('a'), content: 'Fine.' }, result('a')],
    ),
    unchanged('does not change consecutive steps', [ask, calling('a'), result('a'), calling('b'), result('b'), answer, ask]),
  ],
}
