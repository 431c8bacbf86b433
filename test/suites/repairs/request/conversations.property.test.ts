import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../../src/contract/errors.js'
import { applyRepairs } from '../../../../src/contract/repair.js'
import type { RequestRepair } from '../../../../src/upstream/request/repairs/context.js'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import type { Settings } from '../../../doubles/simulator/index.js'
import { readChatRequest } from '../../../doubles/simulator/request.js'
import { contextOf, type RequestMembers, tool, toRequest } from './cases.js'

const MODELS = [
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gemini-3.5-flash',
  'gemini-3.8-flash',
  'gemini-4-neon',
  'gemini-3.1-pro-preview',
  'gemma-4-31b-it',
]
// The cast is safe: the simulator's request parser reads only these settings.
const SETTINGS = { models: {}, newUser: false, strictSchemas: true } as unknown as Settings

const text = fc.constantFrom('', ' ', 'Hello', 'Tell me more.')
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.constantFrom(undefined, null).chain((none) => fc.oneof(fc.constant(none), value))
const textPart = fc.record({ type: fc.constant('text'), text })
const userPart = fc.oneof(
  textPart,
  fc.constant({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' } }),
  fc.constant({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }),
  fc.constant({ type: 'file', file: { file_data: 'JVBERg==' } }),
)
const parts = <T>(part: fc.Arbitrary<T>) => fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 3 }))

const instruction = fc.record({ role: fc.constantFrom('system', 'developer'), content: parts(textPart) })
const question = fc.record({ role: fc.constant('user'), content: parts(userPart), name: optional(fc.constant('ada')) })
const answer = fc.record({
  role: fc.constant('assistant'),
  content: optional(parts(textPart)),
  refusal: optional(text),
  reasoning_content: optional(text),
  audio: optional(fc.constant({ id: 'audio_1' })),
})

/** Makes a step of tool calls and their results, in any order and with messages in between. */
const step = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.oneof(instruction, question), { maxLength: 1 }),
    optional(text),
    fc.nat(999),
    fc.boolean(),
    optional(fc.constantFrom('skip_thought_signature_validator', 'cut…', 'EsMCA')),
  )
  .map(([count, between, content, salt, isReversed, signature]) => {
    const signed = typeof signature === 'string' ? { extra_content: { google: { thought_signature: signature } } } : {}
    const ids = Array.from({ length: count }, (_, place) => `call_${salt}_${place}`)
    const calls = ids.map((id, index) => ({ index, id, type: 'function', function: { name: 'weather', arguments: '' }, ...signed }))
    const results = ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'rain' }))
    return [{ role: 'assistant', content, tool_calls: calls }, ...between, ...(isReversed ? results.reverse() : results)]
  })
const legacyStep = fc.constantFrom(null, 'rain').map((content) => [
  { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
  { role: 'function', name: 'weather', content },
])
const one = <T>(message: fc.Arbitrary<T>) => message.map((each) => [each])
const conversation = fc
  .array(fc.oneof(one(instruction), one(question), one(answer), step, legacyStep), { minLength: 1, maxLength: 8 })
  .chain((turns) => fc.nat(3).map((trimmed) => turns.flat().slice(trimmed)))
  .filter((messages) => messages.length > 0)

const request = fc.record({
  messages: conversation,
  max_tokens: optional(fc.constantFrom(1, 100, 100_000)),
  max_completion_tokens: optional(fc.constantFrom(1, 100)),
  reasoning_effort: optional(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  service_tier: optional(fc.constantFrom('auto', 'default', 'flex', 'priority', 'scale')),
  stream: optional(fc.boolean()),
  tools: optional(fc.constantFrom([], [tool('weather')], [tool('weather'), tool('time')], [tool('1st')], [tool('time'), tool('time')])),
  tool_choice: optional(fc.constantFrom('auto', 'none', 'required')),
  extra_body: optional(
    fc.record({
      google: fc.record({
        thinking_config: fc.constantFrom(null, {}, { thinking_budget: 0 }, { thinking_level: 'minimal' }, { include_thoughts: true }),
      }),
    }),
  ),
  seed: optional(fc.nat()),
})

describe.each(MODELS)('%s', (served) => {
  test.each(['auto', 'off'] as const)('accepts any repaired request, unless it is refused with its path; with thoughts %s', (thoughts) => {
    const outcomes = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(request, (raw) => {
        const body = applySomeRepairs(raw, { served, thoughts })
        outcomes[body === undefined ? 'refused' : 'taken'] += 1
        if (body !== undefined) readChatRequest({ model: served, ...body }, SETTINGS)
      }),
      { numRuns: 400 },
    )
    expect(outcomes.taken).toBeGreaterThan(outcomes.refused)
  })
})

/** The repairs without which the strict parser rejects what clients send. */
const NEEDED = REQUEST_REPAIRS.map(({ name }) => name).filter(
  (name) =>
    ![
      'impossible-parameters',
      'image-config',
      'one-token-limit',
      'extra-body',
      'sampling',
      'stop-sequences',
      'thinking-headroom',
      'stream-usage',
      'tool-kinds',
      'tool-schemas',
      'legacy-tools',
      'response-format',
      'text-contents',
      'tool-media',
      'result-names',
      'foreign-signatures',
      'refused-signatures',
      'call-ids',
      // Applies only to the retry after Gemini has rejected a schema as too complex.
      'complex-schemas',
      // These apply only to the native API.
      'server-tools',
      'replayed-parts',
    ].includes(name),
)

describe('some of the same requests are rejected', () => {
  const sample = fc.sample(request, { numRuns: 1_500, seed: 42 })

  test.each(NEEDED)('without %s', (left) => {
    const repairs = REQUEST_REPAIRS.filter(({ name }) => name !== left)
    const isRefused = (raw: RequestMembers): boolean => MODELS.some((served) => !isTaken(raw, { served, repairs }))
    expect(sample.some(isRefused)).toBe(true)
  })
})

/** The repairs to apply to a request, and the model that serves it. */
interface RepairOptions {
  readonly served: string
  readonly thoughts?: 'auto' | 'off'
  readonly repairs?: readonly RequestRepair[]
}

/**
 * True if the strict parser accepts a request after some repairs, or the proxy itself rejects it.
 */
function isTaken(raw: RequestMembers, options: RepairOptions): boolean {
  const body = applySomeRepairs(raw, options)
  if (body === undefined) return true
  try {
    readChatRequest({ model: options.served, ...body }, SETTINGS)
    return true
  } catch {
    // The simulator has rejected the request, which is the result that the test looks for.
    return false
  }
}

/**
 * The request as it is sent to Gemini; undefined if the proxy rejects it, which must be a 400 with
 * a `param`.
 */
function applySomeRepairs(
  raw: RequestMembers,
  { served, thoughts = 'auto', repairs = REQUEST_REPAIRS }: RepairOptions,
): Record<string, unknown> | undefined {
  try {
    return JSON.parse(JSON.stringify(applyRepairs(repairs, toRequest(raw), contextOf({ asked: served, thoughts }, [])))) as Record<
      string,
      unknown
    >
  } catch (error) {
    if (error instanceof ApiError && error.status === 400 && error.param !== null) return undefined
    throw error
  }
}
