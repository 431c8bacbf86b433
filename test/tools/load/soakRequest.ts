import { once } from 'node:events'
import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { Behaviour, Fault, LongAnswer } from '../../doubles/simulator/types.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { TOKEN } from './client.js'
import { type ApiFormat, type Chat, COMPLETIONS, GENERATE_CONTENT, MESSAGES } from './soakForms.js'

/**
 * Makes a random number generator from 0 to 1 with a reproducible sequence.
 *
 * @see https://en.wikipedia.org/wiki/Linear_congruential_generator
 */
export function makeRandom(seed: number): () => number {
  let state = BigInt(seed) + 0x9e3779b97f4a7c15n
  return () => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n)
    return Number(state >> 32n) / 2 ** 32
  }
}

/** One request of the soak test, and the behaviour of its client. */
export interface Plan {
  readonly form: ApiFormat
  readonly path: string
  readonly body: object
  readonly stream: boolean
  readonly choices: number
  /** True for a long answer, for which the proxy sends continuation requests. */
  readonly isLong: boolean
  /** True if retries can succeed, so that the response must be complete. */
  readonly mustSucceed: boolean
  /** Expected text of each choice that has a text; undefined for the simulator's default text. */
  readonly text: string | undefined
  /** Milliseconds after which the client disconnects; undefined if it reads to the end. */
  readonly leavesAfterMs: number | undefined
  /** How long the client stops reading after the response has started, in milliseconds. */
  readonly restsMs: number
}

const MODEL = 'gemini-2.5-flash'
const LONG_MODEL = 'gemini-4-neon'
const TEXT = '潮起潮落 the tide comes in and goes out 🌊 '.repeat(6)
const ERRORS = ['unavailable', 'internal', 'deadline', 'quota-minute', 'quota-day', 'invalid-argument', 'invalid'] as const
// The native API is required for requests in Google's format.
const FORMS = [COMPLETIONS, COMPLETIONS, MESSAGES, isOnNative ? GENERATE_CONTENT : MESSAGES]

type Pick = <T>(items: readonly T[]) => T
type UpTo = (most: number) => number

/** Generates a random request, the failures of Gemini for it, and the behaviour of its client. */
export function makePlan(random: () => number, id: number): Plan {
  // The cast is safe: callers pass non-empty lists.
  const pick: Pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T
  const upTo: UpTo = (most) => Math.floor(random() * most)
  // The proxy requests continuations from the native API only.
  if (isOnNative && random() < 0.15) return makeLongPlan(pick, upTo)
  const trouble = random() < 0.35 ? makeTrouble(pick, upTo, id) : {}
  const leavesAfterMs = random() < 0.2 ? upTo(200) : undefined
  // If the failure occurs only once, a retry by the proxy succeeds.
  const mustSucceed = Object.keys(trouble).length === 0 || trouble.times === 1
  if (random() < 0.1) {
    const input = `Hello simulate:${JSON.stringify(trouble)}`
    return {
      form: COMPLETIONS,
      path: '/v1/embeddings',
      choices: 0,
      body: { model: 'gemini-embedding-001', input },
      stream: false,
      isLong: false,
      mustSucceed,
      text: undefined,
      leavesAfterMs,
      restsMs: 0,
    }
  }
  const stream = random() < 0.7
  const usesTools = random() < 0.2
  const said: Behaviour = usesTools
    ? { toolCalls: [{ name: 'get_weather', arguments: { city: '杭州' } }], parallelPlacement: 'split-arguments' }
    : { text: TEXT, chunks: 1 + upTo(30), chunkDelayMs: pick([0, 0, 1, 5]) }
  const behaviour: Behaviour = { latencyMs: upTo(40), bytesPerWrite: random() < 0.05 ? 11 : 65_536, ...said, ...trouble }
  const form = pick(FORMS)
  const choices = form === COMPLETIONS && random() < 0.1 ? 3 : 1
  const more = {
    ...(choices > 1 ? { n: choices } : {}),
    ...(stream && random() < 0.5 ? { stream_options: { include_usage: true } } : {}),
  }
  const chat: Chat = { model: MODEL, prompt: `Hello simulate:${JSON.stringify(behaviour)}`, stream, usesTools, more }
  // After a failure that occurs once, the simulator ignores the whole directive, including its
  // text, so the retry gets the default text.
  const text = trouble.times === 1 ? undefined : TEXT
  const restsMs = random() < 0.05 ? upTo(300) : 0
  return {
    form,
    path: form.path(chat),
    body: form.body(chat),
    stream,
    choices,
    isLong: false,
    mustSucceed,
    text,
    leavesAfterMs,
    restsMs,
  }
}

/**
 * Generates a request for a long answer, which the proxy requests from Gemini in several attempts.
 * In some plans, the connection to Gemini breaks between or within these.
 */
function makeLongPlan(pick: Pick, upTo: UpTo): Plan {
  const count = 2 + upTo(5)
  const cutKind = pick(['nowhere', 'between', 'within'] as const)
  const cuts: Readonly<Record<typeof cutKind, LongAnswer>> = {
    nowhere: {},
    between: { cutRequest: 1 + upTo(count - 1), cutAfter: 0 },
    within: { cutRequest: upTo(count), cutAfter: 1 + upTo(6), textsPerResumePoint: 1 + upTo(2) },
  }
  const longAnswer: LongAnswer = { count, ...cuts[cutKind], ...pick([{}, {}, { thoughtsOnly: upTo(count - 1) }]) }
  const text = TEXT.repeat(4)
  const behaviour: Behaviour = { latencyMs: upTo(40), text, chunks: count * (1 + upTo(8)), chunkDelayMs: pick([0, 0, 1, 5]), longAnswer }
  const stream = pick([true, true, false])
  const form = pick([COMPLETIONS, MESSAGES])
  const chat: Chat = { model: LONG_MODEL, prompt: `Hello simulate:${JSON.stringify(behaviour)}`, stream }
  return {
    form,
    path: form.path(chat),
    body: form.body(chat),
    stream,
    choices: 1,
    isLong: true,
    // The answer is complete unless an attempt breaks off after its first event: before it, the
    // proxy retries the attempt.
    mustSucceed: cutKind !== 'within',
    text,
    leavesAfterMs: pick([undefined, undefined, undefined, upTo(400)]),
    restsMs: pick([0, 0, 0, upTo(300)]),
  }
}

function makeTrouble(pick: Pick, upTo: UpTo, id: number): Behaviour {
  const kind = pick(['fault', 'fault', 'fault', 'error', 'once', 'midStream', 'empty'] as const)
  if (kind === 'error') return { error: pick(ERRORS), errorForm: pick(['array', 'object', 'html'] as const) }
  if (kind === 'once') return { error: pick(['unavailable', 'internal'] as const), key: `once-${id}`, times: 1 }
  if (kind === 'empty') return { empty: true }
  if (kind === 'midStream') {
    const form = pick(['bare-object', 'bare-array', 'data-object', 'data-array'] as const)
    return { errorMidStream: { name: pick(ERRORS), form, afterChunks: upTo(6) } }
  }
  const when = pick<NonNullable<Fault['when']>>([
    'before-headers',
    'after-headers',
    { afterBytes: 1 + upTo(3000) },
    { afterChunks: upTo(6) },
  ])
  return { fault: { kind: pick(['reset', 'reset', 'cut', 'eof', 'garbage', 'stall'] as const), when } }
}

/**
 * The outcome of one request: `left` if the client disconnected, `lost` without the end of the
 * response, `doubled` with more than one end, `short` without the whole text, `failed` with an
 * error that may occur, `unexpected` for any other response, and `whole` if it is complete.
 */
export type Outcome = 'left' | 'whole' | 'failed' | 'lost' | 'doubled' | 'short' | 'unexpected'

/** The outcome of one request, and the end of its response. */
export type Verdict = readonly [outcome: Outcome, details: string]

/** Sends one request and judges its response. */
export async function sendSoakRequest(address: string, agent: Agent, plan: Plan): Promise<Verdict> {
  const outgoing = begin(address, agent, plan)
  let hasLeft = false
  const leave = (): void => {
    hasLeft = true
    outgoing.destroy()
  }
  const leaving = plan.leavesAfterMs === undefined ? undefined : setTimeout(leave, plan.leavesAfterMs)
  try {
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    if (plan.restsMs > 0) await new Promise((resolve) => setTimeout(resolve, plan.restsMs))
    let text = ''
    for await (const part of answer.setEncoding('utf8')) text += part
    return hasLeft ? ['left', ''] : [judge(plan, answer, text), `${answer.statusCode} ${text.slice(-400)}`]
  } catch (error) {
    return hasLeft ? ['left', ''] : ['lost', String(error)]
  } finally {
    clearTimeout(leaving)
  }
}

function begin(address: string, agent: Agent, { path, body }: Plan): ClientRequest {
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': bytes.length }
  const outgoing = request(`${address}${path}`, { method: 'POST', agent, headers })
  // Ignored: once() rejects for an error before the response; later errors come from the disconnect
  // of this client.
  outgoing.on('error', () => undefined)
  outgoing.end(bytes)
  return outgoing
}

function judge(
  { form, mustSucceed, stream, choices, text: expected }: Plan,
  { statusCode = 0, headers }: IncomingMessage,
  text: string,
): Outcome {
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true
  if (!isStream) {
    // JSON.parse() throws for a truncated response, which then counts as lost.
    const texts = form.texts(JSON.parse(text) as object)
    if (texts === undefined && statusCode >= 400) return mustSucceed || statusCode === 500 ? 'unexpected' : 'failed'
    if (texts === undefined || statusCode !== 200 || stream) return 'unexpected'
    return texts.every((each) => isExpected(each, expected)) ? 'whole' : 'short'
  }
  const { ends, isEndLast, hasFailed, finished, texts } = form.read(text)
  if (ends > 1) return 'doubled'
  if (ends === 0 || !isEndLast) return 'lost'
  if (hasFailed) return mustSucceed ? 'unexpected' : 'failed'
  return finished === choices && texts.every((each) => isExpected(each, expected)) ? 'whole' : 'short'
}

/**
 * True if the text of a choice is as expected. A tool call has no text; without an expected text,
 * any text is right.
 */
const isExpected = (text: string, expected = text): boolean => text === '' || text === expected
