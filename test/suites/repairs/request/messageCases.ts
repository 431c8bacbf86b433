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

/** Messages with the names of their authors, one of them empty, and of a function. */
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
      'makes tools of calls and results before tools',
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
      'gives a result without content an empty one',
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
    unchanged('leaves a call alone that is there as a tool call as well', [
      ask,
      { ...calling('a'), function_call: { name: 'weather', arguments: '{}' } },
      result('a'),
    ]),
  ],
  'message-fields': [
    turning(
      'takes a whole earlier answer, less what only OpenAI knows',
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
      'says a refusal as text where nothing else was said',
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
      'gives an empty list of calls as none',
      [ask, { role: 'assistant', content: 'x', tool_calls: [] }, ask],
      [ask, { role: 'assistant', content: 'x' }, ask],
    ),
    turning(
      'reports the images of an earlier answer, which Google does not take back',
      [ask, { role: 'assistant', content: 'x', images: [{ type: 'image_url', image_url: { url: PNG } }] }, { ...ask, images: [] }],
      [ask, { role: 'assistant', content: 'x' }, ask],
      { ignored: ['messages[1].images', 'messages[2].images'] },
    ),
    turning(
      'reports the members that only assistant messages have as ignored elsewhere',
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
      'turns an earlier call of a custom tool into a call of a function',
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
      'joins parts where Google takes text only',
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
    unchanged('leaves the parts of tool results to other repairs', [
      ask,
      calling('a'),
      { ...result('a'), content: [{ type: 'text', text: 'r' }] },
    ]),
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
      'passes a picture on byte for byte, with a detail that Google knows',
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
      'passes recordings on',
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
      'gives a document as a data URI where an image may stand',
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
    unchanged('leaves plain texts alone', [ask, answer, ask]),
  ],
  'tool-results': [
    turning(
      'puts results in the order of their calls',
      [ask, calling('a', 'b'), result('b'), result('a')],
      [ask, calling('a', 'b'), result('a'), result('b')],
    ),
    turning(
      'puts results right after their calls, before what the user said meanwhile',
      [ask, calling('a'), { role: 'user', content: 'Hurry.' }, result('a')],
      [ask, calling('a'), result('a'), { role: 'user', content: 'Hurry.' }],
    ),
    turning(
      'turns a result whose call was trimmed away into text',
      [{ role: 'system', content: 's' }, result('z'), ask],
      [{ role: 'system', content: 's' }, { role: 'user', content: 'Result of an earlier tool call: result z' }, ask],
    ),
    unchanged('keeps the steps of a turn apart when ids repeat', [ask, calling('a'), result('a', '1'), calling('a'), result('a', '2')]),
  ],
  'tool-media': [
    turning(
      'moves the media of a step behind its results',
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
    unchanged('leaves results of text alone', [ask, calling('a'), result('a')]),
  ],
  'call-arguments': [
    turning(
      'makes an object of arguments that say nothing, and wraps others',
      [ask, withArguments('', ' null', '[1]', '{"a":1}'), ...FOUR_RESULTS],
      [ask, withArguments('{}', '{}', '{"arguments":"[1]"}', '{"a":1}'), ...FOUR_RESULTS],
      { ignored: ['messages[1].tool_calls[2].function.arguments'] },
    ),
    turning(
      'repairs the older form by its own name',
      [ask, { role: 'assistant', function_call: { name: 'weather', arguments: '{"a"' } }, LEGACY_RESULT],
      [ask, { role: 'assistant', function_call: { name: 'weather', arguments: '{"arguments":"{\\"a\\""}' } }, LEGACY_RESULT],
      { ignored: ['messages[1].function_call.arguments'] },
    ),
    unchanged('leaves calls of custom tools alone', [
      ask,
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'x', input: 'y' } }] },
      result('a'),
    ]),
  ],
  'function-names': [
    turning(
      'replaces the names of calls that Google refuses',
      [ask, { role: 'assistant', tool_calls: [call('a', '1st'), call('b')] }, result('a'), result('b')],
      [ask, { role: 'assistant', tool_calls: [call('a', '_1st_e01ddf6594a4'), call('b')] }, result('a'), result('b')],
    ),
    {
      does: 'replaces the names of declarations and of the choice',
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
      'gives each result the name of its call',
      [ask, { role: 'assistant', tool_calls: [call('a', 'weather'), call('b', 'time')] }, result('a'), { ...result('b'), name: 'other' }],
      [
        ask,
        { role: 'assistant', tool_calls: [call('a', 'weather'), call('b', 'time')] },
        { ...result('a'), name: 'weather' },
        { ...result('b'), name: 'time' },
      ],
    ),
    unchanged('leaves the names of users alone', [
      { ...ask, name: 'ada' },
      { ...answer, name: 'bot' },
    ]),
  ],
  'empty-messages': [
    turning(
      'leaves out placeholders and keeps the turns of the user',
      [{ role: 'system', content: '' }, { role: 'user', content: '' }, { role: 'assistant' }, { role: 'user', content: '' }],
      [
        { role: 'user', content: ' ' },
        { role: 'user', content: ' ' },
      ],
    ),
    turning(
      'takes empty text from beside tool calls, and keeps empty results',
      [ask, { ...calling('a'), content: '' }, result('a', '')],
      [ask, calling('a'), result('a', '')],
    ),
    turning('leaves something to answer', [{ role: 'system', content: '' }], [{ role: 'user', content: ' ' }]),
  ],
  'system-messages': [
    turning(
      'joins leading instructions in their order',
      [{ role: 'system', content: 'One.' }, { role: 'developer', content: 'Two.' }, { role: 'system', content: 'Three.' }, ask],
      [{ role: 'system', content: 'One.\n\nTwo.\n\nThree.' }, ask],
    ),
    turning(
      'lets an instruction alone be what the user wants',
      [{ role: 'developer', content: 'Write a poem.' }],
      [{ role: 'user', content: 'Write a poem.' }],
    ),
    turning(
      'lets the last of several instructions be what the user wants',
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
      'keeps later instructions in their place',
      [{ role: 'system', content: 'Be brief.' }, ask, answer, { role: 'developer', content: 'Now in French.' }, ask],
      [{ role: 'system', content: 'Be brief.' }, ask, answer, { role: 'user', content: 'Now in French.' }, ask],
    ),
    turning(
      'puts them before the words of the user for a model that takes none',
      [{ role: 'system', content: 'Be brief.' }, { role: 'developer', content: 'Rhyme.' }, ask, answer, ask],
      [{ role: 'user', content: `Be brief.\n\nRhyme.\n\n${ask.content}` }, answer, ask],
      { asked: 'gemma-3-27b-it' },
    ),
    turning(
      'puts them before the parts of a message',
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [text('Hi')] },
      ],
      [{ role: 'user', content: [text('Be brief.'), text('Hi')] }],
      { asked: 'gemma-3-27b-it' },
    ),
    turning(
      'puts them in a message of their own before an answer',
      [{ role: 'system', content: 'Be brief.' }, answer, ask],
      [{ role: 'user', content: 'Be brief.' }, answer, ask],
      { asked: 'gemma-3-27b-it' },
    ),
  ],
  'turn-order': [
    turning(
      'puts a turn of the user before leading tool calls',
      [{ role: 'system', content: 's' }, calling('a'), result('a')],
      [{ role: 'system', content: 's' }, { role: 'user', content: '(The conversation goes on.)' }, calling('a'), result('a')],
    ),
    turning('lets the user have the last word', [ask, answer], [ask, answer, { role: 'user', content: '(Go on.)' }]),
    turning(
      'joins what the assistant said in two messages',
      [ask, answer, { role: 'assistant', content: 'Really.' }, ask],
      [ask, { role: 'assistant', content: 'Fine.\n\nReally.' }, ask],
    ),
    turning(
      'joins a text and the calls that follow it',
      [ask, answer, calling('a'), result('a')],
      [ask, { ...calling('a'), content: 'Fine.' }, result('a')],
    ),
    unchanged('leaves steps in a row alone', [ask, calling('a'), result('a'), calling('b'), result('b'), answer, ask]),
  ],
}
