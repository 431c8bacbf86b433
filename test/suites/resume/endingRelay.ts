import { createServer } from 'node:http'
import { listenOnFreePort } from '../../support/relay.js'
import type { CuttingRelay } from './cuttingRelay.js'

// Number of events that are forwarded before a stream is ended.
const EVENTS = 12

/**
 * Starts a relay that ends each of its first streams properly after a heartbeat and some events,
 * like a server that shuts down.
 *
 * @param endings - the last text sent on each of them; later streams are not cut
 */
export async function startEndingRelay(target: string, endings: readonly string[]): Promise<CuttingRelay> {
  let count = 0
  const server = createServer(async (incoming, outgoing) => {
    const ending = endings[count]
    count += 1
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = incoming.headers
    const leaving = new AbortController()
    outgoing.once('close', () => leaving.abort())
    try {
      const body = (await incoming.toArray()) as Buffer[]
      const init = { method: 'POST', headers: headers as Record<string, string>, body: Buffer.concat(body), signal: leaving.signal }
      const answer = await fetch(`${target}${incoming.url}`, init)
      outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      if (ending !== undefined) outgoing.write(': keep-alive\n\n')
      let text = ''
      for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        if (ending === undefined) outgoing.write(piece)
        else text += piece
        const events = text.split('\n\n')
        if (events.length > EVENTS) {
          outgoing.write(`${events.slice(0, EVENTS).join('\n\n')}\n\n${ending}`)
          break
        }
      }
    } catch {
      // When the client disconnects, the relay aborts its own request to the server.
    }
    outgoing.end()
  })
  const { port, close } = await listenOnFreePort(server)
  return { origin: `http://127.0.0.1:${port}`, connections: () => count, close }
}
