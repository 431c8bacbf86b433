import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { type FileSystem, pathHere } from './code.js'
import { environmentOf } from './environment.js'
import { platformHeaders } from './headers.js'
import { readLines } from './lines.js'
import type { FunctionSpec } from './manifest.js'
import { freePort, listening } from './ports.js'

/** One line that an instance has logged. */
export type LogLine = Readonly<Record<string, unknown>>

/** What all instances of a function have in common. */
export interface InstanceParts {
  readonly spec: FunctionSpec
  readonly files: FileSystem
  /** Called for each line of its log. */
  readonly onLine: (line: LogLine) => void
  /** Called with whatever it writes. */
  readonly onOutput: (text: string) => void
  /** How long the platform keeps a connection that is not in use, in milliseconds. */
  readonly keepAliveMs: number
}

/** One process that serves invocations. */
export interface Instance {
  readonly id: string
  readonly pid: number
  readonly port: number
  /** Kept connections, in which invocations travel. */
  readonly agent: Agent
  /** Invocations under way. */
  active: number
  isFrozen(): boolean
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Ends it in order, by SIGTERM. */
  terminate(): Promise<void>
  readonly exited: Promise<unknown>
  hasExited(): boolean
  /** True once it gets no more invocations. */
  isEnding(): boolean
  /** Calls a hook of its life, or its health check. @returns the status; undefined where it does not answer */
  call(method: string, path: string, limitMs: number, controlPath?: string): Promise<number | undefined>
}

/** An agent that keeps connections as long as it was told, whatever the server announces. */
class PlatformAgent extends Agent {
  constructor(private readonly keepAliveMs: number) {
    super({ keepAlive: true, maxFreeSockets: 1_000 })
  }

  override keepSocketAlive(socket: Socket): boolean {
    socket.setTimeout(Math.min(this.keepAliveMs, 2_147_483_647))
    socket.unref()
    return true
  }
}

let count = 0

/**
 * Starts an instance by the command of `s.yaml`, with nothing but its environment and the platform's, and waits until it listens.
 *
 * @throws with what it has printed where it ends before it listens, or where it listens on the loopback only
 */
export async function startInstance({ spec, files, onLine, onOutput, keepAliveMs }: InstanceParts): Promise<Instance> {
  const port = await freePort()
  count += 1
  const id = `c-${process.pid}-${count}`
  const [command = '', ...args] = spec.command.map(files.here)
  const env = { ...spec.env, ...environmentOf(spec, id, port), PATH: pathHere(spec.env.PATH ?? '', files) }
  const child = spawn(command, args, { cwd: files.here('/code'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = readLines(child, onLine, onOutput)
  const exited = once(child, 'close')
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  void exited.then(() => process.off('exit', killWithUs))
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  const instance = toInstance({ id, port, child, exited, hasExited, spec, keepAliveMs })
  try {
    await listening(port, hasExited)
    return instance
  } catch (error) {
    await instance.kill()
    throw new Error(`${(error as Error).message}\n${output()}`, { cause: error })
  }
}

interface Running {
  readonly id: string
  readonly port: number
  readonly child: ChildProcess
  readonly exited: Promise<unknown>
  readonly hasExited: () => boolean
  readonly spec: FunctionSpec
  readonly keepAliveMs: number
}

function toInstance({ id, port, child, exited, hasExited, spec, keepAliveMs }: Running): Instance {
  let isFrozen = false
  let isEnding = false
  const agent = new PlatformAgent(keepAliveMs)
  const setFrozen = (value: boolean): void => {
    if (isFrozen === value || hasExited() || (value && isEnding)) return
    isFrozen = value
    child.kill(value ? 'SIGSTOP' : 'SIGCONT')
  }
  return {
    id,
    port,
    agent,
    pid: child.pid ?? 0,
    active: 0,
    exited,
    hasExited,
    isEnding: () => isEnding,
    isFrozen: () => isFrozen,
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    kill: async () => {
      isEnding = true
      child.kill('SIGKILL')
      await exited
      agent.destroy()
    },
    terminate: async () => {
      isEnding = true
      setFrozen(false)
      child.kill('SIGTERM')
      await exited
      agent.destroy()
    },
    call: async (method, path, limitMs, controlPath) => {
      const headers = controlPath === undefined ? {} : platformHeaders(spec, `1-${id}`, controlPath)
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false, timeout: limitMs })
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')))
      try {
        const answered = once(outgoing.end(), 'response') as Promise<[IncomingMessage]>
        const [incoming] = await answered
        await once(incoming.resume(), 'end')
        return incoming.statusCode
      } catch {
        return undefined // refused, cut, or too late: the platform tells no difference
      }
    },
  }
}
