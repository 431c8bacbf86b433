import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { killOnExit } from '../../support/children.js'
import { type FileSystem, toLocalSearchPath } from './code.js'
import { environmentOf } from './environment.js'
import { platformHeaders } from './headers.js'
import { readLines } from './lines.js'
import type { FunctionSpec } from './manifest.js'
import { freePort, listening } from './ports.js'

/** One log line of an instance. */
export type LogLine = Readonly<Record<string, unknown>>

/** The files, settings and callbacks that all instances of a function share. */
export interface InstanceParts {
  readonly spec: FunctionSpec
  readonly files: FileSystem
  /** Called for each log line that an instance writes. */
  readonly onLine: (line: LogLine) => void
  /** Called with each piece of output of an instance. */
  readonly onOutput: (text: string) => void
  /** Time for which the platform keeps idle connections to an instance, in milliseconds. */
  readonly keepAliveMs: number
}

/** One instance of a function: a process of the proxy that serves invocations. */
export interface Instance {
  readonly id: string
  readonly pid: number
  readonly port: number
  /** The pool of keep-alive connections over which invocations are sent to the instance. */
  readonly agent: Agent
  /** The number of invocations in progress. */
  active: number
  isFrozen(): boolean
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Ends the instance gracefully, with SIGTERM. */
  terminate(): Promise<void>
  readonly exited: Promise<unknown>
  hasExited(): boolean
  /** True once the platform ends the instance, which then receives no further invocations. */
  isEnding(): boolean
  /**
   * Calls a lifecycle hook or the health check.
   *
   * @returns the status; undefined if there is no response
   */
  call(method: string, path: string, limitMs: number, controlPath?: string): Promise<number | undefined>
}

/**
 * An HTTP agent that keeps idle connections to an instance for the configured time, and ignores the
 * `Keep-Alive` header of the instance.
 */
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
 * Starts an instance with the command in `s.yaml`, with only its own environment and the
 * platform's, and waits until it listens.
 *
 * @throws with its output if it exits before it listens, or listens on the loopback address only
 */
export async function startInstance({ spec, files, onLine, onOutput, keepAliveMs }: InstanceParts): Promise<Instance> {
  const port = await freePort()
  count += 1
  const id = `c-${process.pid}-${count}`
  const [command = '', ...args] = spec.command.map(files.toLocalPath)
  const env = { ...spec.env, ...environmentOf(spec, id, port), PATH: toLocalSearchPath(spec.env.PATH ?? '', files) }
  const child = spawn(command, args, { cwd: files.toLocalPath('/code'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = readLines(child, onLine, onOutput)
  const exited = once(child, 'close')
  killOnExit(child)
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
      outgoing.once('timeout', () => outgoing.destroy(new Error('no response')))
      try {
        const answered = once(outgoing.end(), 'response') as Promise<[IncomingMessage]>
        const [incoming] = await answered
        await once(incoming.resume(), 'end')
        return incoming.statusCode
      } catch {
        return undefined // refused, reset or timed out: the platform makes no distinction
      }
    },
  }
}
