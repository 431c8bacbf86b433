import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Body, simulate } from './ask.js'
import {
  type AnswerObject,
  type AnswerPart,
  answerOf,
  eventsOf,
  FUNCTIONS,
  MODEL,
  partsOf,
  refusalOfNative,
  say,
  textOf,
} from './askNative.js'
import { type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

const SEARCH = { tools: [{ googleSearch: {} }] }
const BOTH = { tools: [{ googleSearch: {} }, ...FUNCTIONS], toolConfig: { includeServerSideToolInvocations: true } }
const groundingOf = (answer: AnswerObject | undefined): NonNullable<NonNullable<AnswerObject['candidates']>[0]['groundingMetadata']> => {
  const found = answer?.candidates?.[0]?.groundingMetadata
  if (found === undefined) throw new Error('There is no groundingMetadata.')
  return found
}

describe('search', () => {
  test.each(['Cats. Dogs!', '你好。北京在哪里？', 'a 😀 b. c 🇨🇭 d.'])('cites by offsets in UTF-8 bytes: %s', async (text) => {
    const answer = await answerOf(simulator, say(text, SEARCH))
    const bytes = Buffer.from(textOf([answer]))
    const { groundingSupports, groundingChunks, webSearchQueries } = groundingOf(answer)
    expect([groundingSupports.length, webSearchQueries]).toEqual([2, [text]])
    expect(groundingSupports[0]?.segment).not.toHaveProperty('startIndex')
    for (const { segment, groundingChunkIndices } of groundingSupports) {
      expect(bytes.subarray(segment.startIndex ?? 0, segment.endIndex).toString()).toBe(segment.text)
      expect(groundingChunkIndices.every((index) => index < groundingChunks.length)).toBe(true)
    }
  })

  test('is reported at the end of a stream; 2.5 sends an empty object before', async () => {
    const flash = await eventsOf(simulator, say('Where is Oslo?', SEARCH))
    expect(flash.map(({ candidates }) => candidates?.[0]?.groundingMetadata !== undefined)).toEqual([
      ...flash.slice(1).map(() => false),
      true,
    ])
    const older = await eventsOf(simulator, say('Where is Oslo?', SEARCH), 'gemini-2.5-flash')
    expect(older.slice(0, -1).map(({ candidates }) => candidates?.[0]?.groundingMetadata)).toEqual(older.slice(1).map(() => ({})))
  })

  test('returns the results that the behaviour defines, or none', async () => {
    const grounding = { queries: ['q'], sources: [{ uri: 'https://a.example/', title: 'a' }] }
    const found = groundingOf(await answerOf(simulator, say(`hi ${simulate({ grounding })}`, SEARCH)))
    expect([found.webSearchQueries, found.groundingChunks]).toEqual([['q'], [{ web: { uri: 'https://a.example/', title: 'a' } }]])
    const none = await answerOf(simulator, say(`hi ${simulate({ grounding: false })}`, SEARCH))
    expect(none.candidates?.[0]).not.toHaveProperty('groundingMetadata')
  })
})

describe('search together with functions', () => {
  const QUESTION = `use get_weather ${simulate({ grounding: {} })}`
  const ask = async (): Promise<readonly AnswerPart[]> => partsOf(await answerOf(simulator, say(QUESTION, BOTH)))
  const next = (parts: readonly unknown[], call: AnswerPart['functionCall']): Body => ({
    ...BOTH,
    contents: [
      { role: 'user', parts: [{ text: QUESTION }] },
      { role: 'model', parts },
      { role: 'user', parts: [{ functionResponse: { id: call?.id, name: call?.name, response: { result: 'sunny' } } }] },
    ],
  })

  test('returns its call and response as signed parts before the function call', async () => {
    const parts = await ask()
    expect(parts.map((part) => Object.keys(part))).toEqual([
      ['toolCall', 'thoughtSignature'],
      ['toolResponse', 'thoughtSignature'],
      ['functionCall', 'thoughtSignature'],
    ])
    expect(parts[0]?.toolCall).toMatchObject({
      toolType: 'GOOGLE_SEARCH_WEB',
      args: { queries: ['use get_weather'] },
      id: parts[1]?.toolResponse?.id,
    })
  })

  test('returns no search parts unless the behaviour requests them', async () => {
    const parts = partsOf(await answerOf(simulator, say('use get_weather', BOTH)))
    expect(parts.map((part) => Object.keys(part))).toEqual([['functionCall', 'thoughtSignature']])
  })

  test('requires all parts and signatures in the next request', async () => {
    const parts = await ask()
    const call = parts[2]?.functionCall
    expect(await refusalOfNative(simulator, next(parts, call))).toEqual([200, 'accepted'])
    const [toolCall, toolResponse, functionCall] = parts
    const broken = [[functionCall], [toolCall, functionCall], [{ toolCall: toolCall?.toolCall }, toolResponse, functionCall]]
    for (const some of broken) expect((await refusalOfNative(simulator, next(some, call)))[0]).toBe(400)
  })
})

describe('other tools of Google', () => {
  test('url context lists the pages that it has read, and counts their tokens', async () => {
    const answer = await answerOf(simulator, say('Read https://a.example/b and https://missing.example/.', { tools: [{ urlContext: {} }] }))
    expect(answer.candidates?.[0]?.urlContextMetadata).toEqual({
      urlMetadata: [
        { retrievedUrl: 'https://a.example/b', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' },
        { retrievedUrl: 'https://missing.example/', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_ERROR' },
      ],
    })
    expect(answer.usageMetadata.toolUsePromptTokenCount).toBe(1000)
  })

  test('code execution shows code and result before the text; ids and signature on 3.x only', async () => {
    const body = say('count', { tools: [{ codeExecution: {} }] })
    const three = partsOf(await answerOf(simulator, body))
    const two = partsOf(await answerOf(simulator, body, 'gemini-2.5-flash'))
    expect(three.map((part) => Object.keys(part))).toEqual([
      ['executableCode', 'thoughtSignature'],
      ['codeExecutionResult'],
      ['text', 'thoughtSignature'],
    ])
    expect([three[0]?.executableCode?.id === three[1]?.codeExecutionResult?.id, two[0]?.executableCode?.id]).toEqual([true, undefined])
  })

  test('a stream of 2.5 with code has two finish reasons, and text after the first', async () => {
    const events = await eventsOf(simulator, say('count', { tools: [{ codeExecution: {} }] }), 'gemini-2.5-flash')
    const finishes = events.map(({ candidates }) => candidates?.[0]?.finishReason)
    expect(finishes.filter((finish) => finish === 'STOP')).toHaveLength(2)
    expect([finishes[0], textOf(events.slice(1))]).toEqual(['STOP', 'You said: count'])
  })
})

describe('images, speech and log probabilities', () => {
  test('an image model answers with text and an image, both signed, or with text only', async () => {
    const parts = partsOf(await answerOf(simulator, say('draw'), 'gemini-3-pro-image'))
    expect(parts.map(({ inlineData, thoughtSignature }) => [inlineData?.mimeType, typeof thoughtSignature])).toEqual([
      [undefined, 'string'],
      ['image/jpeg', 'string'],
    ])
    expect(partsOf(await answerOf(simulator, say(`draw ${simulate({ images: 0 })}`), 'gemini-3-pro-image'))).toHaveLength(1)
  })

  test('an image is one event of a stream', async () => {
    const events = await eventsOf(simulator, say('draw'), 'gemini-3.1-flash-image')
    expect(events.flatMap(partsOf).filter(({ inlineData }) => inlineData)).toHaveLength(1)
    expect(events.at(-1)?.usageMetadata.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1120 }])
  })

  test('a speech model answers with PCM', async () => {
    const body = say('speak', { generationConfig: { responseModalities: ['AUDIO'] } })
    const parts = partsOf(await answerOf(simulator, body, 'gemini-2.5-flash-preview-tts'))
    expect(parts.at(-1)?.inlineData?.mimeType).toBe('audio/L16;codec=pcm;rate=24000')
  })

  test.each([0, 2])('log probabilities have an entry for each token, and %i alternatives', async (logprobs) => {
    const generationConfig = { responseLogprobs: true, ...(logprobs === 0 ? {} : { logprobs }) }
    const answer = await answerOf(simulator, say('hello there', { generationConfig }), 'gemini-2.5-flash')
    const result = answer.candidates?.[0]?.logprobsResult
    expect(result?.chosenCandidates.map(({ token }) => token).join('')).toBe(textOf([answer]))
    expect(result?.topCandidates?.map(({ candidates }) => (candidates as readonly unknown[]).length)).toEqual(
      logprobs === 0 ? undefined : result?.chosenCandidates.map(() => logprobs),
    )
  })

  test('several candidates are numbered', async () => {
    const answer = await answerOf(simulator, say('hi', { generationConfig: { candidateCount: 3 } }), 'gemini-2.5-flash')
    expect(answer.candidates?.map(({ index }) => index)).toEqual([0, 1, 2])
  })

  test('a schema is filled, and an enum is answered with its first value', async () => {
    const schema = { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] }
    const json = { generationConfig: { responseMimeType: 'application/json', responseSchema: schema } }
    expect(JSON.parse(textOf([await answerOf(simulator, say('Oslo', json))]))).toHaveProperty('city')
    const choice = { generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['yes', 'no'] } } }
    expect(textOf([await answerOf(simulator, say('well?', choice))])).toBe('yes')
  })

  test('the usage repeats the service tier, and its members can be scripted', async () => {
    const body = say(`hi ${simulate({ usageMetadata: { promptTokenCount: null, newCount: 3 } })}`, { serviceTier: 'priority' })
    const { usageMetadata } = await answerOf(simulator, body, MODEL)
    expect(usageMetadata).toMatchObject({ serviceTier: 'priority', newCount: 3 })
    expect(usageMetadata).not.toHaveProperty('promptTokenCount')
  })
})
