import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Behaviour, GoogleError } from '../../doubles/simulator/index.js'
import { answerOf, bothWays, type Case, type Context, chatOf, kindOfFailure, prompt, serverOf } from './context.js'
import type { FailureKind } from './sdk.js'

const LIMITED = {
  code: 429,
  status: 'RESOURCE_EXHAUSTED',
  message: 'You exceeded your current quota. Please retry in 1s.',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }],
}
const OVERLOADED = { ...LIMITED, code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' }

/** A prompt whose first request fails; the next one gets an ordinary answer. */
const failingOnce = (error: GoogleError): string => prompt({ error, times: 1, key: randomUUID() })

const raises = (what: string, kind: FailureKind, behaviour: Behaviour): Case[] =>
  bothWays(`raises its error for ${what}`, async (context, isStream) => {
    // Needs its own proxy, since the Gemini key is in cooldown after a rate limit.
    const proxy = await context.another()
    expect(await kindOfFailure(answerOf({ ...context, proxy }, behaviour, { isStream }))).toBe(kind)
  })

const breaks = (how: string, behaviour: Behaviour): Case => ({
  title: `raises an error if a stream breaks: ${how}`,
  run: async (context) => {
    let said = ''
    const onText = (text: string): void => {
      said += text
    }
    const reading = answerOf(context, { text: 'One, two, three, four.', chunks: 8, ...behaviour }, { isStream: true, onText })
    expect(['broken', 'overloaded']).toContain(await kindOfFailure(reading))
    expect(said).toMatch(/^One/)
    expect(said).not.toMatch(/four\.$/)
  },
})

/**
 * Expects that the SDK retries a failed request once. @returns the time between its requests, in ms
 */
async function repeated(context: Context, error: GoogleError, isStream: boolean): Promise<number> {
  const proxy = await context.another()
  const answer = await chatOf(context).send(serverOf(proxy, { maxRetries: 3 }), { text: failingOnce(error) }, { isStream })
  expect(answer).toMatchObject({ text: 'You said: Hello.', stop: 'end' })
  const [first = Number.NaN, second = Number.NaN, ...more] = proxy.simulator.requests.map(({ time }) => time)
  expect(more).toEqual([])
  return second - first
}

/** Cases of failures, retries and clients that disconnect. */
export const FAILURE_CASES: readonly Case[] = [
  ...bothWays('raises its error for a wrong token', async (context, isStream) => {
    const calling = chatOf(context).send(serverOf(context.proxy, { token: 'not-a-token' }), { text: 'Hello.' }, { isStream })
    expect(await kindOfFailure(calling)).toBe('authentication')
    expect(context.proxy.simulator.totalRequests).toBe(0)
  }),
  ...bothWays('raises its error for an unknown model', async (context, isStream) => {
    const calling = chatOf(context, { model: 'no-such-model' }).send(serverOf(context.proxy), { text: 'Hello.' }, { isStream })
    expect(await kindOfFailure(calling)).toBe('not found')
  }),
  ...raises('a bad request', 'bad request', { error: 'invalid-argument' }),
  ...raises('a rate limit', 'rate limit', { error: 'quota-minute' }),
  ...raises('an overload', 'overloaded', { error: 'unavailable' }),
  ...bothWays('retries automatically after an overload', async (context, isStream) => {
    expect(await repeated(context, OVERLOADED, isStream)).toBeGreaterThan(0)
  }),
  ...bothWays('retries automatically after a rate limit', async (context, isStream) => {
    expect(await repeated(context, LIMITED, isStream)).toBeGreaterThan(0)
  }),
  {
    title: 'retries after the time in retry-after',
    needs: 'retry-after',
    // Without a Retry-After header, the SDK would wait for half a second only.
    run: async (context) => {
      expect(await repeated(context, LIMITED, false)).toBeGreaterThan(950)
    },
  },
  breaks('an error of Gemini', { errorMidStream: { name: 'unavailable', afterChunks: 3 } }),
  breaks('a reset connection', { fault: { kind: 'reset', when: { afterChunks: 3 } } }),
  breaks('an early end', { fault: { kind: 'eof', when: { afterChunks: 3 } } }),
  ...bothWays('cancels the request to Gemini when it disconnects', async (context, isStream) => {
    const { simulator } = context.proxy
    const controller = new AbortController()
    // Gemini pauses after eight chunks: the first ones are thoughts, and the client leaves once it
    // has received text.
    const hold = isStream ? { afterChunks: 8 } : 'before-headers'
    const how = { isStream, signal: controller.signal, onText: () => controller.abort() }
    const failing = kindOfFailure(answerOf(context, { text: 'One, two, three.', chunks: 12, hold }, how))
    if (!isStream) {
      await expect.poll(() => simulator.openRequests).toBe(1)
      controller.abort()
    }
    expect(await failing).toBe('aborted')
    await expect.poll(() => simulator.abortedRequests).toBe(1)
  }),
]
