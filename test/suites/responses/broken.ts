import { request } from 'node:http'
import type { ResponseStreamEvent } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { TOKEN } from '../../support/proxy.js'
import { asking } from './asking.js'

/** The second token of instances started by test/suites/resume/suite.ts. */
export const OTHER = 'other-token-77aa'

/** What a client received before the connection ended or was cut. */
export interface Part {
  /** Id of the response; empty if no event had it. */
  readonly id: string
  readonly status: number
  readonly events: readonly ResponseStreamEvent[]
}

/** Options for reading a stream. */
export interface Reading {
  /** Cuts the connection after this many events; later ones in the same read are lost. */
  readonly cutAfter?: number
  /** Cuts the connection at the first event of this type. */
  readonly cutAt?: ResponseStreamEvent['type']
  /** Called once the response has begun. */
  readonly onOpen?: () => void
  /** Called with each event as it arrives. */
  readonly onEvent?: (event: ResponseStreamEvent, id: string) => void
}

/** Requests a resumable stream, and reads it to its end or to the cut. */
export const begin = (origin: string, behaviour: Behaviour, { store, ...reading }: Reading & { readonly store?: boolean } = {}) =>
  read(`${origin}/v1/responses`, { body: { ...asking(behaviour), stream: true, store } }, reading)

/**
 * Reads the rest of a stream, with a GET request that has `starting_after`.
 *
 * @param byHeader - repeats the POST request with Last-Event-ID instead
 */
export function restOf(
  origin: string,
  { id, events }: Pick<Part, 'id' | 'events'>,
  { byHeader = false, ...reading }: Reading & { readonly byHeader?: boolean } = {},
): Promise<Part> {
  const after = events.at(-1)?.sequence_number ?? -1
  if (byHeader) return read(`${origin}/v1/responses`, { body: asking({}), lastEventId: `${id}:${after}` }, reading)
  return read(`${origin}/v1/responses/${id}?stream=true&starting_after=${after}`, {}, reading)
}

interface Asking {
  readonly body?: object
  readonly lastEventId?: string
}

function read(
  url: string,
  { body, lastEventId }: Asking,
  { cutAfter = Number.POSITIVE_INFINITY, cutAt, onOpen, onEvent }: Reading,
): Promise<Part> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'x-stream-resume': 'true',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const outgoing = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: false })
  outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      onOpen?.()
      const events: ResponseStreamEvent[] = []
      let id = ''
      let text = ''
      const take = (block: string): void => {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data === undefined) return
        const event = JSON.parse(data) as ResponseStreamEvent
        if ('response' in event) id = event.response.id
        events.push(event)
        onEvent?.(event, id)
      }
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        const blocks = `${text}${piece}`.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) take(block)
        if (events.length >= cutAfter || events.some(({ type }) => type === cutAt)) incoming.destroy()
      })
      incoming.on('error', () => undefined) // after a cut by either side, `close` follows
      incoming.once('close', () => resolve({ id, status: incoming.statusCode ?? 0, events: events.slice(0, cutAfter) }))
    })
  })
}
