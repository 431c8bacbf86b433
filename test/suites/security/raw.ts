import { connect } from 'node:net'
import { FC_CREDENTIALS, TOKEN } from '../../support/canaries.js'
import { chat } from '../../support/contractHook.js'

/** One of possibly several responses on a connection. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** The responses on a connection, in order, and whether the proxy has closed it. */
export interface Conversation {
  readonly answers: readonly RawAnswer[]
  readonly isClosed: boolean
}

/** Makes the head of an HTTP/1.1 request from its lines, without validating them. */
export const head = (requestLine: string, ...lines: readonly string[]): string =>
  `${[`${requestLine} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`

/** The header line with the token of a caller. */
export const AUTHORIZED = `authorization: Bearer ${TOKEN}`

/** The header lines with credentials that Function Compute adds to a request. */
export const FROM_PLATFORM = Object.entries(FC_CREDENTIALS).map(([name, value]) => `${name}: ${value}`)

/** The JSON text of a chat request. */
export const CHAT = JSON.stringify(chat('Hello'))

/**
 * Sends bytes, followed by a plain request on the same connection, which shows where the proxy
 * assumes the end of the first one.
 *
 * @param text - sent as latin1: one byte for each character
 * @param isFollowed - false to send no second request
 * @returns once the proxy has closed the connection, or the second request is answered
 */
export function converse(origin: string, text: string, isFollowed = true): Promise<Conversation> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let received = ''
    const end = (isClosed: boolean): void => {
      socket.destroy()
      resolve({ answers: answersIn(received), isClosed })
    }
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece
      if (received.endsWith('{"status":"ok"}')) end(false)
    })
    socket.once('close', () => end(true))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.write(Buffer.from(text, 'latin1'))
    if (isFollowed) socket.write(head('GET /health/live', 'host: x'))
  })
}

/** Sends one request after which the proxy must close the connection. @returns the only response */
export async function ask(origin: string, text: string): Promise<RawAnswer> {
  const { answers } = await converse(origin, text, false)
  if (answers.length !== 1 || answers[0] === undefined) throw new Error(`${answers.length} answers: ${JSON.stringify(answers)}`)
  return answers[0]
}

function answersIn(text: string): RawAnswer[] {
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).flatMap((part) => {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(part)?.[1]
    if (status === undefined) return []
    const at = part.indexOf('\r\n\r\n')
    return [{ status: Number(status), head: part.slice(0, at), body: part.slice(at + 4) }]
  })
}
