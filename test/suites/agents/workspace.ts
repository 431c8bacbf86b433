import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connectSockets as joinSockets, listenOnFreePort } from '../../support/relay.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LOOPBACK = fileURLToPath(new URL('loopback.py', import.meta.url))
const execute = promisify(execFile)
const installed = new Map<string, Promise<string>>()

/** A command-line agent, such as Codex. */
export interface AgentProgram {
  /** The script that installs it and prints the path of its launcher. */
  readonly script: string
  /** Returns the command for options and a prompt. @param launcher - path printed by the script */
  readonly command: (launcher: string, args: readonly string[]) => readonly string[]
  /** Returns the environment variables of the agent, besides PATH and HOME. */
  readonly env: (home: string) => Readonly<Record<string, string>>
}

/** A workspace for an agent: a home directory with its settings, and a git repository. */
export interface AgentWorkspace<Event> {
  readonly repository: string
  /** Reads a file of the repository; undefined if it does not exist. */
  read(file: string): string | undefined
  /** Writes a file of the repository. */
  write(file: string, content: string | Buffer): void
  /** Runs the agent without a terminal. @param args - options and the prompt */
  run(...args: readonly string[]): AgentRun<Event>
  close(): void
}

/** A run of an agent. */
export interface AgentRun<Event> {
  /** Returns the JSON lines that the agent has printed so far. */
  events(): readonly Event[]
  /** Returns the text that the agent has printed to stdout so far. */
  output(): string
  stop(): void
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string; readonly outsideRequests: readonly string[] }>
}

/**
 * Commands that isolate a process from every network. The first one that this machine allows is
 * used; if it allows none, because it has no namespaces, the process is not isolated.
 */
const CUTS = [
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
]
const cut = CUTS.find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0) ?? []
/** True if the machine allows a process to have its own network namespace. */
export const isCutOff = cut.length > 0

/**
 * Creates a workspace for an agent.
 *
 * @param port - port of the proxy, the only address that the agent can reach
 * @param settings - contents of files in the home directory, by their paths
 */
export function createWorkspace<Event>(
  program: AgentProgram,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): AgentWorkspace<Event> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  // Not below /tmp: with its home there, Codex does not add its own helper programs to the PATH.
  const home = mkdtempSync(join(ROOT, '.cache', 'home-'))
  const repository = mkdtempSync(join(tmpdir(), 'agent-'))
  for (const [file, content] of Object.entries(settings)) {
    mkdirSync(dirname(join(home, file)), { recursive: true })
    writeFileSync(join(home, file), content)
  }
  spawnSync('git', ['init', '--quiet', repository])
  return {
    repository,
    read: (file) => (existsSync(join(repository, file)) ? readFileSync(join(repository, file), 'utf8') : undefined),
    write: (file, content) => writeFileSync(join(repository, file), content),
    run: (...args) =>
      run(home, repository, port, async () => ({ command: program.command(await install(program), args), env: program.env(home) })),
    close: () => {
      for (const folder of [home, repository]) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a command as isolated as an agent, and records its requests to hosts on the network. */
export const runAlone = (folder: string, port: number, command: readonly string[]): AgentRun<unknown> =>
  run(folder, folder, port, () => Promise.resolve({ command, env: {} }))

function install({ script }: AgentProgram): Promise<string> {
  const launcher = installed.get(script) ?? execute(script, { cwd: ROOT }).then(({ stdout }) => stdout.trim())
  installed.set(script, launcher)
  return launcher
}

interface Started {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

function run<Event>(home: string, folder: string, port: number, prepare: () => Promise<Started>): AgentRun<Event> {
  let out = ''
  let all = ''
  let child: ReturnType<typeof spawn> | undefined
  const start = async () => {
    const listFile = join(home, 'outside-requests.json')
    const path = join(home, 'proxy.sock') // unlike a port, reachable from every network namespace
    const forwardedSocket = isCutOff ? await openForwardedSocket(path, port) : undefined
    const { command, env } = await prepare()
    const line = [...cut, 'python3', LOOPBACK, listFile, String(port), ...(isCutOff ? [path] : []), '--', ...command]
    const whole = { PATH: process.env.PATH, HOME: home, ...env }
    // The cast is safe: the command line always contains `python3`.
    child = spawn(line[0] as string, line.slice(1), { cwd: folder, env: whole, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      all += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      all += text
    })
    const [code] = (await once(child, 'close')) as [number | null]
    await forwardedSocket?.close()
    const outsideRequests = existsSync(listFile)
      ? (JSON.parse(readFileSync(listFile, 'utf8')) as string[])
      : ['loopback.py wrote no list of requests']
    return { code, printed: all, outsideRequests }
  }
  return {
    events: () => out.split('\n').flatMap((text) => eventOf<Event>(text)),
    output: () => out,
    stop: () => child?.kill('SIGTERM'),
    ended: start(),
  }
}

/** Listens on a socket file, and forwards its connections to a port of this process's namespace. */
async function openForwardedSocket(path: string, port: number): Promise<{ close(): Promise<void> }> {
  rmSync(path, { force: true })
  const server = createServer((socket) => joinSockets(socket, connect(port, '127.0.0.1')))
  return listenOnFreePort(server, path)
}

function eventOf<Event>(line: string): Event[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [] // the last line may be incomplete
  return [JSON.parse(line) as Event] // the agents print one event per line
}
