import assert from 'node:assert/strict'
import type OpenAI from 'openai'
import { asked, type Case, type Context, collect, givingUp } from './context.js'
import type { ScenarioName } from './scenarios.js'

type ErrorName = 'AuthenticationError' | 'NotFoundError' | 'BadRequestError' | 'RateLimitError' | 'InternalServerError' | 'APIError'
type Failure = InstanceType<typeof OpenAI.APIError>

async function failureOf({ sdk }: Context, call: () => PromiseLike<unknown>, name: ErrorName): Promise<Failure> {
  try {
    await call()
  } catch (error) {
    assert.ok(error instanceof sdk.OpenAI[name], `${String(error)} is no ${name}`)
    return error as Failure
  }
  throw new Error('The request did not fail.')
}

/** Reads a header of an error: the old SDK has a plain object, newer ones have `Headers`. */
const headerOf = ({ headers }: Failure, name: string): string | null | undefined =>
  headers instanceof Headers ? headers.get(name) : (headers as unknown as Record<string, string> | undefined)?.[name]

const raises = (scenario: ScenarioName, name: ErrorName, status: number, code: string | null, type: string): Case => ({
  feature: 'errors',
  title: `raises ${name} for ${scenario.replaceAll('_', ' ')}, also of a stream`,
  needs: [scenario],
  run: async (context) => {
    for (const stream of [false, true]) {
      const [body, options] = context.ask(scenario)
      const failure = await failureOf(context, () => context.client().chat.completions.create({ ...body, stream }, options), name)
      assert.equal(failure.status, status)
      if (context.target.name !== 'mock') assert.deepEqual([failure.code, failure.type], [code, type])
      assert.ok(failure.message.length > 10)
    }
  },
})

/** A client that counts the requests that it sends. */
function counting(context: Context, maxRetries: number): { client: OpenAI; sent: () => number } {
  let count = 0
  const counted: typeof fetch = (...args) => {
    count += 1
    return fetch(...args)
  }
  return { client: context.client({ maxRetries, fetch: counted }), sent: () => count }
}

/** Cases of failures, disconnects and retries. */
export const FAILURE_CASES: readonly Case[] = [
  raises('unauthorized', 'AuthenticationError', 401, 'invalid_api_key', 'invalid_request_error'),
  raises('unknown_model', 'NotFoundError', 404, 'model_not_found', 'invalid_request_error'),
  raises('bad_request', 'BadRequestError', 400, 'integer_above_max_value', 'invalid_request_error'),
  raises('rate_limit', 'RateLimitError', 429, 'rate_limit_exceeded', 'rate_limit_exceeded'),
  raises('overloaded', 'InternalServerError', 503, 'upstream_overloaded', 'server_error'),
  {
    feature: 'errors',
    title: 'gets the retry delay and the request id of an error',
    needs: ['rate_limit'],
    run: async (context) => {
      const failure = await failureOf(
        context,
        () => context.client().chat.completions.create(...context.ask('rate_limit')),
        'RateLimitError',
      )
      assert.match(headerOf(failure, 'retry-after') ?? '', /^\d+$/)
      assert.match(headerOf(failure, 'x-request-id') ?? '', /^req_/)
    },
  },
  {
    feature: 'errors',
    title: 'raises APIError from a stream that breaks',
    needs: ['broken_stream'],
    run: async (context) => {
      const [body, options] = context.ask('broken_stream')
      let said = ''
      const read = async (): Promise<void> => {
        const chunks = await context.client().chat.completions.create({ ...body, stream: true }, options)
        for await (const chunk of chunks) said += chunk.choices[0]?.delta.content ?? ''
      }
      const failure = await failureOf(context, read, 'APIError')
      assert.match(String(failure.code), /^upstream_/)
      assert.ok(said.length > 0)
    },
  },
  {
    feature: 'abort',
    title: 'aborts a request before its answer',
    needs: ['slow'],
    run: (context) =>
      givingUp(context, async () => {
        const [body, options] = context.ask('slow')
        const controller = new AbortController()
        const answer = context.client().chat.completions.create(body, { ...options, signal: controller.signal })
        const rejected = assert.rejects(answer, context.sdk.OpenAI.APIUserAbortError)
        await asked(context)
        controller.abort()
        await rejected
      }),
  },
  {
    feature: 'abort',
    title: 'aborts a stream in the middle',
    needs: ['long_text'],
    run: (context) =>
      givingUp(context, async () => {
        const [body, options] = context.ask('long_text')
        let said = ''
        for await (const chunk of await context.client().chat.completions.create({ ...body, stream: true }, options)) {
          said += chunk.choices[0]?.delta.content ?? ''
          if (said !== '') break
        }
        assert.notEqual(said, '')
      }),
  },
  {
    feature: 'retries',
    title: 'retries a call automatically after a temporary failure',
    needs: ['fails_once'],
    run: async (context) => {
      const { client, sent } = counting(context, 2)
      const { choices } = await client.chat.completions.create(...context.ask('fails_once'))
      assert.deepEqual([choices[0]?.finish_reason, sent()], ['stop', 2])
    },
  },
  {
    feature: 'retries',
    title: 'does not retry a lasting failure',
    needs: ['final_limit'],
    run: async (context) => {
      const { client, sent } = counting(context, 2)
      const failure = await failureOf(context, () => client.chat.completions.create(...context.ask('final_limit')), 'RateLimitError')
      assert.deepEqual([failure.code, sent()], ['insufficient_quota', 1])
    },
  },
  {
    feature: 'retries',
    title: 'retries a stream automatically after a temporary failure',
    needs: ['fails_once'],
    run: async (context) => {
      const { client, sent } = counting(context, 2)
      const [body, options] = context.ask('fails_once')
      const chunks = await collect(client.chat.completions.create({ ...body, stream: true }, options))
      assert.deepEqual([chunks.at(-1)?.choices[0]?.finish_reason, sent()], ['stop', 2])
    },
  },
]
