import type { Answer, Usage } from './answer.js'
import { newId, wireCall } from './completion.js'
import { countTokens } from './tokens.js'
import type { Behaviour, UsagePlacement } from './types.js'

/** Options of a stream. `usage`: the chunks with token counts; undefined if it is not requested. */
export interface ChunkOptions {
  readonly behaviour: Behaviour
  readonly usage: UsagePlacement | undefined
}

interface Delta {
  readonly content?: string | null
  readonly extra_content?: { readonly google: object }
  readonly role: 'assistant'
  readonly tool_calls?: readonly object[]
}

/**
 * Generates the chunks of a stream as JSON. As in Google's streams, the last chunk carries both the
 * last delta and the `finish_reason`.
 */
export function* chunksOf(answer: Answer, options: ChunkOptions): Generator<string> {
  const id = newId()
  const finish = options.behaviour.doneWithoutFinish === true ? undefined : answer.finish
  let written = 0
  let sent = ''
  let waiting: Delta | undefined
  const chunk = (delta: Delta, isLast: boolean): string => {
    // The token count in a chunk includes the text of this chunk, but no thoughts.
    if (typeof delta.content === 'string' && !isThought(delta)) sent += delta.content.replace(/^<\/thought>/, '')
    const usage = usageAt(answer.usage, options.usage, sent, isLast)
    written += 1
    return JSON.stringify({
      choices: [
        {
          ...(options.behaviour.omitMessage === true ? {} : { delta }),
          ...(isLast && finish !== undefined ? { finish_reason: finish } : {}),
          index: 0,
        },
      ],
      // Google sets `created` per chunk, so the value changes during a stream.
      created: Math.floor(Date.now() / 1000) + (written >> 1),
      id,
      model: answer.model,
      object: 'chat.completion.chunk',
      ...(usage === undefined ? {} : { usage }),
    })
  }
  for (const delta of deltasOf(answer, options.behaviour)) {
    if (waiting !== undefined) yield chunk(waiting, false)
    waiting = delta
  }
  yield chunk(waiting ?? { role: 'assistant' }, true)
}

const isThought = ({ extra_content: extra }: Delta): boolean => extra !== undefined && 'thought' in extra.google

function usageAt(usage: Usage, placement: UsagePlacement | undefined, sent: string, isLast: boolean): Usage | undefined {
  if (placement === undefined || (placement === 'last-chunk' && !isLast)) return undefined
  if (isLast) return usage
  const completion = Math.min(usage.completion_tokens, countTokens(sent))
  return { ...usage, completion_tokens: completion, total_tokens: usage.prompt_tokens + completion }
}

function* deltasOf(answer: Answer, behaviour: Behaviour): Generator<Delta> {
  let prefix = '<thought>'
  for (const thought of answer.thoughts) {
    yield { content: `${prefix}${thought}`, extra_content: { google: { thought: true } }, role: 'assistant' }
    prefix = ''
  }
  prefix = answer.thoughts.length > 0 ? '</thought>' : ''
  for (const text of answer.deltas) {
    yield { content: `${prefix}${text}`, role: 'assistant' }
    prefix = ''
  }
  yield* callDeltas(answer, behaviour)
  if (answer.signature !== undefined) {
    const extra = { extra_content: { google: { thought_signature: answer.signature } }, role: 'assistant' } as const
    yield behaviour.nullContent === true ? { content: null, ...extra } : extra
  }
}

function* callDeltas(answer: Answer, behaviour: Behaviour): Generator<Delta> {
  const { calls } = answer
  if (calls.length === 0) return
  const placement = behaviour.parallelPlacement ?? 'one-delta'
  if (placement === 'one-delta') yield { role: 'assistant', tool_calls: calls.map(wireCall) }
  else if (placement === 'one-per-chunk') for (const call of calls) yield { role: 'assistant', tool_calls: [wireCall(call)] }
  else {
    for (const call of calls) {
      const half = Math.ceil(call.arguments.length / 2)
      yield { role: 'assistant', tool_calls: [wireCall({ ...call, arguments: call.arguments.slice(0, half) })] }
      yield { role: 'assistant', tool_calls: [{ function: { arguments: call.arguments.slice(half) } }] }
    }
  }
  // Gemini 3 ends a stream of tool calls with a separate, empty delta.
  if (answer.generation === '3') yield { role: 'assistant' }
}
