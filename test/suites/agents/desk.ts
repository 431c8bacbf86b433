import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TOKEN } from '../../support/proxy.js'
import { join as joinSockets, listening } from '../../support/relay.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LOOPBACK = fileURLToPath(new URL('loopback.py', import.meta.url))
const execute = promisify(execFile)
let launcher: Promise<string> | undefined

/** A workspace for Codex: a home directory with its settings, and a git repository. */
export interface Desk {
  readonly repository: string
  /** Reads a file of the repository; undefined if it does not exist. */
  read(file: string): string | undefined
  /** Runs `codex exec --json`. @param args - options and the prompt */
  run(...args: readonly string[]): CodexRun
  close(): void
}

/** An event that Codex printed. */
export interface CodexEvent {
  readonly type: string
  readonly item?: { readonly type: string; readonly text?: string; readonly message?: string; readonly [key: string]: unknown }
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number; readonly reasoning_output_tokens: number }
  readonly error?: { readonly message: string }
}

/** A run in progress. */
export interface CodexRun {
  /** Events printed so far. */
  events(): readonly CodexEvent[]
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
 * Creates a workspace for Codex with the settings from the documentation.
 *
 * @param settings - content of its config.toml
 * @param port - port of the proxy, the only reachable one
 */
export function openDesk(settings: string, port: number): Desk {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const home = mkdtempSync(join(ROOT, '.cache', 'codex-home-')) // Codex puts its own helpers on the PATH, but not from below /tmp
  const repository = mkdtempSync(join(tmpdir(), 'codex-'))
  writeFileSync(join(home, 'config.toml'), settings)
  spawnSync('git', ['init', '--quiet', repository])
  const read = (file: string) => (existsSync(join(repository, file)) ? readFileSync(join(repository, file), 'utf8') : undefined)
  return {
    repository,
    read,
    run: (...args) => run(home, repository, port, async () => [process.execPath, await codex(), 'exec', '--json', ...args]),
    close: () => {
      for (const folder of [home, repository]) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a command as Codex is run, and returns what it requested from beyond the loopback. */
export const runAlone = (folder: string, port: number, command: readonly string[]): CodexRun =>
  run(folder, folder, port, () => Promise.resolve(command))

function codex(): Promise<string> {
  launcher ??= execute('scripts/test/codex.sh', { cwd: ROOT }).then(({ stdout }) => stdout.trim())
  return launcher
}

function run(home: string, folder: string, port: number, command: () => Promise<readonly string[]>): CodexRun {
  let out = ''
  let all = ''
  let child: ReturnType<typeof spawn> | undefined
  const start = async () => {
    const notes = join(home, 'wanted.json')
    const path = join(home, 'door') // a socket file can be reached from every network namespace
    const door = isCutOff ? await openDoor(path, port) : undefined
    const line = [...cut, 'python3', LOOPBACK, notes, String(port), ...(isCutOff ? [path] : []), '--', ...(await command())]
    const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, GEMINI_PROXY_TOKEN: TOKEN }
    child = spawn(line[0] as string, line.slice(1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }) // never empty
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
  return { events: () => out.split('\n').flatMap(eventOf), stop: () => child?.kill('SIGTERM'), ended: start() }
}

/** Opens a socket file that leads to a port in this process's network namespace. */
async function openDoor(path: string, port: number): Promise<{ close(): Promise<void> }> {
  rmSync(path, { force: true })
  const server = createServer((socket) => joinSockets(socket, connect(port, '127.0.0.1')))
  return listening(server, path)
}

function eventOf(line: string): CodexEvent[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [] // the last line may be incomplete
  return [JSON.parse(line) as CodexEvent] // `--json` prints one event a line
}
