import { HELLO, type RepairCases } from './cases.js'

/** Every chat parameter of OpenAI that has no counterpart in Gemini. */
export const WITHOUT_COUNTERPART = {
  audio: { voice: 'alloy', format: 'mp3' },
  frequency_penalty: 0.5,
  logit_bias: { 50256: -100 },
  logprobs: false,
  metadata: { team: 'blue' },
  modalities: ['text'],
  moderation: { model: 'omni-moderation-latest' },
  prediction: { type: 'content', content: 'Hello' },
  presence_penalty: 0.5,
  prompt_cache_key: 'prefix',
  prompt_cache_options: { mode: 'auto' },
  prompt_cache_retention: '24h',
  safety_identifier: 'user-1',
  seed: 7,
  store: true,
  top_logprobs: 3,
  user: 'user-1',
  verbosity: 'low',
  web_search_options: { search_context_size: 'low' },
} as const

/** Every parameter that Google accepts unchanged. */
const FORWARDED = {
  messages: HELLO,
  temperature: 0,
  top_p: 0.9,
  max_tokens: 100,
  stop: ['END', 'STOP', '###', '---'],
  parallel_tool_calls: false,
  reasoning_effort: 'low',
} as const

/** Cases of the repairs of single parameters. */
export const PARAMETER_CASES: RepairCases = {
  'impossible-parameters': [
    {
      does: 'lets pass what is asked for in vain only by name',
      raw: { messages: HELLO, logprobs: false, n: 8, modalities: ['text'], audio: { voice: 'alloy', format: 'mp3' } },
      expected: { messages: HELLO, logprobs: false, n: 8, modalities: ['text'], audio: { voice: 'alloy', format: 'mp3' } },
    },
  ],
  'image-config': [
    {
      does: "gives the settings Google's spelling",
      asked: 'gemini-3.1-flash-image',
      upstream: 'native',
      raw: { image_config: { aspect_ratio: ' 16X9', image_size: '2k' } },
      expected: { image_config: { aspect_ratio: '16:9', image_size: '2K' } },
    },
    {
      does: 'finds them among the settings of Google, in camelCase',
      asked: 'gemini-3.1-flash-image',
      upstream: 'native',
      raw: { extra_body: { google: { imageConfig: { aspectRatio: '1:8', imageSize: '0.5K' }, top_k: 3 } } },
      expected: { image_config: { aspect_ratio: '1:8', image_size: '512' }, extra_body: { google: { top_k: 3 } } },
    },
    {
      does: 'takes those of OpenRouter where both are there, and names what it leaves out',
      asked: 'gemini-3-pro-image',
      upstream: 'native',
      raw: {
        image_config: { aspect_ratio: '1:1', aspectRatio: '2:3', image_size: 'auto', strength: 0.5 },
        extra_body: { google: { image_config: { image_size: '4K' } } },
      },
      expected: { image_config: { aspect_ratio: '1:1' }, extra_body: { google: {} } },
      ignored: ['extra_body.google.image_config', 'image_config.aspectRatio', 'image_config.strength'],
    },
    {
      does: 'asks no model for nothing',
      raw: { image_config: { aspect_ratio: null, image_size: '' }, temperature: 1 },
      expected: { temperature: 1 },
    },
  ],
  'one-token-limit': [
    { does: 'leaves the older name as it is', raw: { max_tokens: 50 }, expected: { max_tokens: 50 } },
    { does: 'gives the newer name as the older one', raw: { max_completion_tokens: 50 }, expected: { max_tokens: 50 } },
    {
      does: 'lets the newer of two limits win, and names the other',
      raw: { max_completion_tokens: 50, max_tokens: 70 },
      expected: { max_tokens: 50 },
      ignored: ['max_tokens'],
    },
    { does: 'takes two equal limits for one', raw: { max_completion_tokens: 50, max_tokens: 50 }, expected: { max_tokens: 50 } },
    {
      does: 'takes null for no limit',
      raw: { max_completion_tokens: null, max_tokens: 70 },
      expected: { max_completion_tokens: null, max_tokens: 70 },
    },
  ],
  'unknown-parameters': [
    {
      does: 'names each parameter of OpenAI that Gemini has no counterpart for',
      raw: { ...FORWARDED, ...WITHOUT_COUNTERPART },
      expected: FORWARDED,
      ignored: Object.keys(WITHOUT_COUNTERPART),
    },
    {
      does: 'names a parameter of the future, and one of other providers',
      raw: { ...FORWARDED, top_k: 40, invented_in_2027: { deep: true }, google: {}, reasoning: { effort: 'low' } },
      expected: FORWARDED,
      ignored: ['top_k', 'invented_in_2027', 'google', 'reasoning'],
    },
    {
      does: 'leaves out null without a word, and what is served elsewhere',
      raw: { messages: HELLO, model: 'gemini-2.5-flash', n: 2, seed: null, stop: null, tools: null, temperature: null },
      expected: { messages: HELLO, model: 'gemini-2.5-flash' },
    },
    { does: 'forwards one stop text', raw: { messages: HELLO, stop: 'END' }, expected: { messages: HELLO, stop: 'END' } },
  ],
  'extra-body': [
    {
      does: "keeps Google's documented settings",
      raw: {
        extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 0, include_thoughts: false } } },
      },
      expected: {
        extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 0, include_thoughts: false } } },
      },
    },
    {
      does: 'names the unknown ones by their paths',
      raw: {
        extra_body: {
          chat_template: 'x',
          google: { safety_settings: [], cached_content: null, thinking_config: { include_thoughts: true, speed: 9 } },
        },
      },
      expected: { extra_body: { google: { thinking_config: { include_thoughts: true } } } },
      ignored: ['extra_body.chat_template', 'extra_body.google.safety_settings', 'extra_body.google.thinking_config.speed'],
    },
    { does: 'leaves out an empty setting', raw: { extra_body: { google: { thinking_config: {} } } }, expected: {} },
    {
      does: "reads Google's other spelling",
      raw: {
        extra_body: {
          google: { cachedContent: 'cachedContents/1', thinkingConfig: { includeThoughts: true, thinkingBudget: 5, thinkingLevel: 'low' } },
        },
      },
      expected: {
        extra_body: {
          google: {
            cached_content: 'cachedContents/1',
            thinking_config: { include_thoughts: true, thinking_budget: 5, thinking_level: 'low' },
          },
        },
      },
    },
    {
      does: 'prefers its own spelling, and names the other',
      raw: {
        extra_body: {
          google: { thinkingConfig: { thinkingLevel: 'low' }, thinking_config: { thinking_level: 'high', thinkingLevel: 'low' } },
        },
      },
      expected: { extra_body: { google: { thinking_config: { thinking_level: 'high' } } } },
      ignored: ['extra_body.google.thinkingConfig', 'extra_body.google.thinking_config.thinkingLevel'],
    },
    {
      does: 'reads the other spelling beside a null',
      raw: { extra_body: { google: { thinkingConfig: { thinkingLevel: 'low', thinking_level: null }, thinking_config: null } } },
      expected: { extra_body: { google: { thinking_config: { thinking_level: 'low' } } } },
    },
    { does: 'leaves out what has nothing in it', raw: { extra_body: { google: { thinking_config: null } } }, expected: {} },
    { does: 'leaves a request without it alone', raw: { top_p: 1 }, expected: { top_p: 1 } },
  ],
  sampling: [
    {
      does: 'leaves out what Gemini 4 ignores, and names it',
      asked: 'gemini-4-neon',
      raw: { temperature: 0, top_p: 0.9, stop: 'x' },
      expected: { stop: 'x' },
      ignored: ['temperature', 'top_p'],
    },
    { does: 'leaves it to the others', asked: 'gemini-3.8-flash', raw: { temperature: 0 }, expected: { temperature: 0 } },
  ],
  'stop-sequences': [
    {
      does: 'leaves out empty ones, and names them',
      raw: { stop: ['', 'END', ''] },
      expected: { stop: ['END'] },
      ignored: ['stop[0]', 'stop[2]'],
    },
    { does: 'leaves out an empty text', raw: { stop: '' }, expected: {}, ignored: ['stop'] },
    { does: 'leaves out a list of empty ones', raw: { stop: [''] }, expected: {}, ignored: ['stop[0]'] },
    { does: 'leaves others alone', raw: { stop: ['a', ' '] }, expected: { stop: ['a', ' '] } },
  ],
  'service-tier': [
    ...['flex', 'priority', 'standard'].map((tier) => ({
      does: `forwards Gemini's own tier ${tier}`,
      raw: { service_tier: tier },
      expected: { service_tier: tier },
    })),
    ...['auto', 'default', 'scale', 'fast'].map((tier) => ({
      does: `names OpenAI's tier ${tier} as not forwarded`,
      raw: { service_tier: tier },
      expected: {},
      ignored: ['service_tier'],
    })),
  ],
  'stream-usage': [
    {
      does: 'asks for the count of every stream',
      raw: { messages: HELLO, stream: true },
      expected: { messages: HELLO, stream: true, stream_options: { include_usage: true } },
    },
    {
      does: "replaces options that Google's parser may not know",
      raw: { messages: HELLO, stream: true, stream_options: { include_usage: false, include_obfuscation: true } },
      expected: { messages: HELLO, stream: true, stream_options: { include_usage: true } },
    },
    {
      does: 'takes the options from a request that is no stream',
      raw: { messages: HELLO, stream: false, stream_options: { include_usage: true } },
      expected: { messages: HELLO },
    },
  ],
}
