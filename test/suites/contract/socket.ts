import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { type Answer, toAnswer } from '../../support/contractHook.js'

const LIMIT_MS = 15_000

/** A plain TCP connection to the proxy. */
export interface Connection {
  write(text: string | Uint8Array): void
  /**
   * Waits until all text received so far matches `pattern`, and returns it.
   *
   * @throws after fifteen seconds, with the received text in the message
   */
  until(pattern: RegExp): Promise<string>
  /** Waits until the proxy has closed the connection. @returns everything received */
  closed(): Promise<string>
  received(): string
  destroy(): void
}

/** Opens a plain TCP connection to an origin. */
export async function open(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin)
  // Disables Nagle's algorithm, which would delay a small write until the one before is
  // acknowledged.
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let text = ''
  let isClosed = false
  let wake = (): void => undefined
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
    wake()
  })
  socket.on('error', () => undefined) // a reset counts as a close
  socket.once('close', () => {
    isClosed = true
    wake()
  })
  await once(socket, 'connect')

  const wait = async (isThere: () => boolean, what: string): Promise<string> => {
    const end = performance.now() + LIMIT_MS
    while (!isThere()) {
      const left = end - performance.now()
      if (left <= 0) throw new Error(`waited in vain for ${what}; received: ${text}`)
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        wake = resolve
        timer = setTimeout(resolve, left)
      })
      clearTimeout(timer)
    }
    return text
  }
  return {
    write: (piece) => socket.write(piece),
    until: (pattern) => wait(() => pattern.test(text), String(pattern)),
    closed: () => wait(() => isClosed, 'the end of the connection'),
    received: () => text,
    destroy: () => socket.destroy(),
  }
}

/** Sends text on a new connection, reads until the proxy closes it, and parses the response. */
export async function exchangeText(origin: string, text: string | Uint8Array): Promise<Answer> {
  const connection = await open(origin)
  connection.write(text)
  return parseAnswer(await connection.closed())
}

/** Parses the text of one HTTP response, whose body extends to the end of the text. */
export function parseAnswer(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers: IncomingHttpHeaders = {}
  for (const line of lines) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim()
  return toAnswer(Number(statusLine.split(' ')[1]), headers, rest.join('\r\n\r\n'))
}
