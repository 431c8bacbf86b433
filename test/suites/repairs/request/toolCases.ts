import { HELLO, type RepairCases, tool } from './cases.js'

const WEATHER = tool('weather')
const TIME = tool('time')
const CITY = { type: 'object', properties: { city: { type: 'string' } } }
const format = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } })

/** A schema that Gemini's endpoint rejects unchanged, and its translation. */
const PYDANTIC = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    place: { $ref: '#/$defs/Place' },
    count: { type: 'integer', exclusiveMinimum: 0 },
    kind: { const: 'now' },
    note: { type: ['string', 'null'] },
  },
  required: ['place'],
  $defs: { Place: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
}

/** Cases of the repairs of tools and response formats. */
export const TOOL_CASES: RepairCases = {
  'legacy-tools': [
    {
      does: 'makes tools of functions',
      raw: { messages: HELLO, functions: [{ name: 'weather', parameters: CITY }], function_call: { name: 'weather' } },
      expected: { messages: HELLO, tools: [WEATHER], tool_choice: { type: 'function', function: { name: 'weather' } } },
    },
    {
      does: 'keeps a choice by word',
      raw: { functions: [{ name: 'weather', parameters: CITY }], function_call: 'none' },
      expected: { tools: [WEATHER], tool_choice: 'none' },
    },
    {
      does: 'lets tools win, and names the older form',
      raw: { tools: [TIME], functions: [{ name: 'weather', parameters: CITY }], function_call: 'auto' },
      expected: { tools: [TIME] },
      ignored: ['functions', 'function_call'],
    },
    {
      does: 'names a choice among no functions',
      raw: { messages: HELLO, function_call: 'auto' },
      expected: { messages: HELLO },
      ignored: ['function_call'],
    },
    {
      does: 'keeps the last of several declarations of one function',
      raw: { functions: [{ name: 'weather' }, { name: 'weather', parameters: CITY }] },
      expected: { tools: [WEATHER] },
      ignored: ['functions[0]'],
    },
    {
      does: 'names a constraint that is lost by the name that the client used',
      raw: { functions: [{ name: 'weather', parameters: { ...CITY, not: {} } }] },
      expected: { tools: [WEATHER] },
      ignored: ['functions[0].parameters.not'],
    },
    { does: 'takes null for nothing', raw: { messages: HELLO, functions: null, function_call: null }, expected: { messages: HELLO } },
  ],
  'tool-kinds': [
    {
      does: 'keeps what Google reads of a function, and names a promise that is not kept',
      raw: {
        tools: [
          {
            type: 'function',
            function: { name: 'weather', description: 'Tells it.', strict: true, parameters: CITY, returns: {} },
            cache_control: {},
          },
        ],
      },
      expected: { tools: [{ type: 'function', function: { name: 'weather', description: 'Tells it.', parameters: CITY } }] },
      ignored: ['tools[0].function.strict'],
    },
    {
      does: 'takes null in a function for nothing',
      raw: { tools: [{ type: 'function', function: { name: 'now', description: null, parameters: null, strict: null } }] },
      expected: { tools: [{ type: 'function', function: { name: 'now' } }] },
    },
    { does: 'takes an empty list for none', raw: { messages: HELLO, tools: [] }, expected: { messages: HELLO } },
  ],
  'tool-schemas': [
    {
      does: 'brings parameters to what Gemini takes, and names what had to go',
      raw: { tools: [tool('book', PYDANTIC)] },
      expected: {
        tools: [
          tool('book', {
            type: 'object',
            properties: {
              place: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
              count: { type: 'integer', minimum: 1 },
              kind: { type: 'string', enum: ['now'] },
              note: { type: 'string', nullable: true },
            },
            required: ['place'],
          }),
        ],
      },
    },
    {
      does: 'names a constraint that is lost by its path',
      raw: {
        tools: [
          tool('ok'),
          tool('list', { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' }, uniqueItems: true } } }),
        ],
      },
      expected: {
        tools: [tool('ok'), tool('list', { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' } } } })],
      },
      ignored: ['tools[1].function.parameters.properties.tags.uniqueItems'],
    },
    {
      does: 'leaves a function without parameters alone',
      raw: { tools: [{ type: 'function', function: { name: 'now' } }] },
      expected: { tools: [{ type: 'function', function: { name: 'now' } }] },
    },
  ],
  'duplicate-tools': [
    {
      does: 'keeps the last of several declarations, and names those that differ',
      raw: { tools: [WEATHER, TIME, tool('weather', {}), WEATHER, TIME] },
      expected: { tools: [WEATHER, TIME] },
      ignored: ['tools[2]'],
    },
    { does: 'leaves different functions alone', raw: { tools: [WEATHER, TIME] }, expected: { tools: [WEATHER, TIME] } },
  ],
  'tool-choice': [
    ...['auto', 'none', 'required'].map((choice) => ({
      does: `forwards ${choice}`,
      raw: { tools: [WEATHER], tool_choice: choice },
      expected: { tools: [WEATHER], tool_choice: choice },
    })),
    {
      does: 'forwards a named function',
      raw: { tools: [WEATHER, TIME], tool_choice: { type: 'function', function: { name: 'time' }, extra: 1 } },
      expected: { tools: [WEATHER, TIME], tool_choice: { type: 'function', function: { name: 'time' } } },
    },
    {
      does: 'narrows the tools to the allowed ones',
      raw: {
        tools: [WEATHER, TIME],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'time' } }] },
        },
      },
      expected: { tools: [TIME], tool_choice: 'required' },
    },
    {
      does: 'reads allowed tools in the form of the Responses API as well',
      raw: {
        tools: [WEATHER, TIME],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', name: 'weather' }] } },
      },
      expected: { tools: [WEATHER], tool_choice: 'auto' },
    },
    {
      does: 'names a choice without tools',
      raw: { messages: HELLO, tool_choice: 'auto', parallel_tool_calls: true },
      expected: { messages: HELLO },
      ignored: ['tool_choice', 'parallel_tool_calls'],
    },
  ],
  'response-format': [
    { does: 'leaves out the format text', raw: { messages: HELLO, response_format: { type: 'text' } }, expected: { messages: HELLO } },
    {
      does: 'forwards json_object',
      raw: { response_format: { type: 'json_object', note: 1 } },
      expected: { response_format: { type: 'json_object' } },
      ignored: ['response_format.note'],
    },
    {
      does: 'takes a schema beside json_object',
      raw: { response_format: { type: 'json_object', schema: CITY } },
      expected: { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: CITY } } },
    },
    {
      does: 'brings a schema to what Gemini takes, and names what had to go',
      raw: {
        response_format: {
          type: 'json_schema',
          json_schema: { ...format({ ...CITY, multipleOf: 2, not: {} }).json_schema, description: null, cache: true },
        },
      },
      expected: { response_format: format(CITY) },
      ignored: [
        'response_format.json_schema.schema.multipleOf',
        'response_format.json_schema.schema.not',
        'response_format.json_schema.cache',
      ],
    },
    {
      does: 'lets Gemini 3 have tools and a schema together',
      asked: 'gemini-3.5-flash',
      raw: { tools: [WEATHER], response_format: format(CITY) },
      expected: { tools: [WEATHER], response_format: format(CITY) },
    },
  ],
}
