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
      does: 'accepts values that request nothing unsupported',
      raw: { messages: HELLO, logprobs: false, n: 8, modalities: ['text'], audio: { voice: 'alloy', format: 'mp3' } },
      expected: { messages: HELLO, logprobs: false, n: 8, modalities: ['text'], audio: { voice: 'alloy', format: 'mp3' } },
    },
  ],
  'image-config': [
    {
      does: "normalises the settings to Google's spelling",
      asked: 'gemini-3.1-flash-image',
      upstream: 'native',
      raw: { image_config: { aspect_ratio: ' 16X9', image_size: '2k' } },
      expected: { image_config: { aspect_ratio: '16:9', image_size: '2K' } },
    },
    {
      does: 'reads them from extra_body.google, in camelCase',
      asked: 'gemini-3.1-flash-image',
      upstream: 'native',
      raw: { extra_body: { google: { imageConfig: { aspectRatio: '1:8', imageSize: '0.5K' }, top_k: 3 } } },
      expected: { image_config: { aspect_ratio: '1:8', image_size: '512' }, extra_body: { google: { top_k: 3 } } },
    },
    {
      does: 'prefers the settings in the format of OpenRouter, and lists the others as ignored',
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
      does: 'removes empty settings',
      raw: { image_config: { aspect_ratio: null, image_size: '' }, temperature: 1 },
      expected: { temperature: 1 },
    },
  ],
  'one-token-limit': [
    { does: 'does not change max_tokens', raw: { max_tokens: 50 }, expected: { max_tokens: 50 } },
    { does: 'sends max_completion_tokens as max_tokens', raw: { max_completion_tokens: 50 }, expected: { max_tokens: 50 } },
    {
      does: 'prefers max_completion_tokens, and lists max_tokens as ignored',
      raw: { max_completion_tokens: 50, max_tokens: 70 },
      expected: { max_tokens: 50 },
      ignored: ['max_tokens'],
    },
    { does: 'accepts two equal limits', raw: { max_completion_tokens: 50, max_tokens: 50 }, expected: { max_tokens: 50 } },
    {
      does: 'treats null as no limit',
      raw: { max_completion_tokens: null, max_tokens: 70 },
      expected: { max_completion_tokens: null, max_tokens: 70 },
    },
  ],
  'unknown-parameters': [
    {
      does: 'lists each parameter of OpenAI without a counterpart in Gemini as ignored',
      raw: { ...FORWARDED, ...WITHOUT_COUNTERPART },
      expected: FORWARDED,
      ignored: Object.keys(WITHOUT_COUNTERPART),
    },
    {
      does: 'lists unknown parameters and those of other providers as ignored',
      raw: { ...FORWARDED, top_k: 40, invented_in_2027: { deep: true }, google: {}, reasoning: { effort: 'low' } },
      expected: FORWARDED,
      ignored: ['top_k', 'invented_in_2027', 'google', 'reasoning'],
    },
    {
      does: 'removes null values and `n` without listing them',
      raw: { messages: HELLO, model: 'gemini-2.5-flash', n: 2, seed: null, stop: null, tools: null, temperature: null },
      expected: { messages: HELLO, model: 'gemini-2.5-flash' },
    },
    { does: 'forwards a single stop sequence', raw: { messages: HELLO, stop: 'END' }, expected: { messages: HELLO, stop: 'END' } },
  ],
  'extra-body': [
    {
      does: "forwards Google's documented settings",
      raw: {
        extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 0, include_thoughts: false } } },
      },
      expected: {
        extra_body: { google: { cached_content: 'cachedContents/1', thinking_config: { thinking_budget: 0, include_thoughts: false } } },
      },
    },
    {
      does: 'lists unknown settings as ignored, with their paths',
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
      does: "accepts Google's camelCase spelling",
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
      does: 'prefers snake_case, and lists the camelCase spelling as ignored',
      raw: {
        extra_body: {
          google: { thinkingConfig: { thinkingLevel: 'low' }, thinking_config: { thinking_level: 'high', thinkingLevel: 'low' } },
        },
      },
      expected: { extra_body: { google: { thinking_config: { thinking_level: 'high' } } } },
      ignored: ['extra_body.google.thinkingConfig', 'extra_body.google.thinking_config.thinkingLevel'],
    },
    {
      does: 'uses the camelCase spelling beside a null',
      raw: { extra_body: { google: { thinkingConfig: { thinkingLevel: 'low', thinking_level: null }, thinking_config: null } } },
      expected: { extra_body: { google: { thinking_config: { thinking_level: 'low' } } } },
    },
    { does: 'removes an empty extra_body', raw: { extra_body: { google: { thinking_config: null } } }, expected: {} },
    { does: 'does not change a request without extra_body', raw: { top_p: 1 }, expected: { top_p: 1 } },
  ],
  sampling: [
    {
      does: 'removes what Gemini 4 ignores, and lists it as ignored',
      asked: 'gemini-4-neon',
      raw: { temperature: 0, top_p: 0.9, stop: 'x' },
      expected: { stop: 'x' },
      ignored: ['temperature', 'top_p'],
    },
    { does: 'does not change it for other models', asked: 'gemini-3.8-flash', raw: { temperature: 0 }, expected: { temperature: 0 } },
  ],
  'stop-sequences': [
    {
      does: 'removes empty stop sequences, and lists them as ignored',
      raw: { stop: ['', 'END', ''] },
      expected: { stop: ['END'] },
      ignored: ['stop[0]', 'stop[2]'],
    },
    { does: 'removes an empty string', raw: { stop: '' }, expected: {}, ignored: ['stop'] },
    { does: 'removes a list of empty strings', raw: { stop: [''] }, expected: {}, ignored: ['stop[0]'] },
    { does: 'does not change other stop sequences', raw: { stop: ['a', ' '] }, expected: { stop: ['a', ' '] } },
  ],
  'service-tier': [
    ...['flex', 'priority', 'standard'].map((tier) => ({
      does: `forwards Gemini's own tier ${tier}`,
      raw: { service_tier: tier },
      expected: { service_tier: tier },
    })),
    ...['auto', 'default', 'scale', 'fast'].map((tier) => ({
      does: `lists OpenAI's tier ${tier} as ignored`,
      raw: { service_tier: tier },
      expected: {},
      ignored: ['service_tier'],
    })),
  ],
  'stream-usage': [
    {
      does: 'requests the usage of every stream',
      raw: { messages: HELLO, stream: true },
      expected: { messages: HELLO, stream: true, stream_options: { include_usage: true } },
    },
    {
      does: "replaces stream options that Google's parser may refuse",
      raw: { messages: HELLO, stream: true, stream_options: { include_usage: false, include_obfuscation: true } },
      expected: { messages: HELLO, stream: true, stream_options: { include_usage: true } },
    },
    {
      does: 'removes the stream options without a stream',
      raw: { messages: HELLO, stream: false, stream_options: { include_usage: true } },
      expected: { messages: HELLO },
    },
  ],
}
