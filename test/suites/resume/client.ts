import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { expect } from 'vitest'
import type { ChatCompletionChunk } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { streamed } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'

/** An event as a client sees it. */
export interface SeenEvent {
  /** Undefined for an error of the connection: only the events of the stream have ids. */
  readonly id: string | undefined
  readonly data: string
}

/** What a client received before the connection ended or was cut. */
export interface Seen {
  readonly status: number
  readonly events: readonly SeenEvent[]
  /** The JSON of a response that is not a stream. */
  readonly json: unknown
}

/** Options of a client's connection. */
export interface Connecting {
  readonly origin: string
  readonly token?: string
  /** Cuts the connection once this many events have arrived; more may have arrived with them. */
  readonly cutAfter?: number
  /** Called once the response has begun. */
  readonly onOpen?: () => void
  /** Called with all events so far whenever more arrive. */
  readonly onEvents?: (events: readonly SeenEvent[]) => void
}

/** The request of a client: a new stream, or the rest of one. */
export interface Asking {
  readonly behaviour?: Behaviour
  readonly body?: object
  /** Path of a GET request, sent instead of the POST request. */
  readonly path?: string
  readonly lastEventId?: string | undefined
  readonly resume?: string | undefined
}

const toEvent = (block: string): SeenEvent => {
  const lines = block.split('\n')
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
  return { id: field('id'), data: field('data') ?? `not an event: ${block}` }
}

/** Connects, reads to the end or to the cut, and returns what was received. */
export function connect(to: Connecting, { behaviour = {}, body, path, lastEventId, resume = 'true' }: Asking): Promise<Seen> {
  const isPost = path === undefined
  const headers = {
    authorization: `Bearer ${to.token ?? TOKEN}`,
    'x-stream-resume': resume,
    ...(isPost ? { 'content-type': 'application/json' } : {}),
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  // Not `fetch`: if a request is aborted after all data has arrived, its body may never end.
  const outgoing = request(`${to.origin}${path ?? '/v1/chat/completions'}`, { method: isPost ? 'POST' : 'GET', headers, agent: false })
  outgoing.end(isPost ? JSON.stringify(body ?? streamed(behaviour)) : undefined)
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      to.onOpen?.()
      const isStream = incoming.headers['content-type']?.startsWith('text/event-stream') === true
      const events: SeenEvent[] = []
      let text = ''
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        if (!isStream) return
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        events.push(...blocks.filter((block) => !block.startsWith(':')).map(toEvent))
        to.onEvents?.(events)
        if (events.length >= (to.cutAfter ?? Number.POSITIVE_INFINITY)) incoming.destroy()
      })
      incoming.on('error', () => undefined) // after a cut by either side, `close` follows
      incoming.once('close', () => resolve({ status: incoming.statusCode ?? 0, events, json: isStream ? undefined : JSON.parse(text) }))
    })
  })
}

/** The id of the last event that has one. */
export const lastIdOf = (events: readonly SeenEvent[]): string | undefined => events.findLast(({ id }) => id !== undefined)?.id

/** Id of the stream that the events belong to. */
export const streamIdOf = (events: readonly SeenEvent[]): string => (lastIdOf(events) ?? '').split(':')[0] ?? ''

/** The text of all chunks. */
export const contentOf = (events: readonly SeenEvent[]): string =>
  events
    .filter(({ data }) => data.startsWith('{"id"'))
    .map(({ data }) => (JSON.parse(data) as ChatCompletionChunk).choices[0]?.delta.content ?? '')
    .join('')

/** Returns the code of the error in the last event; undefined if that is not an error. */
export const errorCodeOf = (events: readonly SeenEvent[]): string | undefined => {
  const data = events.at(-1)?.data ?? ''
  return data.startsWith('{"error"') ? (JSON.parse(data) as { error: { code: string } }).error.code : undefined
}

/**
 * Expects the events of a whole stream: numbered from 1 without a gap or a repeat, with one stream
 * id and one end.
 */
export function expectWhole(events: readonly SeenEvent[], content: string): void {
  const id = streamIdOf(events)
  expect(id).toMatch(/^chatcmpl-[0-9a-f]{32}$/)
  expect(events.map((event) => event.id)).toEqual(events.map((_, place) => `${id}:${place + 1}`))
  expect(events.at(-1)?.data).toBe('[DONE]')
  expect(events.filter(({ data }) => data === '[DONE]')).toHaveLength(1)
  expect(contentOf(events)).toBe(content)
}

/** Makes deltas whose joined text shows a lost or repeated part at any position. */
export const countedDeltas = (count: number, seed = ''): string[] =>
  Array.from({ length: count }, (_, place) => `${createHash('md5').update(`${seed}${place}`).digest('hex').slice(0, 6)}-${place} `)

/** Sends a POST, reconnects after each cut until the stream ends, and returns all events. */
export async function readThrough(
  instances: readonly string[],
  behaviour: Behaviour,
  { cuts, byGet = () => false }: { readonly cuts: readonly number[]; readonly byGet?: (turn: number) => boolean },
): Promise<SeenEvent[]> {
  const events: SeenEvent[] = []
  for (let turn = 0; turn <= cuts.length + 20; turn += 1) {
    const origin = instances[turn % instances.length] ?? ''
    const lastEventId = lastIdOf(events)
    const cutAfter = cuts[turn]
    const path = lastEventId !== undefined && byGet(turn) ? `/v1/chat/completions/${streamIdOf(events)}` : undefined
    const seen = await connect(
      { origin, ...(cutAfter === undefined ? {} : { cutAfter }) },
      { behaviour, lastEventId, ...(path === undefined ? {} : { path }) },
    )
    expect(seen).toMatchObject({ status: 200 })
    events.push(...seen.events)
    if (events.at(-1)?.data === '[DONE]' || errorCodeOf(events) !== undefined) break
  }
  return events
}
