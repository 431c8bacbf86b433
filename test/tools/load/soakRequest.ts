import { once } from 'node:events'
import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { Behaviour, Fault } from '../../doubles/simulator/types.js'
import { TOKEN } from './client.js'

/** Numbers from 0 to 1, the same ones for the same seed. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function makeRandom(seed: number): () => number {
  let state = BigInt(seed) + 0x9e3779b97f4a7c15n
  return () => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n)
    return Number(state >> 32n) / 2 ** 32
  }
}

/** One request of the soak, and what its client does. */
export interface Plan {
  readonly path: '/chat/completions' | '/embeddings'
  readonly body: object
  readonly stream: boolean
  /** Nothing goes wrong at the upstream: the answer has to be whole. */
  readonly isSound: boolean
  /** What each choice has to say where it says a text at all; undefined where that is the simulator's own. */
  readonly text: string | undefined
  /** When the client leaves, in milliseconds. */
  readonly leavesAfterMs: number | undefined
  /** How long the client reads nothing once the answer has begun, in milliseconds. */
  readonly restsMs: number
}

const MODEL = 'gemini-2.5-flash'
const TEXT = '潮起潮落 the tide comes in and goes out 🌊 '.repeat(6)
const ERRORS = ['unavailable', 'internal', 'deadline', 'quota-minute', 'quota-day', 'invalid-argument', 'invalid'] as const
const TOOLS = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
]

/** Makes up one request. */
export function makePlan(random: () => number, id: number): Plan {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T // its callers give some
  const upTo = (most: number): number => Math.floor(random() * most)
  const trouble = random() < 0.35 ? makeTrouble(pick, upTo, id) : {}
  const leavesAfterMs = random() < 0.2 ? upTo(200) : undefined
  // One that strikes once is what retries are for.
  const isSound = Object.keys(trouble).length === 0 || trouble.times === 1
  if (random() < 0.1) {
    const input = `Hello simulate:${JSON.stringify(trouble)}`
    return {
      path: '/embeddings',
      body: { model: 'gemini-embedding-001', input },
      stream: false,
      isSound,
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
  const body = {
    model: MODEL,
    stream,
    messages: [{ role: 'user', content: `Hello simulate:${JSON.stringify(behaviour)}` }],
    ...(usesTools ? { tools: TOOLS } : {}),
    ...(random() < 0.1 ? { n: 3 } : {}),
    ...(stream && random() < 0.5 ? { stream_options: { include_usage: true } } : {}),
  }
  // A directive that has had its turn is left out as a whole.
  const text = trouble.times === 1 ? undefined : TEXT
  const restsMs = random() < 0.05 ? upTo(300) : 0
  return { path: '/chat/completions', body, stream, isSound, text, leavesAfterMs, restsMs }
}

function makeTrouble(pick: <T>(items: readonly T[]) => T, upTo: (most: number) => number, id: number): Behaviour {
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

/** What came of one request. */
export type Outcome = 'left' | 'whole' | 'failed' | 'lost' | 'doubled' | 'short' | 'unexpected'

/** What came of one request, and the end of what was answered. */
export type Verdict = readonly [outcome: Outcome, words: string]

/** Sends one request and judges its answer. */
export async function soak(address: string, agent: Agent, plan: Plan): Promise<Verdict> {
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
  const outgoing = request(`${address}/v1${path}`, { method: 'POST', agent, headers })
  outgoing.on('error', () => undefined) // once() has heard it, or our own leaving
  outgoing.end(bytes)
  return outgoing
}

function judge({ isSound, stream, body, text: expected }: Plan, { statusCode = 0, headers }: IncomingMessage, text: string): Outcome {
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true
  if (!isStream) {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } } // throws where it is cut short
    if (error !== undefined && statusCode >= 400) return isSound || statusCode === 500 ? 'unexpected' : 'failed'
    return statusCode === 200 && !stream ? 'whole' : 'unexpected'
  }
  const events = text.split('\n\n').filter((block) => block.startsWith('data: '))
  const ends = events.filter((event) => event === 'data: [DONE]' || event.startsWith('data: {"error"'))
  if (ends.length > 1) return 'doubled'
  if (ends.length === 0 || events.at(-1) !== ends[0] || !text.endsWith('\n\n')) return 'lost'
  if (ends[0] !== 'data: [DONE]') return isSound ? 'unexpected' : 'failed'
  return isComplete(events.slice(0, -1), 'n' in body ? 3 : 1, expected) ? 'whole' : 'short'
}

interface Chunk {
  readonly choices: readonly {
    readonly index: number
    readonly delta: { readonly content?: string | null }
    readonly finish_reason: unknown
  }[]
}

/** True where every choice has come to its end, with the whole text where it says one. */
function isComplete(events: readonly string[], choices: number, expected: string | undefined): boolean {
  const texts: string[] = []
  let finished = 0
  for (const event of events) {
    for (const { index, delta, finish_reason: finish } of (JSON.parse(event.slice(6)) as Chunk).choices) {
      texts[index] = (texts[index] ?? '') + (delta.content ?? '')
      if (finish !== null) finished += 1
    }
  }
  return finished === choices && texts.every((text) => text === '' || text === (expected ?? text))
}
