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
/** A case for the ids of one step, as the client and as Gemini sees them. */
const ids = (does: string, before: readonly string[], after: readonly string[]) => ({
  does,
  raw: { messages: step(before) },
  expected: { messages: step(after) },
})

/** The cases of the repairs of thought signatures, and of the ids of the calls that have them. */
export const SIGNATURE_CASES: RepairCases = {
  'invalid-signatures': [
    {
      does: 'replaces what is not base64 by the placeholder',
      asked: MODEL,
      raw: calling(...['EsMC…', 'EsMC AAA', 'EsMCA', 'QUJD=', 'a"b', '=', 'Ä'].map((signature, index) => signed(`c${index}`, signature))),
      expected: calling(...Array.from({ length: 7 }, (_, index) => signed(`c${index}`, PLACEHOLDER))),
    },
    {
      does: 'removes it from a text, and keeps the mark of a thought',
      raw: { messages: [text('EsMC…'), { role: 'assistant', extra_content: { google: { thought: true, thought_signature: '…' } } }] },
      expected: { messages: [text(), { role: 'assistant', extra_content: { google: { thought: true } } }] },
    },
    {
      does: 'keeps base64, standard and URL-safe, with and without padding, and the placeholders',
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
      does: 'signs the first call of a step by the placeholder where the signature is lost',
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
      does: 'needs no placeholder for a model that makes images, which checks none',
      asked: 'gemini-3.1-flash-image',
      raw: calling(call('a')),
      expected: calling(call('a')),
    },
    {
      does: 'signs by what the proxy has kept, and leaves what the client has kept',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==' }, b: { signature: 'b3RoZXI=' } },
      raw: calling(call('a'), signed('b', 'b3du')),
      expected: calling(signed('a', 'a2VwdA=='), signed('b', 'b3du')),
    },
    {
      does: 'replaces the placeholder by what the proxy has kept',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==' } },
      raw: calling(signed('a', PLACEHOLDER), signed('b', PLACEHOLDER)),
      expected: calling(signed('a', 'a2VwdA=='), signed('b', PLACEHOLDER)),
    },
    {
      does: 'takes nothing from a call of another function',
      asked: MODEL,
      calls: { a: { signature: 'a2VwdA==', name: 'time' } },
      raw: calling(call('a')),
      expected: calling(signed('a', PLACEHOLDER)),
    },
    {
      does: 'signs nothing for Gemini 2.5 that it has not signed',
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
      does: 'takes signatures of unknown origin for those of the model that was called first',
      asked: 'gemini-2.5-flash',
      served: 'gemini-3.5-flash-lite',
      calls: { b: {} },
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), signed('b', 'QUI='), call('c')).messages] },
      expected: { messages: [text(), ...calling(signed('a', PLACEHOLDER), signed('b', 'QUI='), call('c')).messages] },
    },
    {
      does: 'keeps them where the model is the same',
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI=')).messages] },
      expected: { messages: [text('QUI='), ...calling(signed('a', 'QUI=')).messages] },
    },
  ],
  'refused-signatures': [
    {
      does: 'signs all calls by the placeholder, and no text, after a refusal',
      areSignaturesRefused: true,
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
      expected: { messages: [text(), ...calling(signed('a', PLACEHOLDER), signed('b', PLACEHOLDER)).messages] },
    },
    {
      does: 'changes nothing before one',
      raw: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
      expected: { messages: [text('QUI='), ...calling(signed('a', 'QUI='), call('b')).messages] },
    },
  ],
  'call-ids': [
    ids('numbers equal ids of a step, with their results in order', ['f', 'f'], ['f', 'f_2']),
    ids('skips numbers that are ids already', ['f', 'f_2', 'f', 'f'], ['f', 'f_2', 'f_3', 'f_4']),
    ids('replaces empty ids', ['', ''], ['call', 'call_2']),
    ids('keeps different ids', ['a', 'b'], ['a', 'b']),
    {
      does: 'keeps equal ids of different steps',
      raw: { messages: [...step(['a']), ...step(['a'])] },
      expected: { messages: [...step(['a']), ...step(['a'])] },
    },
    {
      does: 'uses the id that Gemini gave, once in a conversation, and no id of another call',
      calls: { a: { upstreamId: 'g' }, b: { upstreamId: 'g' }, c: { upstreamId: 'taken' }, d: { upstreamId: 'h', name: 'time' } },
      raw: { messages: [...step(['a', 'c', 'd']), ...step(['b', 'taken'])] },
      expected: { messages: [...step(['g', 'c', 'd']), ...step(['b', 'taken'])] },
    },
  ],
}
