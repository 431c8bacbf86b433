import { call, type RepairCases } from './cases.js'

const PLACEHOLDER = 'skip_thought_signature_validator'
const MODEL = 'gemini-3.8-flash'
const OTHER = 'gemini-3.5-flash'
const extra = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } })
const signed = (id: string, signature: string) => ({ ...call(id), ...extra(signature) })
const text = (signature?: string) => ({ role: 'assistant', content: 'Hi', ...(signature === undefined ? {} : extra(signature)) })
const calling = (...calls: readonly object[]) => ({ messages: [{ role: 'assistant', tool_calls: calls }] })
const result = (id: string, content = `result ${id}`) => ({ role: 'tool', tool_call_id: id, content })
const step = (ids: readonly string[], results = ids) => [
  { role: 'assistant', tool_calls: ids.map((id) => call(id)) },
  ...results.map((id, index) => result(id, `result ${index}`)),
]
/** Makes a case for the ids of the calls in one step: as the client and as Gemini sees them. */
const ids = (does: string, before: readonly string[], after: readonly string[]) => ({
  does,
  raw: { messages: step(before) },
  expected: { messages: step(after) },
})

/** The cases of the repairs of thought signatures, and of the ids of the calls that have them. */
export const SIGNATURE_CASES: RepairCases = {
  'invalid-signatures': [
    {
      does: 'replaces invalid base64 with the placeholder',
      asked: MODEL,
      raw: calling(...['EsMC…', 'EsMC AAA', 'EsMCA', 'QUJD=', 'a"b', '=', 'Ä'].map((signature, index) => signed(`c${index}`, signature))),
      expected: calling(...Array.from({ length: 7 }, (_, index) => signed(`c${index}`, PLACEHOLDER))),
    },
    {
      does: 'removes an invalid signature from a text, and leaves the flag of a thought',
      raw: { messages: [text('EsMC…'), { role: 'assistant', extra_content: { google: { thought: true, thought_signature: '…' } } }] },
      expected: { messages: [text(), { role: 'assistant', extra_content: { google: { thought: true } } }] },
    },
    {
      does: 'does not change valid base64, standard or URL-safe, with or without padding, nor the placeholders',
      raw: calling(
        ...['QUI=', 'QUI', 'QQ==', '-_8', '+/8=', PLACEHOLDER, 'context_engineering_is_the_way_to_go'].map((each) => signed('a', each)),
        call('b'),
      ),
      expected: calling(
        ...['QUI=', 'QUI', 'QQ==', '-_8', '+/8=', PLACEHOLDER, 'context_engineering_is_the_way_to_go'].map((each) => signed('a', each)),
        call('b'),
      ),
    },
  ],
  'thought-signatures': [
    {
      does: 'adds the placeholder to the first call of a step without a signature',
      asked: MODEL,
      raw: {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', tool_calls: [call('a'), call('b')] },
        ],
      },
      expected: {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', tool_calls: [signed('a', PLACEHOLDER), call('b')] },
        ],
      },
    },
    {
      does: 'adds no placeholder for an image model, which checks no signatures',
      asked: 'gemini-3.1-flash-image',
      raw: calling(call('a')),
      expected: calling(call('a')),
    },
    {
      does: 'adds stored signatures, and does not change those that the client sends',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==' }, b: { signature: 'b3RoZXI=' } },
      raw: calling(call('a'), signed('b', 'b3du')),
      expected: calling(signed('a', 'a2VwdA=='), signed('b', 'b3du')),
    },
    {
      does: 'replaces the placeholder with a stored signature',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==' } },
      raw: calling(signed('a', PLACEHOLDER), signed('b', PLACEHOLDER)),
      expected: calling(signed('a', 'a2VwdA=='), signed('b', PLACEHOLDER)),
    },
    {
      does: 'ignores the stored signature of a call of another function',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==', name: 'time' } },
      raw: calling(call('a')),
      expected: calling(signed('a', PLACEHOLDER)),
    },
    {
      does: 'adds no placeholder for Gemini 2.5',
      calls: { b: { signature: 'a2VwdA==' } },
      raw: calling(call('a'), call('b')),
      expected: calling(call('a'), signed('b', 'a2VwdA==')),
    },
  ],
  'foreign-signatures': [
    {
      does: 'replaces the signatures of another model, and removes those of texts',
      asked: MODEL,
      calls: { a: { model: OTHER }, b: { model: MODEL } },
      textModels: { b3RoZXI: OTHER, b3du: MODEL },
      raw: { messages: [text('b3RoZXI'), text('b3du'), ...calling(signed('a', 'QUI='), signed('b', 'QUI=')).messages] },
      expected: { messages: [text(), text('b3du'), ...calling(signed('a', PLACEHOLDER), signed('b', 'QUI=')).messages] },
    },
    {
      does: 'treats signatures of unknown origin as made by the requested model',
      asked: 'gemini-2.5-flash',
      served: 'gemini-3.5-flash-lite',
      calls: { b: {} },
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), signed('b', 'QUI='), call('c')).messages] },
      expected: { messages: [text(), ...calling(signed('a', PLACEHOLDER), signed('b', 'QUI='), call('c')).messages] },
    },
    {
      does: 'does not change signatures of the same model',
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI=')).messages] },
      expected: { messages: [text('QUI='), ...calling(signed('a', 'QUI=')).messages] },
    },
  ],
  'refused-signatures': [
    {
      does: 'after a refusal adds the placeholder to all calls, and removes the signatures of texts',
      areSignaturesRefused: true,
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
      expected: { messages: [text(), ...calling(signed('a', PLACEHOLDER), signed('b', PLACEHOLDER)).messages] },
    },
    {
      does: 'changes nothing before a refusal',
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
      expected: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
    },
  ],
  'call-ids': [
    ids('adds numbers to equal ids of a step, and to their results in order', ['f', 'f'], ['f', 'f_2']),
    ids('skips numbers that would repeat an existing id', ['f', 'f_2', 'f', 'f'], ['f', 'f_2', 'f_3', 'f_4']),
    ids('replaces empty ids', ['', ''], ['call', 'call_2']),
    ids('does not change different ids', ['a', 'b'], ['a', 'b']),
    {
      does: 'does not change equal ids of different steps',
      raw: { messages: [...step(['a']), ...step(['a'])] },
      expected: { messages: [...step(['a']), ...step(['a'])] },
    },
    {
      does: "restores Gemini's id, once in a conversation, and never the id of another call",
      calls: { a: { upstreamId: 'g' }, b: { upstreamId: 'g' }, c: { upstreamId: 'taken' }, d: { upstreamId: 'h', name: 'time' } },
      raw: { messages: [...step(['a', 'c', 'd']), ...step(['b', 'taken'])] },
      expected: { messages: [...step(['g', 'c', 'd']), ...step(['b', 'taken'])] },
    },
  ],
}
