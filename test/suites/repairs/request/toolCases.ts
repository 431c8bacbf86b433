import { call, HELLO, type RepairCases, tool } from './cases.js'

const WEATHER = tool('weather')
const TIME = tool('time')
const CITY = { type: 'object', properties: { city: { type: 'string' } } }
const SEARCH = { type: 'google_search' }
const CODE = { type: 'code_execution' }
const NATIVE = { upstream: 'native' } as const
const native3 = { upstream: 'native', asked: 'gemini-3.5-flash' } as const
const format = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } })

const PARTS = [{ toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's1' } }]
const SEARCHED = { role: 'assistant', tool_calls: [call('a')], extra_content: { google: { thought_signature: 'S' } } }

/**
 * A schema with bounds in every position where a schema can be, and properties named like bounds.
 */
const BOUNDED = {
  type: 'object',
  properties: {
    minimum: { type: 'integer', minimum: 1, maximum: 9 },
    list: {
      type: 'array',
      minItems: 1,
      maxItems: 5,
      items: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { $ref: '#/$defs/Pair' }] },
    },
    flag: true,
  },
  additionalProperties: { type: 'number', maximum: 3 },
  $defs: { Pair: { type: 'array', prefixItems: [{ type: 'number', minimum: 2 }], maxItems: 2 } },
  default: { maximum: 4 },
  enum: [{ minimum: 1 }],
}
const UNBOUNDED = {
  type: 'object',
  properties: {
    minimum: { type: 'integer' },
    list: { type: 'array', items: { anyOf: [{ type: 'number' }, { $ref: '#/$defs/Pair' }] } },
    flag: true,
  },
  additionalProperties: { type: 'number' },
  $defs: { Pair: { type: 'array', prefixItems: [{ type: 'number' }] } },
  default: { maximum: 4 },
  enum: [{ minimum: 1 }],
}
const boundsAt = (path: string): string[] =>
  [
    'properties.minimum.minimum',
    'properties.minimum.maximum',
    'properties.list.minItems',
    'properties.list.maxItems',
    'properties.list.items.anyOf[0].exclusiveMinimum',
    'additionalProperties.maximum',
    '$defs.Pair.maxItems',
    '$defs.Pair.prefixItems[0].minimum',
  ].map((each) => `${path}.${each}`)

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
  'complex-schemas': [
    {
      does: 'removes the bounds of every schema once Gemini has refused one',
      raw: {
        functions: [{ name: 'weather', parameters: { ...BOUNDED, exclusiveMaximum: 9 } }],
        tools: [tool('weather', BOUNDED), SEARCH, { type: 'function', function: { name: 'time' } }],
        response_format: format(BOUNDED),
      },
      areSchemasTooComplex: true,
      ignored: [
        'functions[0].parameters.exclusiveMaximum',
        ...boundsAt('functions[0].parameters'),
        ...boundsAt('tools[0].function.parameters'),
        ...boundsAt('response_format.json_schema.schema'),
      ],
      expected: {
        functions: [{ name: 'weather', parameters: UNBOUNDED }],
        tools: [tool('weather', UNBOUNDED), SEARCH, { type: 'function', function: { name: 'time' } }],
        response_format: format(UNBOUNDED),
      },
    },
    {
      does: 'removes the bounds of a schema beside `json_object`',
      raw: { response_format: { type: 'json_object', schema: { type: 'array', minItems: 2, items: {} } } },
      areSchemasTooComplex: true,
      ignored: ['response_format.schema.minItems'],
      expected: { response_format: { type: 'json_object', schema: { type: 'array', items: {} } } },
    },
    {
      does: 'does not change a schema without bounds',
      raw: { tools: [tool('weather', UNBOUNDED)], response_format: { type: 'text' } },
      areSchemasTooComplex: true,
      expected: { tools: [tool('weather', UNBOUNDED)], response_format: { type: 'text' } },
    },
    {
      does: 'does not change bounds that Gemini has not refused',
      raw: { tools: [tool('weather', BOUNDED)] },
      expected: { tools: [tool('weather', BOUNDED)] },
    },
  ],
  'legacy-tools': [
    {
      does: 'converts functions to tools',
      raw: { messages: HELLO, functions: [{ name: 'weather', parameters: CITY }], function_call: { name: 'weather' } },
      expected: { messages: HELLO, tools: [WEATHER], tool_choice: { type: 'function', function: { name: 'weather' } } },
    },
    {
      does: 'forwards a function_call that is a string',
      raw: { functions: [{ name: 'weather', parameters: CITY }], function_call: 'none' },
      expected: { tools: [WEATHER], tool_choice: 'none' },
    },
    {
      does: 'prefers tools, and lists functions as ignored',
      raw: { tools: [TIME], functions: [{ name: 'weather', parameters: CITY }], function_call: 'auto' },
      expected: { tools: [TIME] },
      ignored: ['functions', 'function_call'],
    },
    {
      does: 'lists function_call as ignored if there are no functions',
      raw: { messages: HELLO, function_call: 'auto' },
      expected: { messages: HELLO },
      ignored: ['function_call'],
    },
    {
      does: 'uses the last of several declarations of a function',
      raw: { functions: [{ name: 'weather' }, { name: 'weather', parameters: CITY }] },
      expected: { tools: [WEATHER] },
      ignored: ['functions[0]'],
    },
    {
      does: 'lists `strict` as ignored, with the path that the client used',
      raw: { functions: [{ name: 'weather', parameters: CITY, strict: true }] },
      expected: { tools: [WEATHER] },
      ignored: ['functions[0].strict'],
    },
    {
      does: 'lists a lost constraint as ignored, with the path that the client used',
      raw: { functions: [{ name: 'weather', parameters: { ...CITY, not: {} } }] },
      expected: { tools: [WEATHER] },
      ignored: ['functions[0].parameters.not'],
    },
    { does: 'ignores null', raw: { messages: HELLO, functions: null, function_call: null }, expected: { messages: HELLO } },
  ],
  'tool-kinds': [
    {
      does: 'forwards the members that Google supports, and lists `strict` as ignored',
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
      ...NATIVE,
      does: 'forwards `strict` on the native API',
      raw: { tools: [{ type: 'function', function: { name: 'now', strict: true } }] },
      expected: { tools: [{ type: 'function', function: { name: 'now', strict: true } }] },
    },
    {
      ...NATIVE,
      does: "forwards Google's own tools with the settings that Google defines",
      raw: {
        tools: [
          { ...SEARCH, google_search: { time_range_filter: {}, depth: 1 } },
          { ...CODE, code_execution: {}, memory: 1 },
        ],
      },
      expected: { tools: [{ ...SEARCH, google_search: { time_range_filter: {} } }, CODE] },
      ignored: ['tools[0].google_search.depth', 'tools[1].memory'],
    },
    {
      does: 'removes null members of a function',
      raw: { tools: [{ type: 'function', function: { name: 'now', description: null, parameters: null, strict: null } }] },
      expected: { tools: [{ type: 'function', function: { name: 'now' } }] },
    },
    { does: 'removes an empty list', raw: { messages: HELLO, tools: [] }, expected: { messages: HELLO } },
  ],
  'tool-schemas': [
    {
      does: 'converts parameters to what Gemini supports',
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
      does: 'lists a lost constraint as ignored, with its path',
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
      does: 'does not change a function without parameters',
      raw: { tools: [{ type: 'function', function: { name: 'now' } }] },
      expected: { tools: [{ type: 'function', function: { name: 'now' } }] },
    },
  ],
  'duplicate-tools': [
    {
      does: 'uses the last of several declarations, and lists different ones as ignored',
      raw: { tools: [WEATHER, TIME, tool('weather', {}), WEATHER, TIME] },
      expected: { tools: [WEATHER, TIME] },
      ignored: ['tools[2]'],
    },
    { does: 'does not change different functions', raw: { tools: [WEATHER, TIME] }, expected: { tools: [WEATHER, TIME] } },
  ],
  'tool-choice': [
    {
      ...native3,
      does: "removes Google's own tools if tool_choice is none",
      raw: { tools: [WEATHER, SEARCH], tool_choice: 'none' },
      expected: { tools: [WEATHER], tool_choice: 'none' },
    },
    {
      ...NATIVE,
      does: 'removes all tools if tool_choice is none',
      raw: { messages: HELLO, tools: [SEARCH], tool_choice: 'none' },
      expected: { messages: HELLO, tool_choice: 'none' },
    },
    {
      ...NATIVE,
      does: "lists tool_choice as ignored, as Google's own tools cannot be required",
      raw: { tools: [SEARCH], tool_choice: 'required' },
      expected: { tools: [SEARCH] },
      ignored: ['tool_choice'],
    },
    {
      ...native3,
      does: 'sends only the chosen tool of Google',
      raw: { tools: [WEATHER, SEARCH, CODE], tool_choice: SEARCH },
      expected: { tools: [SEARCH] },
      ignored: ['tool_choice'],
    },
    {
      ...native3,
      does: "allows some of Google's own tools beside functions",
      raw: {
        tools: [WEATHER, TIME, tool('google_search'), SEARCH],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [SEARCH, { type: 'function', name: 'time' }] } },
      },
      expected: {
        tools: [WEATHER, TIME, tool('google_search'), SEARCH],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'time' } }] } },
      },
    },
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
      does: 'sends only the allowed tools',
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
      does: 'accepts allowed tools in the format of the Responses API',
      raw: {
        tools: [WEATHER, TIME],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', name: 'weather' }] } },
      },
      expected: { tools: [WEATHER], tool_choice: 'auto' },
    },
    {
      does: 'lists tool_choice as ignored if there are no tools',
      raw: { messages: HELLO, tool_choice: 'auto', parallel_tool_calls: true },
      expected: { messages: HELLO },
      ignored: ['tool_choice', 'parallel_tool_calls'],
    },
  ],
  'response-format': [
    { does: 'removes the format text', raw: { messages: HELLO, response_format: { type: 'text' } }, expected: { messages: HELLO } },
    {
      does: 'forwards json_object',
      raw: { response_format: { type: 'json_object', note: 1 } },
      expected: { response_format: { type: 'json_object' } },
      ignored: ['response_format.note'],
    },
    {
      does: 'uses a schema beside json_object',
      raw: { response_format: { type: 'json_object', schema: CITY } },
      expected: { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: CITY } } },
    },
    {
      does: 'converts a schema to what Gemini supports, and lists what is lost as ignored',
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
      does: 'forwards tools and a schema together for Gemini 3',
      asked: 'gemini-3.5-flash',
      raw: { tools: [WEATHER], response_format: format(CITY) },
      expected: { tools: [WEATHER], response_format: format(CITY) },
    },
  ],
  'server-tools': [
    {
      ...native3,
      does: 'converts web_search_options to a tool, and lists the options as ignored',
      raw: { tools: [WEATHER], web_search_options: { search_context_size: 'low', user_location: null } },
      expected: { tools: [WEATHER, SEARCH] },
      ignored: ['web_search_options.search_context_size'],
    },
    { ...NATIVE, does: 'adds no second search', raw: { tools: [SEARCH], web_search_options: {} }, expected: { tools: [SEARCH] } },
    {
      ...NATIVE,
      does: 'adds no search if tool_choice is none',
      raw: { tools: [WEATHER], web_search_options: {}, tool_choice: 'none' },
      expected: { tools: [WEATHER], tool_choice: 'none' },
    },
    { ...NATIVE, does: 'does not change several tools of Google', raw: { tools: [SEARCH, CODE] }, expected: { tools: [SEARCH, CODE] } },
  ],
  'replayed-parts': [
    {
      ...native3,
      does: 'adds the stored parts to the message of the first call',
      raw: { messages: [SEARCHED] },
      calls: { a: { parts: PARTS } },
      expected: { messages: [{ ...SEARCHED, extra_content: { google: { thought_signature: 'S', parts: PARTS } } }] },
    },
    {
      ...native3,
      does: 'does not add parts of another model',
      raw: { messages: [SEARCHED] },
      calls: { a: { parts: PARTS, model: 'gemini-3.6-flash' } },
      expected: { messages: [SEARCHED] },
    },
    {
      ...native3,
      does: 'does not add parts after Gemini refused a signature',
      raw: { messages: [SEARCHED] },
      calls: { a: { parts: PARTS } },
      areSignaturesRefused: true,
      expected: { messages: [SEARCHED] },
    },
  ],
}
