// Resolves s.yaml as Serverless Devs does, offline. Part of lint-deploy.ts and deploy.ts; tests that start the function by s.yaml use it too.
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What stands for the secrets while a file is only looked at. */
export const DUMMY_SECRETS: Readonly<Record<string, string>> = { GEMINI_API_KEY: 'dummy-gemini-key', AUTH_TOKEN: 'dummy-auth-token' }

/** A resolved file of Serverless Devs. What it holds is looked at by the rules: nothing of it is sure. */
export interface Preview {
  readonly resources: Readonly<Record<string, { readonly component: string; readonly props: Readonly<Record<string, unknown>> }>>
}

/**
 * Resolves a file of Serverless Devs with `s preview`, in a folder of its own: the tool reads a `.env` that lies beside the file, and writes all
 * that it prints, secrets too, to a log in HOME.
 *
 * @param env - variables beside the dummy secrets; an empty string unsets one. Nothing else of the caller's environment but PATH is seen
 * @param file - s.yaml unless told
 * @throws with what the tool says, without any value of `env` that is a secret
 */
export async function preview(env: Readonly<Record<string, string>> = {}, file = join(ROOT, 's.yaml')): Promise<Preview> {
  const folder = await mkdtemp(join(tmpdir(), 'gemini-proxy-preview-'))
  try {
    await copyFile(file, join(folder, 's.yaml'))
    const given = Object.entries({ ...DUMMY_SECRETS, ...env }).filter(([, value]) => value !== '')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/@serverless-devs/s/bin/s'), 'preview', '--output-format', 'json', '--silent', '-t', 's.yaml'],
      // NODE_ENV=test keeps it from starting processes that outlive it, look for updates, report its use and write into HOME once more.
      { cwd: folder, env: { PATH: process.env.PATH, NODE_ENV: 'test', HOME: folder, TMPDIR: folder, ...Object.fromEntries(given) } },
    ).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`s preview refuses the file:\n${cleaned(`${error.stdout ?? ''}${error.stderr ?? ''}` || error.message)}`)
    })
    // The tool's own JSON; `resources` is what it demands of every file.
    return JSON.parse(stdout) as Preview
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const cleaned = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/complete log|^Logs:|^Env:|^Feedback:/.test(line))
    .join('\n')
