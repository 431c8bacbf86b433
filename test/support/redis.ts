import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis as Client } from 'ioredis'
import { freePort } from '../doubles/functionCompute/ports.js'
import { killOnExit } from './children.js'
import { replaceInServer } from './serverCopy.js'

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

/** Modifies a built server to wait for Redis for 10 minutes, in case the machine stalls. */
export const waitForRedisLonger = (server: string): string => replaceInServer(server, /(?<=\btimeoutMs:)[\w$]+(?=,onDown:)/, '6e5')

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
