// Runs Serverless Devs without leaving secrets on disk. Part of deploy.ts.
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Matches output lines to hide: they name logs in the temporary HOME, or result from NO_DAEMON. */
const NOISE = /complete log of this run|^Logs: |will run in the main process/
/** Variables that prevent update checks, and a background process that writes to HOME later. */
const NO_DAEMON = { serverless_devs_daemon_enable: 'false', SERVERLESS_DEVS_CICD: 'true' }
/** Content of the file set-config.yml, which prevents reports of usage and errors. */
const NO_REPORTS = 'analysis: disable\n'

/** The result of a run of Serverless Devs. `output` contains no secrets and no colours. */
export type ServerlessResult = { readonly isSuccessful: boolean; readonly output: string }

/**
 * Runs Serverless Devs (`s`) with a temporary HOME, because it logs its whole input there. Stored
 * credentials are copied to that HOME; downloaded components stay in the real HOME.
 *
 * @param args - such as `['deploy', '-y']`
 * @param variables - environment variables to add
 * @param folder - working directory, which contains the template
 * @param secrets - values that are replaced by `***` in the output
 * @param print - called with each line of output
 */
export async function runServerless(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  { folder, secrets, print }: { readonly folder: string; readonly secrets: readonly string[]; readonly print: (line: string) => void },
): Promise<ServerlessResult> {
  const home = await mkdtemp(join(tmpdir(), 'gemini-proxy-deploy-'))
  const stop = (): void => void child?.kill('SIGTERM')
  let child: ReturnType<typeof spawn> | undefined
  try {
    const own = join(process.env.HOME ?? tmpdir(), '.s')
    await mkdir(join(own, 'components'), { recursive: true })
    await mkdir(join(home, '.s'))
    await symlink(join(own, 'components'), join(home, '.s/components'))
    await copyFile(join(own, 'access.yaml'), join(home, '.s/access.yaml')).catch(() => undefined)
    await writeFile(join(home, '.s/set-config.yml'), NO_REPORTS)
    child = spawn(process.execPath, [join(ROOT, 'node_modules/@serverless-devs/s/bin/s'), ...args], {
      cwd: folder,
      env: { ...process.env, ...variables, ...NO_DAEMON, HOME: home, TMPDIR: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const lines: string[] = []
    const read = async (stream: NodeJS.ReadableStream | null): Promise<void> => {
      if (stream === null) return
      for await (const raw of createInterface({ input: stream })) {
        const line = redact(raw, secrets)
        lines.push(line)
        if (!NOISE.test(line)) print(line)
      }
    }
    const ended = new Promise<number | null>((resolve, reject) => child?.once('exit', resolve).once('error', reject))
    const [code] = await Promise.all([ended, read(child.stdout), read(child.stderr)])
    return { isSuccessful: code === 0, output: lines.join('\n') }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Removes colour codes from a line, which could split a secret, and masks the secrets. */
function redact(raw: string, secrets: readonly string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches colour codes
  const plain = raw.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
  return secrets.reduce((line, secret) => line.replaceAll(secret, '***'), plain)
}
