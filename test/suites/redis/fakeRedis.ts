import { createServer } from 'node:net'
import { listenOnFreePort } from '../../support/relay.js'

/** A server for the Redis protocol that sends the replies of a test. */
export interface FakeRedis {
  readonly url: string
  /** The commands so far, except those that clients send to set up a connection. */
  readonly commands: readonly (readonly string[])[]
  close(): Promise<void>
}

/** Makes the raw reply to a command. */
export type Reply = (command: readonly string[]) => string

const PREPARING: Readonly<Record<string, string>> = { client: '+OK\r\n', info: '$7\r\n# empty\r\n', auth: '+OK\r\n', select: '+OK\r\n' }

/** Starts a {@link FakeRedis} on a free port of the loopback address. */
export async function startFakeRedis(reply: Reply): Promise<FakeRedis> {
  const commands: (readonly string[])[] = []
  const server = createServer((socket) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
      for (let parsed = parseCommand(text); parsed !== undefined; parsed = parseCommand(text)) {
        text = text.slice(parsed.length)
        const prepared = PREPARING[parsed.command[0] ?? '']
        if (prepared === undefined) commands.push(parsed.command)
        socket.write(prepared ?? reply(parsed.command), 'latin1')
      }
    })
  })
  const { port, close } = await listenOnFreePort(server)
  return { url: `redis://127.0.0.1:${port}`, commands, close }
}

/** Parses the first command of a text; undefined if the command is incomplete. */
function parseCommand(text: string): { readonly command: string[]; readonly length: number } | undefined {
  const command: string[] = []
  let at = text.indexOf('\r\n') + 2
  for (let left = Number(text.slice(1, at - 2)); left > 0; left -= 1) {
    const end = text.indexOf('\r\n', at)
    if (end === -1) return undefined
    const length = Number(text.slice(at + 1, end))
    at = end + 2 + length + 2
    if (text.length < at) return undefined
    command.push(text.slice(end + 2, at - 2))
  }
  return command.length === 0 ? undefined : { command: [command[0]?.toLowerCase() ?? '', ...command.slice(1)], length: at }
}
