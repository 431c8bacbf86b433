import type { RepairCase, RepairCases } from './cases.js'

const config = (thinking: object, more: object = {}) => ({ ...more, extra_body: { google: { thinking_config: thinking } } })

/** Makes a case: the thinking config that a model gets for a `reasoning_effort`. */
const effort = (asked: string, wanted: string, thinking: object): RepairCase => ({
  does: `sends effort ${wanted} to ${asked} as ${JSON.stringify(thinking)}`,
  asked,
  raw: { reasoning_effort: wanted },
  expected: config({ ...thinking, include_thoughts: true }),
})

const level = (asked: string, wanted: string, given: string): RepairCase => effort(asked, wanted, { thinking_level: given })
const budget = (asked: string, wanted: string, given: number): RepairCase => effort(asked, wanted, { thinking_budget: given })

const EFFORTS: readonly RepairCase[] = [
  ...['none', 'minimal', 'low'].map((wanted) => level('gemini-3.8-flash', wanted, 'low')),
  level('gemini-3.8-flash', 'medium', 'medium'),
  ...['high', 'xhigh', 'max'].map((wanted) => level('gemini-3.8-flash', wanted, 'high')),
  ...['none', 'minimal', 'low'].map((wanted) => level('gemini-4-neon', wanted, 'low')),
  level('gemini-4-hydrogen', 'high', 'high'),
  ...['xhigh', 'max'].map((wanted) => level('gemini-4-hydrogen', wanted, 'xhigh')),
  ...['high', 'xhigh', 'max'].map((wanted) => level('gemini-4-argon', wanted, 'high')),
  ...['none', 'minimal'].map((wanted) => level('gemini-3.5-flash', wanted, 'minimal')),
  ...['none', 'minimal', 'low'].map((wanted) => level('gemini-3.1-pro-preview', wanted, 'low')),
  ...['none', 'minimal', 'low'].map((wanted) => budget('gemini-2.5-pro', wanted, 1024)),
  ...['minimal', 'low'].map((wanted) => budget('gemini-2.5-flash', wanted, 1024)),
  budget('gemini-2.5-flash', 'medium', 8192),
  ...['high', 'xhigh', 'max'].map((wanted) => budget('gemini-2.5-flash', wanted, 24_576)),
  {
    does: 'requests no thoughts if thinking is off',
    asked: 'gemini-2.5-flash',
    raw: { reasoning_effort: 'none' },
    expected: config({ thinking_budget: 0, include_thoughts: false }),
  },
]

/** Makes a case of an unlisted model on the native API: it gets what its model family accepts. */
const unlisted = (asked: string, wanted: string, expected: RepairCase['expected']): RepairCase => ({
  does: `sends effort ${wanted} to ${asked}, which is not listed, as ${JSON.stringify(expected)}`,
  upstream: 'native',
  asked,
  raw: { reasoning_effort: wanted },
  expected,
  ignored: Object.keys(expected).length === 0 ? ['reasoning_effort'] : [],
})
const unlistedLevel = (asked: string, wanted: string, given: string): RepairCase =>
  unlisted(asked, wanted, config({ thinking_level: given, include_thoughts: true }))

const UNLISTED: readonly RepairCase[] = [
  ...['none', 'low', 'high'].map((wanted) => unlisted('gemini-2.0-flash-001', wanted, {})),
  ...['gemini-2.5-flash-image', 'gemini-3-pro-image-preview', 'gemma-3-27b-it'].map((asked) => unlisted(asked, 'medium', {})),
  ...['none', 'minimal'].flatMap((wanted) => [
    unlisted('gemini-2.5-pro-preview-06-05', wanted, config({ thinking_budget: 1024, include_thoughts: true })),
    ...['gemini-3-pro-preview', 'gemini-3.1-pro-preview-customtools', 'gemini-4-argon-001', 'gemini-9-flash'].map((asked) =>
      unlistedLevel(asked, wanted, 'low'),
    ),
  ]),
  unlisted('gemini-2.5-flash-preview-05-20', 'none', config({ thinking_budget: 0, include_thoughts: false })),
  unlistedLevel('gemini-3.5-flash-001', 'none', 'minimal'),
  unlistedLevel('gemini-4-argon-001', 'xhigh', 'high'),
  unlistedLevel('gemini-4-neon-001', 'xhigh', 'xhigh'),
]

/** Cases of the repairs of thinking parameters. */
export const THINKING_CASES: RepairCases = {
  'own-thinking-config': [
    {
      does: 'does not change a supported setting',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_budget: 512, include_thoughts: true }),
      expected: config({ thinking_budget: 512, include_thoughts: true }),
    },
    {
      does: 'requests no thoughts if the budget is 0',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_budget: 0, include_thoughts: true }),
      expected: config({ thinking_budget: 0 }),
    },
    ...(
      [
        ['gemini-2.5-flash', 100_000, 24_576],
        ['gemini-2.5-pro', 100_000, 32_768],
        ['gemini-2.5-pro', 1, 128],
        ['gemini-2.5-flash-lite', 100_000, 24_576],
        ['gemini-2.5-flash-lite', 100, 512],
        ['gemini-3.5-flash', 100_000, 24_576],
        ['gemini-3.1-pro-preview', 100_000, 32_768],
      ] as const
    ).map(
      ([asked, given, fitted]): RepairCase => ({
        does: `limits a budget of ${given} for ${asked}, and lists it as ignored`,
        asked,
        raw: config({ thinking_budget: given, include_thoughts: true }),
        expected: config({ thinking_budget: fitted, include_thoughts: true }),
        ignored: ['extra_body.google.thinking_config.thinking_budget'],
      }),
    ),
    ...(
      [
        ['gemini-4-neon', 0, 'low'],
        ['gemini-4-neon', 1024, 'low'],
        ['gemini-4-hydrogen', 5000, 'medium'],
        ['gemini-4-hydrogen', 24_576, 'high'],
        ['gemini-4-hydrogen', 32_768, 'xhigh'],
        ['gemini-4-argon', 32_768, 'high'],
        ['gemini-4-carbon', 100_000, 'high'],
        ['gemini-4-argon-001', 512, 'low'],
        ['gemini-3.8-flash', 0, 'low'],
        ['gemini-3.8-flash', 8192, 'medium'],
        ['gemini-flash-latest', 24_576, 'high'],
        ['gemini-3.9-flash', 1024, 'low'],
      ] as const
    ).map(
      ([asked, given, level]): RepairCase => ({
        does: `sends a budget of ${given} as level ${level} to ${asked}, and lists it as ignored`,
        asked,
        raw: config({ thinking_budget: given }),
        expected: config({ thinking_level: level }),
        ignored: ['extra_body.google.thinking_config.thinking_budget'],
      }),
    ),
    {
      does: 'removes a dynamic budget (-1) for Gemini 4, and lists it as ignored',
      asked: 'gemini-4-neon',
      raw: config({ thinking_budget: -1 }),
      expected: {},
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'prefers the level for a model with levels, and lists the budget as ignored',
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'high', thinking_budget: 512 }),
      expected: config({ thinking_level: 'high' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'prefers the budget for a model with budgets, and lists the level as ignored',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_level: 'high', thinking_budget: 512 }),
      expected: config({ thinking_budget: 512 }),
      ignored: ['extra_body.google.thinking_config.thinking_level'],
    },
    {
      does: 'prefers the level for an unlisted model, adjusts it, and lists both as ignored',
      asked: 'gemini-4-argon-001',
      raw: config({ thinking_budget: 512, thinking_level: 'minimal' }),
      expected: config({ thinking_level: 'low' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget', 'extra_body.google.thinking_config.thinking_level'],
    },
    ...['gemini-2.0-flash-001', 'gemini-2.5-flash-image', 'gemma-3-27b-it'].map(
      (asked): RepairCase => ({
        does: `removes the setting for ${asked}, which is not listed and does not think, and lists it as ignored`,
        upstream: 'native',
        asked,
        raw: config({ thinking_budget: 512 }),
        expected: {},
        ignored: ['extra_body.google.thinking_config'],
      }),
    ),
    {
      does: 'does not change a budget that an unlisted model may support',
      asked: 'gemini-3.7-flash-001',
      raw: config({ thinking_budget: 512 }),
      expected: config({ thinking_budget: 512 }),
    },
    {
      does: 'does not change include_thoughts',
      asked: 'gemini-3.8-flash',
      raw: config({ include_thoughts: true }),
      expected: config({ include_thoughts: true }),
    },
    {
      does: 'sends the lowest level if thinking of a replacement cannot be disabled, and lists the budget as ignored',
      asked: 'gemini-2.5-flash',
      served: 'gemini-3.5-flash-lite',
      raw: config({ thinking_budget: 0 }),
      expected: config({ thinking_level: 'minimal' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'sends the lowest budget to Gemini 2.5 Pro, whose thinking cannot be disabled, and lists the budget as ignored',
      asked: 'gemini-2.5-pro',
      raw: config({ thinking_budget: 0 }),
      expected: config({ thinking_budget: 128 }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'replaces a level with the nearest one that the model supports, and lists it as ignored',
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'MINIMAL' }),
      expected: config({ thinking_level: 'low' }),
      ignored: ['extra_body.google.thinking_config.thinking_level'],
    },
    {
      does: 'sends a level as a budget to Gemini 2.5',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_level: 'medium' }),
      expected: config({ thinking_budget: 8192 }),
    },
    {
      does: 'removes the setting for a model that does not think, and lists it as ignored',
      asked: 'gemma-4-31b-it',
      raw: { extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 0 } } } },
      expected: { extra_body: { google: { cached_content: 'cachedContents/1' } } },
      ignored: ['extra_body.google.thinking_config'],
    },
    {
      does: 'leaves no empty extra_body behind',
      asked: 'gemma-4-31b-it',
      raw: config({ thinking_level: 'low' }),
      expected: {},
      ignored: ['extra_body.google.thinking_config'],
    },
    {
      does: 'does not change the level for an unlisted model',
      asked: 'gemini-9-flash',
      raw: config({ thinking_level: 'high' }),
      expected: config({ thinking_level: 'high' }),
    },
  ],
  'thinking-headroom': [
    {
      does: 'adds headroom for a level',
      asked: 'gemini-3.8-flash',
      raw: { max_tokens: 100, reasoning_effort: 'low' },
      expected: { max_tokens: 4196, reasoning_effort: 'low' },
    },
    { does: 'adds headroom for the default level', asked: 'gemini-3.8-flash', raw: { max_tokens: 100 }, expected: { max_tokens: 8292 } },
    {
      does: 'adds the least headroom if the requested model does not think',
      asked: 'gemini-1.5-flash',
      served: 'gemini-3.5-flash-lite',
      raw: { max_tokens: 100 },
      expected: { max_tokens: 1124 },
    },
    {
      does: 'adds nothing if thinking is off',
      raw: { max_tokens: 100, reasoning_effort: 'none' },
      expected: { max_tokens: 100, reasoning_effort: 'none' },
    },
    {
      does: 'adds nothing to a model that does not think',
      asked: 'gemini-2.0-flash',
      raw: { max_tokens: 100 },
      expected: { max_tokens: 100 },
    },
    {
      does: "adds the client's budget",
      raw: config({ thinking_budget: 512 }, { max_tokens: 100 }),
      expected: config({ thinking_budget: 512 }, { max_tokens: 612 }),
    },
    {
      does: 'adds the default headroom for a dynamic budget, even if the model does not think by default',
      asked: 'gemini-2.5-flash-lite',
      raw: config({ thinking_budget: -1 }, { max_tokens: 100 }),
      expected: config({ thinking_budget: -1 }, { max_tokens: 8292 }),
    },
    {
      does: "adds headroom for the client's level",
      asked: 'gemini-3.5-flash',
      raw: config({ thinking_level: 'high' }, { max_tokens: 100 }),
      expected: config({ thinking_level: 'high' }, { max_tokens: 24_676 }),
    },
    {
      does: 'adds headroom for an effort beside include_thoughts',
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'low' }),
      expected: config({ include_thoughts: true }, { max_tokens: 4196, reasoning_effort: 'low' }),
    },
    {
      does: 'adds nothing if thinking is off, even with include_thoughts',
      raw: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'none' }),
      expected: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'none' }),
    },
    {
      does: 'adds the most headroom for the highest level',
      asked: 'gemini-4-neon',
      raw: { max_tokens: 100, reasoning_effort: 'xhigh' },
      expected: { max_tokens: 32_868, reasoning_effort: 'xhigh' },
    },
    {
      does: 'does not exceed the limit of Argon without a stream',
      asked: 'gemini-4-argon',
      raw: { max_tokens: 40_000 },
      expected: { max_tokens: 32_768 },
    },
    {
      does: 'does not exceed the limit of Argon in a stream',
      asked: 'gemini-4-argon',
      raw: { max_tokens: 60_000, stream: true },
      expected: { max_tokens: 65_536, stream: true },
    },
    {
      does: 'adds the default headroom for include_thoughts only',
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { max_tokens: 100 }),
      expected: config({ include_thoughts: true }, { max_tokens: 8292 }),
    },
    {
      does: 'does not exceed the output limit of a model',
      asked: 'gemini-2.0-flash',
      raw: { max_tokens: 100_000 },
      expected: { max_tokens: 8192 },
    },
    {
      does: 'adds no limit to a request without one',
      asked: 'gemini-3.8-flash',
      raw: { reasoning_effort: 'low' },
      expected: { reasoning_effort: 'low' },
    },
    ...(
      [
        ['gemini-3-pro-preview', 50, 24_626],
        ['gemini-9-flash', 100, 8292],
        ['gemini-2.0-flash-001', 100, 100],
        ['gemini-4-argon-001', 30_000, 32_768],
      ] as const
    ).map(
      ([asked, limit, raised]): RepairCase => ({
        does: `raises a limit of ${limit} for ${asked}, which is not listed, to ${raised}`,
        asked,
        raw: { max_tokens: limit },
        expected: { max_tokens: raised },
      }),
    ),
  ],
  'thinking-config': [
    ...EFFORTS,
    ...UNLISTED,
    {
      does: 'lists the effort as ignored for an unlisted model that does not think',
      asked: 'gemini-2.0-flash-001',
      raw: { reasoning_effort: 'low' },
      expected: {},
      ignored: ['reasoning_effort'],
    },
    {
      does: 'sets a level that the compatible API does not know for an unlisted model, too',
      asked: 'gemini-4-neon-001',
      raw: { reasoning_effort: 'max' },
      expected: config({ thinking_level: 'xhigh', include_thoughts: true }),
    },
    {
      does: 'sends the lowest effort to an unlisted model that always thinks',
      asked: 'gemini-3-pro-preview',
      raw: { reasoning_effort: 'none' },
      expected: { reasoning_effort: 'low' },
    },
    { does: 'requests thoughts without an effort', asked: 'gemini-3.8-flash', raw: {}, expected: config({ include_thoughts: true }) },
    {
      does: 'sends the lowest level if the requested model does not think',
      asked: 'gemini-1.5-pro',
      served: 'gemini-3.8-flash',
      raw: {},
      expected: config({ thinking_level: 'low', include_thoughts: true }),
    },
    {
      does: 'requests no thoughts if the operator disabled them',
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: { reasoning_effort: 'minimal' },
      expected: { reasoning_effort: 'low' },
    },
    {
      does: 'adds no thinking parameters to a request without any, if the operator disabled thoughts',
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: { top_p: 1 },
      expected: { top_p: 1 },
    },
    {
      does: "prefers the client's level, and lists the effort as ignored",
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'low', include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'low', include_thoughts: true }),
      ignored: ['reasoning_effort'],
    },
    {
      does: "prefers the client's budget, and lists the effort as ignored",
      raw: config({ thinking_budget: 512 }, { reasoning_effort: 'high' }),
      expected: config({ thinking_budget: 512 }),
      ignored: ['reasoning_effort'],
    },
    {
      does: 'combines an effort with include_thoughts',
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'high', include_thoughts: true }),
    },
    {
      does: 'combines an effort with include_thoughts: false, as a budget',
      raw: config({ include_thoughts: false }, { reasoning_effort: 'high' }),
      expected: config({ thinking_budget: 24_576, include_thoughts: false }),
    },
    {
      does: 'requests no thoughts if the effort is none',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'none' }),
      expected: config({ thinking_budget: 0 }),
    },
    {
      does: 'requests thoughts with include_thoughts even if the operator disabled them',
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'high', include_thoughts: true }),
    },
    {
      does: 'combines effort and include_thoughts for an unlisted model as a level',
      asked: 'gemini-9-flash',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'none' }),
      expected: config({ thinking_level: 'low', include_thoughts: true }),
    },
    {
      does: 'sends the level that only Gemini 4 has, if the operator disabled thoughts',
      asked: 'gemini-4-hydrogen',
      thoughts: 'off',
      raw: { reasoning_effort: 'xhigh' },
      expected: config({ thinking_level: 'xhigh' }),
    },
    {
      does: 'lists an effort as ignored for a model that does not think',
      asked: 'gemini-2.0-flash',
      raw: { reasoning_effort: 'high' },
      expected: {},
      ignored: ['reasoning_effort'],
    },
    {
      does: 'replaces an effort that Google does not define, for an unlisted model',
      asked: 'gemini-9-flash',
      raw: { reasoning_effort: 'xhigh' },
      expected: { reasoning_effort: 'high' },
    },
    ...['gemma-3-27b-it', 'gemini-2.5-flash-image', 'gemini-2.0-flash-exp'].map((asked) => ({
      does: `requests no thoughts from ${asked}, which is not listed`,
      upstream: 'native' as const,
      asked,
      raw: {},
      expected: {},
    })),
    {
      does: 'requests thoughts from an unlisted model whose family thinks',
      upstream: 'native',
      asked: 'gemini-9-flash',
      raw: {},
      expected: config({ include_thoughts: true }),
    },
    {
      does: 'does not change other settings of Google',
      asked: 'gemini-3.8-flash',
      raw: { extra_body: { google: { cached_content: 'cachedContents/1' } } },
      expected: { extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { include_thoughts: true } } } },
    },
  ],
}
