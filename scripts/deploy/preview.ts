// Resolves s.yaml offline with Serverless Devs. Part of lint.ts; also used by tests.
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const DUMMY_SECRETS = { GEMINI_API_KEY: 'dummy-gemini-key', AUTH_TOKEN: 'dummy-auth-token' }

/** A template as resolved by Serverless Devs, not validated yet. */
export interface ResolvedTemplate {
  readonly resources: Readonly<Record<string, { readonly component: string; readonly props: Readonly<Record<string, unknown>> }>>
}

/**
 * Resolves a template of Serverless Devs with `s preview`, in a temporary folder: the tool reads a
 * `.env` beside the template, and logs its whole output, secrets included, in HOME.
 *
 * @param env - variables for the template, besides dummy secrets; an empty value unsets one of them
 * @param file - path of the template; by default s.yaml of the repository
 * @throws an error with the output of the tool, if it refuses the template
 */
export async function resolveTemplate(env: Readonly<Record<string, string>> = {}, file = join(ROOT, 's.yaml')): Promise<ResolvedTemplate> {
  const folder = await mkdtemp(join(tmpdir(), 'gemini-proxy-preview-'))
  try {
    await copyFile(file, join(folder, 's.yaml'))
    const given = Object.entries({ ...DUMMY_SECRETS, ...env }).filter(([, value]) => value !== '')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/@serverless-devs/s/bin/s'), 'preview', '--output-format', 'json', '--silent', '-t', 's.yaml'],
      // NODE_ENV=test prevents background processes, update checks, usage reports, delayed writes.
      { cwd: folder, env: { PATH: process.env.PATH, NODE_ENV: 'test', HOME: folder, TMPDIR: folder, ...Object.fromEntries(given) } },
    ).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`s preview refuses the file:\n${removeNoise(`${error.stdout ?? ''}${error.stderr ?? ''}` || error.message)}`)
    })
    // The cast is safe: Serverless Devs refuses templates without `resources`.
    return JSON.parse(stdout) as ResolvedTemplate
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function removeNoise(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/complete log|^Logs:|^Env:|^Feedback:/.test(line))
  return lines.join('\n')
}
