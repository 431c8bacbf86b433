// Prepares the templates that Serverless Devs deploys. Part of deploy.ts.
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Paths of the repository's templates: `own` deploys the function, `domain` its custom domain. */
export const SOURCE_TEMPLATES = { own: join(ROOT, 's.yaml'), domain: join(ROOT, 'scripts/deploy/s.domain.yaml') } as const

/** Paths of the templates to deploy, which are in a temporary folder. */
export interface Templates {
  readonly folder: string
  readonly own: string
  readonly domain: string
}

/**
 * Copies the templates to a temporary folder, because Serverless Devs would also deploy the
 * variables of a `.env` beside them. Added settings refer to environment variables, without values.
 *
 * @param addedSettings - names of variables to add to the function's `environmentVariables`
 */
export function makeTemplates(addedSettings: readonly string[]): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'gemini-proxy-templates-'))
  symlinkSync(join(ROOT, 'dist'), join(folder, 'dist')) // s.yaml names the package by this path
  const templates = { folder, own: join(folder, 's.yaml'), domain: join(folder, 's.domain.yaml') }
  writeFileSync(templates.own, addSettings(readFileSync(SOURCE_TEMPLATES.own, 'utf8'), addedSettings))
  writeFileSync(templates.domain, readFileSync(SOURCE_TEMPLATES.domain))
  return templates
}

/** Adds variables to `environmentVariables` of a template; replaces existing lines for them. */
function addSettings(text: string, names: readonly string[]): string {
  const isOther = (line: string): boolean => !names.some((name) => line.startsWith(`        ${name}:`))
  const lines = text.split('\n').filter(isOther)
  const start = lines.findIndex((line) => line.trim() === 'environmentVariables:')
  if (start === -1) throw new Error('s.yaml has no environmentVariables')
  return lines.toSpliced(start + 1, 0, ...names.map((name) => `        ${name}: \${env('${name}')}`)).join('\n')
}
