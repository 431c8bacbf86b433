// Runs Serverless Devs without leaving secrets behind. Part of deploy.ts.
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What it says of logs that are gone with its HOME, and of BOUND. */
const NOISE = /complete log of this run|^Logs: |will run in the main process/

/** What it starts besides has to end before its HOME is removed, and would otherwise write there once more. */
const BOUND = { serverless_devs_daemon_enable: 'false' }
/** Without this it reports each use, and the words of each error. */
const QUIET = 'analysis: disable\n'

/** How a run of Serverless Devs ended. */
export interface Run {
  readonly isDone: boolean
  /** What it printed, without the secrets and without colours. */
  readonly output: string
}

/**
 * Runs `s` in the repository, with a HOME of its own: there it logs all that it is given. The credentials stored by `s config` are copied
 * there, and the components that it has loaded are kept in the real one.
 *
 * @param args - such as `['deploy', '-y']`
 * @param variables - added to the environment
 * @param secrets - replaced by `***` wherever they are printed
 * @param print - takes each line as it comes
 */
export async function runServerless(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  { secrets, print }: { readonly secrets: readonly string[]; readonly print: (line: string) => void },
): Promise<Run> {
  const home = await mkdtemp(join(tmpdir(), 'gemini-proxy-deploy-'))
  const stop = (): void => void child?.kill('SIGTERM')
  let child: ReturnType<typeof spawn> | undefined
  try {
    const own = join(process.env.HOME ?? tmpdir(), '.s')
    await mkdir(join(own, 'components'), { recursive: true })
    await mkdir(join(home, '.s'))
    await symlink(join(own, 'components'), join(home, '.s/components'))
    await copyFile(join(own, 'access.yaml'), join(home, '.s/access.yaml')).catch(() => undefined) // the environment has the credentials then
    await writeFile(join(home, '.s/set-config.yml'), QUIET)
    child = spawn(process.execPath, [join(ROOT, 'node_modules/@serverless-devs/s/bin/s'), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...variables, ...BOUND, HOME: home, TMPDIR: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const lines: string[] = []
    const read = async (stream: NodeJS.ReadableStream | null): Promise<void> => {
      if (stream === null) return
      for await (const raw of createInterface({ input: stream })) {
        const line = redacted(raw, secrets)
        lines.push(line)
        if (!NOISE.test(line)) print(line)
      }
    }
    const ended = new Promise<number | null>((resolve, reject) => child?.once('exit', resolve).once('error', reject))
    const [code] = await Promise.all([ended, read(child.stdout), read(child.stderr)])
    return { isDone: code === 0, output: lines.join('\n') }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A line without colours, which could stand within a secret, and without secrets. */
function redacted(raw: string, secrets: readonly string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
  const plain = raw.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
  return secrets.reduce((line, secret) => line.replaceAll(secret, '***'), plain)
}
