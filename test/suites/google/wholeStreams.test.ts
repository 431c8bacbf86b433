import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { ask, prompt, startNativeProxy } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'

let gemini: RawGemini
let proxy: ProxyUnderTest
/** The events of Gemini's next response; without streaming, only the first one is sent. */
let events: readonly object[] = []
/** The text that Gemini sends before `events`, such as a byte order mark. */
let mark = ''
beforeAll(async () => {
  gemini = await startRawGemini((response, { url }) => {
    response.write(mark)
    if (url.includes('alt=sse')) return response.end(events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''))
    return response.end(JSON.stringify(url.includes(':stream') ? events : events[0]))
  })
  proxy = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0' })
})
afterAll(async () => {
  await proxy.close()
  await gemini.close()
})

const said = (more: object = {}) => ({ content: { parts: [{ text: 'Hi' }] }, ...more })
const candidates = (...each: readonly object[]) => ({ candidates: each })
const STOP = { finishReason: 'STOP' }

describe.each(['streamGenerateContent?alt=sse', 'streamGenerateContent'])('%s', (method) => {
  const read = async (sent: readonly object[]): Promise<string> => {
    events = sent
    return (await ask(proxy, method, prompt('hello'))).text
  }

  test.each<[string, readonly object[]]>([
    ['one candidate that has finished', [candidates(said(STOP))]],
    ['counts after the finish reason', [candidates(said(STOP)), { usageMetadata: { totalTokenCount: 3 } }]],
    ['both of two candidates', [candidates(said({ index: 0, ...STOP }), said({ index: 1 })), candidates({ index: 1, ...STOP })]],
    ['a blocked prompt', [{ promptFeedback: { blockReason: 'SAFETY' } }]],
    ['a finish reason as a number', [candidates(said({ finishReason: 0 })), candidates(said({ finishReason: 1 }))]],
    ['a blocked prompt as a number', [{ promptFeedback: { blockReason: 1 } }]],
    ['invalid token counts', [{ ...candidates(said(STOP)), usageMetadata: { promptTokenCount: 'x', promptTokensDetails: {} } }]],
  ])('is complete with %s', async (_what, sent) => {
    expect(await read(sent)).not.toContain('"error"')
  })

  test.each<[string, readonly object[]]>([
    ['a finish reason of null', [candidates(said({ finishReason: null }))]],
    ['feedback about a prompt that is not blocked', [{ ...candidates(said()), promptFeedback: { safetyRatings: [] } }]],
    ['an unspecified block reason', [candidates(said()), { promptFeedback: { blockReason: 'BLOCK_REASON_UNSPECIFIED' } }]],
    ['reasons of 0, which mean unspecified', [{ ...candidates(said({ finishReason: 0 })), promptFeedback: { blockReason: 0 } }]],
    ['one of two candidates', [candidates(said({ index: 0, ...STOP }), said({ index: 1 }))]],
  ])('is incomplete with %s', async (_what, sent) => {
    expect(await read(sent)).toMatch(/"message": "Gemini's response stream was interrupted/)
  })
})

test.each(['streamGenerateContent?alt=sse', 'streamGenerateContent', 'generateContent'])(
  'a byte order mark before an answer is removed: %s',
  async (method) => {
    events = [candidates(said(STOP))]
    mark = '\ufeff'
    const { status, text } = await ask(proxy, method, prompt('hello'))
    mark = ''
    expect([status, text]).toEqual([200, expect.stringContaining('"text":"Hi"')])
    expect(text).not.toContain('"error"')
  },
)

test('a whole answer is passed on, even with invalid token counts', async () => {
  events = [{ ...candidates(said(STOP)), usageMetadata: { promptTokensDetails: {}, totalTokenCount: -1 } }]
  const { status, json } = await ask(proxy, 'generateContent', prompt('hello'))
  expect([status, json]).toEqual([200, events[0]])
})

test.each(['generateContent', 'streamGenerateContent?alt=sse'])(
  'tokens are counted if modalities and tier are numbers: %s',
  async (method) => {
    proxy.logs.length = 0
    const usageMetadata = {
      ...{ promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12, serviceTier: 1 },
      promptTokensDetails: [{ modality: 1, tokenCount: 5 }],
      candidatesTokensDetails: [{ modality: 4, tokenCount: 7 }],
    }
    events = [{ ...candidates(said({ finishReason: 1 })), usageMetadata }]
    await ask(proxy, method, prompt('hello'))
    await eventually(() => expect(proxy.logs).toContainEqual(expect.objectContaining({ promptTokens: 5, completionTokens: 7 })))
  },
)
