import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Endpoint, send } from './client.js'
import { HOLD } from './scenario.js'

/** The phases of a request in which a client disconnects. */
export const PHASES = {
  'mid-stream': { stream: true, content: HOLD.streaming },
  'before the first byte': { stream: true, content: HOLD.silent },
  'without stream': { stream: false, content: HOLD.silent },
} as const

const PATIENCE_MS = 1000

/**
 * Measures the time from a client's disconnect until the upstream sees its request closed.
 *
 * @returns milliseconds; Infinity if the upstream request was not closed within a second
 */
export async function disconnectMs(endpoint: Endpoint, upstream: ChildProcess, phase: keyof typeof PHASES): Promise<number> {
  const received = nextMessage(upstream, 'received', 5000)
  const outgoing = send(endpoint, PHASES[phase])
  outgoing.on('error', () => {}) // caused by the disconnect of this client
  const answered = phase === 'mid-stream' ? once(outgoing, 'response') : undefined
  if ((await received) === undefined) throw new Error(`${outgoing.getHeader('host')} did not forward the request`)
  if (answered !== undefined) {
    const [answer] = (await answered) as [IncomingMessage]
    answer.on('error', () => {})
    await once(answer, 'data')
  }
  // Let all activity settle before the client disconnects.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const closed = nextMessage(upstream, 'closed', PATIENCE_MS)
  const left = process.hrtime.bigint()
  outgoing.destroy()
  const message = await closed
  return message?.at === undefined ? Number.POSITIVE_INFINITY : Number(BigInt(message.at) - left) / 1e6
}

interface Message {
  readonly event: string
  readonly at?: string
}

function nextMessage(upstream: ChildProcess, event: string, limitMs: number): Promise<Message | undefined> {
  return new Promise((resolve) => {
    const listen = (message: Message) => {
      if (message.event === event) finish(message)
    }
    const timer = setTimeout(() => finish(undefined), limitMs)
    const finish = (message: Message | undefined) => {
      clearTimeout(timer)
      upstream.off('message', listen)
      resolve(message)
    }
    upstream.on('message', listen)
  })
}
