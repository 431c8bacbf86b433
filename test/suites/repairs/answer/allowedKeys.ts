/**
 * A rule for one value in a response: `plain` allows any value but an array or an object, `any`
 * allows any value, an object has a rule for each allowed member, and an array has the rule for its
 * elements.
 */
type Rule = 'plain' | 'any' | { readonly [key: string]: Rule } | readonly [Rule]

const EXTRA = { google: { thought_signature: 'plain' } } as const
const FUNCTION = { name: 'plain', arguments: 'plain' } as const
const SAID = {
  role: 'plain',
  content: 'plain',
  refusal: 'plain',
  reasoning_content: 'plain',
  function_call: FUNCTION,
  extra_content: EXTRA,
  audio: 'any',
  images: 'any',
} as const
const CALL = { id: 'plain', type: 'plain', function: FUNCTION, extra_content: EXTRA } as const
const USAGE = {
  prompt_tokens: 'plain',
  completion_tokens: 'plain',
  total_tokens: 'plain',
  prompt_tokens_details: { cached_tokens: 'plain', audio_tokens: 'plain' },
  completion_tokens_details: {
    reasoning_tokens: 'plain',
    audio_tokens: 'plain',
    accepted_prediction_tokens: 'plain',
    rejected_prediction_tokens: 'plain',
  },
} as const
const ENVELOPE = { id: 'plain', object: 'plain', created: 'plain', model: 'plain', usage: USAGE } as const
const CHOICE = { index: 'plain', logprobs: 'plain', finish_reason: 'plain' } as const

/** The members that a completion may have. */
export const COMPLETION: Rule = { ...ENVELOPE, choices: [{ ...CHOICE, message: { ...SAID, tool_calls: [CALL] } }] }
/** The members that a chunk may have. */
export const CHUNK: Rule = { ...ENVELOPE, choices: [{ ...CHOICE, delta: { ...SAID, tool_calls: [{ index: 'plain', ...CALL }] } }] }

/** Returns the paths of members that a rule does not allow. */
export function leaksOf(value: unknown, rule: Rule, path = ''): string[] {
  if (rule === 'any' || value === null || value === undefined) return []
  if (Array.isArray(value)) return Array.isArray(rule) ? value.flatMap((item) => leaksOf(item, rule[0] as Rule, `${path}[]`)) : [path]
  if (typeof value !== 'object') return rule === 'plain' ? [] : [path]
  if (rule === 'plain' || Array.isArray(rule)) return [path]
  const members = rule as { readonly [key: string]: Rule }
  return Object.entries(value).flatMap(([key, member]) => {
    const known = Object.hasOwn(members, key) ? members[key] : undefined
    return known === undefined ? [`${path}.${key}`] : leaksOf(member, known, `${path}.${key}`)
  })
}
