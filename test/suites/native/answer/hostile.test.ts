import { expect, test } from 'vitest'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'
import { decodeStream, decodeWhole, response, TOOLS } from './native.js'

const INVALID = expect.objectContaining({ status: 502, code: 'upstream_error' })

/** What an action throws; undefined for nothing. */
function thrownBy(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

/** Lists in lists, which JSON.parse reads and JSON.stringify does not write. */
function nested(levels: number): unknown[] {
  let value: unknown[] = []
  for (let level = 1; level < levels; level += 1) value = [value]
  return value
}

const DEEP = nested(20_000)
const text = { text: 'hello' }

// The client got a 500, or a 400 that blamed its own request.
test.each([
  ['the arguments of a call', response([{ functionCall: { name: 'get_weather', args: { deep: DEEP } } }])],
  ['code', response([text, { executableCode: { code: '1', deep: DEEP } }])],
  ['the output of code', response([text, { codeExecutionResult: { deep: DEEP } }])],
  ['an unknown member of a part, which must come back', response([text, { toolResponse: {}, deep: DEEP }])],
  ['grounding', response([text], { groundingMetadata: { groundingChunks: [DEEP] } })],
  ['read pages', response([text], { urlContextMetadata: { deep: DEEP } })],
  ['citations', response([text], { citationMetadata: { deep: DEEP } })],
  ['safety ratings', response([text], { safetyRatings: [{ deep: DEEP }] })],
  ['the feedback on a prompt', response([text], {}, { promptFeedback: { deep: DEEP } })],
])('%s nested without end is an invalid response, whole and streamed', (_, value) => {
  expect(thrownBy(() => decodeWhole(value, TOOLS))).toEqual(INVALID)
  expect(thrownBy(() => decodeStream([value], TOOLS))).toEqual(INVALID)
})

test('what Gemini itself can read is passed on', () => {
  const args = { deep: nested(60) }
  const { tool_calls: calls } = decodeWhole(response([{ functionCall: { name: 'get_weather', args } }]), TOOLS)
  expect(calls?.[0]?.function?.arguments).toBe(JSON.stringify(args))
  expect(new NativeDecoder({}).decode(response([text], { zzz: DEEP })).choices).toHaveLength(1)
})
