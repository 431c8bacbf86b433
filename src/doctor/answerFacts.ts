import { elapsed } from '../contract/clock.js'
import { isRecord } from '../contract/isRecord.js'
import { EventSplitter } from '../sse/parse.js'
import type { AnswerDecoder, RawAnswer } from '../upstream/answer/rawAnswer.js'
import type { RawMessage } from '../upstream/answer/repairs/context.js'
import type { RawUsage } from '../upstream/answer/usage.js'
import { trouble } from './check.js'
import { type Finding, passed } from './result.js'

/** The doctor's prompt: the model thinks, then writes a long answer; some 700 tokens in total. */
export const DOCTOR_PROMPT =
  'How many primes are below 100? Think first. Then write the numbers from 1 to 100, one on each line, with a * after each prime.'

/** Measurements of one streamed answer. */
export interface AnswerFacts {
  /** Number of network reads that contained at least one event. */
  readonly readCount: number
  /** Milliseconds from the request to the first network read that contained an event. */
  readonly timeToFirstEventMs: number
  /** Milliseconds from the first to the last network read that contained an event. */
  readonly streamMs: number
  readonly hasText: boolean
  /** True if the answer had a thought summary, or its usage counts thinking tokens. */
  readonly hasThoughts: boolean
  /** The `Content-Encoding` of the response, if it was compressed. */
  readonly encoding?: string | undefined
  /** The parsed error event that ended the stream; undefined if no error event arrived. */
  readonly error: unknown
}

const LONGEST_EVENT = 1_048_576

/** Measures an event stream of Gemini or the proxy while it is read. */
export class AnswerReader {
  readonly #startedAt = elapsed()
  readonly #decoder: AnswerDecoder
  readonly #splitter: EventSplitter
  #firstAt: number | undefined
  #lastAt = 0
  #readCount = 0
  #hasText = false
  #hasThoughts = false
  #error: unknown

  constructor(decoder: AnswerDecoder) {
    this.#decoder = decoder
    this.#splitter = new EventSplitter(LONGEST_EVENT, decoder.endMarker)
  }

  /** True once the end marker of the stream or an error event has arrived. */
  get isOver(): boolean {
    return this.#splitter.hasEnded || this.#error !== undefined
  }

  /** Milliseconds since the last network read with an event; before any, since process start. */
  get silenceMs(): number {
    return elapsed() - this.#lastAt
  }

  /** Splits the bytes of one network read into events and measures them. */
  push(bytes: Uint8Array): void {
    const events = this.#splitter.push(bytes)
    if (events.length === 0) return
    this.#lastAt = elapsed()
    this.#firstAt ??= this.#lastAt
    this.#readCount += 1
    for (const event of events) this.#addEvent(event)
  }

  /** Parses what follows the last complete event. @returns the measurements of the whole stream */
  end(): AnswerFacts {
    for (const event of this.#splitter.end()) this.#addEvent(event)
    const stray = this.#splitter.strayLines()
    if (stray !== '') this.#addEvent(stray)
    const firstAt = this.#firstAt ?? elapsed()
    return {
      readCount: this.#readCount,
      timeToFirstEventMs: Math.round(firstAt - this.#startedAt),
      streamMs: Math.round(Math.max(0, this.#lastAt - firstAt)),
      hasText: this.#hasText,
      hasThoughts: this.#hasThoughts,
      error: this.#error,
    }
  }

  #addEvent(text: string): void {
    let answer: RawAnswer
    try {
      const chunk: unknown = JSON.parse(text)
      const first: unknown = Array.isArray(chunk) ? chunk[0] : chunk
      if (isRecord(first) && first.error !== undefined) this.#error = first
      answer = this.#decoder.decodeEvent(first)
    } catch {
      return // ignored: a relay's heartbeat, an event that was cut off, or other JSON
    }
    for (const { delta } of answer.choices ?? []) if (delta !== undefined) this.#addDelta(delta)
    this.#addUsage(answer.usage)
  }

  #addDelta({ content, reasoning_content: thought, extra_content: extra }: RawMessage): void {
    const google = isRecord(extra) && isRecord(extra.google) ? extra.google : {}
    const hasThought = google.thought === true || Boolean(thought)
    if (hasThought) this.#hasThoughts = true
    else if (content) this.#hasText = true
  }

  #addUsage(usage: RawUsage | null | undefined): void {
    const [prompt = 0, completion = 0, total = 0] = [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens].map(Number)
    const details = usage?.completion_tokens_details?.reasoning_tokens ?? 0
    if (details > 0 || total > prompt + completion) this.#hasThoughts = true
  }
}

/**
 * Checks that a stream was not buffered: it must take several reads and at least `minStreamMs`.
 *
 * @param bufferingServers - for the advice: names of the servers that may buffer the stream
 * @throws {Trouble} if the stream arrived at once
 */
export function judgeStreaming(
  facts: AnswerFacts,
  minStreamMs: number,
  bufferingServers: { readonly en: string; readonly zh: string },
): Finding {
  const { readCount, streamMs, encoding } = facts
  if (readCount > 1 && streamMs >= minStreamMs)
    return passed(`The answer arrived in ${readCount} pieces over ${streamMs} ms.`, `${streamMs} 毫秒内收到 ${readCount} 段。`)
  throw trouble(
    'streaming',
    {
      en: `The stream arrived at once, after ${facts.timeToFirstEventMs} ms: a server in between ${encoding === undefined ? 'buffers it' : `compresses it (${encoding}) and so buffers it`}.`,
      zh: `流在 ${facts.timeToFirstEventMs} 毫秒后一次性到达：途中有组件在${encoding === undefined ? '' : `压缩（${encoding}）并`}缓冲。`,
    },
    {
      en: `Turn off response buffering and compression in ${bufferingServers.en}.`,
      zh: `请在${bufferingServers.zh}中关闭响应缓冲和压缩。`,
    },
  )
}

/** Warns if a model did not think. @param isThinkingModel - false for a model without thinking */
export function judgeThinking({ hasThoughts }: AnswerFacts, model: string, isThinkingModel: boolean): Finding {
  if (hasThoughts) return passed(`${model} thinks before it answers.`, `${model} 会先思考再回答。`)
  if (!isThinkingModel) return passed(`${model} does not support thinking.`, `${model} 是不带思考的模型。`)
  return {
    status: 'warning',
    message: { en: `${model} answered without thinking, or its thoughts were lost.`, zh: `${model} 未经思考就作答，或思考内容已丢失。` },
    nextStep: {
      en: 'Run the doctor again: a model may decide not to think. If the problem persists, check THOUGHTS and, if GEMINI_BASE_URL is the address of a relay, whether the relay forwards `extra_body` and `extra_content`.',
      zh: '请再运行一次诊断：模型有时会选择不思考。如持续出现，请检查 THOUGHTS；如 GEMINI_BASE_URL 指向中转服务，还要检查它是否透传 `extra_body` 和 `extra_content`。',
    },
  }
}
