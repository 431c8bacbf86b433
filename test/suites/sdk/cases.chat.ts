import assert from 'node:assert/strict'
import type OpenAI from 'openai'
import { type Case, type Context, collect } from './context.js'
import type { ScenarioName } from './scenarios.js'

type Chunk = OpenAI.Chat.ChatCompletionChunk
type StreamParams = Parameters<OpenAI['chat']['completions']['stream']>[0]

const FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    strict: true,
    schema: {
      type: 'object',
      properties: { name: { type: 'string' }, year: { type: 'integer' } },
      required: ['name', 'year'],
      additionalProperties: false,
    },
  },
} as const

const textOf = (chunks: readonly Chunk[]): string => chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')
const reasonsOf = (chunks: readonly Chunk[]): unknown[] => chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason))

async function chunksOf({ client, ask }: Context, name: ScenarioName, more = {}): Promise<Chunk[]> {
  const [body, options] = ask(name, more)
  return collect(client().chat.completions.create({ ...body, stream: true }, options))
}

/** Calls the helper `stream`, which some versions of the SDK have in another namespace. */
function helper({ client, sdk, ask }: Context, name: ScenarioName, more = {}) {
  const [body, options] = ask(name, more)
  // The cast is safe: the body lacks only `stream`, which the helper adds.
  return sdk.helpers(client()).stream(body as unknown as StreamParams, options)
}

const isUsage = (usage: OpenAI.CompletionUsage | null | undefined): boolean =>
  usage !== null && usage !== undefined && usage.prompt_tokens + usage.completion_tokens === usage.total_tokens && usage.total_tokens > 0

const people = (parsed: unknown): void => {
  assert.ok(typeof parsed === 'object' && parsed !== null, 'nothing was parsed')
  const { name, year } = parsed as { name?: unknown; year?: unknown }
  assert.deepEqual([typeof name, Number.isInteger(year)], ['string', true])
}

const personFormat = ({ sdk }: Context) =>
  sdk.makeParseableResponseFormat(FORMAT as never, (content: string) => JSON.parse(content) as unknown)

function checkCalls(calls: readonly { id?: string; function?: { name?: string; arguments?: string } }[], least: number): void {
  assert.ok(calls.length >= least, `${calls.length} calls`)
  for (const { id, function: called } of calls) {
    assert.ok(id && id.length <= 40, 'a call without a short id')
    assert.equal(called?.name, 'get_weather')
    assert.equal(typeof (JSON.parse(called?.arguments ?? '') as { city?: unknown }).city, 'string')
  }
  assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length)
}

/** Cases of chats, streams, tools and structured output. */
export const CHAT_CASES: readonly Case[] = [
  {
    feature: 'chat',
    title: 'completes a chat',
    needs: ['text'],
    run: async ({ client, ask }) => {
      const { choices, object, id, usage } = await client().chat.completions.create(...ask('text'))
      assert.match(id, /^chatcmpl-/)
      assert.deepEqual([object, choices.length, choices[0]?.index, choices[0]?.finish_reason], ['chat.completion', 1, 0, 'stop'])
      assert.deepEqual([choices[0]?.message.role, choices[0]?.message.refusal], ['assistant', null])
      assert.ok(choices[0]?.message.content && isUsage(usage))
    },
  },
  {
    feature: 'chat',
    title: 'sees that an answer was cut at the token limit',
    needs: ['length'],
    run: async ({ client, ask }) => {
      const { choices } = await client().chat.completions.create(...ask('length'))
      assert.equal(choices[0]?.finish_reason, 'length')
    },
  },
  {
    feature: 'stream',
    title: 'iterates over a stream: role first, one id, one finish reason',
    needs: ['text'],
    run: async (context) => {
      const chunks = await chunksOf(context, 'text')
      assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant')
      assert.equal(new Set(chunks.map(({ id, created, model, object }) => `${id} ${created} ${model} ${object}`)).size, 1)
      assert.ok(textOf(chunks).length > 0)
      assert.deepEqual(reasonsOf(chunks), [...Array(reasonsOf(chunks).length - 1).fill(null), 'stop'])
      assert.ok(chunks.every(({ usage }) => !usage))
    },
  },
  {
    feature: 'stream',
    title: 'gets one usage chunk without choices when it asks for usage',
    needs: ['text'],
    run: async (context) => {
      const chunks = await chunksOf(context, 'text', { stream_options: { include_usage: true } })
      assert.deepEqual([chunks.filter(({ usage }) => usage).length, chunks.at(-1)?.choices], [1, []])
      assert.ok(isUsage(chunks.at(-1)?.usage))
    },
  },
  {
    feature: 'stream',
    title: 'assembles a stream with its helper',
    needs: ['text'],
    run: async (context) => {
      const runner = helper(context, 'text')
      const said: string[] = []
      runner.on('content', (delta) => said.push(delta))
      const { choices } = await runner.finalChatCompletion()
      assert.ok(said.length > 0)
      assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason], [said.join(''), 'stop'])
    },
  },
  {
    feature: 'tools',
    title: 'gets a tool call in one piece',
    needs: ['tool_call'],
    run: async ({ client, ask }) => {
      const { choices } = await client().chat.completions.create(...ask('tool_call'))
      assert.equal(choices[0]?.finish_reason, 'tool_calls')
      checkCalls((choices[0]?.message.tool_calls ?? []) as never, 1)
    },
  },
  {
    feature: 'tools',
    title: 'gets parallel tool calls of a stream by their index',
    needs: ['parallel_tool_calls'],
    run: async (context) => {
      const chunks = await chunksOf(context, 'parallel_tool_calls')
      const deltas = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []))
      const indexes = [...new Set(deltas.map(({ index }) => index))]
      assert.deepEqual(indexes, [...indexes.keys()])
      const calls = indexes.map((index) => {
        const parts = deltas.filter((delta) => delta.index === index)
        const written = parts.map((part) => part.function?.arguments ?? '').join('')
        return { id: parts[0]?.id ?? '', function: { name: parts[0]?.function?.name ?? '', arguments: written } }
      })
      checkCalls(calls, context.target.name === 'Google' ? 1 : 2)
      assert.equal(reasonsOf(chunks).at(-1), 'tool_calls')
    },
  },
  {
    feature: 'tools',
    title: 'assembles streamed tool calls with its helper',
    needs: ['parallel_tool_calls'],
    run: async (context) => {
      const { tool_calls: calls } = await helper(context, 'parallel_tool_calls').finalMessage()
      checkCalls((calls ?? []) as never, context.target.name === 'Google' ? 1 : 2)
    },
  },
  {
    feature: 'tools',
    title: 'sends tool results back and gets the answer to them',
    needs: ['tool_result'],
    run: async ({ client, ask }) => {
      const [body, options] = ask('tool_result')
      const message = (await client().chat.completions.create(body, options)).choices[0]?.message
      const results = (message?.tool_calls ?? []).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '21 degrees' }) as const)
      assert.ok(message !== undefined && results.length > 0)
      const second = { ...body, messages: [...body.messages, message, ...results] }
      const answer = (await client().chat.completions.create(second, options)).choices[0]
      assert.equal(answer?.finish_reason, 'stop')
      assert.match(answer.message.content ?? '', /21/)
    },
  },
  {
    feature: 'parse',
    title: 'parses structured output',
    needs: ['structured'],
    run: async (context) => {
      const [body, options] = context.ask('structured', { response_format: personFormat(context) })
      people((await context.sdk.helpers(context.client()).parse(body, options)).choices[0]?.message.parsed)
    },
  },
  {
    feature: 'parse',
    title: 'parses structured output of a stream',
    needs: ['structured'],
    run: async (context) => {
      const completion = await helper(context, 'structured', { response_format: personFormat(context) }).finalChatCompletion()
      people(completion.choices[0]?.message.parsed)
    },
  },
]
