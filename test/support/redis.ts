import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis as Client } from 'ioredis'
import { vi } from 'vitest'
import { killOnExit } from './children.js'

/** A Redis server for one test, without persistence. */
export interface RedisServer {
  /** The URL, with the password. */
  readonly url: string
  readonly port: number
  readonly password: string
  /** Suspends the process: it does not respond, but its connections stay open. */
  freeze(): void
  thaw(): void
  /** Shortens the time to live of every key by `ms` milliseconds. */
  age(ms: number): Promise<void>
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 10_000
const AGE = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
end
`

/** Starts a server on the loopback address. @param port - by default a free port */
export async function startRedis(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const password = 'redis-pass-7c1e'
  const options = { port: chosen, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, requirepass: password }
  const child = spawn('redis-server', [...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  killOnExit(child)
  await ready(child)
  const url = `redis://:${password}@127.0.0.1:${chosen}`
  return {
    url,
    port: chosen,
    password,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    age: async (ms) => {
      const client = new Client(url)
      await client.eval(AGE, 0, ms)
      client.disconnect()
    },
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const MOST_TURNS = 10

/**
 * Runs a scenario. Repeats it if it failed after a server had logged that Redis is unavailable: the
 * machine has then stalled, and the failure is not the server's.
 *
 * @param isUnavailable - true if a server has logged that Redis is unavailable since the start
 * @throws the error of the scenario if Redis responded, or after the tenth attempt
 */
export async function playWithRedis(play: () => Promise<void>, isUnavailable: () => boolean): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    try {
      await play()
      return
    } catch (error) {
      if (turn === MOST_TURNS) throw error
      // The log line may still be unread.
      await vi.waitUntil(isUnavailable, { timeout: 3_000 }).catch(() => {
        throw error
      })
    }
  }
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`redis-server did not start:\n${text}`)), START_TIMEOUT_MS)
    child.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString()
      if (!/ready to accept connections/i.test(text)) return
      clearTimeout(timer)
      resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`redis-server exited:\n${text}`)))
  })

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
