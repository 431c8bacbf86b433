import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, isOpen } from '../../doubles/functionCompute/ports.js'
import type { Ending } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'

/** A caller name of 4 KB, which each log line contains: 15 lines fill a pipe (64 KiB). */
const CALLER = 'c'.repeat(4_000)
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }
const SERVER = fileURLToPath(new URL('../../../dist/server.cjs', import.meta.url))

/** The built server, whose standard output a test controls. */
export interface LoggingServer {
  readonly origin: string
  readonly process: ChildProcess
  /** Everything written to stderr so far. */
  errors(): string
  /** Sends requests, one after the other, whose log lines have 4 KB. @returns their statuses */
  ask(count: number, path?: string): Promise<number[]>
  /** Returns from the metrics how many log lines the server has dropped. */
  dropped(): Promise<number>
  /** Sends SIGTERM and waits until the process has ended. */
  stop(): Promise<Ending>
}

/**
 * Starts the built server and waits until it accepts connections.
 *
 * @param output - its standard output, as `spawn` takes it
 * @param command - what starts it; by default this Node.js
 * @param server - the file to start, by default the built server
 */
export async function startLogging(
  output: Exclude<StdioOptions, string>[number],
  env: Readonly<Record<string, string>> = {},
  command: readonly string[] = [process.execPath],
  server = SERVER,
): Promise<LoggingServer> {
  const port = Number(env.PORT ?? (await freePort()))
  const [program = '', ...args] = command
  const child = spawn(program, [...args, server], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), GEMINI_API_KEY: 'k', AUTH_TOKEN: `${CALLER}:${TOKEN}`, ...env },
    stdio: ['ignore', output, 'pipe'],
  })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const origin = `http://127.0.0.1:${port}`
  await eventually(async () => {
    if (!(await isOpen('127.0.0.1', port))) throw new Error(`the server is not listening: ${errors}`)
  })
  return {
    origin,
    process: child,
    errors: () => errors,
    ask: async (count, path = '/v1/models') => {
      const statuses: number[] = []
      for (let at = 0; at < count; at += 1) {
        const response = await fetch(`${origin}${path}`, { headers: AUTHORIZED })
        await response.text()
        statuses.push(response.status)
      }
      return statuses
    },
    dropped: async () => {
      const response = await fetch(`${origin}/metrics`, { headers: AUTHORIZED })
      return Number(/^gemini_proxy_log_lines_dropped_total (\d+)$/m.exec(await response.text())?.[1])
    },
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return { code: child.exitCode, signal: child.signalCode }
    },
  }
}

/** A real pipe (Node.js connects child processes by sockets), read only when a test reads. */
export class Pipe {
  readonly #folder = mkdtempSync(join(tmpdir(), 'log-'))
  readonly #path = join(this.#folder, 'pipe')
  #reader: number | undefined
  /** File descriptor of the end of the pipe to which a server writes its log. */
  readonly writer: number

  constructor() {
    execFileSync('mkfifo', [this.#path])
    this.open()
    this.writer = openSync(this.#path, constants.O_WRONLY)
  }

  /** Opens the end of the pipe from which the test reads, without blocking. */
  open(): void {
    this.#reader = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** Closes the end from which the test reads: further writes of the server fail with EPIPE. */
  leave(): void {
    if (this.#reader !== undefined) closeSync(this.#reader)
    this.#reader = undefined
  }

  /** Reads what the pipe holds, up to `limit` bytes. */
  read(limit = Number.POSITIVE_INFINITY): string {
    const piece = Buffer.alloc(65_536)
    let text = ''
    for (let size = 1; size > 0 && text.length < limit; text += piece.toString('utf8', 0, size)) size = this.#readOnce(piece, limit)
    return text
  }

  close(): void {
    this.leave()
    closeSync(this.writer)
    rmSync(this.#folder, { recursive: true })
  }

  #readOnce(piece: Buffer, limit: number): number {
    if (this.#reader === undefined) return 0
    try {
      return readSync(this.#reader, piece, 0, Math.min(piece.length, limit), null)
    } catch (error) {
      // EAGAIN: the pipe is empty, but the server may still write to it.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
      throw error
    }
  }
}

/** Parses the lines of a log. @throws if a line is not JSON */
export const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
