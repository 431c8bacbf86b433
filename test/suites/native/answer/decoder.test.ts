import { describe, expect, test } from 'vitest'
import type { ApiError } from '../../../../src/contract/errors.js'
import { type ChoiceOptions, InvalidAnswer, toChoice } from '../../../../src/upstream/answer/choice.js'
import type { RawUsage } from '../../../../src/upstream/answer/usage.js'
import { sumUsage, toUsage } from '../../../../src/upstream/answer/usage.js'
import { toGeminiError } from '../../../../src/upstream/failures/geminiError.js'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'
import { decodeStream, decodeWhole, response, TOOLS } from './native.js'

const OPTIONS: ChoiceOptions = {
  isLegacy: false,
  mayBeEmpty: false,
  clientNames: new Map(),
  onRepair: () => undefined,
  onCall: () => undefined,
  onCallsEnd: () => undefined,
}
const answerTo = (value: unknown, options: Partial<ChoiceOptions> = {}): ReturnType<typeof toChoice> => {
  const [choice] = new NativeDecoder(TOOLS, String).decode(value).choices ?? []
  return toChoice(choice ?? {}, 0, { ...OPTIONS, ...options })
}
const failureOf = (value: unknown): ApiError => {
  try {
    answerTo(value)
  } catch (error) {
    return error as ApiError
  }
  throw new Error('This answer is no failure.')
}
const TEXT = { text: 'Hello' }
const CODE = { executableCode: { language: 'PYTHON', code: 'print(1)', id: 'c1' }, thoughtSignature: 'c2ln' }
const RESULT = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n', id: 'c1' } }

describe('finish reasons of Gemini', () => {
  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['NO_IMAGE', 'stop'],
    ...'SAFETY RECITATION LANGUAGE OTHER BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR ESCALATION PUP_LIMITED_DISABLED'
      .split(' ')
      .map((reason) => [reason, 'content_filter']),
    ...'IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION IMAGE_OTHER'.split(' ').map((reason) => [reason, 'content_filter']),
  ])('%s after a text is %s', (finishReason, expected) => {
    expect(answerTo(response([TEXT], { finishReason })).finish_reason).toBe(expected)
  })

  test.each('SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR ESCALATION PUP_LIMITED_DISABLED'.split(' '))(
    '%s without content is a refusal with its name',
    (finishReason) => {
      const { finish_reason: finish, message } = answerTo({ candidates: [{ content: {}, finishReason, finishMessage: 'Because.' }] })
      expect([finish, message.content, message.refusal]).toEqual(['content_filter', null, `Gemini withheld the answer (${finishReason}).`])
      expect(message.extra_content).toEqual({ google: { finish_message: 'Because.' } })
    },
  )

  test.each([
    ['IMAGE_SAFETY', 'safety filters'],
    ['IMAGE_PROHIBITED_CONTENT', 'prohibits'],
    ['IMAGE_RECITATION', 'too close to an existing one'],
    ['IMAGE_OTHER', 'no reason'],
  ])('%s without content is a refusal with an explanation', (finishReason, words) => {
    const { finish_reason: finish, message } = answerTo({ candidates: [{ content: { role: 'model' }, finishReason }] })
    expect([finish, message.content]).toEqual(['content_filter', null])
    expect(message.refusal).toContain(`Gemini withheld the answer (${finishReason}).`)
    expect(message.refusal).toContain(words)
  })

  test('NO_IMAGE without content is an error with an explanation', () => {
    expect(failureOf({ candidates: [{ content: {}, finishReason: 'NO_IMAGE' }] }).message).toContain('Gemini generated no image.')
  })

  test.each([
    ['MALFORMED_FUNCTION_CALL', 'malformed_function_call'],
    ['UNEXPECTED_TOOL_CALL', 'malformed_function_call'],
    ['TOO_MANY_TOOL_CALLS', 'upstream_error'],
    ['MISSING_THOUGHT_SIGNATURE', 'upstream_error'],
    ['MALFORMED_RESPONSE', 'upstream_error'],
    ['OTHER', 'upstream_error'],
    ['NO_IMAGE', 'upstream_error'],
    ['STOP', 'upstream_error'],
  ])('%s without content is an error that a retry may resolve', (finishReason, code) => {
    const error = failureOf({ candidates: [{ content: { role: 'model' }, finishReason }] })
    expect([error.code, error.cause]).toEqual([code, expect.any(InvalidAnswer)])
  })

  test.each(['FINISH_REASON_UNSPECIFIED', 'A_NEW_REASON'])('%s is an error that contains the name, not a success', (finishReason) => {
    const error = failureOf(response([TEXT], { finishReason }))
    expect([error.code, String(error.cause)]).toEqual(['upstream_error', `Error: finish_reason gemini.${finishReason.toLowerCase()}`])
  })

  test('about an undeclared call suppress the call', () => {
    const { choices } = decodeStream([response([{ functionCall: { name: 'f' } }], { finishReason: 'UNEXPECTED_TOOL_CALL' })], TOOLS)
    expect(choices).toEqual([{ index: 0, delta: {}, finish_reason: 'UNEXPECTED_TOOL_CALL' }])
  })
})

describe('a blocked prompt', () => {
  test.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'IMAGE_SAFETY', 'MODEL_ARMOR', 'JAILBREAK', 'A_NEW_ONE'])(
    'is a refusal with its reason: %s',
    (blockReason) => {
      const feedback = { blockReason, safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'HIGH' }] }
      const { finish_reason: finish, message } = answerTo({ promptFeedback: feedback, usageMetadata: {} })
      expect([finish, message.refusal]).toEqual(['content_filter', `Gemini withheld the answer (prompt blocked by ${blockReason}).`])
      expect(message.extra_content).toEqual({ google: { prompt_feedback: feedback } })
    },
  )

  test.each(['BLOCK_REASON_UNSPECIFIED', 'BLOCKED_REASON_UNSPECIFIED', ''])('is not assumed for the reason "%s"', (blockReason) => {
    expect(answerTo({ ...response([TEXT], { finishReason: 'STOP' }), promptFeedback: { blockReason } }).finish_reason).toBe('stop')
  })

  test('stays blocked after later events of a stream', () => {
    const { choices } = decodeStream([
      { promptFeedback: { blockReason: 'SAFETY' } },
      response([{ text: '' }], { finishReason: 'STOP' }),
      {},
    ])
    expect(choices.flatMap(({ finish_reason: reason }) => reason ?? [])).toEqual(['content_filter:prompt blocked by SAFETY'])
  })
})

describe('data without an OpenAI field', () => {
  test('is in extra_content: code in order, searches without empty or repeated ones, and reports', () => {
    const grounding = { webSearchQueries: ['', 'one', 'two'], searchEntryPoint: { renderedContent: '<div>' } }
    const parts = [{ toolCall: { toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['one', ''] }, id: 't' } }, CODE, RESULT, TEXT]
    const message = decodeWhole(
      response(parts, {
        finishReason: 'STOP',
        groundingMetadata: grounding,
        urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'https://a.example' }] },
        safetyRatings: [{ category: 'c' }],
        avgLogprobs: -0.5,
        finishMessage: 'Model generated function call(s).',
        citationMetadata: {},
      }),
    )
    expect(message).toEqual({
      content: 'Hello',
      extra_content: {
        google: {
          web_search_queries: ['one', 'two'],
          code_execution: [
            { executable_code: CODE.executableCode, index: 0 },
            { code_execution_result: RESULT.codeExecutionResult, index: 1 },
          ],
          grounding_metadata: grounding,
          url_context_metadata: { urlMetadata: [{ retrievedUrl: 'https://a.example' }] },
          safety_ratings: [{ category: 'c' }],
          avg_logprobs: -0.5,
        },
      },
    })
  })

  test('is sent once in a stream, at its end, except for code, images and searches', () => {
    const ratings = { safetyRatings: [{ category: 'c' }] }
    const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 's1' }
    const events = [
      response([CODE, { text: '' }], ratings),
      response([RESULT], ratings),
      response([image, image], ratings),
      response([TEXT], { ...ratings, finishReason: 'STOP' }),
    ]
    const picture = {
      type: 'image_url',
      image_url: { url: 'data:image/png;base64,AAAA' },
      extra_content: { google: { thought_signature: 's1' } },
    }
    expect(decodeStream(events).deltas).toEqual([
      { extra_content: { google: { code_execution: [{ executable_code: CODE.executableCode, index: 0 }] } } },
      { extra_content: { google: { code_execution: [{ code_execution_result: RESULT.codeExecutionResult, index: 1 }] } } },
      {
        images: [
          { ...picture, index: 0 },
          { ...picture, index: 1 },
        ],
      },
      { content: 'Hello' },
      { extra_content: { google: { safety_ratings: [{ category: 'c' }] } } },
    ])
  })
})

describe('an image that a model draws while it thinks', () => {
  test('is not an image of the answer', () => {
    const picture = (data: string, more: object = {}) => ({ inlineData: { mimeType: 'image/png', data }, ...more })
    const { images } = decodeWhole(response([picture('AAAA', { thought: true }), picture('BBBB')], { finishReason: 'STOP' }))
    expect(images).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,BBBB' }, index: 0 }])
  })
})

test('several drafts in one event are all returned', () => {
  const draft = (data: string) => ({ inlineData: { mimeType: 'image/png', data }, thought: true })
  const { choices = [] } = new NativeDecoder({}, String, true).decodeEvent(response([draft('AAAA'), draft('BBBB')]))
  expect(choices[0]?.delta?.partialImages).toHaveLength(2)
})

describe("an answer that does not match Google's documentation", () => {
  const decode =
    (parts: readonly object[], candidate: object = {}, others: object = {}) =>
    () =>
      new NativeDecoder(TOOLS, String).decode(response(parts, { finishReason: 'STOP', ...candidate }, others))

  test.each([
    ['media without a type', decode([{ inlineData: { data: 'AAAA' } }])],
    ['media without data', decode([{ inlineData: { mimeType: 'image/png' } }])],
    ['tokens that are not a list', decode([TEXT], { logprobsResult: { chosenCandidates: {} } })],
    ['a token that is null', decode([TEXT], { logprobsResult: { chosenCandidates: [null] } })],
    ['a token that is a number', decode([TEXT], { logprobsResult: { topCandidates: [{ candidates: [{ token: 1 }] }] } })],
    ['a log probability that is a string', decode([TEXT], { logprobsResult: { chosenCandidates: [{ logProbability: '-0.5' }] } })],
    ['a modality as a number', decode([TEXT], {}, { usageMetadata: { promptTokenCount: 1, promptTokensDetails: [{ modality: 1 }] } })],
  ])('is a 502: %s', (_, read) => {
    expect(read).toThrow('Gemini sent an invalid response')
  })

  test('may have null for any absent value', () => {
    const { choices } = decode([TEXT], { logprobsResult: { chosenCandidates: [{ token: null }], topCandidates: null } })()
    expect(choices?.[0]?.logprobs?.content).toEqual([{ token: '', logprob: 0, bytes: [], top_logprobs: [] }])
  })
})

describe("calls of Google's own MCP servers", () => {
  const call = { functionCall: { name: 'weather_get', args: {} } }
  const result = { functionResponse: { name: 'weather_get', response: { result: 'rain' } } }

  test.each([
    ['in separate events', [response([call], { finishReason: 'STOP' }), response([result]), response([TEXT], { finishReason: 'STOP' })]],
    ['in one event', [response([call, result, TEXT], { finishReason: 'STOP' })]],
  ])('are not passed on to the client: %s', (_, events) => {
    const { deltas, content } = decodeStream(events)
    expect([content, deltas.filter((delta) => delta.tool_calls)]).toEqual(['Hello', []])
  })

  test.each([
    ['at the end', [response([call], { finishReason: 'STOP' })]],
    ['before text', [response([call]), response([TEXT], { finishReason: 'STOP' })]],
    ['with the result of another call only', [response([call, { functionResponse: { name: 'other' } }], { finishReason: 'STOP' })]],
  ])('are calls for the client if they have no result: %s', (_, events) => {
    const { deltas } = decodeStream(events)
    expect(deltas.flatMap(({ tool_calls: calls }) => calls ?? [])).toMatchObject([{ function: { name: 'weather_get', arguments: '{}' } }])
  })
})

describe('token counts', () => {
  const usageOf = (...snapshots: object[]): ReturnType<typeof toUsage> => {
    const decoder = new NativeDecoder({}, String)
    let usage: RawUsage = {}
    for (const usageMetadata of snapshots) usage = decoder.mergeUsage(usage, decoder.decodeEvent({ usageMetadata }).usage ?? {})
    return toUsage(usage)
  }
  const COUNTS = {
    promptTokenCount: 100,
    cachedContentTokenCount: 40,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 7,
    toolUsePromptTokenCount: 30,
    totalTokenCount: 157,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 10 },
      { modality: 'AUDIO', tokenCount: 50 },
      { modality: 'IMAGE', tokenCount: 40 },
    ],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 15 }],
  }
  const USAGE = {
    prompt_tokens: 130,
    completion_tokens: 27,
    total_tokens: 157,
    prompt_tokens_details: { cached_tokens: 40, audio_tokens: 50, image_tokens: 40, tool_use_tokens: 30 },
    completion_tokens_details: {
      reasoning_tokens: 7,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
      image_tokens: 15,
    },
  }

  test('are taken from Google in all details', () => {
    expect(usageOf(COUNTS)).toEqual(USAGE)
  })

  test('are taken from the last snapshot, even if they decrease, but not from one without counts', () => {
    expect(usageOf({ ...COUNTS, promptTokenCount: 999, totalTokenCount: 1_056 }, COUNTS, { trafficType: 'ON_DEMAND' })).toEqual(USAGE)
  })

  test.each([
    ['of the prompt', { candidatesTokenCount: 1, thoughtsTokenCount: 122, totalTokenCount: 698 }, [575, 123, 122]],
    ['of the answer', { promptTokenCount: 165, thoughtsTokenCount: 20, totalTokenCount: 200 }, [165, 35, 20]],
    ['of both', { promptTokenCount: 12, totalTokenCount: 12 }, [12, 0, 0]],
    ['in total', { promptTokenCount: 12, candidatesTokenCount: 3 }, [12, 3, 0]],
  ])('are derived if a count is missing %s', (_, counts, expected) => {
    const { prompt_tokens: prompt, completion_tokens: completion, completion_tokens_details: details } = usageOf(counts)
    expect([prompt, completion, details?.reasoning_tokens]).toEqual(expected)
  })

  test('of several choices are summed in all details', () => {
    const sum = sumUsage([usageOf(COUNTS), usageOf({ promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 })])
    expect(sum).toEqual({
      ...USAGE,
      prompt_tokens: 131,
      completion_tokens: 29,
      total_tokens: 160,
    })
  })
})

test.each([
  ['UNAVAILABLE', 503],
  ['RESOURCE_EXHAUSTED', 429],
  ['DEADLINE_EXCEEDED', 504],
  ['INTERNAL', 500],
  ['CANCELLED', 499],
  ['INVALID_ARGUMENT', 400],
  ['A_NEW_STATUS', 500],
])('an error with the status %s and without a code gets the code %i', (status, code) => {
  expect(toGeminiError({ error: { status, message: 'm' } })?.code).toBe(code)
})

test('parts after the last continuation token of a broken response are sent back to Gemini only once, also within a text', () => {
  const call = { toolCall: { toolType: 'URL_CONTEXT', id: 'a' } }
  const decoder = new NativeDecoder({ tools: [...TOOLS.tools, { type: 'url_context' }] }, String)
  decoder.decodeEvent(response([call, { text: 'One' }], { continuationToken: 'dG9rZW4=' }))
  for (const rest of [' two', ' two', ' two three']) {
    decoder.decodeEvent(response([{ text: rest }, call]))
    decoder.beginContinuation(true)
  }
  expect(decoder.replayParts()).toEqual([call, { text: 'One' }])
  decoder.decodeEvent(response([{ text: ' two' }]))
  expect(decoder.replayParts()).toEqual([call, { text: 'One two' }])
})

test('parts to send back to Gemini are found among null members, without the end mark of a call', () => {
  const decoder = new NativeDecoder({ ...TOOLS, web_search_options: {} }, String)
  const search = { text: null, functionCall: null, toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's' }, thoughtSignature: 'Qg==' }
  const call = { text: null, functionCall: { name: 'get_weather', args: {} } }
  decoder.decodeEvent(response([search, call, { functionCall: {} }], { finishReason: 'STOP' }))
  expect(decoder.replayParts()).toEqual([search, call])
})
