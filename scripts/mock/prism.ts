import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_LIMIT_MS = 60_000
/** Prism writes everything that is wrong with a body into a header, which can be long. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024

/** One request, or one answer, in one piece. */
export interface Message {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Prism at work on the contract, in a process of its own. */
export interface Prism {
  ask(method: string, url: string, message: Message): Promise<Message & { readonly status: number }>
  close(): void
}

/**
 * Starts Prism on a free port of the loopback.
 *
 * @throws with what it printed where it does not listen within a minute
 */
export async function startPrism(): Promise<Prism> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['node_modules/@stoplight/prism-cli/dist/index.js', 'mock', '--host', '127.0.0.1', '--port', String(port), 'generated/openapi.json'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, NO_COLOR: '1' } },
  )
  const close = (): void => void child.kill('SIGKILL')
  process.once('exit', close)
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error(`Prism did not start:\n${output}`))
    const timer = setTimeout(fail, START_LIMIT_MS)
    child.once('exit', fail)
    child.stderr.on('data', (text) => {
      output += text
    })
    child.stdout.on('data', (text) => {
      output = `${output}${text}`.slice(-10_000)
      if (!output.includes('Prism is listening')) return
      clearTimeout(timer)
      resolve()
    })
  }).finally(() => child.removeAllListeners('exit'))
  return { close, ask: (method, url, message) => ask(port, method, url, message) }
}

function ask(port: number, method: string, path: string, { headers, body }: Message): ReturnType<Prism['ask']> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...given, ...length },
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
    }
    const outgoing = request(options, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      incoming.once('error', reject)
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }))
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
