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

/** An agent for the command line. */
export interface AgentProgram {
  /** The script that installs it and prints the path of its launcher. */
  readonly script: string
  /** Returns the command for a prompt and options. @param launcher - what the script has printed */
  readonly command: (launcher: string, args: readonly string[]) => readonly string[]
  /** The environment besides PATH and HOME. */
  readonly env: (home: string) => Readonly<Record<string, string>>
}

/** A workspace for an agent: a home directory with its settings, and a git repository. */
export interface Desk<Event> {
  readonly repository: string
  /** Reads a file of the repository; undefined if it does not exist. */
  read(file: string): string | undefined
  /** Writes a file of the repository. */
  write(file: string, content: string | Buffer): void
  /** Runs the agent without a terminal. @param args - options and the prompt */
  run(...args: readonly string[]): AgentRun<Event>
  close(): void
}

/** A run in progress. */
export interface AgentRun<Event> {
  /** Lines of JSON printed so far. */
  events(): readonly Event[]
  /** What has been printed on stdout so far. */
  output(): string
  stop(): void
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string; readonly wanted: readonly string[] }>
}

/**
 * Commands that cut a process off from every network. The first one that this machine allows is
 * used; if none is (no namespaces), the process is not cut off.
 */
const CUTS = [
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
]
const cut = CUTS.find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0) ?? []
/** True if the machine allows a separate network namespace for a process. */
export const isCutOff = cut.length > 0

/**
 * Creates a workspace for an agent.
 *
 * @param port - port of the proxy, the only reachable one
 * @param settings - contents of files in the home directory, by their paths
 */
export function openDesk<Event>(program: AgentProgram, port: number, settings: Readonly<Record<string, string>> = {}): Desk<Event> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  // Codex puts its own helpers on the PATH, but not from below /tmp.
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

/** Runs a command as an agent is run, and returns what it requested from beyond the loopback. */
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
    const notes = join(home, 'wanted.json')
    const path = join(home, 'door') // a socket file can be reached from every network namespace
    const door = isCutOff ? await openDoor(path, port) : undefined
    const { command, env } = await prepare()
    const line = [...cut, 'python3', LOOPBACK, notes, String(port), ...(isCutOff ? [path] : []), '--', ...command]
    const whole = { PATH: process.env.PATH, HOME: home, ...env }
    // Never empty.
    child = spawn(line[0] as string, line.slice(1), { cwd: folder, env: whole, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      all += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      all += text
    })
    const [code] = (await once(child, 'close')) as [number | null]
    await door?.close()
    const wanted = existsSync(notes) ? (JSON.parse(readFileSync(notes, 'utf8')) as string[]) : ['no notes were made']
    return { code, printed: all, wanted }
  }
  return {
    events: () => out.split('\n').flatMap((text) => eventOf<Event>(text)),
    output: () => out,
    stop: () => child?.kill('SIGTERM'),
    ended: start(),
  }
}

/** Opens a socket file that leads to a port in this process's network namespace. */
async function openDoor(path: string, port: number): Promise<{ close(): Promise<void> }> {
  rmSync(path, { force: true })
  const server = createServer((socket) => joinSockets(socket, connect(port, '127.0.0.1')))
  return listenOnFreePort(server, path)
}

function eventOf<Event>(line: string): Event[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [] // the last line may be incomplete
  return [JSON.parse(line) as Event] // the agents print one event a line
}
