import type { RepairCase, RepairCases } from './cases.js'

const config = (thinking: object, more: object = {}) => ({ ...more, extra_body: { google: { thinking_config: thinking } } })

/** A case for the translation of an effort on a model. */
const effort = (asked: string, wanted: string, thinking: object): RepairCase => ({
  does: `makes effort ${wanted} of ${asked} ${JSON.stringify(thinking)}`,
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
    does: 'shows no thoughts where there are none',
    asked: 'gemini-2.5-flash',
    raw: { reasoning_effort: 'none' },
    expected: config({ thinking_budget: 0, include_thoughts: false }),
  },
]

/** A case of an unlisted model on Google's own API, which is told what its family takes. */
const unlisted = (asked: string, wanted: string, expected: RepairCase['expected']): RepairCase => ({
  does: `makes effort ${wanted} of ${asked}, which is not listed, ${JSON.stringify(expected)}`,
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
      does: 'leaves a setting alone that the model takes',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_budget: 512, include_thoughts: true }),
      expected: config({ thinking_budget: 512, include_thoughts: true }),
    },
    {
      does: 'asks for no thoughts where there are none',
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
        does: `fits a budget of ${given} to ${asked}, and names it`,
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
        does: `makes the level ${level} of a budget of ${given} for ${asked}, and names it`,
        asked,
        raw: config({ thinking_budget: given }),
        expected: config({ thinking_level: level }),
        ignored: ['extra_body.google.thinking_config.thinking_budget'],
      }),
    ),
    {
      does: 'lets Gemini 4 decide by itself where a budget says so, and names it',
      asked: 'gemini-4-neon',
      raw: config({ thinking_budget: -1 }),
      expected: {},
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'lets the level win over a budget where the model has levels, and names the budget',
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'high', thinking_budget: 512 }),
      expected: config({ thinking_level: 'high' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'lets the budget win over a level where the model has budgets, and names the level',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_level: 'high', thinking_budget: 512 }),
      expected: config({ thinking_budget: 512 }),
      ignored: ['extra_body.google.thinking_config.thinking_level'],
    },
    {
      does: 'lets the level win for an unlisted model, too, moves it, and names both',
      asked: 'gemini-4-argon-001',
      raw: config({ thinking_budget: 512, thinking_level: 'minimal' }),
      expected: config({ thinking_level: 'low' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget', 'extra_body.google.thinking_config.thinking_level'],
    },
    ...['gemini-2.0-flash-001', 'gemini-2.5-flash-image', 'gemma-3-27b-it'].map(
      (asked): RepairCase => ({
        does: `leaves the setting out for ${asked}, which is not listed and does not think, and names it`,
        upstream: 'native',
        asked,
        raw: config({ thinking_budget: 512 }),
        expected: {},
        ignored: ['extra_body.google.thinking_config'],
      }),
    ),
    {
      does: 'leaves a budget alone that an unlisted model may take',
      asked: 'gemini-3.7-flash-001',
      raw: config({ thinking_budget: 512 }),
      expected: config({ thinking_budget: 512 }),
    },
    {
      does: 'leaves the one for visible thoughts alone',
      asked: 'gemini-3.8-flash',
      raw: config({ include_thoughts: true }),
      expected: config({ include_thoughts: true }),
    },
    {
      does: 'thinks least where a replacement cannot stop thinking, and names it',
      asked: 'gemini-2.5-flash',
      served: 'gemini-3.5-flash-lite',
      raw: config({ thinking_budget: 0 }),
      expected: config({ thinking_level: 'minimal' }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'thinks least where Gemini 2.5 Pro cannot stop thinking, and names it',
      asked: 'gemini-2.5-pro',
      raw: config({ thinking_budget: 0 }),
      expected: config({ thinking_budget: 128 }),
      ignored: ['extra_body.google.thinking_config.thinking_budget'],
    },
    {
      does: 'moves a level to the nearest that the model has, and names it',
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'MINIMAL' }),
      expected: config({ thinking_level: 'low' }),
      ignored: ['extra_body.google.thinking_config.thinking_level'],
    },
    {
      does: 'says a level as a budget to Gemini 2.5',
      asked: 'gemini-2.5-flash',
      raw: config({ thinking_level: 'medium' }),
      expected: config({ thinking_budget: 8192 }),
    },
    {
      does: 'leaves the setting out where a model does not think, and names it',
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
      does: 'lets an unlisted model have what was sent',
      asked: 'gemini-9-flash',
      raw: config({ thinking_level: 'high' }),
      expected: config({ thinking_level: 'high' }),
    },
  ],
  'thinking-headroom': [
    {
      does: 'adds what a level may take',
      asked: 'gemini-3.8-flash',
      raw: { max_tokens: 100, reasoning_effort: 'low' },
      expected: { max_tokens: 4196, reasoning_effort: 'low' },
    },
    { does: 'adds what the usual level may take', asked: 'gemini-3.8-flash', raw: { max_tokens: 100 }, expected: { max_tokens: 8292 } },
    {
      does: 'adds the least for a client that asked for a model without thoughts',
      asked: 'gemini-1.5-flash',
      served: 'gemini-3.5-flash-lite',
      raw: { max_tokens: 100 },
      expected: { max_tokens: 1124 },
    },
    {
      does: 'adds nothing where thinking is off',
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
      does: "adds the client's own budget",
      raw: config({ thinking_budget: 512 }, { max_tokens: 100 }),
      expected: config({ thinking_budget: 512 }, { max_tokens: 612 }),
    },
    {
      does: 'adds what is usual where the model decides, although it does not think by default',
      asked: 'gemini-2.5-flash-lite',
      raw: config({ thinking_budget: -1 }, { max_tokens: 100 }),
      expected: config({ thinking_budget: -1 }, { max_tokens: 8292 }),
    },
    {
      does: "adds what the client's own level may take",
      asked: 'gemini-3.5-flash',
      raw: config({ thinking_level: 'high' }, { max_tokens: 100 }),
      expected: config({ thinking_level: 'high' }, { max_tokens: 24_676 }),
    },
    {
      does: 'adds what an effort may take where the client wants to see thoughts as well',
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'low' }),
      expected: config({ include_thoughts: true }, { max_tokens: 4196, reasoning_effort: 'low' }),
    },
    {
      does: 'adds nothing where thinking is off, though thoughts are wanted',
      raw: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'none' }),
      expected: config({ include_thoughts: true }, { max_tokens: 100, reasoning_effort: 'none' }),
    },
    {
      does: 'adds most for the highest level',
      asked: 'gemini-4-neon',
      raw: { max_tokens: 100, reasoning_effort: 'xhigh' },
      expected: { max_tokens: 32_868, reasoning_effort: 'xhigh' },
    },
    {
      does: 'keeps within what Argon writes in one piece',
      asked: 'gemini-4-argon',
      raw: { max_tokens: 40_000 },
      expected: { max_tokens: 32_768 },
    },
    {
      does: 'keeps within what Argon writes in a stream',
      asked: 'gemini-4-argon',
      raw: { max_tokens: 60_000, stream: true },
      expected: { max_tokens: 65_536, stream: true },
    },
    {
      does: 'adds what is usual where the client wants to see thoughts only',
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { max_tokens: 100 }),
      expected: config({ include_thoughts: true }, { max_tokens: 8292 }),
    },
    {
      does: 'keeps within what a model can write',
      asked: 'gemini-2.0-flash',
      raw: { max_tokens: 100_000 },
      expected: { max_tokens: 8192 },
    },
    {
      does: 'leaves an unlimited request unlimited',
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
        does: `makes a limit of ${limit} for ${asked}, which is not listed, ${raised}`,
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
      does: 'names the effort of an unlisted model that does not think',
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
      does: 'gives an unlisted model that always thinks its lowest effort',
      asked: 'gemini-3-pro-preview',
      raw: { reasoning_effort: 'none' },
      expected: { reasoning_effort: 'low' },
    },
    { does: 'asks for thoughts where no effort is said', asked: 'gemini-3.8-flash', raw: {}, expected: config({ include_thoughts: true }) },
    {
      does: 'thinks least for a client that asked for a model without thoughts',
      asked: 'gemini-1.5-pro',
      served: 'gemini-3.8-flash',
      raw: {},
      expected: config({ thinking_level: 'low', include_thoughts: true }),
    },
    {
      does: 'asks for no thoughts where the operator wants none',
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: { reasoning_effort: 'minimal' },
      expected: { reasoning_effort: 'low' },
    },
    {
      does: 'adds no thinking parameters where the request has none',
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: { top_p: 1 },
      expected: { top_p: 1 },
    },
    {
      does: "lets the client's own level win, and names the effort",
      asked: 'gemini-3.8-flash',
      raw: config({ thinking_level: 'low', include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'low', include_thoughts: true }),
      ignored: ['reasoning_effort'],
    },
    {
      does: "lets the client's own budget win, and names the effort",
      raw: config({ thinking_budget: 512 }, { reasoning_effort: 'high' }),
      expected: config({ thinking_budget: 512 }),
      ignored: ['reasoning_effort'],
    },
    {
      does: "joins an effort and the client's wish for thoughts",
      asked: 'gemini-3.5-flash',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'high', include_thoughts: true }),
    },
    {
      does: "joins an effort and the client's wish for no thoughts, as a budget",
      raw: config({ include_thoughts: false }, { reasoning_effort: 'high' }),
      expected: config({ thinking_budget: 24_576, include_thoughts: false }),
    },
    {
      does: 'asks for no thoughts where the effort is none',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'none' }),
      expected: config({ thinking_budget: 0 }),
    },
    {
      does: "follows the client's wish for thoughts where the operator wants none",
      asked: 'gemini-3.8-flash',
      thoughts: 'off',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'high' }),
      expected: config({ thinking_level: 'high', include_thoughts: true }),
    },
    {
      does: 'joins them for an unlisted model by its level',
      asked: 'gemini-9-flash',
      raw: config({ include_thoughts: true }, { reasoning_effort: 'none' }),
      expected: config({ thinking_level: 'low', include_thoughts: true }),
    },
    {
      does: 'sets the level that only Gemini 4 has where the operator wants no thoughts',
      asked: 'gemini-4-hydrogen',
      thoughts: 'off',
      raw: { reasoning_effort: 'xhigh' },
      expected: config({ thinking_level: 'xhigh' }),
    },
    {
      does: 'names an effort that a model cannot make',
      asked: 'gemini-2.0-flash',
      raw: { reasoning_effort: 'high' },
      expected: {},
      ignored: ['reasoning_effort'],
    },
    {
      does: 'gives an unlisted model what Google knows',
      asked: 'gemini-9-flash',
      raw: { reasoning_effort: 'xhigh' },
      expected: { reasoning_effort: 'high' },
    },
    ...['gemma-3-27b-it', 'gemini-2.5-flash-image', 'gemini-2.0-flash-exp'].map((asked) => ({
      does: `asks ${asked}, which is not listed, for no thoughts`,
      upstream: 'native' as const,
      asked,
      raw: {},
      expected: {},
    })),
    {
      does: 'asks an unlisted model for thoughts where its family has some',
      upstream: 'native',
      asked: 'gemini-9-flash',
      raw: {},
      expected: config({ include_thoughts: true }),
    },
    {
      does: 'keeps other settings of Google beside it',
      asked: 'gemini-3.8-flash',
      raw: { extra_body: { google: { cached_content: 'cachedContents/1' } } },
      expected: { extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { include_thoughts: true } } } },
    },
  ],
}
